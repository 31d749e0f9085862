"""Merging checked rows into the database: files update what came from files, nothing else.

Three values decide each field: what the file says, what it said when it was loaded last
(`ReferenceRow`), and what the database has. Where the last two differ, a person wrote, and stays.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import ReferenceRow
from organisations.reference.files import DataFiles
from organisations.reference.problems import BrokenFiles, Place, Problem
from organisations.reference.tables import AnyModel, Row, Table, related_model

LOCK = 922_2022  # any number, the same for all loads
Values = dict[str, Any]


@dataclass
class Tally:
    """What became of the rows of one table; `kept` are rows in which a person's value stays."""

    table: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    absent: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.created + self.updated


def load(files: DataFiles, read: Callable[[DataFiles], Sequence[Table]]) -> list[Tally]:
    """Read, check and merge all tables in one transaction, one load at a time.

    Args:
        files: the folder to read from.
        read: makes the tables of the files, in an order in which none refers to a later one.

    Raises:
        BrokenFiles: something is wrong with a file; nothing was written.
    """
    tables = read(files)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        codes = Codes.read(tables)
        check_references(files, tables, codes)
        if files.problems:
            raise BrokenFiles(files.problems)
        return [merged(table, codes) for table in tables]


def merged(table: Table, codes: "Codes") -> Tally:
    """Merge one table; the database's own refusal is a fault of the file, too."""
    try:
        return Merge(table, codes).run()
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        reason = getattr(diagnosis, "constraint_name", None) or str(error)
        problem = _("the rows break a rule of the database: %(rule)s") % {"rule": reason}
        raise BrokenFiles([Problem(Place(table.rows[0].place.file), problem)]) from error


def check_references(files: DataFiles, tables: Sequence[Table], codes: "Codes") -> None:
    """Complain of every code that neither the files nor the database know.

    A row that is refused itself is known all the same, and so is everything in a file that could
    not be read: one fault is told once.
    """
    known = {table.model: set(codes.ids[table.model]) | table.attempted for table in tables}
    for table in tables:
        known[table.model] -= {row.key for row in table.rows if codes.is_gone(table, row)}
    unread = {table.model for table in tables if not table.attempted} if files.problems else set()
    for table in tables:
        for row in table.rows:
            for name, model, code in table.references(row):
                if code not in known[model] and model not in unread:
                    place = Place(row.place.file, row.place.line, row.place.column or name)
                    files.complain(place, _("“%(code)s” is unknown") % {"code": code})


@dataclass
class Codes:
    """Codes of files against primary keys, for every table; and what was loaded last.

    A row that a person gave another code is still found by the code of its file.
    """

    ids: dict[AnyModel, dict[str, int]]
    names: dict[AnyModel, dict[int, str]]
    last: dict[str, dict[str, ReferenceRow]]

    @classmethod
    def read(cls, tables: Sequence[Table]) -> "Codes":
        labels = [table.model._meta.label_lower for table in tables]
        last: dict[str, dict[str, ReferenceRow]] = defaultdict(dict)
        for reference in ReferenceRow.objects.filter(table__in=labels):
            last[reference.table][reference.key] = reference
        codes = cls({}, {}, last)
        for table in tables:
            codes._read_table(table)
        return codes

    def _read_table(self, table: Table) -> None:
        naturals = table.model._base_manager.values_list("pk", *table.natural)
        names = {pk: Table.code_of(tuple(parts)) for pk, *parts in naturals}
        ids = {code: pk for pk, code in names.items()}
        for key, reference in self.last[table.model._meta.label_lower].items():
            pk = reference.values["id"]
            if pk in names:
                ids[key], names[pk] = pk, key
        self.ids[table.model], self.names[table.model] = ids, names

    def is_gone(self, table: Table, row: Row) -> bool:
        """Whether a person took away a row that was loaded before."""
        loaded = self.last[table.model._meta.label_lower]
        return row.key in loaded and row.key not in self.ids[table.model]

    def name_of(self, model: AnyModel, pk: int | None) -> str | None:
        """The code of a row as its file writes it."""
        return None if pk is None else self.names[model][pk]


class Merge:
    """One table's merge: which rows are new, which changed, what a person wrote."""

    def __init__(self, table: Table, codes: Codes) -> None:
        self.table = table
        self.model = table.model
        self.codes = codes
        self.last = codes.last[table.model._meta.label_lower]
        self.tally = Tally(table.model._meta.label_lower)
        self.now = timezone.now()
        self.references: list[ReferenceRow] = []
        self.changed: dict[int, models.Model] = {}
        self.changed_fields: set[str] = set()

    def run(self) -> Tally:
        present = {obj.pk: obj for obj in self.model._base_manager.all()}
        self.many = self._present_many()
        pks = [(row, self._pk_of(row)) for row in self.table.rows]
        self._create([row for row, pk in pks if pk is None])
        for row, pk in pks:
            if pk in present:
                self._merge(row, present[pk])
            elif pk is not None:  # a person took it away; it stays away
                self.tally.kept += 1
        self._write_changes()
        keys = {row.key for row in self.table.rows}
        self.tally.absent = sorted(key for key in self.last if key not in keys)
        return self.tally

    def _pk_of(self, row: Row) -> int | None:
        if row.key in self.last:
            return int(self.last[row.key].values["id"])
        return self.codes.ids[self.model].get(row.natural)

    def _merge(self, row: Row, obj: models.Model) -> None:
        last = self.last.get(row.key)
        wanted = {name: plain(value) for name, value in row.values.items()}
        is_kept = is_updated = False
        for name, new in wanted.items():
            present = self._plain_of(obj, name)
            if present == new:
                continue
            if entered_by_a_person(self.model, name, present, last.values if last else None):
                is_kept = True
            else:
                is_updated = True
                self._set(obj, name, row.values[name])
        self.tally.kept += is_kept
        self.tally.updated += is_updated
        self.tally.unchanged += not is_updated
        self._remember(row, obj.pk, last)

    def _plain_of(self, obj: models.Model, name: str) -> Any:
        model_field: Any = self.model._meta.get_field(name)
        if model_field.many_to_many:
            return self.many[name].get(obj.pk, [])
        value = getattr(obj, model_field.attname)
        if model_field.is_relation:
            return self.codes.name_of(related_model(model_field), value)
        return plain(value)

    def _set(self, obj: models.Model, name: str, value: Any) -> None:
        model_field: Any = self.model._meta.get_field(name)
        if model_field.many_to_many:
            ids = self.codes.ids[related_model(model_field)]
            getattr(obj, name).set([ids[code] for code in value])
            return
        setattr(obj, model_field.attname, self._stored(model_field, value))
        self.changed[obj.pk] = obj
        self.changed_fields.add(name)

    def _stored(self, model_field: Any, value: Any) -> Any:
        if model_field.is_relation and value is not None:
            return self.codes.ids[related_model(model_field)][value]
        return value

    def _create(self, rows: list[Row]) -> None:
        """Insert new rows, those first that others of the same table refer to."""
        waiting = rows
        while waiting:
            ready = [row for row in waiting if self._is_ready(row)]
            if not ready:
                problem = Problem(waiting[0].place, _("the rows refer to each other in a circle"))
                raise BrokenFiles([problem])
            objects = self.model._base_manager.bulk_create([self._built(row) for row in ready])
            for row, obj in zip(ready, objects, strict=True):
                self.codes.ids[self.model][row.key] = obj.pk
                self._remember(row, obj.pk, None)
            self._create_many(ready, objects)
            done = {row.key for row in ready}
            waiting = [row for row in waiting if row.key not in done]
        self.tally.created = len(rows)

    def _is_ready(self, row: Row) -> bool:
        own = (code for _name, model, code in self.table.references(row) if model is self.model)
        return all(code in self.codes.ids[self.model] for code in own)

    def _built(self, row: Row) -> models.Model:
        values = {}
        for name, value in row.values.items():
            model_field: Any = self.model._meta.get_field(name)
            if not model_field.many_to_many:
                values[model_field.attname] = self._stored(model_field, value)
        return self.model(**values)

    def _create_many(self, rows: list[Row], objects: Sequence[models.Model]) -> None:
        for model_field in self.model._meta.many_to_many:
            ids = self.codes.ids[related_model(model_field)]
            own, other = model_field.m2m_field_name(), model_field.m2m_reverse_field_name()
            through: Any = model_field.remote_field.through
            through._base_manager.bulk_create(
                through(**{f"{own}_id": obj.pk, f"{other}_id": ids[code]})
                for row, obj in zip(rows, objects, strict=True)
                for code in row.values.get(model_field.name, [])
            )

    def _present_many(self) -> dict[str, dict[int, list[str]]]:
        """Codes that each row has in its many-to-many fields, by field and primary key."""
        present: dict[str, dict[int, list[str]]] = {}
        for model_field in self.model._meta.many_to_many:
            found: dict[int, list[str]] = defaultdict(list)
            pairs = self.model._base_manager.filter(**{f"{model_field.name}__isnull": False})
            for pk, other in pairs.values_list("pk", model_field.name):
                code = self.codes.name_of(related_model(model_field), other)
                found[pk].append(code or "")
            present[model_field.name] = {pk: sorted(codes) for pk, codes in found.items()}
        return present

    def _remember(self, row: Row, pk: int, last: ReferenceRow | None) -> None:
        values = {"id": pk} | {name: plain(value) for name, value in row.values.items()}
        if last is None:
            self.references.append(ReferenceRow(table=self.tally.table, key=row.key, values=values))
        elif last.values != values:
            last.values = values
            last.loaded_at = self.now
            self.references.append(last)

    def _write_changes(self) -> None:
        if self.changed:
            if any(f.name == "updated_at" for f in self.model._meta.fields):
                self.changed_fields.add("updated_at")
                for obj in self.changed.values():
                    obj.updated_at = self.now  # type: ignore[attr-defined]
            self.model._base_manager.bulk_update(
                self.changed.values(), sorted(self.changed_fields), batch_size=500
            )
        new = [reference for reference in self.references if reference.pk is None]
        old = [reference for reference in self.references if reference.pk is not None]
        ReferenceRow.objects.bulk_create(new)
        if old:
            ReferenceRow.objects.bulk_update(old, ["values", "loaded_at"], batch_size=500)


def entered_by_a_person(model: AnyModel, name: str, present: Any, last: Values | None) -> bool:
    """Whether a value that differs from the file's is somebody's own.

    A field that no file filled before is free while it is empty or at its default.
    """
    if last is not None and name in last:
        return bool(present != last[name])
    model_field: Any = model._meta.get_field(name)
    default = plain(model_field.get_default()) if last is not None else None
    return present not in (None, "", [], default)


def plain(value: Any) -> Any:
    """A value as JSON keeps it, so that equal values are equal whatever made them."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value
