"""The state of a task on a day, derived from its periods; nothing that a midnight changes is stored.

Pure functions over rows that were read already: any day can be asked, also one long past.
"""

import datetime as dt
from collections.abc import Collection

from programmes.choices import STORED_TASK_STATES, DeadlineState, TaskState
from programmes.models import ProgressUpdate, Task, TrialPeriod

Periods = Collection[TrialPeriod]


def current_period(periods: Periods, *, on: dt.date) -> TrialPeriod | None:
    """The trial period that a day is about.

    The one running; else the last ended one that is not concluded yet; else the next planned one;
    else one whose dates nobody knows; else the last one that was concluded.
    """
    dated = sorted((p for p in periods if p.starts_on), key=_first_day)
    running = [p for p in dated if _has_begun(p, on) and not _has_ended(p, on)]
    waiting = [p for p in dated if _has_ended(p, on) and not is_concluded(p, on=on)]
    planned = [p for p in dated if not _has_begun(p, on)]
    undated = [p for p in periods if p.starts_on is None]
    for candidates, place in ((running, 0), (waiting, -1), (planned, 0), (undated, 0), (dated, -1)):
        if candidates:
            return candidates[place]
    return None


def task_state(task: Task, period: TrialPeriod | None, *, on: dt.date) -> TaskState:
    """What the task is on a day; a stored state (stopped, suspended, regular) always wins."""
    if task.stored_state in STORED_TASK_STATES:
        return TaskState(task.stored_state)
    if period is None or period.starts_on is None or not _has_begun(period, on):
        return TaskState.PLANNED
    if not _has_ended(period, on):
        return TaskState.ON_TRIAL
    if is_concluded(period, on=on):
        return TaskState.CONCLUDED
    if period.evaluation_opened_on is not None and period.evaluation_opened_on <= on:
        return TaskState.UNDER_EVALUATION
    return TaskState.TRIAL_ENDED


def deadline_state(
    state: TaskState,
    period: TrialPeriod | None,
    *,
    on: dt.date,
    completed_on: dt.date | None = None,
    due_soon_days: int = 14,
) -> DeadlineState:
    """How the task stands to its own deadline, the trial's last day.

    Lateness counts from the confirmed day of completion, not from the day on which it was recorded.
    A regular duty is never late, nor is one that was stopped or suspended: nothing is due. Unknown
    dates are never overdue. A conclusion without a reported completion closes without lateness.
    """
    if state in STORED_TASK_STATES:
        return DeadlineState.NONE
    if period is None or period.ends_on is None:
        return DeadlineState.UNKNOWN
    if completed_on is not None and completed_on <= on:
        return _done(completed_on, period.ends_on)
    if state == TaskState.CONCLUDED:
        return DeadlineState.DONE_ON_TIME
    left = (period.ends_on - on).days
    if left < 0:
        return DeadlineState.OVERDUE
    return DeadlineState.DUE_SOON if left <= due_soon_days else DeadlineState.ON_TIME


def stands_for(update: ProgressUpdate, submitted_on: dt.date) -> dt.date:
    """The day to which an update's figures belong: its cut-off, or earlier when sent before it."""
    return min(update.period_ends_on, submitted_on)


def trial_of(periods: Periods, first: dt.date, last: dt.date, as_of: dt.date) -> TrialPeriod | None:
    """The trial to which figures of a reporting period belong: the last one begun by their day.

    A quarter may touch two trials of one task; figures of a day after the second began are about
    the second. Where only dates are unknown, they belong to the period without dates.
    """
    touched = [
        p
        for p in periods
        if p.starts_on and p.ends_on and p.starts_on <= as_of and p.starts_on <= last
        if p.ends_on >= first
    ]
    if touched:
        return max(touched, key=_first_day)
    undated = [p for p in periods if p.starts_on is None]
    return undated[0] if undated else None


def is_concluded(period: TrialPeriod, *, on: dt.date) -> bool:
    """Whether the conclusion on a period's evaluation had been recorded by a day."""
    return period.concluded_on is not None and period.concluded_on <= on


def _done(completed_on: dt.date, due_on: dt.date) -> DeadlineState:
    if completed_on > due_on:
        return DeadlineState.DONE_LATE
    return DeadlineState.DONE_EARLY if completed_on < due_on else DeadlineState.DONE_ON_TIME


def _first_day(period: TrialPeriod) -> dt.date:
    return period.starts_on or dt.date.max


def _has_begun(period: TrialPeriod, on: dt.date) -> bool:
    return period.starts_on is not None and period.starts_on <= on


def _has_ended(period: TrialPeriod, on: dt.date) -> bool:
    return period.ends_on is not None and period.ends_on < on
