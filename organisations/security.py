"""The security log: who knocked at which door, from where, and what was answered (level 2)."""

import ipaddress
from typing import Any

from allauth.core import context
from django.conf import settings
from django.http import HttpRequest

from dti_tracker.shared import logs
from organisations.choices import SecurityEventKind
from organisations.models import SecurityEvent, User

# Where an address has to stand and there is none: allauth's list of sessions takes no empty one.
NOWHERE = str(ipaddress.IPv4Address(0))
LOGIN_LENGTH, AGENT_LENGTH, TARGET_LENGTH, NUMBER_LENGTH = 150, 255, 255, 40


def record(
    kind: SecurityEventKind,
    *,
    request: HttpRequest | None = None,
    user: User | None = None,
    login: str = "",
    target: str = "",
    detail: dict[str, Any] | None = None,
) -> SecurityEvent:
    """Write one event; it stays, whatever becomes of the account.

    Args:
        request: where it came from; without one the request that is being answered, if any, so that
            services need not know it.
        user: the account it is about, not always the one who acts: say who acted in `detail`.
        login: what was typed, where that names nobody; else the account's name.
        target: what was reached or changed; the address of the request if left out.
    """
    request = request or context.request
    return SecurityEvent.objects.create(
        kind=kind,
        user=user,
        login=_cut(login or (user.get_username() if user else ""), LOGIN_LENGTH),
        address=address_of(request) if request else None,
        agent=_cut(request.headers.get("User-Agent", "") if request else "", AGENT_LENGTH),
        target=_cut(target or (request.path if request else ""), TARGET_LENGTH),
        request_id=_cut(_number_of(request), NUMBER_LENGTH),
        detail=detail or {},
    )


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from; None where the server does not say (a local socket).

    `X-Forwarded-For` is believed only behind proxies of our own (`TRUSTED_PROXIES`), and of it only
    what they wrote themselves: the last entries. What stands before them anybody can invent.
    """
    given = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    count = settings.TRUSTED_PROXIES
    is_ours = 0 < count <= len(given) and given[-count]
    text = given[-count] if is_ours else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def _number_of(request: HttpRequest | None) -> str:
    """The number the log lines carry; a job's outside requests, empty at the keyboard."""
    number = str(request.META.get(logs.IN_REQUEST, "")) if request else logs.current.get()
    return number.removeprefix("-")


def _cut(text: str, length: int) -> str:
    """What fits the column; PostgreSQL takes no NUL."""
    return text.replace("\x00", "")[:length]
