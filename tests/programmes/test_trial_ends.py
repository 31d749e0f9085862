"""A trial that ends early, and trials whose days become known."""

import datetime as dt

import pytest

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from programmes import services
from programmes.changes import tasks_without_dates
from programmes.models import Milestone, TaskDuty, TrialPeriod
from programmes.selectors import task_summary
from reports.services.opening import open_due_evaluations
from tests.builders import make_milestone, make_programme, make_task, make_trial_period, standing
from tests.programmes.cast import TODAY
from tests.programmes.changing import a_document, a_ground

pytestmark = pytest.mark.usefixtures("english")
DAY = dt.timedelta(days=1)
ENDED = dt.date(2026, 11, 20)
DAYS = {"starts_on": dt.date(2027, 3, 1), "ends_on": dt.date(2027, 12, 31), "territory": None}


def end(cast, **changes):
    given = {
        "period": cast.period,
        "ended_on": ENDED,
        "by": cast.reviewer,
        "on": TODAY,
        "ground": a_ground("Doanh nghiệp rút"),
        "seen": services.mark_of(TrialPeriod.objects.get(pk=cast.period.pk)),
    }
    return services.end_trial(**given | changes)


def enter(cast, task, **changes):
    undated = task.trial_periods.filter(starts_on=None).first()
    given = {
        "task": task,
        "by": cast.reviewer,
        "on": TODAY,
        "values": DAYS,
        "ground": a_ground(),
        "seen": services.mark_of(*([undated] if undated else [])),
    }
    return services.enter_dates(**given | changes)


def test_a_trial_that_ended_early_has_its_day_reason_and_document(cast):
    ended = end(cast)

    event = TrialPeriod.pgh_event_model.objects.filter(pgh_obj=ended).latest("pgh_id")
    assert (ended.ends_on, ended.document, ended.certainty) == (ENDED, a_document(), "entered")
    assert event.pgh_context.metadata["reason"] == "Doanh nghiệp rút"
    assert event.pgh_context.metadata["document"] == "qd-1"


def test_its_evaluation_opens_as_after_any_last_day(cast):
    end(cast)

    (evaluation,) = open_due_evaluations(on=TODAY)

    assert evaluation.trial_period == cast.period


def test_a_trial_that_ends_early_on_a_day_to_come_runs_until_then(cast):
    end(cast, ended_on=TODAY + DAY)

    assert task_summary(cast.task, on=TODAY).state == "on_trial"
    assert open_due_evaluations(on=TODAY) == []


def test_milestones_after_the_end_stay_and_lie_outside(cast):
    late = make_milestone(cast.period, dt.date(2026, 12, 15))
    early = make_milestone(cast.period, dt.date(2026, 5, 1))

    end(cast)

    outside = {m.pk: m.lies_outside for m in Milestone.objects.select_related("trial_period")}
    assert outside == {late.pk: True, early.pk: False}


@pytest.mark.parametrize(
    "ended_on", [dt.date(2026, 1, 31), dt.date(2027, 1, 31), dt.date(2027, 6, 1)]
)
def test_an_early_end_lies_in_the_trial_and_before_its_last_day(cast, ended_on):
    with pytest.raises(DomainError) as refusal:
        end(cast, ended_on=ended_on)

    assert set(refusal.value.fields) == {"ended_on"}


def test_a_trial_without_days_has_no_early_end(cast):
    TrialPeriod.objects.update(starts_on=None, ends_on=None)

    with pytest.raises(WrongState, match="not known"):
        end(cast)


def test_an_evaluated_trial_keeps_its_end(cast):
    TrialPeriod.objects.update(ends_on=dt.date(2026, 11, 10), evaluation_opened_on=TODAY)

    with pytest.raises(WrongState, match="stand as they are"):
        end(cast, ended_on=dt.date(2026, 11, 1))


def test_without_the_check_an_evaluated_trial_would_end_anew(cast, monkeypatch):
    monkeypatch.setattr("programmes.services.periods._require_unevaluated", lambda period: None)

    with pytest.raises(pytest.fail.Exception):
        test_an_evaluated_trial_keeps_its_end(cast)


def test_who_read_another_end_is_told(cast):
    mark = services.mark_of(TrialPeriod.objects.get())
    end(cast, ended_on=dt.date(2026, 12, 31))

    with pytest.raises(Stale):
        end(cast, seen=mark)


@pytest.mark.parametrize("missing", ["reason", "document"])
def test_an_early_end_needs_reason_and_document(cast, missing):
    ground = services.Ground(
        "" if missing == "reason" else "Vì", None if missing == "document" else a_document()
    )

    with pytest.raises(DomainError) as refusal:
        end(cast, ground=ground)

    assert set(refusal.value.fields) == {missing}


@pytest.mark.parametrize("who", ["staff", "head", "office", "liaison_vnpt", "administrator"])
def test_only_the_coordinator_ends_trials_and_enters_dates(cast, who):
    person = getattr(cast, who)
    task = make_task(cast.programme)

    with pytest.raises(NotAllowed):
        end(cast, by=person)
    with pytest.raises(NotAllowed):
        enter(cast, task, by=person)


def test_days_that_become_known_fill_the_period_that_had_none(cast):
    period = make_trial_period(make_task(cast.programme), None, None)

    known = enter(cast, period.task)

    assert (known.pk, known.starts_on, known.document) == (
        period.pk,
        DAYS["starts_on"],
        a_document(),
    )


def test_a_task_without_a_period_gets_its_first(cast):
    task = make_task(cast.programme)

    assert enter(cast, task).number == 1
    with pytest.raises(WrongState, match="entered meanwhile"):
        enter(cast, task)


def test_who_enters_days_that_somebody_entered_meanwhile_is_told(cast):
    period = make_trial_period(make_task(cast.programme), None, None)
    mark = services.mark_of(TrialPeriod.objects.get(pk=period.pk))
    enter(cast, period.task)

    with pytest.raises(Stale):
        enter(cast, period.task, seen=mark)


def test_half_known_days_are_refused(cast):
    task = make_task(cast.programme)

    with pytest.raises(DomainError) as refusal:
        enter(cast, task, values=DAYS | {"ends_on": None})

    assert set(refusal.value.fields) == {"ends_on"}


def test_the_coordinator_is_told_which_tasks_have_no_dates(cast):
    undated = make_trial_period(make_task(cast.programme, number=2), None, None)
    bare = make_task(cast.programme, number=3)
    make_task(cast.programme, number=4, stored_state="stopped")
    make_task(make_programme(coordinator=cast.sct))

    found = tasks_without_dates(standing(cast.reviewer, on=TODAY))

    assert [(line.task, line.period) for line in found] == [(undated.task, undated), (bare, None)]
    lead = TaskDuty.objects.get(task=bare).organisation
    assert found[1].lead == lead


@pytest.mark.parametrize("who", ["staff", "liaison_vnpt", "office", "administrator", "inspector"])
def test_to_others_no_task_waits_for_dates(cast, who):
    make_task(cast.programme)

    assert tasks_without_dates(standing(getattr(cast, who), on=TODAY)) == []


def test_more_tasks_without_dates_cost_no_more_queries(cast, django_assert_num_queries):
    mine = standing(cast.reviewer, on=TODAY)
    for count in (1, 10):
        while len(tasks_without_dates(mine)) < count:
            make_trial_period(make_task(cast.programme, lead=cast.sct), None, None)
        with django_assert_num_queries(5):
            tasks_without_dates(mine)
