"""Signing in: what counts as guessing, who is kept out for it, and which devices are known.

The security log is the counter. Wrong passwords are counted for each account and address; after
`LOCKOUT_ATTEMPTS` of them within `LOCKOUT_MINUTES` that pair is locked out for as long (level 2 of
TCVN 14423:2026). Guessing from many addresses meets a second limit for the account as a whole,
`LOCKOUT_ATTEMPTS_ANYWHERE`. Neither keeps the real person out: a device on which they signed in
before has a count of its own, and the link for a new password makes a device known.

Who is locked out is answered as for a wrong password, be the password right or not: another answer
would tell the guesser when to stop.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account.internal.userkit import get_user_by_username
from django.conf import settings
from django.core import signing
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from organisations.choices import AttemptPlace, SecurityEventKind, SignInRefusal
from organisations.models import SecurityEvent, User
from organisations.security import record

DEVICE_SALT = "organisations.sign_in.device"
DEVICE_AGE = dt.timedelta(days=180)


def refusal_for(user: User, *, on: dt.date) -> SignInRefusal | None:
    """Why a person may not come in although the password is right; None when they may."""
    if user.is_service:
        return SignInRefusal.SERVICE
    if not user.is_active:
        return SignInRefusal.DISABLED
    return SignInRefusal.DORMANT if user.is_dormant(on=on) else None


@dataclass(frozen=True)
class Attempt:
    """One try at one account from one place; the account may not exist."""

    login: str
    user: User | None
    address: str | None
    device: str

    @classmethod
    def of(cls, login: str, *, address: str | None, cookies: Mapping[str, str]) -> "Attempt":
        """The account is looked up as the password check does, so that no spelling counts apart."""
        user = get_user_by_username(login)
        device = known_device(user, cookies) if user else ""
        return cls(login.strip().lower(), user, address, device)

    @property
    def place(self) -> AttemptPlace:
        return AttemptPlace.DEVICE if self.device else AttemptPlace.ADDRESS

    def events(self, kind: SecurityEventKind, *, now: dt.datetime) -> QuerySet[SecurityEvent]:
        """What the log has of the account within the time that counts."""
        account = Q(user=self.user) if self.user else Q(user=None, login=self.login)
        since = now - dt.timedelta(minutes=settings.LOCKOUT_MINUTES)
        return SecurityEvent.objects.filter(account, kind=kind, at__gt=since)

    def here(self) -> Q:
        """Events of the same device, or of the same address on no known device."""
        if self.device:
            return Q(detail__device=self.device)
        return Q(detail__place=AttemptPlace.ADDRESS, address=self.address)


def wait_for_turn(attempt: Attempt) -> None:
    """One attempt at an account at a time, until the transaction ends; a known device waits for itself.

    Or a hundred at once, also from a hundred addresses, would all be counted before the first of them
    is written down.
    """
    account = attempt.user.pk if attempt.user else attempt.login
    key = f"sign-in {account} {attempt.device}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def is_locked_out(attempt: Attempt, *, now: dt.datetime) -> bool:
    """Whether the password is not even looked at."""
    here = attempt.here()
    where = here if attempt.device else here | Q(detail__place=AttemptPlace.EVERYWHERE)
    return attempt.events(SecurityEventKind.LOCKED_OUT, now=now).filter(where).exists()


def note_failure(attempt: Attempt, *, now: dt.datetime) -> None:
    """Write a wrong password down, and the lock-out that it is the last step to."""
    _note(SecurityEventKind.SIGN_IN_FAILED, attempt, attempt.place)
    failures = attempt.events(SecurityEventKind.SIGN_IN_FAILED, now=now)
    counts = failures.aggregate(
        here=Count("pk", filter=attempt.here()),
        everywhere=Count("pk", filter=Q(detail__place=AttemptPlace.ADDRESS)),
    )
    if counts["here"] >= settings.LOCKOUT_ATTEMPTS:
        _note(SecurityEventKind.LOCKED_OUT, attempt, attempt.place)
    elif not attempt.device and counts["everywhere"] >= settings.LOCKOUT_ATTEMPTS_ANYWHERE:
        _note(SecurityEventKind.LOCKED_OUT, attempt, AttemptPlace.EVERYWHERE)


def note_locked_out(attempt: Attempt) -> None:
    """Write down a try during the lock-out; it neither counts nor prolongs it."""
    record(
        SecurityEventKind.SIGN_IN_REFUSED,
        user=attempt.user,
        login=attempt.login,
        detail={"reason": SignInRefusal.LOCKED_OUT},
    )


def _note(kind: SecurityEventKind, attempt: Attempt, place: AttemptPlace) -> None:
    detail: dict[str, str] = {"place": place} | (
        {"device": attempt.device} if attempt.device else {}
    )
    record(kind, user=attempt.user, login=attempt.login, detail=detail)


@dataclass(frozen=True)
class DeviceCookie:
    """What a browser keeps, to be known when this person comes back."""

    name: str
    value: str
    max_age: int = int(DEVICE_AGE.total_seconds())


def device_cookie(user: User, cookies: Mapping[str, str]) -> DeviceCookie:
    """Makes a device known for one person, until their password changes or `DEVICE_AGE` is over."""
    device = known_device(user, cookies) or uuid.uuid4().hex
    content = {"user": user.pk, "password": _fingerprint(user), "device": device}
    return DeviceCookie(_cookie_name(user), signing.dumps(content, salt=DEVICE_SALT))


def known_device(user: User, cookies: Mapping[str, str]) -> str:
    """The mark of a device on which the person signed in with the present password, or ""."""
    given = cookies.get(_cookie_name(user), "")
    try:
        content = signing.loads(given, salt=DEVICE_SALT, max_age=DEVICE_AGE)
    except signing.BadSignature:
        return ""
    is_present = constant_time_compare(content["password"], _fingerprint(user))
    return str(content["device"]) if is_present and content["user"] == user.pk else ""


def _cookie_name(user: User) -> str:
    return f"device-{user.uid.hex[:12]}"


def _fingerprint(user: User) -> str:
    """Changes with the password, and tells nothing of it."""
    return salted_hmac(DEVICE_SALT, user.password, algorithm="sha256").hexdigest()
