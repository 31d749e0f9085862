"""People and their positions: make, change, disable, move. Administrators alone.

The reason of a change goes into the context of its history rows.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, NoReturn

import pghistory
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from dti_tracker.shared.text import INVISIBLE_SAID, has_invisible, nfc
from organisations import letters, security
from organisations.administrators import administrators_who_can_sign_in
from organisations.choices import Position, SecurityEventKind
from organisations.duties import require_set_up
from organisations.models import ApiToken, Membership, Organisation, User
from organisations.notices import administrators, tell
from organisations.services.profile import note_address_replaced
from organisations.services.saving import address_taken, name_taken, save_person

ACTION = "manage_people"
CONTACT = ("full_name", "email", "phone", "is_administrator")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
# Addresses of the pages beside the one of a person.
RESERVED = frozenset({"new", "import"})
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A position in a body from a day on."""

    organisation: Organisation
    position: str
    valid_from: dt.date
    title: str = ""


@transaction.atomic
def create_person(
    *,
    by: User,
    on: dt.date,
    username: str,
    full_name: str,
    email: str = "",
    phone: str = "",
    is_administrator: bool = False,
    place: Place | None = None,
) -> User:
    """Make a person without a password, who comes in by an invitation.

    Raises:
        NotAllowed: `by` does not administer people.
        DomainError: name or address are taken or of a wrong shape; the body does not exist that day.
    """
    require_set_up(ACTION, by=by, on=on)
    contact = {"full_name": full_name, "email": email, "phone": phone}
    user = made(username=username, is_administrator=is_administrator, **contact)
    if is_administrator:
        _tell_administration(user, by=by)
    if place is not None:
        begun(user, place)
    return user


def made(
    *, username: str, full_name: str, email: str, phone: str, is_administrator: bool = False
) -> User:
    """A new person, saved; for the verbs of this floor, which checked who asks."""
    username = checked_username(username)
    if User.objects.filter(username__iexact=username).exists():
        raise name_taken(username)
    user = User(username=username, is_administrator=is_administrator)
    write_contact(user, full_name=full_name, email=email, phone=phone)
    user.set_unusable_password()
    save_person(user)
    return user


@transaction.atomic
def change_person(
    *,
    by: User,
    on: dt.date,
    user: User,
    full_name: str,
    email: str,
    phone: str,
    is_administrator: bool,
    reason: str = "",
) -> User:
    """Correct name and contact; make somebody an administrator or no longer one, and say why.

    Raises:
        NotAllowed: `by` does not administer people, or takes their own administration away.
        WrongState: nobody would be left to administer.
        DomainError: administration changes without a reason.
    """
    require_set_up(ACTION, by=by, on=on)
    user = _locked_with_administrators(user)
    if user.is_administrator and not is_administrator:
        _check_may_lose_administrator(user, by, on=on)
    if is_administrator and user.is_service:
        raise WrongState(_("A service account cannot administer."))
    if is_administrator and user.memberships.filter(_inspecting(on)).exists():
        _refuse_inspecting_administrator("is_administrator")
    is_other = user.is_administrator != is_administrator
    if is_other:
        check_reason(reason)
    user.is_administrator = is_administrator
    write_contact(user, full_name=full_name, email=email, phone=phone)
    with pghistory.context(reason=nfc(reason)):
        save_person(user)
    if is_other:
        _tell_administration(user, by=by, reason=nfc(reason))
    return user


def _tell_administration(user: User, *, by: User, reason: str = "") -> None:
    """Who administers was changed: a line of the log, and word to the person and the others."""
    if user.is_administrator:
        kind = SecurityEventKind.ADMINISTRATOR_MADE
        what = gettext_noop("You were made an administrator of this application.")
        text = gettext_noop("%(person)s was made an administrator by %(by)s.")
    else:
        kind = SecurityEventKind.ADMINISTRATOR_ENDED
        what = gettext_noop("You are no longer an administrator of this application.")
        text = gettext_noop("%(person)s is no longer an administrator, by decision of %(by)s.")
    said = {"by": by.username, "reason": reason} if reason else {"by": by.username}
    event = security.record(kind, user=user, detail=said)
    letters.tell_of_change(user, what)
    cause = f"administration:{event.pk}"
    with translation.override(settings.LANGUAGE_CODE):
        tell([user], cause=cause, text=_(what))
        tell(
            [other for other in administrators() if other not in (by, user)],
            cause=cause,
            text=_(text) % {"person": user.full_name, "by": by.full_name},
            url=reverse("organisations:setup_person", args=[user.username]),
        )


@transaction.atomic
def disable_person(*, by: User, on: dt.date, user: User, reason: str) -> User:
    """Close an account: every right, session and token is gone with the next request.

    Raises:
        NotAllowed: `by` does not administer people, or would disable themselves.
        WrongState: it is closed already, or nobody would be left to administer.
    """
    require_set_up(ACTION, by=by, on=on)
    user = _locked_with_administrators(user)
    if user == by:
        raise NotAllowed(_("Nobody disables their own account; ask another administrator."))
    if not user.is_active:
        raise WrongState(_("This account is disabled already."))
    if user.is_administrator:
        _check_may_lose_administrator(user, by, on=on)
    check_reason(reason)
    user.is_active = False
    with pghistory.context(reason=nfc(reason)):
        user.save(update_fields=["is_active"])
        end_access(user=user, by=by)
    security.record(
        SecurityEventKind.DISABLED, user=user, detail={"by": by.username, "reason": nfc(reason)}
    )
    return user


@transaction.atomic
def enable_person(*, by: User, on: dt.date, user: User, reason: str) -> User:
    """Open a closed account again; a locked one is reactivated at the same time.

    Sessions and tokens stay ended. Raises WrongState when it is open.
    """
    require_set_up(ACTION, by=by, on=on)
    user = _locked(user)
    if user.is_active:
        raise WrongState(_("This account is not disabled."))
    check_reason(reason)
    user.is_active, user.reactivated_on = True, on
    with pghistory.context(reason=nfc(reason)):
        user.save(update_fields=["is_active", "reactivated_on"])
    security.record(
        SecurityEventKind.REACTIVATED, user=user, detail={"by": by.username, "reason": nfc(reason)}
    )
    return user


@transaction.atomic
def begin_membership(
    *, by: User, on: dt.date, user: User, place: Place, reason: str = ""
) -> Membership:
    """Give a person a position from a day on.

    Raises:
        NotAllowed: to oneself: who administers does not sign by their own decision.
        DomainError: the body does not exist that day, or the person has a position in it then.
    """
    require_set_up(ACTION, by=by, on=on)
    require_another(by, user)
    with pghistory.context(reason=nfc(reason)):
        return begun(_locked(user), place)


@transaction.atomic
def end_membership(
    *, by: User, on: dt.date, membership: Membership, last_day: dt.date, reason: str = ""
) -> Membership:
    """End a position after a day.

    Raises:
        DomainError: the day lies before the position begins.
        WrongState: it has ended already.
    """
    require_set_up(ACTION, by=by, on=on)
    _locked(membership.user)
    with pghistory.context(reason=nfc(reason)):
        return ended(membership, last_day, on=on)


@transaction.atomic
def withdraw_membership(*, by: User, on: dt.date, membership: Membership, reason: str) -> None:
    """Take back a position that has not begun; the history keeps it.

    Raises:
        WrongState: it has begun, or was withdrawn meanwhile.
        DomainError: no reason is given.
    """
    require_set_up(ACTION, by=by, on=on)
    check_reason(reason)
    _locked(membership.user)
    found = Membership.objects.filter(pk=membership.pk, valid_from__gt=on).first()
    if found is None:
        raise WrongState(_("This position has begun, or was withdrawn already."))
    with pghistory.context(reason=nfc(reason)):
        found.delete()


@transaction.atomic
def move_person(
    *, by: User, on: dt.date, membership: Membership, place: Place, reason: str = ""
) -> Membership:
    """Move a person to another body or position in one act: the old ends the day before.

    Raises:
        DomainError, WrongState: as for ending the old and beginning the new.
    """
    require_set_up(ACTION, by=by, on=on)
    require_another(by, membership.user)
    user = _locked(membership.user)
    with pghistory.context(reason=nfc(reason)):
        ended(membership, place.valid_from - ONE_DAY, on=on, field="valid_from")
        return begun(user, place)


def end_access(*, user: User, by: User) -> None:
    """End every session and token of a person, at once."""
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), revoked_by=by
    )
    UserSession.objects.filter(user=user).delete()
    # Not every door keeps a row of its own beside the session (Django's admin does not).
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def checked_username(username: str) -> str:
    """The name for signing in: short, small letters, no marks. Raises DomainError."""
    if not USERNAME.fullmatch(username) or username in RESERVED:
        sentence = _("2 to 60 small letters without marks, digits, dots, hyphens: van.nguyen.")
        raise DomainError(sentence, fields={"username": sentence})
    return username


def check_contact(*, full_name: str, email: str, phone: str) -> None:
    """The shape of what is written about a person. Raises DomainError with the field."""
    problems: dict[str, str] = {}
    if not full_name.strip():
        problems["full_name"] = _("The name is missing.")
    elif has_invisible(full_name):
        problems["full_name"] = str(INVISIBLE_SAID)
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            problems["email"] = " ".join(error.messages)
    if phone and not re.fullmatch(r"\+?[0-9 ().-]{3,29}", phone):
        problems["phone"] = _("Digits and blanks, as 0269 3824 123.")
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)


def write_contact(user: User, *, full_name: str, email: str, phone: str) -> None:
    """Set name and contact, checked; the caller saves in this transaction.

    An address that is replaced is told by letter: whoever reads the new one can take the account.

    Raises:
        DomainError: with the field that is wrong.
    """
    check_contact(full_name=full_name, email=email, phone=phone)
    if email and User.objects.exclude(pk=user.pk).filter(email__iexact=email).exists():
        raise address_taken()
    before = user.email
    user.full_name, user.email, user.phone = " ".join(full_name.split()), email, phone
    note_address_replaced(user, before=before)


def require_another(by: User, user: User) -> None:
    """Who administers does not sign by their own decision. Raises NotAllowed."""
    if by == user:
        raise NotAllowed(_("Nobody gives themselves a position; ask another administrator."))


def _locked(user: User) -> User:
    """The row as it is now, kept from others until the act is done."""
    return User.objects.select_for_update().get(pk=user.pk)


def check_reason(reason: str) -> None:
    """Whoever takes something away says why. Raises DomainError with the field."""
    if not reason.strip():
        sentence = _("Say why; it is kept in the history.")
        raise DomainError(sentence, fields={"reason": sentence})


def _locked_with_administrators(user: User) -> User:
    """The row as it is now, kept from others together with all who administer.

    In the order of their keys: two who remove each other wait for one another, and come in turn.
    """
    rows = User.objects.select_for_update().filter(Q(is_administrator=True) | Q(pk=user.pk))
    return {row.pk: row for row in rows.order_by("pk")}[user.pk]


def _check_may_lose_administrator(user: User, by: User, *, on: dt.date) -> None:
    """Somebody else must be left who can sign in and administer; the rows are locked."""
    if not administrators_who_can_sign_in(on=on).exclude(pk=user.pk).exists():
        raise WrongState(
            _("This is the last administrator. Name another one first."),
            fields={"is_administrator": _("The last administrator stays.")},
        )
    if user == by:
        raise NotAllowed(
            _("Nobody takes their own administration away; ask another administrator."),
            fields={"is_administrator": _("Another administrator has to do this.")},
        )


def _inspecting(on: dt.date) -> Q:
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return still & Q(position=Position.INSPECTOR)


def _refuse_inspecting_administrator(field: str) -> NoReturn:
    """Who sets up mandates would give themselves what they inspect."""
    sentence = _("An administrator inspects nothing: make two accounts.")
    raise DomainError(sentence, fields={field: sentence})


def begun(user: User, place: Place) -> Membership:
    """A position, begun; for the verbs of this floor, which checked who asks."""
    body, day = place.organisation, place.valid_from
    if not exists_on(body, day):
        sentence = _("%(body)s does not exist on %(day)s.") % {
            "body": body.name,
            "day": f"{day:%d/%m/%Y}",
        }
        raise DomainError(sentence, fields={"organisation": sentence})
    if place.position == Position.INSPECTOR and user.is_administrator:
        _refuse_inspecting_administrator("position")
    others = Membership.objects.filter(user=user, organisation=body)
    if others.exclude(valid_to__lt=day).exists():
        sentence = _("The person has a position in %s on or after that day; end or move it.")
        raise DomainError(
            sentence % body.short_name, fields={"organisation": sentence % body.short_name}
        )
    return Membership.objects.create(
        user=user, organisation=body, position=place.position, title=place.title, valid_from=day
    )


def ended(
    membership: Membership, last_day: dt.date, *, on: dt.date, field: str = "last_day"
) -> Membership:
    """A position, ended; for the verbs of this floor, which checked who asks."""
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if membership.valid_to is not None and membership.valid_to < on:
        raise WrongState(_("This position has ended already."))
    if last_day < membership.valid_from:
        sentence = _("The position begins only on %s.") % f"{membership.valid_from:%d/%m/%Y}"
        raise DomainError(sentence, fields={field: sentence})
    if membership.valid_to is not None and last_day > membership.valid_to:
        sentence = _("The position ends on %s already.") % f"{membership.valid_to:%d/%m/%Y}"
        raise DomainError(sentence, fields={field: sentence})
    membership.valid_to = last_day
    membership.save(update_fields=["valid_to", "updated_at"])
    return membership


def exists_on(body: Organisation, day: dt.date) -> bool:
    """Whether a body exists on a day, as far as its days are known."""
    begun = body.valid_from is None or body.valid_from <= day
    return begun and (body.valid_to is None or body.valid_to >= day)


def written(person: User) -> dict[str, Any]:
    """What a form shows of a person."""
    return {
        "full_name": person.full_name,
        "email": person.email,
        "phone": person.phone,
        "is_administrator": person.is_administrator,
    }
