"""Mandates of inspectors: by which decision somebody reads what, from when to when."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from organisations.choices import Position
from organisations.models import Document, Membership, User
from organisations.relations import general_relations
from organisations.rights import allowed, require
from organisations.selectors import Standing
from organisations.services.documents import NewDocument
from organisations.templatetags.ui import day
from programmes.models import InspectionMandate, Programme
from programmes.services.grounds import Ground, because, by_document


@transaction.atomic
def give_mandate(
    *,
    inspector: User,
    programme: Programme,
    document: Document | NewDocument | None,
    valid_from: dt.date,
    valid_to: dt.date,
    by: User,
    on: dt.date,
) -> InspectionMandate:
    """Let an inspector read everything of a programme between two days, both included.

    Raises:
        NotAllowed: no administrator.
        DomainError: the decision lacks, the person is no inspector then, the days do not fit, or
            the person reads the programme on some of these days already.
    """
    require(allowed("manage_mandates", general_relations(Standing.of(by, on=on))))
    User.objects.select_for_update().get(pk=inspector.pk)
    if valid_to < valid_from:
        sentence = _("The last day lies before the first.")
        raise DomainError(sentence, fields={"valid_to": sentence})
    _require_inspector(inspector, valid_from, valid_to)
    _require_no_other(inspector, programme, valid_from, valid_to)
    with by_document(document) as known:
        if known is None:
            sentence = _("An inspector reads by decision alone: choose it, or enter it.")
            raise DomainError(sentence, fields={"document": sentence})
        return InspectionMandate.objects.create(
            inspector=inspector,
            programme=programme,
            document=known,
            valid_from=valid_from,
            valid_to=valid_to,
        )


@transaction.atomic
def end_mandate(
    *, mandate: InspectionMandate, by: User, on: dt.date, reason: str
) -> InspectionMandate:
    """End a mandate before its last day: from now on nothing is read by it.

    One that ran before today ends with yesterday. One that began today has no day to end with, so
    that it is taken back like one that has not begun; the history keeps both.

    Raises:
        NotAllowed: no administrator.
        WrongState: it has ended or was taken back already.
        DomainError: the reason lacks.
    """
    require(allowed("manage_mandates", general_relations(Standing.of(by, on=on))))
    present = InspectionMandate.objects.select_for_update().filter(pk=mandate.pk).first()
    if present is None:
        raise WrongState(_("This mandate was taken back meanwhile; nothing is read by it."))
    if present.valid_to < on:
        raise WrongState(
            _("This mandate ended on %(day)s already.") % {"day": day(present.valid_to)}
        )
    with because(Ground(reason, None), needs_document=False):
        if present.valid_from >= on:
            present.delete()
        else:
            present.valid_to = on - dt.timedelta(days=1)
            present.save()
    return present


def _require_inspector(inspector: User, first: dt.date, last: dt.date) -> None:
    """The person inspects on some day of the span; their position is asked again every day."""
    positions = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=first),
        user=inspector,
        position=Position.INSPECTOR,
        valid_from__lte=last,
    )
    if not inspector.is_active or not positions.exists():
        sentence = _("%(person)s is no inspector in these days.") % {"person": inspector}
        raise DomainError(sentence, fields={"inspector": sentence})


def _require_no_other(inspector: User, programme: Programme, first: dt.date, last: dt.date) -> None:
    other = InspectionMandate.objects.filter(
        inspector=inspector, programme=programme, valid_from__lte=last, valid_to__gte=first
    ).first()
    if other is not None:
        sentence = _(
            "%(person)s has a mandate for this programme from %(first)s to %(last)s already."
        ) % {
            "person": inspector,
            "first": day(other.valid_from),
            "last": day(other.valid_to),
        }
        raise DomainError(sentence, fields={"valid_from": sentence})
