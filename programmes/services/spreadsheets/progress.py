"""What a spreadsheet of progress would do: read, checked by the rules of the page, compared.

Nothing is written here. What cannot be is told cell by cell; what differs, task by task.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from indicators import calculation as calc
from organisations.models import Organisation
from organisations.templatetags.ui import day, number
from programmes.choices import MilestoneState
from programmes.models import IndicatorLink, Milestone, ProgressUpdate
from programmes.services.reported import Brought, GivenValue, require_fitting
from programmes.services.spreadsheets.present import Present, milestones_of
from programmes.services.update_fields import OWN_FIELDS, carry_forward, set_fields
from programmes.spreadsheets import layout
from programmes.spreadsheets.cells import plain
from programmes.spreadsheets.opening import Book
from programmes.spreadsheets.reading import Fault, Line, lines_of, table_of

FIGURES = ("value", "numerator", "denominator")
VALUE_PARTS = ("kind", *FIGURES, "unit", "measured_on", "source")
SHEETS = (layout.PROGRESS, layout.MILESTONES, layout.VALUES)
SHOWN_TEXT = 400
PROGRESS_EVERY = 500  # rows after which the reader says how far it is


@dataclass
class Planned:
    """What a file says of one task: the draft as it would be, and what differs in it."""

    present: Present
    wanted: ProgressUpdate
    brought: Brought
    changes: list[dict[str, str]]
    is_newer: bool

    @property
    def mark(self) -> str:
        """Differs as soon as anything would be written otherwise, or over another draft."""
        exact = [str(getattr(self.wanted, name)) for name in sorted(OWN_FIELDS)]
        said = (self.present.version, str(self.present.period.ends_on), exact, self.brought)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:20]

    def as_json(self) -> dict[str, Any]:
        """As it is shown, with its mark."""
        return {
            "task": self.present.task.code,
            "name": self.present.task.name,
            "period": self.present.period.label,
            "is_new": self.present.draft is None,
            "is_newer": self.is_newer,
            "changes": self.changes,
            "mark": self.mark,
        }


@dataclass
class Plan:
    """What a file would do: rows read, tasks that differ, cells that are wrong."""

    rows: int = 0
    planned: list[Planned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass
class _Given:
    """What the sheets say of one task, and in which line each thing stands.

    `own` is its line among the tasks; `places` says where milestones and values stand.
    """

    present: Present
    own: Line | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    milestones: dict[int, dt.date | None] = field(default_factory=dict)
    values: dict[int, GivenValue | None] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    places: dict[str, tuple[Line, str]] = field(default_factory=dict)

    def blame(self, fields: Mapping[str, str]) -> None:
        """Say of each field what is wrong in the cell that it came from."""
        for name, sentence in fields.items():
            line, column = self.place(name)
            line.blame(column or "task", sentence)

    def place(self, name: str) -> tuple[Line, str]:
        """The line and column of a field; "" where no column says it."""
        if self.own is not None and name in OWN_FIELDS:
            return self.own, name
        return self.places.get(name) or (self.lines[0], "")


def lines_in(book: Book, told: Callable[[int], None] = lambda _rows: None) -> list[Line]:
    """The rows of a file's sheets; at least one of them has to be there.

    Args:
        told: is called now and then with the rows read so far.

    Raises:
        DomainError: no sheet can be read.
    """
    lines: list[Line] = []
    tables = [(table_of(book, sheet), sheet) for sheet in SHEETS]
    if tables[0][0] is not None and not tables[0][0].title:
        tables = tables[:1]  # a CSV holds one sheet alone
    if not any(table for table, _sheet in tables):
        raise DomainError(
            _("The file has no sheet “%s”. Take the file downloaded here and fill it in.")
            % layout.PROGRESS.title
        )
    for table, sheet in tables:
        for line in lines_of(table, sheet) if table else ():
            lines.append(line)
            if len(lines) % PROGRESS_EVERY == 0:
                told(len(lines))
    return lines


def plan_progress(
    lines: list[Line], presents: Mapping[str, Present], body: Organisation, *, on: dt.date
) -> Plan:
    """What rows would do to the drafts of a body.

    Args:
        presents: the tasks that the body leads; whatever else the file names is refused in words
            that say nothing about it.
    """
    return _Planner(presents, body, on).plan(lines)


class _Planner:
    def __init__(self, presents: Mapping[str, Present], body: Organisation, on: dt.date) -> None:
        self.presents, self.body, self.on = presents, body, on
        self.milestones: dict[str, tuple[Present, Milestone]] = {
            str(milestone.uid): (present, milestone)
            for present in presents.values()
            for milestone in milestones_of(present)
        }
        self.links: dict[str, tuple[Present, IndicatorLink]] = {
            str(link.uid): (present, link)
            for present in presents.values()
            for link in present.task.indicator_links.all()
        }
        self.given: dict[str, _Given] = {}
        self.seen: dict[tuple[str, str], Line] = {}
        self.planned: list[Planned] = []

    def plan(self, lines: list[Line]) -> Plan:
        takers = {
            layout.PROGRESS.title: ("task", self._progress),
            layout.MILESTONES.title: ("key", self._milestone),
            layout.VALUES.title: ("key", self._value),
        }
        for line in lines:
            self._take(line, *takers[line.of])
        for given in self.given.values():
            if not any(line.faults for line in given.lines):
                self._compare(given)
        faults = [fault for line in lines for fault in line.faults]
        return Plan(len(lines), self.planned, faults)

    def _take(self, line: Line, key: str, take: Callable[[Line, str], None]) -> None:
        """One row, told apart by its key; which may stand once."""
        name = line.values.get(key) or ""
        if not name:
            if not line.faults:
                line.blame(
                    key, _("The row does not say which task it is about; delete or restore it.")
                )
            return
        first = self.seen.setdefault((line.of, name), line)
        if first is not line:
            line.blame(key, _("This row stands in row %d already.") % first.number)
            return
        take(line, name)

    def _of(self, present: Present, line: Line) -> _Given:
        given = self.given.setdefault(present.task.code, _Given(present))
        given.lines.append(line)
        return given

    def _unknown(self, line: Line, column: str) -> None:
        """The same words for what another body leads and for what nobody knows."""
        sentence = _("%s reports on no such row in this period. Delete it.")
        line.blame(column, sentence % self.body.short_name)

    def _progress(self, line: Line, code: str) -> None:
        present = self.presents.get(code)
        if present is None:
            return self._unknown(line, "task")
        period = line.values.get("period")
        if period and period != present.period.label:
            sentence = _("The draft that can be written is about %s, not about this period.")
            line.blame("period", sentence % present.period.label)
        given = self._of(present, line)
        given.own = line
        for name in OWN_FIELDS & line.values.keys():
            # Line ends are those of the browser or of the spreadsheet: the same text either way.
            present_value = getattr(present.basis, name)
            if line.values[name] != (
                plain(present_value) if isinstance(present_value, str) else present_value
            ):
                given.fields[name] = line.values[name]
        return None

    def _milestone(self, line: Line, key: str) -> None:
        present, milestone = self.milestones.get(key) or (None, None)
        if present is None or milestone is None:
            return self._unknown(line, "task")
        if "reached_on" not in line.values:
            return None
        reached_on = line.values["reached_on"]
        given = self._of(present, line)
        given.places[f"milestone-{milestone.pk}"] = (line, "reached_on")
        told = present.brought.milestones.get(milestone.pk)
        stands = milestone.state != MilestoneState.PLANNED and told is None
        if stands and reached_on in (None, milestone.reached_on):
            return None
        if reached_on != told:
            given.milestones[milestone.pk] = reached_on
        return None

    def _value(self, line: Line, key: str) -> None:
        present, link = self.links.get(key) or (None, None)
        if present is None or link is None:
            return self._unknown(line, "task")
        given = self._of(present, line)
        for name in VALUE_PARTS:
            given.places[f"value-{link.pk}-{name}"] = (line, name)
        before = present.brought.values.get(link.pk)
        base = before or GivenValue(unit=present.units[link.pk])
        parts = {name: line.values[name] for name in VALUE_PARTS if name in line.values}
        parts |= {name: _rounded(parts[name]) for name in FIGURES if name in parts}
        if not parts.get("kind"):
            parts.pop("kind", None)
        wanted = _followed(base, replace(base, **parts))
        if before is not None and not line.values.get("kind", "x") and _is_bare(wanted):
            given.values[link.pk] = None
        elif before is not None or not wanted.says_nothing:
            given.values[link.pk] = wanted
        return None

    def _compare(self, given: _Given) -> None:
        """What differs; what cannot be goes to the cell that says it."""
        present = given.present
        wanted = ProgressUpdate(**{n: getattr(present.basis, n) for n in OWN_FIELDS})
        brought = present.brought.with_({"milestones": given.milestones, "values": given.values})
        try:
            set_fields(wanted, given.fields)
            if wanted.is_unchanged and given.fields:
                carry_forward(wanted, present.last)
            if brought != present.brought:
                require_fitting(
                    present.task,
                    present.brought,
                    brought,
                    on=self.on,
                    reported=present.reported,
                    units=present.units,
                )
        except DomainError as refusal:
            given.blame(refusal.fields or {"task": refusal.message})
            return
        changes = [*_own_changes(given, wanted), *_brought_changes(given, brought)]
        if changes:
            self.planned.append(Planned(present, wanted, brought, changes, _is_newer(given)))


def _rounded(figure: Any) -> Any:
    """Four places, as they are kept."""
    return calc.rounded(figure) if figure is not None and figure.is_finite() else figure


def _followed(before: GivenValue, wanted: GivenValue) -> GivenValue:
    """A prefilled result of two parts follows them when they alone were changed."""
    was, now = ((g.numerator, g.denominator) for g in (before, wanted))
    is_result = None not in was and wanted.value == before.value
    return replace(wanted, value=None) if is_result and was != now else wanted


def _is_bare(given: GivenValue) -> bool:
    return all(getattr(given, name) is None for name in FIGURES)


def _is_newer(given: _Given) -> bool:
    """Whether the draft was saved since the file was downloaded; unknown without its hidden column."""
    versions = [line.values["version"] for line in given.lines if "version" in line.values]
    present = given.present.version
    return bool(versions) and versions[0] != ("" if present is None else str(present))


def _own_changes(given: _Given, wanted: ProgressUpdate) -> Iterable[dict[str, str]]:
    for column in layout.PROGRESS.columns:
        name = column.name
        if name not in OWN_FIELDS:
            continue
        old, new = getattr(given.present.basis, name), getattr(wanted, name)
        if old != new:
            yield _change(given, name, column.head, _words(name, old), _words(name, new))


def _brought_changes(given: _Given, brought: Brought) -> Iterable[dict[str, str]]:
    present = given.present
    for milestone in milestones_of(present):
        key = milestone.pk
        old, new = present.brought.milestones.get(key), brought.milestones.get(key)
        if old != new:
            label = _("Milestone %(number)s: %(title)s") % {
                "number": milestone.number,
                "title": milestone.title,
            }
            yield _change(given, f"milestone-{key}", label, day(old), day(new))
    for link in present.task.indicator_links.all():
        before, after = present.brought.values.get(link.pk), brought.values.get(link.pk)
        if before != after:
            yield _change(
                given,
                f"value-{link.pk}-value",
                link.sub_indicator.name,
                _value_words(before),
                _value_words(after),
            )


def _change(given: _Given, name: str, label: str, old: str, new: str) -> dict[str, str]:
    line, column = given.place(name)
    cell = f"{line.sheet}!{line.cell(column)}" if column in line.places else ""
    return {"label": label, "old": _short(old), "new": _short(new), "cell": cell}


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_TEXT else f"{text[: SHOWN_TEXT - 1]}…"


def _words(name: str, value: Any) -> str:
    if name == "percent":
        return number(value)
    if name == "is_unchanged":
        return layout.MARK if value else "–"
    if name == "declared_health":
        return layout.COLOURS.get(value, "–")
    return str(value) or "–"


def _value_words(given: GivenValue | None) -> str:
    """A value as one reads it: what it is made of, its day, its source."""
    if given is None:
        return "–"
    parts = [layout.VALUE_KINDS.get(given.kind, given.kind)]
    if given.numerator is not None or given.denominator is not None:
        parts.append(f"{number(given.numerator)} / {number(given.denominator)}")
    if given.value is not None:
        parts.append(f"{number(given.value)} {given.unit}".strip())
    if given.measured_on:
        parts.append(day(given.measured_on))
    if given.source:
        parts.append(given.source)
    return " · ".join(parts)
