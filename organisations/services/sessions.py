"""Sessions (phiên đăng nhập) of a person: which there are, and ending them.

A session that is ended is deleted where requests look it up, so it is dead with the next one.
"""

import datetime as dt
import re
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from organisations import security
from organisations.choices import SecurityEventKind
from organisations.models import User

# What a browser calls itself, the more special name first.
BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
ON_THE_MOVE = re.compile("Android|iPhone|iPad|Mobile")


@dataclass(frozen=True)
class SessionLine:
    """One session as the list shows it."""

    id: int
    device: str
    is_mobile: bool
    address: str
    began_at: dt.datetime
    last_used_at: dt.datetime
    is_this_one: bool


def sessions_of(user: User, *, this: str, now: dt.datetime) -> list[SessionLine]:
    """Sessions with which somebody could go on now, the last used first; two queries."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    alive = {
        session.session_key
        for session in Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=now
        )
        if _has_password_of(user, session)
    }
    return [
        SessionLine(
            id=row.pk,
            device=device_of(row.user_agent),
            is_mobile=bool(ON_THE_MOVE.search(row.user_agent)),
            address="–" if row.ip == security.NOWHERE else row.ip,
            began_at=row.created_at,
            last_used_at=row.last_seen_at,
            is_this_one=row.session_key == this,
        )
        for row in rows
        if row.session_key in alive
    ]


def device_of(agent: str) -> str:
    """`Chrome · Windows`; what is not known is left out."""
    known = [
        next((name for mark, name in names if mark in agent), "") for names in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, known)) or _("unknown device")


@transaction.atomic
def end_sessions(*, by: User, this: str, only: int | None = None) -> int:
    """End one session of the person, or all but the one that asks; how many there were.

    The one that asks is ended by signing out.
    """
    wanted = Q(pk=only) if only is not None else Q()
    rows = UserSession.objects.select_for_update().filter(wanted, user=by).exclude(session_key=this)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    if keys:
        detail = {"count": len(keys)}
        security.record(SecurityEventKind.SESSION_ENDED, user=by, detail=detail)
    return len(keys)


def _has_password_of(user: User, session: Session) -> bool:
    """A session from before the password was changed is dead already."""
    kept = str(session.get_decoded().get(HASH_SESSION_KEY, ""))
    return constant_time_compare(kept, user.get_session_auth_hash())
