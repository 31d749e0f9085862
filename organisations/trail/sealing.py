"""Seals: every few minutes the new lines are hashed, chained to the seal before, and written outside.

A seal covers a run of numbers without gaps of time: it ends below the lowest number that a
transaction which is still running might hold. Whoever changes a sealed line, or cuts the end off,
would have to change the seals after it too, and the file outside the database.
"""

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from organisations.models import TrailSeal

logger = logging.getLogger(__name__)

LOCK = 7_245_301
PATIENCE_S, STEP_S = 10.0, 0.2
BATCH = 2000
FIRST = "0" * 64
# Every column, in this order, as text that does not depend on the session's settings.
LINE = """jsonb_build_array(id, at, source, event_id, model, object_id, subject, kind, user_id, channel,
    context_id, circumstances, db_role, host(db_address), db_application, shape_id,
    encode(digest, 'hex'), words::text)::text"""


def seal() -> TrailSeal | None:
    """Seal what is new; None where nothing is, somebody else seals, or a transaction takes long."""
    bound = _bound()
    if bound is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        try:
            return _sealed_and_written(bound)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _sealed_and_written(bound: int) -> TrailSeal | None:
    with transaction.atomic(durable=True):
        made = _seal_up_to(bound)
    if made is not None:
        write_down(made)
    return made


@contextmanager
def nobody_seals() -> Iterator[None]:
    """Between two seals: what is committed stands in the file too, but for what a crash kept out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [LOCK])


def _seal_up_to(bound: int) -> TrailSeal | None:
    last = TrailSeal.objects.order_by("number").last()
    if last is not None:
        _write_down_if_lost(last)
    first_id = last.last_id + 1 if last else 1
    number = last.number + 1 if last else 1
    previous = last.digest if last else FIRST
    digest, count, end = digest_of(number, previous, first_id, bound)
    if not count:
        return None
    return TrailSeal.objects.create(
        number=number,
        at=timezone.now(),
        first_id=first_id,
        last_id=end,
        count=count,
        digest=digest,
    )


def digest_of(number: int, previous: str, first_id: int, last_id: int) -> tuple[str, int, int]:
    """SHA-256 over the seal before and every line between two numbers; how many, and the last one."""
    found = hashlib.sha256(f"{number} {previous} {first_id}".encode())
    count, end = 0, first_id - 1
    for key, text in lines(first_id, last_id):
        found.update(b"\n" + text.encode())
        count, end = count + 1, key
    return found.hexdigest(), count, end


def lines(first_id: int, last_id: int) -> Iterator[tuple[int, str]]:
    """Lines in the order of their numbers, a batch at a time: memory stays flat."""
    after = first_id - 1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, {LINE} FROM organisations_trailentry"  # noqa: S608
                " WHERE id > %s AND id <= %s ORDER BY id LIMIT %s",
                [after, last_id, BATCH],
            )
            batch = cursor.fetchall()
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1][0]


def _bound() -> int | None:
    """The highest number given out so far, once all that were writing then have ended.

    Numbers are given before their transaction commits, so that a late one may come with a low
    number. Who has written a line holds a lock on the table until its end, which hinders nobody and
    is seen here. None when one of them does not end in time: the next run tries again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN is_called THEN last_value END FROM organisations_trailentry_id_seq"
        )
        bound: int | None = cursor.fetchone()[0]
    waited_for = _writing()
    for _try in range(int(PATIENCE_S / STEP_S)):
        if bound is None or not waited_for:
            return bound
        time.sleep(STEP_S)
        waited_for &= _writing()
    if not waited_for:
        return bound
    logger.warning("trail: a transaction has been writing for long; sealing waits for the next run")
    return None


def _writing() -> set[str]:
    """Other transactions that have written a line and not ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation'"
            " AND relation = 'organisations_trailentry'::regclass AND mode = 'RowExclusiveLock'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND pid <> pg_backend_pid()"
        )
        return {row[0] for row in cursor.fetchall()}


def as_line(made: TrailSeal) -> str:
    """How a seal stands in the file: the same on every machine."""
    told: dict[str, Any] = {
        "number": made.number,
        "first": made.first_id,
        "last": made.last_id,
        "count": made.count,
        "sha256": made.digest,
        "at": made.at.isoformat(timespec="seconds"),
    }
    return json.dumps(told)


def write_down(made: TrailSeal) -> None:
    """Outside the database: into the file, and onto the log."""
    path: Path = settings.TRAIL_SEALS
    path.parent.mkdir(parents=True, exist_ok=True)
    line = as_line(made).encode() + b"\n"
    torn = _tail(path).rpartition(b"\n")[2]
    with path.open("ab") as file:
        if torn and line.startswith(torn):
            logger.warning("trail: seal %s stood torn in the file", made.number)
            file.truncate(file.tell() - len(torn))
        elif torn:
            file.write(b"\n")
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    logger.info("trail sealed: %s", as_line(made))


def _write_down_if_lost(last: TrailSeal) -> None:
    """A run that died between its commit and the file left the last seal out: that one alone."""
    written = _tail(settings.TRAIL_SEALS).rpartition(b"\n")[0].rpartition(b"\n")[2]
    before = f'"number": {last.number - 1},'.encode()
    if before in written if written else last.number == 1:
        logger.warning("trail: seal %s was missing in the file and is written now", last.number)
        write_down(last)


def _tail(path: Path) -> bytes:
    """The end of the file, with the last whole line and what was torn after it by a full disk."""
    if not path.exists():
        return b""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1000))
        return file.read()
