"""The idle lock (khóa phiên): a session nobody used for a while asks who is there.

Level 2 of TCVN 14423:2026: after 15 minutes without a request of the person, administrators after 5.
The server's clock decides. What a session needs to know stands in the session itself, so that a page
asks the database nothing more; answers are counted in the row of allauth's session list, under a row
lock and before they are looked at, because guesses may come side by side.
"""

import time
from collections.abc import MutableMapping
from enum import Enum
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from organisations.models import User

STARTED_AT, ACTIVE_AT = "started_at", "active_at"
ANSWERS_ALLOWED = 5
ANSWERS_TAKEN = "answers_taken"
# How often a use is written down; until the next time the lock may come that much early.
WRITTEN_EVERY_S = 30

Session = MutableMapping[str, Any]


class SessionState(Enum):
    """What a request with this session may have."""

    OPEN = "open"
    LOCKED = "locked"
    OVER = "over"


def clock() -> float:
    """Now, in seconds; the one clock of the lock."""
    return time.time()


def start(session: Session, *, now: float) -> None:
    """A person has just signed in."""
    session[STARTED_AT] = session[ACTIVE_AT] = now


def limit_s(user: User) -> int:
    """Seconds without a request after which this person's sessions lock."""
    minutes: int = (
        settings.SESSION_LOCK_MINUTES_ADMINISTRATORS
        if user.is_powerful
        else settings.SESSION_LOCK_MINUTES
    )
    return minutes * 60


def seconds_left(session: Session, user: User, *, now: float) -> int:
    """Until the lock; 0 when it is there. A session that does not know its last use is locked."""
    return max(0, int(session.get(ACTIVE_AT, 0) + limit_s(user) - now))


def state_of(session: Session, user: User, *, now: float) -> SessionState:
    """Open, locked, or over: 12 hours after the sign-in, however busy it was."""
    if now - session.get(STARTED_AT, now) >= settings.SESSION_COOKIE_AGE:
        return SessionState.OVER
    return SessionState.OPEN if seconds_left(session, user, now=now) else SessionState.LOCKED


def is_due(session: Session, *, now: float) -> bool:
    """Whether this use has to be written down."""
    return bool(now - session[ACTIVE_AT] >= WRITTEN_EVERY_S)


def lift(session: Session, *, session_key: str, now: float) -> None:
    """The person is back: the session goes on as it was."""
    session[ACTIVE_AT] = now
    session.setdefault(STARTED_AT, now)
    UserSession.objects.filter(session_key=session_key).update(data={})


@transaction.atomic
def take_answer(user: User, *, session_key: str, address: str | None) -> int | None:
    """Use up one answer before it is looked at; a right one gives all of them back (`lift`).

    Returns:
        How many are left should this one be wrong; None where the session has ended or its answers
        are used up: then the answer must not be looked at.
    """
    if not SessionStore().exists(session_key):
        return None
    UserSession.objects.get_or_create(
        session_key=session_key,
        defaults={"user": user, "ip": address or "0.0.0.0"},  # noqa: S104
    )
    row = UserSession.objects.select_for_update().filter(session_key=session_key).first()
    taken = int(row.data.get(ANSWERS_TAKEN, 0)) + 1 if row else ANSWERS_ALLOWED + 1
    if row is None or taken > ANSWERS_ALLOWED:
        return None
    row.data = {**row.data, ANSWERS_TAKEN: taken}
    row.save(update_fields=["data"])
    return ANSWERS_ALLOWED - taken
