"""A day of the past is answered with what had been recorded by its end."""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from organisations.selectors import Successions
from programmes.as_of import as_recorded
from programmes.models import Milestone, Task, TaskDuty
from programmes.selectors import TaskSummary, prepared, task_summaries
from tests.builders import (
    make_commitment,
    make_link,
    make_milestone,
    make_organisation,
    make_programme,
    make_task,
    make_trial_period,
    make_update,
)
from tests.programmes.asking import LIST, detail, signed_in
from tests.programmes.cast import TODAY, Cast, make_cast
from tests.programmes.remembering import recorded_on

BEGAN = dt.date(2026, 3, 2)
DASHBOARD = "/dashboard/"
STEP = dt.timedelta(days=10)


@pytest.fixture
def cast(db: None, at_today: None) -> Cast:
    """Everybody, recorded in March."""
    with recorded_on(BEGAN):
        return make_cast()


def then(task: Task, on: dt.date) -> TaskSummary:
    return task_summaries(Task.objects.filter(pk=task.pk), on=on, today=TODAY)[0]


def told(summary: TaskSummary) -> dict[str, Any]:
    """What a summary says that could have been different on another day."""
    return {
        "name": summary.task.name,
        "ends": summary.trial_end,
        "lead": summary.lead.code if summary.lead else None,
        "red": summary.task.programme.red_days_late,
        "milestones": [(m.due_on, m.state) for m in summary.milestones],
        "links": [link.share for link in summary.links],
    }


def test_dates_that_were_moved_later_are_the_old_ones_on_the_day(cast):
    with recorded_on(dt.date(2026, 6, 1)):
        cast.period.ends_on = dt.date(2027, 6, 30)
        cast.period.save()

    assert then(cast.task, dt.date(2026, 5, 31)).trial_end == dt.date(2027, 1, 31)
    assert then(cast.task, dt.date(2026, 6, 1)).trial_end == dt.date(2027, 6, 30)


def test_a_milestone_counts_as_reached_from_the_day_on_which_that_was_recorded(cast):
    with recorded_on(BEGAN):
        milestone = make_milestone(cast.period, dt.date(2026, 4, 1))
    with recorded_on(dt.date(2026, 6, 1)):
        milestone.state, milestone.reached_on = "reached", dt.date(2026, 4, 1)
        milestone.save()

    before, after = then(cast.task, dt.date(2026, 5, 31)), then(cast.task, dt.date(2026, 6, 1))

    assert before.milestones[0].state == "planned"
    assert before.health == "red"
    assert after.milestones[0].state == "reached"
    assert after.health != "red"


def test_what_was_deleted_is_there_before_and_what_was_added_is_not(cast):
    with recorded_on(BEGAN):
        milestone = make_milestone(cast.period, dt.date(2026, 12, 1), title="Bỏ đi")
    with recorded_on(dt.date(2026, 6, 1)):
        milestone.delete()
        make_milestone(cast.period, dt.date(2026, 12, 5), title="Thêm vào")

    assert [m.title for m in then(cast.task, dt.date(2026, 5, 31)).milestones] == ["Bỏ đi"]
    assert [m.title for m in then(cast.task, dt.date(2026, 6, 1)).milestones] == ["Thêm vào"]


def test_a_task_recorded_after_the_day_is_shown_as_it_was_first_recorded(cast):
    with recorded_on(dt.date(2026, 6, 1)):
        task = make_task(cast.programme, name="Tên đầu")
        make_trial_period(task)
        Task.objects.filter(pk=task.pk).update(name="Tên cuối ngày đầu")
    with recorded_on(dt.date(2026, 7, 1)):
        Task.objects.filter(pk=task.pk).update(name="Tên sau")

    early = then(task, dt.date(2026, 4, 1))

    assert early.task.name == "Tên cuối ngày đầu"
    assert early.period is not None
    assert then(task, dt.date(2026, 7, 1)).task.name == "Tên sau"


def test_thresholds_of_the_day_judge_the_day(cast):
    with recorded_on(BEGAN):
        make_milestone(cast.period, dt.date(2026, 5, 1))
    with recorded_on(dt.date(2026, 7, 1)):
        type(cast.programme).objects.update(red_days_late=300)

    assert then(cast.task, dt.date(2026, 6, 30)).health == "red"
    assert then(cast.task, dt.date(2026, 7, 1)).health == "amber"


def changes(cast: Cast, milestone: Milestone, choice: random.Random) -> list[Callable[[], Any]]:
    """Ways in which the set-up of a task changes."""
    bodies = [make_organisation() for _ in range(3)]
    link = make_link(cast.task, share=Decimal(10))

    def lead() -> None:
        TaskDuty.objects.filter(task=cast.task, role="lead").update(
            organisation=choice.choice(bodies)
        )

    def ends() -> None:
        cast.period.ends_on = dt.date(2027, choice.randint(1, 12), 15)
        cast.period.save()

    def reached() -> None:
        state = choice.choice(["planned", "reached", "dropped"])
        milestone.state = state
        milestone.reached_on = BEGAN if state == "reached" else None
        milestone.due_on = BEGAN + choice.randint(1, 200) * dt.timedelta(days=1)
        milestone.save()

    def named() -> None:
        Task.objects.filter(pk=cast.task.pk).update(name=f"Tên {choice.random()}")

    def judged() -> None:
        type(cast.programme).objects.update(red_days_late=choice.randint(1, 99))

    def claimed() -> None:
        type(link).objects.update(share=choice.randint(1, 90))

    return [lead, ends, reached, named, judged, claimed]


@pytest.fixture(params=range(3))
def told_day_by_day(cast: Cast, request: Any) -> dict[dt.date, dict[str, Any]]:
    """What today said on each of twenty days, with one to three changes on each."""
    choice = random.Random(request.param)  # noqa: S311 - a reproducible course of events
    with recorded_on(BEGAN):
        milestone = make_milestone(cast.period, dt.date(2026, 5, 1))
        possible = changes(cast, milestone, choice)
    said: dict[dt.date, dict[str, Any]] = {}
    day = BEGAN
    for _ in range(20):
        day += STEP
        with recorded_on(day):
            for change in choice.sample(possible, choice.randint(1, 3)):
                change()
        said[day] = told(task_summaries(Task.objects.filter(pk=cast.task.pk), on=day)[0])
    return said


def test_every_day_says_afterwards_what_it_said_then(cast, told_day_by_day):
    asked = {day: told(then(cast.task, day)) for day in told_day_by_day}
    eve = {day: told(then(cast.task, day + STEP - dt.timedelta(days=1))) for day in told_day_by_day}

    assert asked == told_day_by_day
    assert eve == told_day_by_day


def test_the_rows_of_today_would_have_been_noticed(cast, told_day_by_day):
    """The twin: the same question answered without the history."""
    tasks = Task.objects.filter(pk=cast.task.pk)

    assert {d: told(task_summaries(tasks, on=d)[0]) for d in told_day_by_day} != told_day_by_day


@pytest.fixture
def renamed(cast: Cast) -> Cast:
    """A task whose name, lead and end changed in July."""
    heir = make_organisation("moi", short_name="Sở Mới")
    with recorded_on(dt.date(2026, 7, 1)):
        Task.objects.filter(pk=cast.task.pk).update(name="Tên tháng Bảy", pillar="digital_society")
        TaskDuty.objects.filter(task=cast.task, role="lead").update(organisation=heir)
        cast.period.ends_on = dt.date(2027, 6, 30)
        cast.period.save()
    return cast


@pytest.mark.parametrize(
    ("query", "before", "after"),
    [
        ({"search": "cong thuong"}, True, False),
        ({"search": "thang bay"}, False, True),
        ({"lead_organisation": "sct"}, True, None),
        ({"lead_organisation": "moi"}, None, True),
        ({"pillar": "digital_society"}, False, True),
        ({"ends_before": "2027-02-01"}, True, False),
        ({"partner": "vnpt-gl"}, True, True),
        ({"programme": "GL-2023"}, True, True),
        ({"main_indicator": "nichts"}, False, False),
    ],
)
def test_the_list_is_filtered_by_what_was_recorded(renamed, query, before, after):
    """None: nobody may even choose it, because no task had it."""
    person = signed_in(renamed.staff)
    for day, expected in (("2026-06-30", before), ("2026-07-01", after)):
        answer = person.get(LIST, query | {"as_of": day})
        if expected is None:
            assert answer.status_code == 400
        else:
            assert (f"/tasks/{renamed.task.code}/" in answer.text) is expected


def test_page_list_and_dashboard_agree(renamed):
    person = signed_in(renamed.reviewer)
    for day, expected, other in (
        ("2026-06-30", "ngành Công thương", "Tên tháng Bảy"),
        ("2026-07-01", "Tên tháng Bảy", "ngành Công thương"),
    ):
        for address in (LIST, detail(renamed), DASHBOARD):
            page = person.get(address, {"as_of": day})
            assert page.status_code == 200, address
            assert expected in page.text
            assert other not in page.text


def test_the_api_agrees(renamed):
    person = signed_in(renamed.staff)
    for day, name, ends in (
        ("2026-06-30", renamed.task.name, "2027-01-31"),
        ("2026-07-01", "Tên tháng Bảy", "2027-06-30"),
    ):
        listed = person.get("/api/v1/tasks/", {"as_of": day}).json()["results"][0]
        one = person.get(f"/api/v1/tasks/{renamed.task.code}/", {"as_of": day}).json()
        status = person.get("/api/v1/programmes/GL-2023/status/", {"as_of": day}).json()
        for body in (listed, one, status["tasks"][0]):
            assert body["name"] == name
            assert body["trial_end"] == ends


def test_promises_are_those_of_the_day_and_still_each_enterprise_s_own(cast):
    promise = cast.period.commitments.get(organisation=cast.vnpt)
    with recorded_on(dt.date(2026, 7, 1)):
        promise.content = "VNPT hứa thêm"
        promise.save()
        make_commitment(cast.period, cast.viettel, content="Viettel hứa mới")
    address, day = detail(cast), {"as_of": "2026-06-30", "tab": "commitments"}

    staff = signed_in(cast.staff).get(address, day).text
    vnpt = signed_in(cast.liaison_vnpt).get(address, day).text

    assert "VNPT hứa máy chủ" in staff
    assert "Viettel hứa đường truyền" in staff
    assert "VNPT hứa thêm" not in staff
    assert "Viettel hứa mới" not in staff
    assert "VNPT hứa máy chủ" in vnpt
    assert "Viettel" not in vnpt.replace("viettel", "")


def test_rights_are_those_of_today(cast):
    """Who may see a task is decided today; only what it says is of the day."""
    with recorded_on(dt.date(2026, 7, 1)):
        TaskDuty.objects.filter(task=cast.task, organisation=cast.viettel).delete()

    person = signed_in(cast.liaison_viettel)

    assert person.get(detail(cast), {"as_of": "2026-06-01"}).status_code == 404
    assert cast.task.name in signed_in(cast.liaison_vnpt).get(LIST, {"as_of": "2026-06-01"}).text


@pytest.mark.parametrize("number", [1, 10])
def test_a_day_of_the_past_costs_the_same_for_any_number_of_tasks(
    cast, django_assert_num_queries, number
):
    for _ in range(number):
        task = make_task(make_programme(), lead=make_organisation())
        make_milestone(make_trial_period(task), TODAY)
        make_link(task)
        make_update(task, TODAY)
    tasks = list(prepared(Task.objects.all()))
    successions = Successions.load()

    with django_assert_num_queries(10):
        as_recorded(tasks, on=dt.date(2026, 4, 1))
    with django_assert_num_queries(9):
        task_summaries(Task.objects.all(), on=TODAY, successions=successions, today=TODAY)
