"""What a body has reported on a task, what lies open, and the period a new report is about."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from organisations.models import Organisation
from programmes.calendar import ReportingPeriod, last_ended, period_of
from programmes.choices import UpdateKind, UpdateState
from programmes.models import ProgressUpdate, Task

# What the lead itself wrote and what was entered for it are one series; contributions another.
SERIES = {
    UpdateKind.REPORT: (UpdateKind.REPORT, UpdateKind.ENTERED),
    UpdateKind.ENTERED: (UpdateKind.REPORT, UpdateKind.ENTERED),
    UpdateKind.CONTRIBUTION: (UpdateKind.CONTRIBUTION,),
}


def open_update(
    task: Task, organisation: Organisation, kind: UpdateKind = UpdateKind.REPORT
) -> ProgressUpdate | None:
    """The draft of a kind on which a body works, if any; a constraint allows only one."""
    return (
        ProgressUpdate.objects.select_related("task__programme", "organisation")
        .filter(task=task, organisation=organisation, kind=kind, state=UpdateState.DRAFT)
        .first()
    )


def returned_update(
    task: Task, organisation: Organisation, kind: UpdateKind = UpdateKind.REPORT
) -> ProgressUpdate | None:
    """What the coordinator returned and the body has sent nothing after: it is to be corrected."""
    last = sent_by(task, organisation, kind).first()
    return last if last and last.state == UpdateState.RETURNED else None


def previous_update(
    task: Task, organisation: Organisation, kind: UpdateKind = UpdateKind.REPORT
) -> ProgressUpdate | None:
    """The last update that a body sent and did not get back; a new one carries it forward."""
    return sent_by(task, organisation, kind).exclude(state=UpdateState.RETURNED).first()


def reporting_period(
    task: Task,
    organisation: Organisation,
    *,
    on: dt.date,
    kind: UpdateKind = UpdateKind.REPORT,
) -> ReportingPeriod:
    """The period a new update is about: what was returned, else what ended lately and is owed,
    else the running one.

    A report that was not sent by half of the next period is no longer what a person comes to write;
    they can still choose it.
    """
    sent = list(sent_by(task, organisation, kind))
    return period_to_write(sent, task.programme.reporting, on=on)


def period_to_write(sent: Sequence[ProgressUpdate], rhythm: str, *, on: dt.date) -> ReportingPeriod:
    """See :func:`reporting_period`; `sent` is everything the body sent, the last first."""
    if sent and sent[0].state == UpdateState.RETURNED:
        return period_of(sent[0].period_ends_on, rhythm)
    running, ended = period_of(on, rhythm), last_ended(on, rhythm)
    is_recent = (on - ended.ends_on).days * 2 <= running.days
    is_sent = any(update.period_ends_on == ended.ends_on for update in sent)
    return ended if is_recent and not is_sent else running


def sent_by(
    task: Task, organisation: Organisation, kind: UpdateKind = UpdateKind.REPORT
) -> QuerySet[ProgressUpdate]:
    """Everything a body ever sent on a task in a series, the last first."""
    sent = ProgressUpdate.objects.filter(
        task=task, organisation=organisation, kind__in=SERIES[kind]
    )
    return sent.exclude(state=UpdateState.DRAFT).order_by("-submitted_at", "-id")
