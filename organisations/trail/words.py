"""The trail in words: fields by their labels, codes by theirs, other rows by their names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organisations.choices import Channel
from organisations.models import TrailEntry, User
from organisations.templatetags.ui import UNKNOWN, day, moment, named, number
from organisations.trail import registry

Row = dict[str, Any]
Model = type[models.Model]


@dataclass(frozen=True)
class Change:
    """One field: what it held before and after, in words."""

    label: str
    before: str
    after: str

    @property
    def was_empty(self) -> bool:
        return self.before == UNKNOWN


@dataclass(frozen=True)
class Topic:
    """The object whose history is read: its name is not said again in each line."""

    model: str
    key: int
    title: str

    def is_row(self, model: Model, key: Any) -> bool:
        return (self.model, self.key) == (registry.label(model), key)

    def is_said_by(self, text: str) -> bool:
        """Also of what is called by it, as a trial period by its task."""
        return text.startswith(self.title)


@dataclass
class Names:
    """Names of people and of the rows that others point to, read before anything is written."""

    people: dict[int, User]
    rows: dict[tuple[str, Any], str] = field(default_factory=dict)

    @classmethod
    def read(cls, told: Iterable[tuple[Model, Row]], *, people: set[int]) -> "Names":
        """One query for people, one for each model that is pointed to."""
        wanted: dict[Model, set[Any]] = defaultdict(set)
        for model, row in told:
            for key in _foreign_keys(model):
                if row.get(key.attname) is not None:
                    wanted[key.related_model].add(row[key.attname])
        names = cls(people=User.objects.in_bulk(people))
        for model, keys in wanted.items():
            names.rows |= {(registry.label(model), pk): text for pk, text in _called(model, keys)}
        return names

    def of(self, model: Model, key: Any) -> str:
        return self.rows.get((registry.label(model), key), _("no. %(key)s") % {"key": key})

    def about(self, model: Model | None, row: Row | None, topic: Topic | None = None) -> str:
        """A row without a name is known by what it points to: a position by person and body."""
        if model is None or row is None:
            return ""
        keys = [k for k in _foreign_keys(model) if not k.null and row.get(k.attname) is not None]
        told = [(k.related_model, row[k.attname]) for k in keys[:2]]
        texts = [self.of(*one) for one in told if topic is None or not topic.is_row(*one)]
        return " · ".join(t for t in texts if topic is None or not topic.is_said_by(t))

    def who(self, entry: TrailEntry) -> str:
        """The person; else who or what stood at the keyboard."""
        if entry.user_id is not None:
            person = self.people.get(entry.user_id)
            return str(person) if person else _("person no. %(key)s") % {"key": entry.user_id}
        told: Row = entry.circumstances
        if entry.channel == Channel.SQL:
            return _("%(role)s in the database") % {"role": entry.db_role}
        if entry.channel == Channel.COMMAND:
            return _("%(user)s at the server") % {"user": told.get("os_user", entry.db_role)}
        if entry.channel == Channel.JOB:
            return _("the application itself")
        return _("nobody signed in")


def _foreign_keys(model: Model) -> list[Any]:
    return [f for f in model._meta.concrete_fields if f.is_relation and f.related_model]


def _called(model: Model, keys: set[Any]) -> Iterable[tuple[Any, str]]:
    naming = registry.naming(model)
    rows = (
        model._base_manager.select_related(*naming.reads)
        if naming and naming.reads
        else (model._base_manager.all())
    )
    for pk, row in rows.in_bulk(keys).items():
        if naming:
            yield pk, naming.words(row)
        elif hasattr(row, "name") and hasattr(row, "name_en"):
            yield pk, named(row)
        else:
            yield pk, str(row)


def changes(model: Model, before: Row | None, after: Row | None, names: Names) -> list[Change]:
    """Every field that differs; of a new row or a removed one, every field that holds something."""
    found = [
        Change(capfirst(registry.field_label(f)), _worded(f, old, names), _worded(f, new, names))
        for f, old, new in _differing(model, before, after)
    ]
    return [change for change in found if (change.before, change.after) != (UNKNOWN, UNKNOWN)]


def field_labels(model: Model, before: Row | None, after: Row | None) -> list[str]:
    """Which fields differ, where their values are not for this reader."""
    return [capfirst(registry.field_label(f)) for f, _old, _new in _differing(model, before, after)]


def _differing(
    model: Model, before: Row | None, after: Row | None
) -> Iterable[tuple[Any, Any, Any]]:
    old, new = before or {}, after or {}
    for f in registry.shown_fields(model):
        pair = old.get(str(f.column)), new.get(str(f.column))
        is_empty = all(value in (None, "", [], {}) for value in pair)
        if pair[0] != pair[1] and not is_empty:
            yield f, *pair


def _worded(f: Any, value: Any, names: Names) -> str:
    if value in (None, "", [], {}):
        return UNKNOWN
    if own := registry.wording(f):
        return own(value) or UNKNOWN
    if f.is_relation:
        return names.of(f.related_model, value)
    if f.choices:
        return str(dict(f.flatchoices).get(value, value))
    return _plain(f, value)


def _plain(f: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    try:
        typed = f.to_python(value)
    except (ValidationError, TypeError, ValueError):
        return str(value)
    if isinstance(f, models.DateTimeField):
        return moment(typed)
    if isinstance(f, models.DateField):
        return day(typed)
    if isinstance(f, (models.DecimalField, models.IntegerField)):
        return number(typed)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {held}" for key, held in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
