"""What each floor says of its models to the trail below; the lowest floor imports nothing from above.

An app's module `trail.py` registers them when Django starts. What nobody registered is content:
the trail shows that it changed, and no value.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.utils.functional import Promise

from organisations.rights import Decision
from organisations.selectors import Standing

Model = type[models.Model]
Rows = models.QuerySet[Any]
Words = str | Promise


@dataclass(frozen=True)
class Seen:
    """Only what a row held while a field had one of these values: no draft is shown afterwards."""

    field: str
    values: frozenset[str]

    def fits(self, row: dict[str, Any]) -> bool:
        return row.get(self.field) in self.values


@dataclass(frozen=True)
class Part:
    """Rows of one model whose lines belong to the history of an object, as far as `seen` says."""

    model: Model
    ids: Rows | Iterable[int]
    seen: Seen | None = None


@dataclass(frozen=True)
class Subject:
    """An object with a history page `/trail/<slug>/<key>/`.

    `find` gives the object by its key (which `key` gives) if the person may see it, else None; `may` decides on the
    history; `parts` names the rows whose lines the person may read in it, values included.
    """

    slug: str
    model: Model
    find: Callable[[Standing, str], Any]
    key: Callable[[Any], str]
    may: Callable[[Standing, Any], Decision]
    parts: Callable[[Standing, Any], list[Part]]
    title: Callable[[Any], str]
    address: Callable[[Any], str]


@dataclass(frozen=True)
class Scope:
    """Which rows' lines an inspector reads, and in which states with their values."""

    rows: Callable[[Standing], Rows]
    seen: Seen | None = None


@dataclass(frozen=True)
class Naming:
    """What a row is called where it has no name of its own, and what must be read with it."""

    words: Callable[[Any], str]
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deed:
    """What was done, in words; `about` only where it is not the row's own name."""

    words: str
    about: str | None = None


Row = dict[str, Any]
# Kind of the line, the row before and after as far as the reader may see them.
Telling = Callable[[str, Row | None, Row | None], Deed | None]

# Kept for machines; no reader asks for them.
QUIET = frozenset(
    {
        "id",
        "uid",
        "created_at",
        "updated_at",
        "search_key",
        "writers",
        "renderer",
        "version",
        "digest",
        "sha256",
        "snapshot",
        "submitted_snapshot",
        "claim",
        "lease_until",
        "woken_at",
        "order",
        "request_id",
    }
)

_labels: dict[tuple[str, str], Words] = {}
_wordings: dict[tuple[str, str], Callable[[Any], str]] = {}
_tellings: dict[str, Telling] = {}
_set_up: set[str] = set()
_inspected: dict[str, Scope] = {}
_names: dict[str, Naming] = {}
_append_only: dict[str, Model] = {}
_subjects: dict[str, Subject] = {}


def label(model: Model) -> str:
    """The name under which the trail keeps a model."""
    return model._meta.label_lower


def set_up(*found: Model) -> None:
    """Models whose values every reader of the whole trail may see: set-up, not content."""
    _set_up.update(map(label, found))


def append_only(*found: Model) -> None:
    """Tables without a history of their own, because their rows only come; with `at` and `user`."""
    _append_only.update({label(model): model for model in found})


def inspected(model: Model, rows: Callable[[Standing], Rows], seen: Seen | None = None) -> None:
    """Which rows' lines an inspector may read, values included: those of the inspected programmes."""
    _inspected[label(model)] = Scope(rows, seen)


def inspected_under(parent: str, parents: Callable[[Standing], Rows], *found: Model) -> None:
    """The same for rows that hang on others: they are read with what they hang on."""
    for model in found:
        inspected(model, partial(_hanging, model, parent, parents))


def _hanging(
    model: Model, parent: str, parents: Callable[[Standing], Rows], standing: Standing
) -> Rows:
    return model._base_manager.filter(**{f"{parent}__in": parents(standing)})


def called(model: Model, words: Callable[[Any], str], *reads: str) -> None:
    _names[label(model)] = Naming(words, reads)


def naming(model: Model) -> Naming | None:
    return _names.get(label(model))


def fields(*found: Model, **labels: Words) -> None:
    """Labels of fields that the tables leave without words, or with words of another place."""
    for model in found:
        _labels.update({(label(model), name): words for name, words in labels.items()})


def field_label(field: Any) -> str:
    """A field in words; a reference without words of its own is called by what it refers to."""
    said = _labels.get((label(field.model), field.name))
    if said is None and field.is_relation and field._verbose_name is None:
        said = field.related_model._meta.verbose_name
    return str(field.verbose_name if said is None else said)


def wordings(model: Model, **found: Callable[[Any], str]) -> None:
    """Say what a field holds in words of its own; an empty text leaves it out."""
    _wordings.update({(label(model), name): wording for name, wording in found.items()})


def wording(field: Any) -> Callable[[Any], str] | None:
    return _wordings.get((label(field.model), field.name))


def shown_fields(model: Model) -> list[Any]:
    """What a reader is told of a row."""
    return [field for field in model._meta.concrete_fields if field.name not in QUIET]


def tells(model: Model, telling: Telling) -> None:
    """Say what was done in words of its own, where “changed …” says too little."""
    _tellings[label(model)] = telling


def deed(model: Model, kind: str, before: Row | None, now: Row | None) -> Deed | None:
    """What was done in a model's own words; None where it has none for it."""
    telling = _tellings.get(label(model))
    return telling(kind, before, now) if telling else None


def subject(found: Subject) -> None:
    _subjects[found.slug] = found


def ever(model: Model, **parent: Any) -> Part:
    """Every row that ever hung on an object: those that are gone stand in the history alone."""
    history: Model = model.pgh_event_model  # type: ignore[attr-defined]
    return Part(model, history._base_manager.filter(**parent).values("pgh_obj_id"))


def is_set_up(name: str) -> bool:
    return name in _set_up


def append_only_models() -> list[Model]:
    return list(_append_only.values())


def scopes() -> dict[str, Scope]:
    return dict(_inspected)


def subject_by_slug(slug: str) -> Subject | None:
    return _subjects.get(slug)
