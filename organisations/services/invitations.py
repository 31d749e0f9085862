"""Inviting: a link with which a person chooses their first password; nobody ever sends a password."""

from allauth.core import context
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from organisations import letters
from organisations.choices import SecurityEventKind
from organisations.links import link_for
from organisations.models import User
from organisations.rights import Relation, allowed, require
from organisations.security import record

UNUSABLE = "!"  # how Django marks an account without a password


@transaction.atomic
def invite(*, user: User, by: User | None, request_site: str) -> str:
    """A link that works once and for `INVITATION_DAYS`; earlier links of a new person die.

    Whoever has an address gets it by mail too; it is returned so that an administrator can hand it
    over. Who has a password already keeps it until the link is used (`RESET_LINK_MINUTES`).

    Args:
        by: the administrator; None at the server's own keyboard.
        request_site: `settings.SITE_URL`, never the host a request names.

    Raises:
        NotAllowed: not an administrator, or oneself.
        WrongState: the account is disabled, or belongs to a program.
    """
    _require_administrator(by, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or user.is_service:
        raise WrongState(_("This account cannot sign in; nobody can be invited to it."))
    if not user.has_usable_password():
        user.set_unusable_password()  # another mark: what was signed with the old one is void
        user.save(update_fields=["password"])
    record(SecurityEventKind.INVITED, user=user, detail={"by": by.username if by else ""})
    if user.email:
        letters.write(letters.INVITATION, user, language=_language_of_letters())
    return link_for(user, site=request_site)


def _require_administrator(by: User | None, user: User) -> None:
    if by is None:
        return
    is_administrator = by.is_active and by.is_administrator
    require(allowed("manage_people", {Relation.ADMINISTRATOR} if is_administrator else set()))
    if by == user:
        raise NotAllowed(_("Change your own password on your account page."))


def _language_of_letters() -> str:
    """The reader's own is not known yet: Vietnamese, unless the pages are being used in English."""
    return (translation.get_language() if context.request else None) or settings.LANGUAGE_CODE


@transaction.atomic
def first_administrator(*, username: str, full_name: str, site: str) -> str:
    """The account of the first administrator, and the link for its password.

    Asked again before the link was used, it makes a new one and the old one dies.

    Raises:
        WrongState: there is an administrator who can sign in.
        DomainError: the name belongs to somebody else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('first administrator', 0))")
    if has_administrator():
        raise WrongState(_("There is an administrator; they invite the others."))
    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        user = User(username=username, full_name=full_name, is_administrator=True)
        user.set_unusable_password()
        user.full_clean()
        user.save()
    elif not user.is_administrator:
        raise DomainError(_("Somebody else has this user name."), fields={"username": username})
    return invite(user=user, by=None, request_site=site)


def has_administrator() -> bool:
    """Whether anybody can sign in as an administrator."""
    administrators = User.objects.filter(is_administrator=True, is_active=True)
    return administrators.exclude(password__startswith=UNUSABLE).exists()
