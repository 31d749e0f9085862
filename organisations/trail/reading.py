"""Lines of the trail as a person may read them; how many queries does not depend on how many lines."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Q, QuerySet

from organisations.models import TrailEntry
from organisations.selectors import Standing
from organisations.trail import attaching, registry
from organisations.trail.registry import Part, Seen
from organisations.trail.words import Change, Names, Topic, changes, field_labels

PAGE_SIZE = 50
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One line with everything that is shown of it."""

    entry: TrailEntry
    who: str
    what: str
    deed: str
    about: str
    changes: list[Change] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LinePage:
    """Some lines, newest first, and the numbers from which the neighbours are asked."""

    lines: list[Line]
    older: int | None
    newer: int | None


@dataclass(frozen=True)
class Sight:
    """Which values of a line a person may read."""

    shows_all: bool = False
    seen: dict[str, Seen] = field(default_factory=dict)
    whole: dict[str, frozenset[int]] = field(default_factory=dict)  # rows `seen` does not bind
    topic: Topic | None = None

    def of(self, entry: TrailEntry, row: Row | None) -> Row | None:
        """What a row held, if the person may know it."""
        if row is None or not (self.shows_all or registry.is_set_up(entry.model)):
            return None
        seen = self.seen.get(entry.model)
        is_free = seen is None or entry.object_id in self.whole.get(entry.model, ())
        return row if is_free or (seen and seen.fits(row)) else None


def whole_log(standing: Standing, only: str = "") -> tuple[QuerySet[TrailEntry], Sight]:
    """Everything for administrators, without the values of contents; an inspector's programmes whole.

    `only` names the model that will be asked for: the others' rows need not be looked up then.
    """
    if standing.is_administrator:
        return TrailEntry.objects.all(), Sight()
    scopes = registry.scopes()
    reach = Q(pk__in=[])
    for model, scope in scopes.items():
        if only in ("", model):
            reach |= Q(model=model, object_id__in=scope.rows(standing).order_by().values("pk"))
    seen = {model: scope.seen for model, scope in scopes.items() if scope.seen}
    return TrailEntry.objects.filter(reach), Sight(shows_all=True, seen=seen)


def history(
    parts: Iterable[Part], topic: Topic | None = None
) -> tuple[QuerySet[TrailEntry], Sight]:
    """The lines of an object and of what hangs on it; what is not seen is not there."""
    reach, parts = Q(pk__in=[]), list(parts)
    seen = {registry.label(part.model): part.seen for part in parts if part.seen}
    whole: dict[str, frozenset[int]] = {}
    for part in parts:
        name = registry.label(part.model)
        ids = part.ids.order_by() if isinstance(part.ids, QuerySet) else part.ids
        condition = Q(model=name, object_id__in=ids)
        if part.seen:
            condition &= Q(event_id__in=_events_seen(part))
        elif name in seen:
            whole[name] = _keys(part)
        reach |= condition
    return TrailEntry.objects.filter(reach), Sight(True, seen, whole, topic)


def _keys(part: Part) -> frozenset[int]:
    ids = part.ids
    return frozenset(ids.values_list("pk", flat=True) if isinstance(ids, QuerySet) else ids)


def _events_seen(part: Part) -> QuerySet[Any]:
    events: type[models.Model] = part.model.pgh_event_model  # type: ignore[attr-defined]
    seen = part.seen
    assert seen is not None  # noqa: S101 - the caller's condition
    return events._base_manager.filter(**{f"{seen.field}__in": seen.values}).values("pk")


def page(
    found: QuerySet[TrailEntry], sight: Sight, *, before: int | None, after: int | None
) -> LinePage:
    """A page from a number on, by key: the thousandth page costs what the first costs."""
    if after is not None:
        some = list(found.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
        has_newer = len(some) > PAGE_SIZE
        shown = some[:PAGE_SIZE][::-1]
        has_older = True
    else:
        some = list(
            (found.filter(pk__lt=before) if before else found).order_by("-pk")[: PAGE_SIZE + 1]
        )
        has_older = len(some) > PAGE_SIZE
        shown = some[:PAGE_SIZE]
        has_newer = before is not None
    return LinePage(
        lines=lines(shown, sight),
        older=shown[-1].pk if shown and has_older else None,
        newer=shown[0].pk if shown and has_newer else None,
    )


def lines(entries: Sequence[TrailEntry], sight: Sight) -> list[Line]:
    """Everything about some entries: their rows in one query, names by one query for each model."""
    rows = _rows(entries)
    told = [(entry, *rows.get(entry.pk, (None, None))) for entry in entries]
    names = Names.read(_models(told), people={e.user_id for e in entries if e.user_id})
    return [_line(entry, now, before, sight, names) for entry, now, before in told]


def _line(
    entry: TrailEntry, now: Row | None, before: Row | None, sight: Sight, names: Names
) -> Line:
    model = model_of(entry)
    if entry.kind == "delete":
        now, before = None, now
    elif entry.kind == "insert":
        before = None
    may_now, may_before = sight.of(entry, now), sight.of(entry, before)
    is_shown = (may_now, may_before) != (None, None)
    what = str(model._meta.verbose_name) if model else entry.model
    deed = registry.deed(model, entry.kind, may_before, may_now) if model and is_shown else None
    told = deed.about if deed else None
    return Line(
        entry=entry,
        who=names.who(entry),
        what=what,
        deed=deed.words if deed else f"{entry.get_kind_display()} {what}",
        about=_about(
            entry, names.about(model, now or before, sight.topic), sight.topic, is_shown=is_shown
        )
        if told is None
        else told,
        changes=changes(model, may_before, may_now, names) if is_shown and model else [],
        fields=field_labels(model, before, now) if not is_shown and model else [],
    )


def _about(entry: TrailEntry, pointed_to: str, topic: Topic | None, *, is_shown: bool) -> str:
    """Its own name, unless that is a number for machines, stands above the page already, or is
    content that the reader may not see: the title of a file says what is in it."""
    own = entry.subject if is_shown and not _UID(entry.subject) else ""
    is_said = topic is not None and topic.is_said_by(own)
    return own if own and not is_said else pointed_to


def model_of(entry: TrailEntry) -> type[models.Model] | None:
    """The model of a line; None when it no longer exists."""
    try:
        return apps.get_model(entry.model)
    except LookupError:
        return None


def _models(
    told: Iterable[tuple[TrailEntry, Row | None, Row | None]],
) -> list[tuple[type[models.Model], Row]]:
    return [
        (model, row)
        for entry, now, before in told
        if (model := model_of(entry)) is not None
        for row in (now, before)
        if row is not None
    ]


def _rows(entries: Iterable[TrailEntry]) -> dict[int, tuple[Row, Row | None]]:
    """What each line's row held, and what the object's row before it held; one query."""
    by_source: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        by_source[entry.source].append(entry.pk)
    known = {source.table: source for source in attaching.sources()}
    arms = [_arm(known[table]) for table in by_source if table in known]
    ids = [by_source[table] for table in by_source if table in known]
    if not arms:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arms), ids)
        return {pk: (_loaded(now), _loaded(before)) for pk, now, before in cursor.fetchall()}  # type: ignore[misc]


def _arm(source: attaching.Source) -> str:
    """Names of our own tables only."""
    before = (
        f"(SELECT to_jsonb(p)::text FROM {source.table} p WHERE p.pgh_obj_id = e.pgh_obj_id"  # noqa: S608
        f" AND p.pgh_id < e.pgh_id ORDER BY p.pgh_id DESC LIMIT 1)"
        if source.is_history
        else "NULL"
    )
    return (
        f"SELECT t.id, to_jsonb(e)::text, {before} FROM organisations_trailentry t"  # noqa: S608
        f" JOIN {source.table} e ON e.{source.key} = t.event_id WHERE t.id = ANY(%s)"
    )


def _loaded(text: str | None) -> Row | None:
    return json.loads(text) if text is not None else None
