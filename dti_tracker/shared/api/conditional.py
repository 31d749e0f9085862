"""ETags that cost one query, and the versions that a change starts from.

The tag is made before the work from what the answer depends on. A change that falls between the tag and
the work makes the answer newer than its tag: the next conditional request is answered in full.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from rest_framework.request import Request

from dti_tracker.shared.api.problems import PreconditionFailed, PreconditionRequired

# A slow transaction may commit an event with a lower number than one already seen. Counting the
# events among the last numbers notices it, as long as it is not this many events behind.
WINDOW = 256

VERSIONED = re.compile(r'"(\d{1,9})(\.[0-9a-f]+)?"')


def fingerprint(sources: Sequence[type[models.Model]], parts: Iterable[Any]) -> str:
    """A tag for an answer made from these tables for this caller; one query, no table scan.

    The history of each table (every insert, update and delete is an event with a rising number) says
    whether anything changed. Keyed, so that nobody can guess the tag of an answer not given to him.
    """
    text = "\x1f".join([*map(str, parts), _state_of(sources)])
    return salted_hmac("api.etag", text, algorithm="sha256").hexdigest()[:32]


def _state_of(sources: Sequence[type[models.Model]]) -> str:
    if not sources:
        return ""
    columns = [_latest(_table(source)) for source in sources]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(columns))
        row = cursor.fetchone()
    return repr(row)


def _table(source: type[models.Model]) -> tuple[str, str]:
    """Where the changes of a table are numbered: its history; its own key where rows only come."""
    numbered = getattr(source, "pgh_event_model", source)
    quote = connection.ops.quote_name
    return quote(numbered._meta.db_table), quote(str(numbered._meta.pk.column))


def _latest(table: tuple[str, str]) -> str:
    name, key = table
    return (
        f"(SELECT max({key})::text || ':' || count(*)::text FROM {name} "  # noqa: S608 - our own names
        f"WHERE {key} > (SELECT coalesce(max({key}), 0) - {WINDOW} FROM {name}))"
    )


def names(header: str, etag: str) -> bool:
    """Whether `If-None-Match` names a tag; compared weakly (RFC 9110, 13.1.2)."""
    tags = {tag.removeprefix("W/") for tag in parse_etags(header)}
    return "*" in tags or etag in tags


def version_from(request: Request, *, present: int) -> int | None:
    """The version in `If-Match`; None without the header.

    Raises:
        PreconditionFailed: the header names no version of this object, or only weak tags.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    if header.strip() == "*":
        return present
    found = {int(match[1]) for tag in parse_etags(header) if (match := VERSIONED.fullmatch(tag))}
    if present in found:
        return present
    raise PreconditionFailed


def required_version(request: Request, *, present: int) -> int:
    """The version in `If-Match`. Raises PreconditionRequired without, PreconditionFailed when stale."""
    version = version_from(request, present=present)
    if version is None:
        raise PreconditionRequired
    return version
