"""The state of a task follows from its periods on any day asked."""

import datetime as dt

import pytest

from programmes.choices import DeadlineState, TaskState
from programmes.models import Task, TrialPeriod
from programmes.state import current_period, deadline_state, stands_for, task_state, trial_of

D = dt.date
FIRST, LAST = D(2026, 1, 1), D(2026, 6, 30)


def period(
    starts_on: dt.date | None = FIRST, ends_on: dt.date | None = LAST, **fields
) -> TrialPeriod:
    return TrialPeriod(starts_on=starts_on, ends_on=ends_on, **fields)


OLD = period(
    D(2023, 9, 1), D(2024, 8, 31), evaluation_opened_on=D(2024, 9, 1), concluded_on=D(2024, 10, 1)
)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (D(2025, 12, 31), "planned"),
        (D(2026, 1, 1), "on_trial"),
        (LAST, "on_trial"),
        (D(2026, 7, 1), "trial_ended"),
        (D(2026, 7, 2), "under_evaluation"),
        (D(2026, 7, 19), "under_evaluation"),
        (D(2026, 7, 20), "concluded"),
        (D(2030, 1, 1), "concluded"),
    ],
)
def test_every_day_has_the_state_that_its_facts_give(on, state):
    trial = period(evaluation_opened_on=D(2026, 7, 2), concluded_on=D(2026, 7, 20))

    assert task_state(Task(), trial, on=on) == state


def test_a_trial_without_evaluation_has_ended_for_good():
    assert task_state(Task(), period(), on=D(2027, 1, 1)) == TaskState.TRIAL_ENDED


@pytest.mark.parametrize("trial", [None, period(None, None)])
def test_a_task_without_dates_is_planned(trial):
    assert task_state(Task(), trial, on=D(2026, 3, 1)) == TaskState.PLANNED


@pytest.mark.parametrize("stored", ["stopped", "suspended", "regular"])
def test_a_stored_state_wins_over_every_date(stored):
    task = Task(stored_state=stored)

    assert task_state(task, period(), on=D(2026, 3, 1)) == stored
    assert deadline_state(TaskState(stored), period(), on=D(2027, 1, 1)) == DeadlineState.NONE


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (D(2026, 6, 15), "on_time"),
        (D(2026, 6, 16), "due_soon"),
        (LAST, "due_soon"),
        (D(2026, 7, 1), "overdue"),
    ],
)
def test_an_open_task_is_overdue_only_after_its_last_day(on, state):
    trial = period()

    assert deadline_state(task_state(Task(), trial, on=on), trial, on=on) == state


@pytest.mark.parametrize(
    ("completed_on", "state"),
    [
        (D(2026, 6, 29), "done_early"),
        (LAST, "done_on_time"),
        (D(2026, 7, 1), "done_late"),
    ],
)
def test_lateness_counts_from_the_confirmed_completion(completed_on, state):
    on = D(2026, 9, 1)

    assert (
        deadline_state(TaskState.TRIAL_ENDED, period(), on=on, completed_on=completed_on) == state
    )


def test_a_completion_after_the_day_asked_does_not_count_yet():
    on = D(2026, 7, 1)

    assert (
        deadline_state(TaskState.TRIAL_ENDED, period(), on=on, completed_on=D(2026, 7, 5))
        == DeadlineState.OVERDUE
    )


def test_a_conclusion_without_reported_completion_closes_without_lateness():
    assert deadline_state(TaskState.CONCLUDED, OLD, on=D(2026, 1, 1)) == DeadlineState.DONE_ON_TIME


@pytest.mark.parametrize("trial", [None, period(None, None)])
def test_unknown_dates_are_never_overdue(trial):
    assert deadline_state(TaskState.PLANNED, trial, on=D(2040, 1, 1)) == DeadlineState.UNKNOWN


RUNNING, NEXT, UNDATED = period(), period(D(2026, 9, 1), D(2027, 8, 31)), period(None, None)
WAITING = period(D(2025, 1, 1), D(2025, 6, 30))


@pytest.mark.parametrize(
    ("periods", "on", "expected"),
    [
        ([OLD, WAITING, RUNNING, NEXT, UNDATED], D(2026, 3, 1), RUNNING),
        ([OLD, WAITING, NEXT, UNDATED], D(2026, 3, 1), WAITING),
        ([OLD, NEXT, UNDATED], D(2026, 3, 1), NEXT),
        ([OLD, UNDATED], D(2026, 3, 1), UNDATED),
        ([OLD], D(2026, 3, 1), OLD),
        ([OLD, UNDATED], D(2024, 9, 15), OLD),
        ([], D(2026, 3, 1), None),
    ],
    ids=["running", "waiting", "planned", "undated", "concluded", "not yet concluded", "none"],
)
def test_the_current_period_is_the_one_that_needs_somebody(periods, on, expected):
    assert current_period(periods, on=on) is expected


def test_figures_stand_for_the_day_they_were_sent_when_that_is_before_the_cut_off():
    from programmes.models import ProgressUpdate

    update = ProgressUpdate(period_ends_on=D(2026, 3, 14))

    assert stands_for(update, D(2026, 2, 20)) == D(2026, 2, 20)
    assert stands_for(update, D(2026, 3, 20)) == D(2026, 3, 14)


def test_a_quarter_that_touches_two_trials_belongs_to_the_one_begun_by_its_day():
    first, second = period(D(2026, 1, 1), D(2026, 1, 31)), period(D(2026, 2, 1), D(2026, 12, 31))
    quarter = (D(2025, 12, 15), D(2026, 3, 14))

    assert trial_of([first, second], *quarter, as_of=D(2026, 1, 31)) is first
    assert trial_of([first, second], *quarter, as_of=D(2026, 2, 1)) is second


def test_figures_of_no_dated_trial_belong_to_the_one_without_dates():
    quarter = (D(2025, 12, 15), D(2026, 3, 14))

    assert trial_of([OLD, UNDATED], *quarter, as_of=D(2026, 2, 1)) is UNDATED
    assert trial_of([OLD], *quarter, as_of=D(2026, 2, 1)) is None
