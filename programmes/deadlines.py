"""What is due next on a task: a milestone, else the last day of its trial."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programmes.choices import MilestoneState, TaskState
from programmes.models import Milestone, TrialPeriod

OPEN_STATES = frozenset(
    {TaskState.PLANNED, TaskState.ON_TRIAL, TaskState.TRIAL_ENDED, TaskState.UNDER_EVALUATION}
)


@dataclass(frozen=True)
class NextDeadline:
    """What is due next, or overdue longest; `days_left` is negative when overdue."""

    on: dt.date
    what: str
    days_left: int

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def days_over(self) -> int:
        return max(-self.days_left, 0)


def next_deadline(
    state: TaskState,
    period: TrialPeriod | None,
    milestones: Iterable[Milestone],
    completed_on: dt.date | None,
    on: dt.date,
) -> NextDeadline | None:
    """The earliest day that is still open: a milestone, else the trial's last day."""
    if period is None or period.ends_on is None or state not in OPEN_STATES:
        return None
    open_days = [
        (m.due_on, _("milestone %(number)s") % {"number": m.number})
        for m in milestones
        if is_open(m, on=on)
    ]
    if completed_on is None:
        open_days.append((period.ends_on, _("end of the trial")))
    if not open_days:
        return None
    due_on, what = min(open_days)
    return NextDeadline(due_on, what, (due_on - on).days)


def is_open(milestone: Milestone, *, on: dt.date) -> bool:
    """Whether a milestone is still to be reached on a day."""
    is_reached = milestone.reached_on is not None and milestone.reached_on <= on
    return milestone.state != MilestoneState.DROPPED and not is_reached
