"""The province's own days off and days worked in exchange, by document or with a reason."""

import datetime as dt

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from dti_tracker.shared.text import nfc
from organisations.duties import require_set_up
from organisations.models import CalendarDay, Document, User

ACTION = "manage_calendar"


@transaction.atomic
def set_day(
    *,
    by: User,
    on: dt.date,
    day: dt.date,
    is_working: bool,
    name: str,
    document: Document | None = None,
    reason: str = "",
) -> CalendarDay:
    """Decide what a day is, whatever the law's calendar says.

    Raises:
        NotAllowed: neither administrator nor deciding for a coordinating body.
        WrongState: the day is decided already; remove that first.
        DomainError: neither document nor reason is given.
    """
    require_set_up(ACTION, by=by, on=on)
    if document is None and not reason.strip():
        sentence = _("Name a document or say why.")
        raise DomainError(sentence, fields={"reason": sentence})
    decided, is_new = CalendarDay.objects.get_or_create(
        day=day,
        defaults={
            "is_working": is_working,
            "name": name,
            "document": document,
            "source": nfc(reason),
        },
    )
    if not is_new:
        sentence = _("This day is decided already (%s). Remove that first.") % decided.name
        raise WrongState(sentence, fields={"day": sentence})
    return decided


@transaction.atomic
def remove_day(*, by: User, on: dt.date, day: CalendarDay, reason: str) -> None:
    """Let the law's calendar decide a day again; what was decided stays in the history.

    Raises NotAllowed as above, DomainError where no reason is given.
    """
    require_set_up(ACTION, by=by, on=on)
    if not reason.strip():
        sentence = _("Say why; it is kept in the history.")
        raise DomainError(sentence, fields={"reason": sentence})
    with pghistory.context(reason=nfc(reason)):
        day.delete()
