"""Finding what somebody did to the histories behind the application's back.

Every row of every tracked table against its last event, every row of every history against its
line, every line against its row, every line against the seals, every seal against the one before
and against the file outside. What came after the last seal and was cut off with its lines cannot be
seen; nor can a column that is kept out of the histories (a password, when somebody was last seen).
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dti_tracker.shared.time import VIETNAM
from organisations.models import TrailEntry, TrailSeal
from organisations.trail import attaching, functions, sealing
from organisations.trail.attaching import Source

BATCH = 1000
COUNTERS = ("number", "first", "last", "count", "sha256")


@dataclass(frozen=True)
class Finding:
    """One sign of tampering, in words."""

    text: str
    table: str
    key: int | None = None
    at: dt.datetime | None = None

    def __str__(self) -> str:
        where = self.table if self.key is None else f"{self.table} #{self.key}"
        when = f" · {self.at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}" if self.at else ""
        return f"{where}{when}: {self.text}"


def findings() -> Iterator[Finding]:
    """Everything that does not fit, as it is found; memory does not grow with the histories."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL timezone = 'UTC'")
        yield from _triggers()
        for history in attaching.histories():
            yield from _rows_against_events(history)
        for source in attaching.sources():
            yield from _rows_against_lines(source)
        yield from _lines_without_source()
        yield from _seals()


def notes() -> Iterator[str]:
    """What cannot be verified any more, because a migration took a column away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.source, (SELECT count(*) FROM organisations_trailentry t"
            " WHERE t.shape_id = s.id) FROM organisations_trailshape s"
            " WHERE to_regclass(s.source) IS NOT NULL AND EXISTS (SELECT FROM unnest(s.columns) AS c"
            " WHERE c NOT IN (SELECT attname::text FROM pg_attribute"
            " WHERE attrelid = to_regclass(s.source) AND NOT attisdropped)) ORDER BY s.source"
        )
        for table, count in cursor.fetchall():
            text = _("%(count)s rows cannot be compared: a column was removed since")
            yield f"{table}: " + text % {"count": count}


def _triggers() -> Iterator[Finding]:
    for trigger in attaching.missing():
        text = _("the trigger “%(name)s” is missing, switched off or another one")
        yield Finding(text % {"name": trigger.name}, trigger.table)
    for function in functions.differing():
        yield Finding(_("the function is missing or another one"), function.signature)


def _rows_against_events(history: type[models.Model]) -> Iterator[Finding]:
    """What stands in a table must be what its last event left there.

    The triggers that write the histories are silent under `session_replication_role = replica`.
    """
    table = attaching.tracked(history)._meta.db_table
    for key, at, kind, is_there in _streamed(_live_comparison(history), []):
        if kind is None:
            yield Finding(_("a row without an event in its history: put in"), table, key)
        elif not is_there:
            yield Finding(_("the row is gone, and no event says so: deleted"), table, key, at)
        elif kind == "delete":
            yield Finding(_("the row is there, its history says deleted: put in"), table, key, at)
        else:
            yield Finding(_("the row is not what its last event says: edited"), table, key, at)


def _live_comparison(history: type[models.Model]) -> str:
    """One pass over a table and the last events of its rows; only what differs comes out."""
    model = attaching.tracked(history)
    key = f"l.{attaching.key_of(model)}"
    both = _columns(history) & _columns(model)
    live, event = (", ".join(f'{table}."{column}"' for column in sorted(both)) for table in "le")
    return f"""
        WITH last AS (
            SELECT DISTINCT ON (pgh_obj_id) * FROM {history._meta.db_table}
            ORDER BY pgh_obj_id, pgh_id DESC
        )
        SELECT coalesce({key}, e.pgh_obj_id), e.pgh_created_at, e.pgh_label, {key} IS NOT NULL
        FROM {model._meta.db_table} l FULL JOIN last e ON e.pgh_obj_id = {key}
        WHERE (e.pgh_label IS DISTINCT FROM 'delete') <> ({key} IS NOT NULL) OR e.pgh_id IS NULL
            OR ({key} IS NOT NULL AND ROW({live}) IS DISTINCT FROM ROW({event}))
        ORDER BY 1
    """  # noqa: S608


def _columns(model: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, model._meta.db_table)
        return {column.name for column in found}


def _rows_against_lines(source: Source) -> Iterator[Finding]:
    """The last line of each row must be of this row; a history's row has exactly one line."""
    for key, at, kind, count, is_there, fits in _streamed(_comparison(source), [source.table] * 2):
        if kind is None:
            yield Finding(_("a row without its line in the trail: put in"), source.table, key, at)
        elif not is_there and kind != "delete":
            yield Finding(_("a row of the trail is gone: deleted"), source.table, key, at)
        elif source.is_history and count > 1:
            yield Finding(_("more than one line in the trail for one row"), source.table, key, at)
        elif is_there and not fits:
            yield Finding(_("the row is no longer what was written: edited"), source.table, key, at)


def _comparison(source: Source) -> str:
    """One pass over a table and its lines; only what does not fit comes out. Names are our own.

    A column that was added later than a row is left out of the row's digest.
    """
    at = "h.pgh_created_at" if source.is_history else "h.at"
    wrong = "count > 1 OR " if source.is_history else ""
    return f"""
        WITH rows AS (
            SELECT h.{source.key} AS key, {at} AS at, to_jsonb(h) AS content FROM {source.table} h
        ), all_lines AS (
            SELECT DISTINCT ON (event_id) event_id, at, kind, digest, shape_id,
                count(*) OVER (PARTITION BY event_id) AS count
            FROM organisations_trailentry WHERE source = %s ORDER BY event_id, id DESC
        ), now AS (
            SELECT array_agg(a.attname::text) AS columns FROM pg_attribute a
            WHERE a.attrelid = '{source.table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped
        ), shapes AS (
            SELECT s.id, coalesce((SELECT array_agg(c) FROM unnest(now.columns) AS c
                WHERE c <> ALL (s.columns)), '{{}}') AS later,
                NOT s.columns <@ now.columns AS is_cut
            FROM organisations_trailshape s, now WHERE s.source = %s
        ), compared AS (
            SELECT coalesce(r.key, l.event_id) AS key, coalesce(l.at, r.at) AS at, l.kind, l.count,
                r.key IS NOT NULL AS is_there,
                s.is_cut OR l.digest =
                    sha256(convert_to((r.content - s.later)::text, 'UTF8')) AS fits
            FROM rows r FULL JOIN all_lines l ON l.event_id = r.key
                LEFT JOIN shapes s ON s.id = l.shape_id
        )
        SELECT key, at, kind, count, is_there, coalesce(fits, false) FROM compared
        WHERE kind IS NULL OR {wrong} (is_there AND (kind = 'delete' OR fits IS NOT TRUE))
            OR (NOT is_there AND kind <> 'delete')
        ORDER BY key
    """  # noqa: S608


def _lines_without_source() -> Iterator[Finding]:
    """Lines of tables that the trail does not know: a history that was dropped, or an invention."""
    known = [source.table for source in attaching.sources()]
    unknown = TrailEntry.objects.exclude(source__in=known).order_by("source", "-id")
    for entry in unknown.distinct("source"):
        yield Finding(_("the history is gone"), entry.source, entry.event_id, entry.at)


def _seals() -> Iterator[Finding]:
    """The chain, its lines, and the file; after a broken seal the chain goes on from what it says."""
    with sealing.nobody_seals():
        in_file = _Written.read(settings.TRAIL_SEALS)
        newest = TrailSeal.objects.aggregate(number=Max("number"))["number"] or 0
    table = TrailSeal._meta.db_table
    number, last_id, previous = 0, 0, sealing.FIRST
    seals = TrailSeal.objects.filter(number__lte=newest).order_by("number")
    for seal in seals.iterator(chunk_size=BATCH):
        if seal.number != number + 1 or seal.first_id != last_id + 1:
            text = _("seals between %(before)s and %(after)s are gone")
            text %= {"before": number, "after": seal.number}
            yield Finding(text, table, seal.number, seal.at)
            previous = in_file.digest_of(seal.number - 1) or previous
        yield from _lines_of(seal, previous)
        yield from in_file.against(seal)
        number, last_id, previous = seal.number, seal.last_id, seal.digest
    yield from in_file.beyond(number)


def _lines_of(seal: TrailSeal, previous: str) -> Iterator[Finding]:
    digest, count, _end = sealing.digest_of(seal.number, previous, seal.first_id, seal.last_id)
    span = {"number": seal.number, "first": seal.first_id, "last": seal.last_id}
    table = TrailEntry._meta.db_table
    if count != seal.count:
        text = _("seal %(number)s counted %(count)s lines from %(first)s to %(last)s; now: %(now)s")
        text %= span | {"count": seal.count, "now": count}
        yield Finding(text, table, seal.first_id, seal.at)
    elif digest != seal.digest:
        text = _("lines %(first)s to %(last)s are no longer what seal %(number)s sealed") % span
        yield Finding(text, table, seal.first_id, seal.at)


class _Written:
    """The file outside the database, by the numbers of its seals."""

    def __init__(self, lines: dict[int, str], broken: list[int], path: Path) -> None:
        self.lines, self.broken, self.path = lines, broken, path

    @classmethod
    def read(cls, path: Path) -> "_Written":
        """A seal takes some 150 bytes: a hundred thousand of them a year."""
        lines: dict[int, str] = {}
        broken: list[int] = []
        if path.exists():
            with path.open(encoding="utf-8", errors="replace") as file:
                for place, line in enumerate(file, start=1):
                    told = _parsed(line)
                    if told is None or told["number"] in lines:
                        broken.append(place)
                    else:
                        lines[told["number"]] = " ".join(str(told[name]) for name in COUNTERS)
        return cls(lines, broken, path)

    def digest_of(self, number: int) -> str:
        """What the file says a seal was that is gone from the database."""
        return self.lines.get(number, "").rpartition(" ")[2]

    def against(self, seal: TrailSeal) -> Iterator[Finding]:
        told = json.loads(sealing.as_line(seal))
        written = self.lines.get(seal.number)
        if written is None:
            yield self._finding(_("the seal is missing in the file"), seal.number, seal.at)
        elif written != " ".join(str(told[name]) for name in COUNTERS):
            text = _("the seal in the file is another one than in the database")
            yield self._finding(text, seal.number, seal.at)

    def beyond(self, last: int) -> Iterator[Finding]:
        """What the file knows and the database no longer does: the end was cut off."""
        for number in sorted(n for n in self.lines if n > last):
            text = _("the file knows this seal, the database does not: the end was cut off")
            yield self._finding(text, number)
        for place in self.broken:
            yield self._finding(_("this line of the file is no seal, or is there twice"), place)

    def _finding(self, text: str, key: int, at: dt.datetime | None = None) -> Finding:
        return Finding(text, self.path.name, key, at)


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
        return told if all(name in told for name in COUNTERS) else None
    except (ValueError, TypeError):
        return None


def _streamed(query: str, parameters: list[str]) -> Iterator[Any]:
    """Rows as the server finds them, a thousand at a time."""
    with connection.connection.cursor(name="trail_verification") as cursor:
        cursor.itersize = BATCH
        cursor.execute(query, parameters)
        yield from cursor
