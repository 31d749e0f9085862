"""The outbox: letters are written with what causes them, and sent by the worker, once.

`write` runs in the transaction of the cause: either both exist or neither. `send` holds the row's lock
while the mail server takes the letter, and marks it sent in the same transaction: messages may be
lost, doubled or late. Only who dies between the server's yes and the commit sends it again; both
carry the same Message-ID.
"""

import datetime as dt
import logging
import uuid
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context as answering
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations import mails
from organisations.links import lifetime_of, link_for
from organisations.models import Letter, User
from organisations.notices import administrators, tell
from organisations.security import address_of
from organisations.templatetags.ui import moment

logger = logging.getLogger(__name__)

TASK = "organisations.tasks.send_letter"
RESET, INVITATION, IDLE_WARNING, CHANGED = (
    "password_reset",
    "invitation",
    "idle_warning",
    "account_changed",
)
WAITING = dt.timedelta(seconds=30)
# A mail server may be away over a weekend: the twenty attempts take two and a half days.
MAX_ATTEMPTS = 20
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(hours=6)
# Whoever asks for a link again within this time pressed twice.
REPEATED = dt.timedelta(minutes=1)
# How long it is kept that a letter was sent.
KEPT = dt.timedelta(days=90)


class NotNeededError(Exception):
    """What the letter would say is no longer so."""


@transaction.atomic
def write(
    name: str,
    user: User,
    *,
    language: str,
    to: str = "",
    context: dict[str, Any] | None = None,
    cause: str = "",
) -> Letter:
    """Put a letter into the outbox; part of the caller's transaction.

    A cause is written of once. Without cause and content, a letter that still waits says the same.

    Args:
        name: see `mails.send`.
        to: another address than the account's.
        context: plain data, nothing secret; links are made while it is sent.
    """
    told = {"to": to, "language": language, "context": context or {}}
    if cause:
        letter, _made = Letter.objects.get_or_create(
            cause=cause, defaults={"name": name, "user": user, **told}
        )
    else:
        letter = _still_waiting(name, user, told) or Letter.objects.create(
            name=name, user=user, **told
        )
    wake_after_commit(letter.uid)
    return letter


def tell_of_change(user: User, what: str, *, to: str = "") -> None:
    """A letter about a change of somebody's account, with when and from where.

    Args:
        what: one sentence, as a message to be translated.
        to: the address, where it is not the account's: of a changed address the former one.
    """
    request = answering.request
    told = {
        "what": _(what),
        "time": moment(timezone.now()),
        "address": (address_of(request) if request else None) or "–",
    }
    if to or user.email:
        language = (get_language() if request else None) or settings.LANGUAGE_CODE
        write(CHANGED, user, language=language, to=to, context=told)


def _still_waiting(name: str, user: User, told: dict[str, Any]) -> Letter | None:
    if told["context"]:
        return None
    same = Letter.objects.waiting().filter(name=name, user=user, cause="", **told)
    return same.select_for_update(skip_locked=True).first()


@transaction.atomic
def ask_for_link(address: str, *, language: str) -> None:
    """Somebody typed this address to get a link; nobody looks here whose it is.

    Pressed twice it is one wish. The work is the same for every address.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        key = f"link for {address.lower()}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    wishes = Letter.objects.filter(name=RESET, user__isnull=True, to__iexact=address)
    if not wishes.filter(created_at__gt=now - REPEATED).exists():
        wish = Letter.objects.create(name=RESET, to=address, language=language)
        wake_after_commit(wish.uid)


def wake_after_commit(uid: uuid.UUID) -> None:
    """Once the row is there for others to see, let the worker send it."""
    transaction.on_commit(partial(wake, uid), robust=True)


def wake(uid: uuid.UUID) -> None:
    """Ask the broker; one that is away only delays."""
    try:
        current_app.send_task(TASK, [str(uid)])
    except Exception:  # noqa: BLE001 - in whatever way
        logger.warning("broker away; letter %s waits for the sweeper", uid)


@transaction.atomic
def send(uid: uuid.UUID, *, now: dt.datetime) -> bool:
    """Send one letter, unless it is sent, being sent, given up, or not due; whether it was sent.

    An error of the mail server is counted and tried again later; after the last attempt the letter
    is given up and administrators are told.
    """
    letter = (
        Letter.objects.waiting()
        .select_for_update(skip_locked=True)
        .filter(uid=uid, due_at__lte=now)
        .first()
    )
    if letter is None:
        return False
    letter.attempts += 1
    try:
        with transaction.atomic():
            _deliver(letter)
    except NotNeededError as reason:
        _end(letter, now, error=str(reason))
    except Exception as error:
        logger.warning("letter %s was not sent", uid, exc_info=True)
        _try_later(letter, now, f"{type(error).__name__}: {error}")
    else:
        letter.sent_at, letter.error, letter.context = now, "", {}
    letter.save()
    return letter.sent_at is not None


def _deliver(letter: Letter) -> None:
    user = letter.user or _whose(letter.to)
    host = urlsplit(settings.SITE_URL).hostname
    mails.send(
        letter.name,
        user,
        language=letter.language,
        to=letter.to if letter.user else "",
        message_id=f"<{letter.uid}@{host}>",
        **_context_of(letter, user),
    )


def _whose(address: str) -> User:
    """Who has an address that was typed; the letter goes to it as it stands in the account.

    Raises:
        NotNeededError: nobody.
    """
    people = User.objects.filter(email__iexact=address, is_active=True, is_service=False)
    user = people.first()
    if user is None:
        raise NotNeededError("Nobody has this address.")
    return user


def _context_of(letter: Letter, user: User) -> dict[str, Any]:
    """What the letter says, of today.

    Raises:
        NotNeededError: the account was closed, or used again, since the letter was written.
    """
    if letter.name in {RESET, INVITATION}:
        return _link(user)
    if letter.name == IDLE_WARNING:
        return _warning(user, letter.context["locks_on"])
    return dict(letter.context)


def _link(user: User) -> dict[str, Any]:
    if not user.is_active:
        raise NotNeededError("The account is closed.")
    lifetime = lifetime_of(user)
    return {
        "link": link_for(user),
        "minutes": int(lifetime.total_seconds()) // 60,
        "days": lifetime.days,
    }


def _warning(user: User, written: str) -> dict[str, Any]:
    locks_on = user.locks_on()
    if locks_on is None or locks_on.isoformat() != written or not user.is_active:
        raise NotNeededError("The account does not lock on that day.")
    return {"locks_on": locks_on, "days": settings.IDLE_ACCOUNT_DAYS}


def _try_later(letter: Letter, now: dt.datetime, error: str) -> None:
    if letter.attempts < MAX_ATTEMPTS:
        pause = min(FIRST_PAUSE * 2 ** (letter.attempts - 1), LONGEST_PAUSE)
        letter.due_at, letter.error = now + pause, error
        return
    _end(letter, now, error=error)
    with translation.override(settings.LANGUAGE_CODE):
        text = _("A letter to %(address)s was given up after %(attempts)s attempts: %(error)s") % {
            "address": _address(letter),
            "attempts": letter.attempts,
            "error": error,
        }
    tell(administrators(), cause=f"letter-failed:{letter.uid}", text=text)


def _end(letter: Letter, now: dt.datetime, *, error: str) -> None:
    letter.failed_at, letter.error, letter.context = now, error, {}


def _address(letter: Letter) -> str:
    return letter.to or (letter.user.email if letter.user else "")


def sweep(*, now: dt.datetime) -> int:
    """Wake the broker again for letters that wait too long, forget old ones; returns how many woke."""
    with transaction.atomic():
        Letter.objects.ended_before(now - KEPT).delete()
        lost = list(
            Letter.objects.lost(now=now, waiting=WAITING)
            .select_for_update(skip_locked=True)
            .values_list("pk", "uid")
        )
        Letter.objects.filter(pk__in=[pk for pk, _uid in lost]).update(woken_at=now)
    for _number, uid in lost:
        wake(uid)
    return len(lost)
