"""Onto the right desk: the body that holds the duty that day, never oneself, never nobody."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Organisation, User
from organisations.notices import administrators, people_of, tell
from organisations.selectors import Successions
from reports.choices import DispatchPurpose
from reports.desks import Desks
from reports.models import Dispatch, Evaluation, Snapshot
from reports.relations import reviewers


def route_opening(evaluation: Evaluation, *, on: dt.date) -> None:
    """To the lead to complete, to the coordinator for information."""
    desks = Desks.of(evaluation, on=on)
    _dispatch(evaluation, DispatchPurpose.TO_COMPLETE, None, desks.lead, on=on)
    if not desks.coordinator_leads:
        _dispatch(evaluation, DispatchPurpose.FOR_INFORMATION, None, desks.coordinator, on=on)


def route_submission(
    evaluation: Evaluation,
    snapshot: Snapshot,
    *,
    on: dt.date,
    successions: Successions | None = None,
) -> None:
    """From the lead to the coordinator of that day; within one body those who may review are told."""
    desks = Desks.of(evaluation, on=on, successions=successions)
    _settle(evaluation)
    if desks.coordinator_leads and desks.coordinator is not None:
        colleagues = reviewers(evaluation, desks.coordinator, on=on)
        _tell(colleagues, evaluation, DispatchPurpose.FOR_REVIEW, step=str(evaluation.version))
        return
    _dispatch(
        evaluation,
        DispatchPurpose.FOR_REVIEW,
        desks.lead,
        desks.coordinator,
        on=on,
        snapshot=snapshot,
    )


def route_back(
    evaluation: Evaluation,
    purpose: DispatchPurpose,
    *,
    on: dt.date,
    successions: Successions | None = None,
) -> None:
    """From the coordinator back to the lead, to correct or to have it signed and issued."""
    desks = Desks.of(evaluation, on=on, successions=successions)
    _settle(evaluation)
    if desks.coordinator_leads and desks.lead is not None:
        _tell(people_of(desks.lead, on=on), evaluation, purpose, step=str(evaluation.version))
        return
    _dispatch(evaluation, purpose, desks.coordinator, desks.lead, on=on)


def take_back(evaluation: Evaluation) -> None:
    """A withdrawn draft leaves the coordinator's desk."""
    _settle(evaluation)


def _settle(evaluation: Evaluation) -> None:
    evaluation.dispatches.filter(settled_at__isnull=True).exclude(
        purpose=DispatchPurpose.FOR_INFORMATION
    ).update(settled_at=timezone.now())


def _dispatch(
    evaluation: Evaluation,
    purpose: DispatchPurpose,
    sender: Organisation | None,
    recipient: Organisation | None,
    *,
    on: dt.date,
    snapshot: Snapshot | None = None,
) -> None:
    if recipient is None:
        _alert(evaluation, gettext_lazy("nobody holds the duty on that day"))
        return
    dispatch = Dispatch.objects.create(
        evaluation=evaluation,
        snapshot=snapshot,
        purpose=purpose,
        sender=sender,
        recipient=recipient,
        dispatched_at=timezone.now(),
    )
    people = people_of(recipient, on=on)
    if not people:
        _alert(evaluation, gettext_lazy("“%(body)s” has no people") % {"body": recipient.name})
    _tell(people, evaluation, purpose, step=str(dispatch.uid))


def _tell(
    people: list[User], evaluation: Evaluation, purpose: DispatchPurpose, *, step: str
) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Evaluation of “%(task)s” (%(code)s): %(purpose)s") % {
            "task": evaluation.trial_period.task.name,
            "code": evaluation.trial_period.task.code,
            "purpose": purpose.label,
        }
    tell(
        people, cause=f"dispatch:{evaluation.uid}:{purpose}:{step}", text=text, url=_url(evaluation)
    )


def _alert(evaluation: Evaluation, why: str | Promise) -> None:
    """Nothing is routed to nobody: the administrators hear of it."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The evaluation of %(code)s could not be routed: %(why)s.") % {
            "code": evaluation.trial_period.task.code,
            "why": why,
        }
    cause = f"unroutable:{evaluation.uid}:{evaluation.version}"
    tell(administrators(), cause=cause, text=text, url=_url(evaluation))


def _url(evaluation: Evaluation) -> str:
    return reverse("reports:evaluation", args=[evaluation.uid])
