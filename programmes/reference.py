"""Programmes, their items, tasks, duties, links and criteria, from the files beside the app."""

from collections.abc import Iterator
from pathlib import Path

import pghistory

from indicators.reference import tables as indicator_tables
from organisations.choices import Role
from organisations.reference.bodies import ends_after_it_begins
from organisations.reference.bodies import tables as organisation_tables
from organisations.reference.files import DataFiles, Line
from organisations.reference.loading import Tally, load
from organisations.reference.tables import Table
from programmes.models import (
    Criterion,
    IndicatorLink,
    Programme,
    ProgrammeDuty,
    ProgrammeItem,
    Task,
    TaskDuty,
)

DATA = Path(__file__).resolve().parent / "data"
PROGRAMME_FIELDS = (
    "code",
    "name",
    "name_en",
    "kind",
    "starts_on",
    "starts_on_precision",
    "ends_on",
    "legal_basis",
    "document",
    "reporting",
    "certainty",
    "source",
)
PROGRAMME_COLUMNS = (*PROGRAMME_FIELDS, "coordinator", "authority")
ITEM_COLUMNS = (
    "programme",
    "code",
    "name",
    "pillar",
    "unit",
    "comparator_2025",
    "min_2025",
    "max_2025",
    "comparator_2030",
    "min_2030",
    "max_2030",
    "certainty",
    "source",
)
TASK_FIELDS = (
    "programme",
    "code",
    "number",
    "name",
    "name_en",
    "pillar",
    "document",
    "work",
    "product",
    "authority",
    "link_note",
    "certainty",
    "source",
)
DUTY_COLUMNS = (
    "lead",
    "cooperating",
    "partners",
    "duties_from",
    "duties_from_precision",
    "duties_certainty",
    "partners_certainty",
)
LINK_COLUMNS = ("task", "sub_indicator", "direction", "basis", "note", "certainty", "source")
CRITERION_COLUMNS = ("programme", "code", "name", "name_en", "order", "certainty", "source")


def load_reference(folder: Path | None = None) -> list[Tally]:
    """Load the data files of this floor and those below; a second run changes nothing.

    Args:
        folder: where all files lie instead of beside their apps.

    Raises:
        BrokenFiles: something is wrong with a file; nothing was written.
    """
    with pghistory.context(command="load_reference"):
        return load(DataFiles(folder), all_tables)


def all_tables(files: DataFiles) -> list[Table]:
    return [*organisation_tables(files), *indicator_tables(files), *tables(files)]


def tables(files: DataFiles) -> list[Table]:
    """The tables of this floor."""
    return [
        *programmes(files),
        rows_of(files, "items.csv", ITEM_COLUMNS, Table(ProgrammeItem, ("code",))),
        rows_of(files, "criteria.csv", CRITERION_COLUMNS, Table(Criterion, CRITERION_IDENTITY)),
        *tasks(files),
        rows_of(files, "links.csv", LINK_COLUMNS, Table(IndicatorLink, LINK_IDENTITY)),
    ]


CRITERION_IDENTITY = ("programme__code", "code")
LINK_IDENTITY = ("task__code", "sub_indicator__key")


def rows_of(files: DataFiles, name: str, columns: tuple[str, ...], table: Table) -> Table:
    """A table whose file has one column for each field."""
    for line in files.csv(DATA / name, columns):
        table.add(files, line.place, line.cells)
    return table


def programmes(files: DataFiles) -> tuple[Table, Table]:
    """Programmes, and their duties from the day they begin on."""
    found = Table(Programme, ("code",))
    duties = Table(ProgrammeDuty, ("programme__code", "role", "organisation__code"))
    for line in files.csv(DATA / "programmes.csv", PROGRAMME_COLUMNS):
        row = found.add(files, line.place, {name: line.cells[name] for name in PROGRAMME_FIELDS})
        if row:
            ends_after_it_begins(files, row, "starts_on", "ends_on")
        for role in (Role.COORDINATOR, Role.AUTHORITY):
            add_programme_duty(files, duties, line, role)
    return found, duties


def add_programme_duty(files: DataFiles, duties: Table, line: Line, role: Role) -> None:
    if not line.cells[role]:
        return
    raw = {
        "programme": line.cells["code"],
        "role": role.value,
        "organisation": line.cells[role],
        "valid_from": line.cells["starts_on"],
        "valid_from_precision": line.cells["starts_on_precision"],
        "document": line.cells["document"],
        "certainty": line.cells["certainty"],
        "source": line.cells["source"],
    }
    # One holder at a time: another body in a later file is a correction, not a second duty.
    duties.add(files, line.place, raw, key=f"{line.cells['code']}/{role}")


def tasks(files: DataFiles) -> tuple[Table, Table]:
    """Tasks, and who leads, co-operates or takes part in them."""
    found = Table(Task, ("code",))
    duties = Table(TaskDuty, ("task__code", "role", "organisation__code"))
    for line in files.csv(DATA / "tasks.csv", (*TASK_FIELDS, *DUTY_COLUMNS)):
        found.add(files, line.place, {name: line.cells[name] for name in TASK_FIELDS})
        for role, code in bodies_of(line):
            add_task_duty(files, duties, line, role, code)
    return found, duties


def bodies_of(line: Line) -> Iterator[tuple[Role, str]]:
    columns = {Role.LEAD: "lead", Role.COOPERATING: "cooperating", Role.PARTNER: "partners"}
    for role, column in columns.items():
        for code in line.cells[column].split(";"):
            if code.strip():
                yield role, code.strip()


def add_task_duty(files: DataFiles, duties: Table, line: Line, role: Role, code: str) -> None:
    """A duty "from August 2023" holds from 2023-08-01 and keeps the precision of the source."""
    is_partner = role == Role.PARTNER
    raw = {
        "task": line.cells["code"],
        "role": role.value,
        "organisation": code,
        "valid_from": line.cells["duties_from"],
        "valid_from_precision": line.cells["duties_from_precision"],
        "document": line.cells["document"],
        "certainty": line.cells["partners_certainty" if is_partner else "duties_certainty"],
        "source": line.cells["source"],
    }
    # One lead at a time: another body in a later file is a correction, not a second lead.
    key = f"{line.cells['code']}/{role}" if role == Role.LEAD else ""
    duties.add(files, line.place, raw, key=key)
