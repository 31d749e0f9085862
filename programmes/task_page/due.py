"""What is owed on a task, by whom, until when: milestones, reports, promises."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from dti_tracker.shared.time import end_of
from organisations.selectors import Standing
from programmes.as_of import commitments_as_recorded
from programmes.choices import Fulfilment
from programmes.deadlines import OPEN_STATES, is_open
from programmes.models import Commitment, Evidence, Task
from programmes.owing import reports_owed
from programmes.selectors import TaskSummary


@dataclass(frozen=True)
class ReportDue:
    """The period whose report is owed, in words, and the day by which."""

    label: str
    due_on: dt.date


def report_due(task: Task, standing: Standing) -> ReportDue | None:
    """The report that the lead owes first today, by the rule of who works on it."""
    owed = next((one for one in reports_owed([task], standing) if one.lead is not None), None)
    return ReportDue(owed.period.label, owed.due_on) if owed else None


def commitments(summary: TaskSummary, standing: Standing) -> list[Commitment]:
    """What was promised for the trial, as far as the person may see it, with the number of files
    that show it (`files`), of which nobody is told more than they may read."""
    shown = files_by_commitment(summary, standing)
    found = promises(summary, standing)
    for commitment in found:
        commitment.files = shown.get(commitment.pk, 0)  # type: ignore[attr-defined]
    return found


def files_by_commitment(summary: TaskSummary, standing: Standing) -> dict[int, int]:
    """How many files that stood at the end of the day show each promise."""
    visible = (
        Evidence.objects.visible_to(standing)
        .stood_at(end_of(summary.on))
        .filter(commitment__trial_period=summary.period)
    )
    counted = visible.order_by().values_list("commitment").annotate(Count("pk", distinct=True))
    return dict(counted)


def promises(summary: TaskSummary, standing: Standing) -> list[Commitment]:
    """What was promised for the trial, as recorded by the day and as far as the person may see it."""
    visible = Commitment.objects.visible_to(standing).filter(trial_period=summary.period)
    found = visible.select_related("organisation", "trial_period")
    if summary.on < standing.on:
        rows = commitments_as_recorded(found, on=summary.on)
        return sorted(rows, key=lambda row: (row.organisation.code, row.number))
    return list(found.order_by("organisation__code", "number"))


@dataclass(frozen=True)
class DueItem:
    """Something that somebody owes by a day; `days_left` is negative when overdue."""

    on: dt.date
    what: str
    who: str
    days_left: int

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def days_over(self) -> int:
        return max(-self.days_left, 0)


def due_items(
    summary: TaskSummary, report: ReportDue | None, promised: Iterable[Commitment]
) -> list[DueItem]:
    """Everything still owed on the day, the earliest first; nothing once the trial is closed."""
    if summary.state not in OPEN_STATES:
        return []
    on, lead = summary.on, summary.lead.short_name if summary.lead else ""
    found = [
        DueItem(m.due_on, f"{m.number}. {m.title}", lead, (m.due_on - on).days)
        for m in summary.milestones
        if is_open(m, on=on)
    ]
    if summary.trial_end and summary.completed_on is None:
        days_left = (summary.trial_end - on).days
        found.append(DueItem(summary.trial_end, _("End of the trial"), lead, days_left))
    if report is not None:
        what = _("Progress report, %(period)s") % {"period": report.label}
        found.append(DueItem(report.due_on, what, lead, (report.due_on - on).days))
    found += [
        DueItem(
            promise.due_on,
            promise.content,
            promise.organisation.short_name,
            (promise.due_on - on).days,
        )
        for promise in promised
        if promise.due_on is not None and promise.fulfilment == Fulfilment.UNKNOWN
    ]
    return sorted(found, key=lambda item: item.on)
