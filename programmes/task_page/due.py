"""What is owed on a task: the report of a period, and what the enterprises promised."""

import datetime as dt
from dataclasses import dataclass

from organisations.models import Organisation
from organisations.selectors import Standing
from organisations.working_days import WorkingDays
from programmes import services
from programmes.as_of import commitments_as_recorded
from programmes.choices import TaskState
from programmes.models import Commitment, Task
from programmes.selectors import TaskSummary

REPORTING_STATES = frozenset(
    {TaskState.ON_TRIAL, TaskState.TRIAL_ENDED, TaskState.UNDER_EVALUATION, TaskState.REGULAR}
)


@dataclass(frozen=True)
class ReportDue:
    """The period whose report is owed, in words, and the day by which."""

    label: str
    due_on: dt.date


def report_due(
    task: Task, summary: TaskSummary, lead: Organisation | None, standing: Standing
) -> ReportDue | None:
    """The report that the lead owes next, while the trial runs or is evaluated."""
    if lead is None or summary.state not in REPORTING_STATES:
        return None
    period = services.report_owed(task, lead, on=standing.on)
    calendar = WorkingDays.load(since=period.ends_on)
    return ReportDue(period.label, period.due_on(task.programme, calendar=calendar))


def commitments(summary: TaskSummary, standing: Standing) -> list[Commitment]:
    """What was promised for the trial, as far as the person may see it."""
    visible = Commitment.objects.visible_to(standing).filter(trial_period=summary.period)
    promises = visible.select_related("organisation", "trial_period")
    if summary.on < standing.on:
        rows = commitments_as_recorded(promises, on=summary.on)
        return sorted(rows, key=lambda row: (row.organisation.code, row.number))
    return list(promises.order_by("organisation__code", "number"))
