"""What people change about themselves: how the office reaches them. The rest is the administrator's."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dti_tracker.shared.errors import DomainError
from organisations import letters
from organisations.models import User
from organisations.relations import general_relations
from organisations.rights import allowed, require
from organisations.selectors import Standing
from organisations.services.saving import address_taken, save_person

ACTION = "manage_own_account"
TELEPHONE = frozenset("0123456789 +.-()")


@transaction.atomic
def change_contact(*, user: User, email: str, phone: str, on: dt.date) -> None:
    """Change the person's own office contact; an address that is replaced is told.

    Raises:
        NotAllowed: by the table.
        DomainError: somebody else has the address, or the telephone number is none.
    """
    present = User.objects.select_for_update().get(pk=user.pk)
    require(allowed(ACTION, general_relations(Standing.of(present, on=on))))
    if email and User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise address_taken()
    if not set(phone) <= TELEPHONE:
        sentence = _("A telephone number has digits, blanks and + . - ( ) alone.")
        raise DomainError(_("Nothing was saved."), fields={"phone": sentence})
    before = present.email
    present.email, present.phone = email, phone
    save_person(present, fields=["email", "phone"])
    note_address_replaced(present, before=before)


def note_address_replaced(user: User, *, before: str) -> None:
    """Tell a former address that it is none any more; for the verbs that replace it, in their transaction."""
    if not before or before.lower() == user.email.lower():
        return
    # The reset link goes to the new address from now on, never to the old one.
    EmailAddress.objects.filter(user=user).delete()
    replaced = gettext_noop("Another e-mail address took the place of this one.")
    removed = gettext_noop("This e-mail address was taken out of your account.")
    what = replaced if user.email else removed
    letters.tell_of_change(user, what, to=before)
