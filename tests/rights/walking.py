"""The walk itself: send a request for a line of the table and compare it with what was expected."""

import copy
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.shortcuts import resolve_url
from django.urls import reverse

from tests.rights import (  # noqa: F401 - enters their payloads
    oracle,
    payloads_changes,
    payloads_evidence,
    payloads_lists,
    payloads_set_up,
)
from tests.rights.cast import Cast, settle
from tests.rights.choosing import plan
from tests.rights.oracle import Actor, Target
from tests.rights.payloads import EMPTY, PAYLOADS, Payload
from tests.rights.routes import Address, Line
from tests.rights.summary import TALLY

YES = {200, 201, 202, 204, 302, 303}
TOLD_WHAT_IS_MISSING = {400, 412, 422, 428}
# What changes with any request, and says nothing of the work.
BOOKKEEPING = {
    "django_session",
    "django_cache",
    "organisations_securityevent",
    "usersessions_usersession",
    "organisations_trailentry",
    "organisations_trailshape",
}
# A token remembers when it was last used, also for what was refused.
OF_A_TOKEN = {"organisations_apitoken"}
WRITES = """
    SELECT c.relname, pg_stat_get_xact_tuples_inserted(c.oid)
        + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid)
    FROM pg_class AS c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Answer:
    """What came back, and which tables were written in."""

    status: int
    text: str
    location: str
    written: frozenset[str]
    was_to_write: bool = False


def writes() -> dict[str, int]:
    """How many rows of each table this transaction has written, also in what was taken back."""
    with connection.cursor() as cursor:
        cursor.execute(WRITES)
        return {name: count for name, count in cursor.fetchall() if name not in BOOKKEEPING}


def walk(line: Line, address: Address, cast: Cast, *, names: Container[str] = ()) -> Iterator[str]:
    """The cells of a line; yields a line of text for each that is wrong.

    Args:
        names: of the only actors to walk with, if any are given.
    """
    for target, actors in plan(line, cast):
        with undone():
            settle(target)
            for actor in actors:
                if not names or actor.name in names:
                    yield from _cell(line, address, cast, actor, target)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _cell(line: Line, address: Address, cast: Cast, actor: Actor, target: Target) -> Iterator[str]:
    TALLY.cells += 1
    TALLY.routes.add(line.route)
    expected = oracle.expected(line, actor, target)
    answer = ask(line, address, cast, actor, target)
    for problem in judge(line, cast, actor, target, expected, answer):
        yield f"{line} · {actor.name} · {target}: {problem}"


def ask(line: Line, address: Address, cast: Cast, actor: Actor, target: Target) -> Answer:
    """The real request, taken back afterwards."""
    client = cast.clients[actor.name]
    cookies = copy.copy(client.cookies)
    given = PAYLOADS[line.payload](target, actor) if line.payload else EMPTY
    before = writes()
    with undone():
        response = send(client, line, address, target, given)
        after = writes()
    if response.cookies:
        client.cookies = cookies
    written = frozenset(name for name, count in after.items() if count != before.get(name, 0))
    return Answer(
        response.status_code,
        body_of(response),
        response.headers.get("Location", ""),
        written,
        bool(line.payload) and given.writes,
    )


def send(client: Any, line: Line, address: Address, target: Target, given: Payload) -> Any:
    path = path_of(line, address, target)
    if line.method in {"GET", "*"}:
        return client.get(path, headers=given.headers)
    if line.is_api and not given.content_type:
        given = Payload({}, "application/json")
    extra = {"content_type": given.content_type} if given.content_type else {}
    return getattr(client, line.method.lower())(path, given.data, headers=given.headers, **extra)


def path_of(line: Line, address: Address, target: Target) -> str:
    """The address with the keys of the target."""
    if line.route == "api:nothing":
        return "/api/v1/no-such-thing/"
    if line.route.startswith("admin:"):
        return reverse("admin:index")
    named = address.parameters
    values = {name: line.kwargs.get(name) or key_of(target, name) for name in named}
    return reverse(line.route, kwargs=values)


def key_of(target: Target, name: str) -> Any:
    """What stands in the address; a history names its object by whatever its own page does."""
    if name == "key":
        name = next(known for known in ("code", "username", "uid") if hasattr(target.key, known))
    return target.at[name] if name in target.at else getattr(target.key, name)


def body_of(response: Any) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response).decode("utf-8", "replace")
    return str(response.content, "utf-8", "replace")


def judge(
    line: Line, cast: Cast, actor: Actor, target: Target, expected: int, answer: Answer
) -> Iterator[str]:
    """What is wrong with an answer, if anything."""
    if not fits(line, target, expected, answer):
        yield f"expected {expected}, got {shown(answer)}"
    written = answer.written - OF_A_TOKEN if actor.scope else answer.written
    if expected != HTTPStatus.OK and written:
        yield f"refused, and yet wrote in {', '.join(sorted(written))}"
    is_done = expected == HTTPStatus.OK and answer.status in YES
    if is_done and answer.was_to_write and not answer.written:
        yield "allowed, and yet nothing was written"
    for secret, about in cast.secrets.items():
        if secret in answer.text and not _may_read(actor, about, target):
            yield f"tells {secret}, which is not for {actor.name}"


def _may_read(actor: Actor, about: Target, target: Target) -> bool:
    """A secret is as visible as what it is written in, in the state in which the walk set that."""
    files = {"evaluation", "report", "job"}
    if about.kind in files and target.kind in files and about.task == target.task:
        about = replace(about, state=target.state)
    return oracle.sees(actor, about)


def fits(line: Line, target: Target, expected: int, answer: Answer) -> bool:
    if expected == HTTPStatus.UNAUTHORIZED and not line.is_api:
        return is_log_in(answer)
    if expected != HTTPStatus.OK:
        return answer.status == expected
    if is_log_in(answer) and line.action != "public":
        return False
    may_miss = line.method != "GET" and not line.payload
    return answer.status in YES | (TOLD_WHAT_IS_MISSING if may_miss else set())


def is_log_in(answer: Answer) -> bool:
    """Sent to the log-in page."""
    path = answer.location.partition("?")[0]
    return answer.status in {302, 303} and path == resolve_url(settings.LOGIN_URL)


def shown(answer: Answer) -> str:
    return f"{answer.status} → {answer.location}" if answer.location else str(answer.status)
