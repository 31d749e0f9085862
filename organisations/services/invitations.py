"""Inviting: a link with which a person chooses their first password; nobody ever sends a password."""

import datetime as dt

from allauth.core import context
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from organisations import letters
from organisations.administrators import administrators_who_can_sign_in
from organisations.choices import SecurityEventKind
from organisations.duties import require_set_up
from organisations.links import link_for
from organisations.models import User
from organisations.notices import administrators, tell
from organisations.security import record
from organisations.services import dormancy, people


@transaction.atomic
def invite(*, user: User, by: User | None, on: dt.date) -> str:
    """A link that works once and for `INVITATION_DAYS`; earlier links of a new person die.

    Whoever has an address gets it by mail too. Who has a password already keeps it until the link
    is used (`RESET_LINK_MINUTES`).

    Args:
        by: the administrator; None at the server's own keyboard.

    Returns:
        The link for the administrator to hand over. Nothing where somebody has a password and an
        address: that link goes by mail alone, and nobody else opens the account.

    Raises:
        NotAllowed: not an administrator, or oneself.
        WrongState: the account is disabled, or belongs to a program.
    """
    if by is not None:
        _require_administrator(by, user, on=on)
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or user.is_service:
        raise WrongState(_("This account cannot sign in; nobody can be invited to it."))
    had_password = user.has_usable_password()
    if not had_password:
        user.set_unusable_password()  # another mark: what was signed with the old one is void
        user.save(update_fields=["password"])
    event = record(SecurityEventKind.INVITED, user=user, detail={"by": by.username if by else ""})
    if by is not None and had_password:
        _tell_of_another_password(user, by=by, cause=f"password-link:{event.pk}")
    if user.email:
        letters.write(letters.INVITATION, user, language=_language_of_letters())
    return "" if by is not None and had_password and user.email else link_for(user)


def _tell_of_another_password(user: User, *, by: User, cause: str) -> None:
    """Who makes a link to somebody's account is seen by that person and by who administers."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _("%(by)s made a link for another password of %(person)s.")
        told = [user, *(other for other in administrators() if other not in (by, user))]
        tell(told, cause=cause, text=text % {"by": by.full_name, "person": user.full_name})


def _require_administrator(by: User, user: User, *, on: dt.date) -> None:
    require_set_up(people.ACTION, by=by, on=on)
    if by == user:
        raise NotAllowed(_("Change your own password on your account page."))


def _language_of_letters() -> str:
    """The reader's own is not known yet: Vietnamese, unless the pages are being used in English."""
    return (translation.get_language() if context.request else None) or settings.LANGUAGE_CODE


@transaction.atomic
def first_administrator(*, username: str, full_name: str, on: dt.date) -> str:
    """The account of the first administrator, and the link for its password.

    Asked again before the link was used, it makes a new one and the old one dies. It is also the way
    back in where the only administrator's account was locked because nobody used it.

    Raises:
        WrongState: there is an administrator who can sign in.
        DomainError: the name belongs to somebody else, or is of a wrong shape.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('first administrator', 0))")
    if administrators_who_can_sign_in(on=on).exists():
        raise WrongState(_("There is an administrator; they invite the others."))
    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        user = people.made(
            username=username, full_name=full_name, email="", phone="", is_administrator=True
        )
    elif not user.is_administrator:
        sentence = _("Somebody else has this user name.")
        raise DomainError(sentence, fields={"username": sentence})
    elif user.is_dormant(on=on):
        dormancy.reopen_at_the_keyboard(user=user, on=on)
    return invite(user=user, by=None, on=on)
