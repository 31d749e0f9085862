"""What a summary of tasks says, and that it reads as much for one task as for ten."""

import datetime as dt
from decimal import Decimal

import pytest

from indicators.calculation import PaceClass
from programmes.choices import DeadlineState, Health, TaskState
from programmes.models import Task
from programmes.selectors import task_summaries, task_summary
from tests.builders import (
    make_link,
    make_link_value,
    make_measurement,
    make_milestone,
    make_organisation,
    make_programme,
    make_sub_indicator,
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
