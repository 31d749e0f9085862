"""Accounts of programs: of a body, with tokens, without a password; the administrators' alone."""

import datetime as dt
import re

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, NotAllowed
from dti_tracker.shared.races import refusing
from dti_tracker.shared.text import nfc, search_key
from organisations.choices import Position
from organisations.duties import require_set_up
from organisations.models import Organisation, User
from organisations.services.people import Place, begun, disable_person
from organisations.services.saving import at_the_same_moment

ACTION = "manage_service_accounts"
STEM_LENGTH = 40


@transaction.atomic
def make_service_account(
    *, name: str, organisation: Organisation, purpose: str, by: User, on: dt.date
) -> User:
    """An account that sees what staff of the body see, and decides nothing.

    It has neither password nor address: nobody signs in with it, nothing is sent to it.

    Raises:
        NotAllowed: `by` does not administer service accounts.
        DomainError: the name or purpose is missing, or the body does not exist that day.
    """
    require_set_up(ACTION, by=by, on=on)
    name, purpose = nfc(" ".join(name.split())), nfc(" ".join(purpose.split()))
    _refuse_blank(name=name, purpose=purpose)
    with pghistory.context(reason=purpose):
        account = User(username=_free_username(name), full_name=name, is_service=True)
        account.set_unusable_password()
        with refusing({"organisations_user_username_key": at_the_same_moment()}):
            account.save()
        begun(account, Place(organisation, Position.STAFF, on, title=purpose))
    return account


def disable_service_account(*, account: User, reason: str, by: User, on: dt.date) -> User:
    """Close an account: its tokens open nothing from the next request on, and stay ended.

    Raises:
        NotAllowed, WrongState, DomainError: as for people.
    """
    require_set_up(ACTION, by=by, on=on)
    if not account.is_service:
        raise NotAllowed(_("This is a person; people are disabled among the people."))
    return disable_person(by=by, on=on, user=account, reason=reason)


def _free_username(name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", search_key(name)).strip("-")[:STEM_LENGTH].strip("-")
    stem = f"svc-{stem or 'account'}"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    number = 1
    while (found := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return found


def _refuse_blank(*, name: str, purpose: str) -> None:
    missing = {}
    if not name:
        missing["name"] = _("The name is missing.")
    if not purpose:
        missing["purpose"] = _("Say what the account is for.")
    if missing:
        raise DomainError(" ".join(missing.values()), fields=missing)
