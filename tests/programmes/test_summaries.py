"""What a summary of tasks says, and that it reads as much for one task as for ten."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from indicators.calculation import PaceClass
from programmes.choices import DeadlineState, Health, TaskState
from programmes.models import Task
from programmes.selectors import period_summary, task_summaries, task_summary, with_report
from tests.builders import (
    make_link,
    make_link_value,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_sub_indicator,
    make_succession,
    make_task,
    make_trial_period,
    make_update,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
D = dt.date
ON = D(2026, 7, 1)


def full_task(programme=None, **fields) -> Task:
    """A task with a trial, a late milestone, an accepted update and an indicator."""
    partner = make_organisation(kind="enterprise_unit")
    task = make_task(programme, partners=(partner,), cooperating=(make_organisation(),), **fields)
    period = make_trial_period(task, territory=make_organisation(kind="committee"))
    make_milestone(period, D(2026, 6, 1))
    make_update(task, D(2026, 6, 14))
    link = make_link(task, make_sub_indicator())
    make_link_value(link, period, "baseline", 20)
    make_link_value(link, period, "target", 40)
    make_measurement(link.sub_indicator, D(2026, 6, 1), 30, territory=period.territory)
    return task


@pytest.mark.parametrize("number", [1, 10])
def test_summaries_read_as_much_for_ten_tasks_as_for_one(django_assert_num_queries, number):
    programme = make_programme()
    for _ in range(number):
        full_task(programme)

    with django_assert_num_queries(11):
        summaries = task_summaries(Task.objects.all(), on=ON)
        assert [s.last_update.organisation.name for s in summaries if s.last_update]
        assert [s.links[0].sub_indicator.main_indicator.framework.name for s in summaries]

    assert len(summaries) == number


def test_a_summary_gathers_state_health_and_figures():
    summary = task_summary(full_task(), on=ON)

    assert summary.state == TaskState.ON_TRIAL
    assert (summary.health, summary.health_reason) == (
        Health.AMBER,
        "milestone 1 is 30 days late",
    )
    assert summary.percent == 50
    assert summary.deadline_state == DeadlineState.ON_TIME
    assert summary.days_left == 183
    assert summary.next_deadline is not None
    assert (summary.next_deadline.what, summary.next_deadline.days_over) == ("milestone 1", 30)
    assert summary.data_as_of == D(2026, 6, 14)
    (link,) = summary.links
    assert link.attainment == Decimal("0.5")
    assert link.pace_growth is None
    assert link.pace_class == PaceClass.ON_COURSE


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(3), tzinfo=dt.UTC)


def trial_task(**fields) -> Task:
    """A task whose trial runs through 2026."""
    task = make_task(**fields)
    make_trial_period(task)
    return task


def test_red_comes_first_then_amber_green_and_grey_and_the_next_deadline_inside():
    programme = make_programme()
    grey = make_task(programme)
    green, early = (trial_task(programme=programme) for _ in range(2))
    amber, red = (trial_task(programme=programme) for _ in range(2))
    for task, percent in ((green, 50), (early, 50), (amber, 35), (red, 10)):
        make_update(task, D(2026, 6, 14), percent=Decimal(percent))
    make_milestone(early.trial_periods.get(), D(2026, 8, 1))

    found = [s.task for s in task_summaries(Task.objects.all(), on=ON)]

    assert found == [red, amber, early, green, grey]


def test_only_what_was_accepted_by_the_end_of_the_day_counts():
    task = trial_task()
    make_update(task, D(2026, 3, 14), percent=Decimal(20))
    make_update(
        task, D(2026, 6, 14), percent=Decimal(50), reviewed_at=at(D(2026, 6, 20)), state="accepted"
    )
    make_update(task, D(2026, 9, 14), percent=Decimal(99), state="submitted")

    assert task_summary(task, on=D(2026, 6, 19)).percent == 20
    assert task_summary(task, on=D(2026, 6, 20)).percent == 50
    assert task_summary(task, on=D(2026, 12, 1)).percent == 50


def test_a_superseded_update_still_answers_for_its_own_days():
    task = trial_task()
    make_update(task, D(2026, 6, 14), percent=Decimal(50), state="superseded")
    make_update(task, D(2026, 6, 14), percent=Decimal(45), reviewed_at=at(D(2026, 7, 5)))

    assert task_summary(task, on=D(2026, 7, 4)).percent == 50
    assert task_summary(task, on=D(2026, 7, 5)).percent == 45


def test_an_earlier_period_reported_late_never_replaces_a_later_one():
    task = trial_task()
    make_update(task, D(2026, 6, 14), percent=Decimal(50))
    make_update(task, D(2026, 3, 14), percent=Decimal(20), reviewed_at=at(D(2026, 6, 30)))

    assert task_summary(task, on=ON).percent == 50


def test_what_others_report_is_not_the_leads_percentage():
    partner = make_organisation(kind="enterprise_unit")
    task = trial_task(partners=(partner,))
    make_update(task, D(2026, 6, 14), percent=Decimal(30))
    make_update(task, D(2026, 9, 14), percent=Decimal(90), organisation=partner)

    assert task_summary(task, on=D(2026, 10, 1)).percent == 30


def test_a_successor_goes_on_where_its_predecessor_stopped():
    old, new = make_organisation(), make_organisation()
    task = trial_task(lead=old)
    make_succession(old, new, D(2026, 4, 1))
    make_update(task, D(2026, 3, 14), percent=Decimal(20))
    before = task_summary(task, on=D(2026, 4, 2))
    make_update(task, D(2026, 6, 14), percent=Decimal(40), organisation=new)
    after = task_summary(task, on=ON)

    assert (before.lead, before.percent) == (new, 20)
    assert (after.lead, after.percent) == (new, 40)
    assert task_summary(task, on=D(2026, 3, 31)).lead == old


def test_a_duty_without_holder_has_no_lead():
    task = trial_task(lead=make_organisation(valid_to=D(2026, 3, 1)))

    assert task_summary(task, on=ON).lead is None


def test_unknown_dates_leave_everything_open():
    task = make_task()
    make_trial_period(task, None, None)
    make_update(task, D(2026, 6, 14), percent=Decimal(30))

    summary = task_summary(task, on=ON)

    assert (summary.state, summary.deadline_state) == ("planned", "unknown")
    assert (summary.health, summary.percent) == ("grey", 30)
    assert (summary.days_left, summary.next_deadline) == (None, None)


def test_a_task_without_any_period_is_planned_and_knows_nothing():
    summary = task_summary(make_task(), on=ON)

    assert (summary.state, summary.period, summary.percent) == ("planned", None, None)


def test_completion_counts_from_the_first_report_of_all_done():
    task = trial_task()
    make_update(task, D(2026, 9, 14), percent=Decimal(100))
    make_update(task, D(2026, 12, 14), percent=Decimal(100))

    summary = task_summary(task, on=D(2027, 1, 10))

    assert summary.completed_on == D(2026, 9, 14)
    assert summary.deadline_state == DeadlineState.DONE_EARLY
    assert summary.next_deadline is None


def test_a_correction_downwards_takes_the_completion_back():
    task = trial_task()
    make_update(task, D(2026, 9, 14), percent=Decimal(100))
    make_update(task, D(2026, 12, 14), percent=Decimal(95))

    summary = task_summary(task, on=D(2027, 1, 10))

    assert summary.completed_on is None
    assert summary.deadline_state == DeadlineState.OVERDUE


def two_trials() -> tuple[Task, dt.date]:
    """A trial of 2024 and one of 2026 with figures of their own."""
    task = make_task()
    first = make_trial_period(
        task,
        D(2024, 1, 1),
        D(2024, 12, 31),
        evaluation_opened_on=D(2025, 1, 1),
        concluded_on=D(2025, 2, 1),
    )
    second = make_trial_period(task)
    link = make_link(task)
    for period, baseline, target in ((first, 10, 20), (second, 15, 45)):
        make_link_value(link, period, "baseline", baseline)
        make_link_value(link, period, "target", target)
    make_measurement(link.sub_indicator, D(2024, 12, 1), 15)
    make_measurement(link.sub_indicator, D(2026, 6, 1), 30)
    make_update(task, D(2024, 12, 14), percent=Decimal(90))
    make_update(task, D(2026, 6, 14), percent=Decimal(55))
    return task, ON


def test_each_trial_has_its_own_figures():
    task, on = two_trials()
    old, new = task.trial_periods.all()

    then, now = period_summary(old, on=on), period_summary(new, on=on)

    assert (then.state, then.percent, then.links[0].actual.value) == ("concluded", 90, 15)
    assert (then.links[0].baseline.value, then.links[0].target.value) == (10, 20)
    assert (now.state, now.percent, now.links[0].actual.value) == ("on_trial", 55, 30)
    assert task_summary(task, on=on).percent == 55


def test_a_changed_target_answers_from_its_day_on():
    task = trial_task()
    period, link = task.trial_periods.get(), make_link(task)
    make_link_value(link, period, "target", 40, replaced_at=at(D(2026, 5, 1)))
    make_link_value(link, period, "target", 60, reason="Công văn điều chỉnh")

    assert task_summary(task, on=D(2026, 4, 30)).links[0].target.value == 40
    assert task_summary(task, on=D(2026, 5, 1)).links[0].target.value == 60


def measured(task: Task, *rows: dict[str, Any], on: dt.date = ON, **sub_fields):
    """The actual value of a task's one indicator after measurements in the trial's territory."""
    period = task.trial_periods.get()
    sub = make_sub_indicator(**sub_fields)
    make_link(task, sub)
    for row in rows:
        day, value = row.pop("on"), row.pop("value")
        make_measurement(sub, day, value, territory=period.territory, **row)
    return task_summary(task, on=on).links[0].actual


def test_a_value_of_another_territory_says_nothing():
    task = trial_task()
    sub = make_sub_indicator()
    make_link(task, sub)
    make_measurement(sub, D(2026, 6, 1), 30, territory=make_organisation(kind="committee"))

    assert task_summary(task, on=ON).links[0].actual is None


def test_a_claim_that_nobody_confirmed_does_not_count_yet():
    may = {"on": D(2026, 5, 1), "value": 20}
    june = {"on": D(2026, 6, 1), "value": 30}

    assert measured(trial_task(), may, june | {"confirmed_at": None}).value == 20
    later = june | {"confirmed_at": at(ON + dt.timedelta(days=1))}
    assert measured(trial_task(), {"on": D(2026, 5, 1), "value": 20}, later).value == 20


def test_a_reported_zero_is_a_value_and_nothing_is_none():
    assert measured(trial_task(), {"on": D(2026, 5, 1), "value": 0}).value == 0
    assert measured(trial_task()) is None


def test_not_applicable_has_no_value():
    row = {"on": D(2026, 5, 1), "value": 0}
    task = trial_task()
    sub = make_sub_indicator()
    make_link(task, sub)
    measurement = make_measurement(sub, row["on"], 1)
    type(measurement).objects.filter(pk=measurement.pk).update(kind="not_applicable", value=None)

    assert task_summary(task, on=ON).links[0].actual is None


def test_ratios_of_several_reporters_roll_up_and_never_average():
    a, b = make_organisation(), make_organisation()
    actual = measured(
        trial_task(),
        {"on": D(2026, 5, 1), "value": 50, "reporter": a, "numerator": 1, "denominator": 2},
        {"on": D(2026, 5, 9), "value": 10, "reporter": b, "numerator": 9, "denominator": 98},
    )

    assert (actual.value, actual.numerator, actual.denominator) == (10, 10, 100)
    assert actual.on == D(2026, 5, 9)


def test_counts_of_several_reporters_add_up_with_the_weakest_certainty():
    a, b = make_organisation(), make_organisation()
    actual = measured(
        trial_task(),
        {"on": D(2026, 5, 1), "value": 3, "reporter": a, "unit": "xã", "certainty": "read"},
        {
            "on": D(2026, 5, 2),
            "value": 4,
            "reporter": b,
            "unit": "xã",
            "certainty": "example",
            "kind": "estimated",
        },
        unit="xã",
    )

    assert (actual.value, actual.certainty, actual.is_estimated) == (7, "example", True)


def test_of_bare_percentages_the_last_measured_one_stands():
    a, b = make_organisation(), make_organisation()
    actual = measured(
        trial_task(),
        {"on": D(2026, 5, 1), "value": 30, "reporter": a},
        {"on": D(2026, 4, 1), "value": 50, "reporter": b},
    )

    assert actual.value == 30


def test_a_successors_value_replaces_its_predecessors():
    old, new = make_organisation(), make_organisation()
    make_succession(old, new, D(2026, 3, 1))
    actual = measured(
        trial_task(),
        {"on": D(2026, 2, 1), "value": 5, "reporter": old, "unit": "xã"},
        {"on": D(2026, 5, 1), "value": 6, "reporter": new, "unit": "xã"},
        unit="xã",
    )

    assert actual.value == 6


def test_a_figure_per_period_is_not_carried_from_before_the_trial():
    december = {"on": D(2025, 12, 1), "value": 30}

    assert measured(trial_task(), december, accumulation="periodic") is None
    assert measured(trial_task(), {"on": D(2025, 12, 1), "value": 30}).value == 30


def test_points_say_what_they_assume_and_count_the_share_claimed():
    task = full_task()
    task.indicator_links.update(share=Decimal(50))

    (link,) = task_summary(task, on=ON).links

    assert round(link.points_baseline, 4) == Decimal("1.8182")
    assert round(link.points_gained, 4) == Decimal("0.4545")
    assert link.points_assumption == ("equal_share", "assumed_ratio")


def test_steps_without_a_table_give_no_points():
    task = full_task()
    sub = task.indicator_links.get().sub_indicator
    sub.rule = "steps"
    sub.save()

    assert task_summary(task, on=ON).links[0].points_actual is None


def test_made_up_figures_mark_the_task():
    task = full_task()
    assert not task_summary(task, on=ON).is_example

    task.indicator_links.get().values.filter(kind="target").update(certainty="example")
    assert task_summary(task, on=ON).is_example


def test_the_rules_can_be_asked_about_a_report_that_is_not_accepted_yet():
    summary = task_summary(trial_task(), on=ON)

    assert with_report(summary, Decimal(10), on=ON).level == "red"
    assert with_report(summary, Decimal(50), on=ON).level == "green"


def test_an_opened_evaluation_is_seen_from_its_day_on():
    task = make_task()
    make_trial_period(
        task, D(2026, 1, 1), D(2026, 6, 30), evaluation_opened_on=ON, concluded_on=D(2026, 7, 9)
    )

    states = [task_summary(task, on=D(2026, m, d)).state for m, d in ((6, 30), (7, 1), (7, 9))]

    assert states == [TaskState.ON_TRIAL, TaskState.UNDER_EVALUATION, TaskState.CONCLUDED]
