"""The leaders' page: what it shows, to whom, as of which day, and in how many queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.models import AssessmentResult, MainIndicator
from reports.models import Evaluation
from tests.builders import (
    make_framework,
    make_link,
    make_member,
    make_milestone,
    make_organisation,
    make_programme,
    make_sub_indicator,
    make_succession,
    make_task,
    make_trial_period,
)
from tests.reports.web.conftest import TODAY, client_of

DASHBOARD = reverse("reports:dashboard")


def running(people, **fields):
    """A task on trial at the moment."""
    task = make_task(people.cast.programme, lead=people.cast.sct, **fields)
    make_trial_period(task, dt.date(2024, 6, 1), dt.date(2024, 12, 31))
    return task


def make_results(people):
    """Totals of three years and main indicators of 2022; one of them has a task."""
    framework = make_framework("DTI-922-2022")
    mains = [
        MainIndicator.objects.create(framework=framework, code=str(n), name=name, order=n)
        for n, name in enumerate(("Nhận thức số", "Thể chế số", "Hoạt động chính quyền số"), 1)
    ]
    make_link(people.cast.task, make_sub_indicator(main_indicator=mains[2]))
    table = {"framework": framework, "territory": people.cast.committee, "province": "Gia Lai"}
    for year, rank in ((2021, 39), (2022, 62)):
        AssessmentResult.objects.create(
            **table,
            assessment_year=year,
            ranked_units=63,
            measure="total",
            rank=rank,
            published_on=dt.date(year + 1, 7, 12),
        )
    for main, rank in zip(mains, (62, 63, 58), strict=True):
        AssessmentResult.objects.create(
            **table,
            assessment_year=2022,
            ranked_units=63,
            measure="main",
            measure_code=main.code,
            rank=rank,
            published_on=dt.date(2023, 7, 12),
        )


@pytest.mark.parametrize(
    "name", ["staff", "head", "reviewer", "leader", "office", "inspector", "stranger"]
)
def test_everybody_of_the_province_may_see_it(people, evaluation, name):
    assert client_of(people.by_name(name)).get(DASHBOARD).status_code == 200


@pytest.mark.parametrize("name", ["liaison", "administrator"])
def test_enterprises_and_administrators_may_not(people, evaluation, name):
    client = client_of(people.by_name(name))

    assert client.get(DASHBOARD).status_code == 403
    assert f'href="{DASHBOARD}"' not in client.get(reverse("reports:notices")).text


def test_red_comes_first_with_its_reason(people, evaluation):
    calm = running(people, name="Cổng dữ liệu mở")
    late = running(people, name="Cửa khẩu số")
    make_milestone(late.trial_periods.get(), dt.date(2024, 7, 1))

    page = client_of(people.leader).get(DASHBOARD)

    lines = page.context["dashboard"].lines
    assert lines[0].summary.task == late
    assert "mốc 1 quá hạn 42 ngày" in page.text
    assert page.context["dashboard"].matters[0].title == late.name
    assert page.text.index(late.name) < page.text.index(calm.name)


def test_ranks_say_of_how_many_of_which_year_and_when_published(people, evaluation):
    make_results(people)

    page = client_of(people.leader).get(DASHBOARD)

    ranks = page.context["dashboard"].ranks
    assert [(r.rank, r.ranked_units, r.assessment_year) for r in ranks.shown] == [(62, 63, 2022)]
    assert "12/07/2023" in page.text
    assert [main.rank for main in ranks.main] == [62, 63, 58]


def test_main_indicators_that_no_task_touches_are_named(people, evaluation):
    make_results(people)

    page = client_of(people.leader).get(DASHBOARD)

    assert page.context["dashboard"].ranks.untouched == ["Nhận thức số", "Thể chế số"]
    assert "Chưa có nhiệm vụ nào của chương trình tác động đến" in page.text


def test_the_past_of_a_province_merged_later_is_not_ours(people, evaluation):
    make_results(people)
    neighbour = make_organisation("ubnd-bd", kind="committee")
    merged = make_organisation("ubnd-gl-2025", kind="committee")
    day = dt.date(2024, 8, 1)
    make_succession(people.cast.committee, merged, day)
    make_succession(neighbour, merged, day)
    AssessmentResult.objects.create(
        framework=AssessmentResult.objects.first().framework,
        territory=neighbour,
        province="Bình Định",
        assessment_year=2022,
        ranked_units=63,
        measure="total",
        rank=29,
        published_on=dt.date(2023, 7, 12),
    )

    page = client_of(people.inspector).get(DASHBOARD)

    assert [r.rank for r in page.context["dashboard"].ranks.shown] == [62]


def test_evaluations_are_counted_only_as_far_as_they_are_visible(people, waiting):
    lead = client_of(people.cast.staff).get(DASHBOARD).context["dashboard"]
    leader = client_of(people.leader).get(DASHBOARD)

    assert [(t.state, t.count) for t in lead.tally] == [("submitted", 1)]
    assert leader.context["dashboard"].tally == ()
    assert "1 nhiệm vụ đang được đánh giá; chưa có hồ sơ nào trình đến" in leader.text


def test_the_committee_is_told_what_waits_for_its_conclusion(people, waiting):
    Evaluation.objects.filter(pk=waiting.pk).update(state="forwarded")

    page = client_of(people.leader).get(DASHBOARD)

    assert reverse("reports:evaluation", args=[waiting.uid]) in page.text
    assert "chờ UBND tỉnh kết luận" in page.text


def test_another_day_shows_how_it_stood_then(people, evaluation):
    make_results(people)

    page = client_of(people.cast.staff).get(DASHBOARD, {"as_of": "2023-01-31"})

    board = page.context["dashboard"]
    assert board.on == dt.date(2023, 1, 31)
    assert [r.rank for r in board.ranks.shown] == [39]
    assert board.tally == ()


@pytest.mark.parametrize("as_of", ["x", "2024-02-30", "9999-12-31", "0001-01-01", "\x00"])
def test_a_day_that_is_no_day_or_lies_ahead_is_refused(people, evaluation, as_of):
    assert client_of(people.leader).get(DASHBOARD, {"as_of": as_of}).status_code == 400


@pytest.mark.parametrize(("as_of", "on"), [("", TODAY), ("2000-01-01", dt.date(2000, 1, 1))])
def test_without_a_day_it_is_today_and_the_first_day_works_too(people, evaluation, as_of, on):
    page = client_of(people.leader).get(DASHBOARD, {"as_of": as_of})

    assert page.context["dashboard"].on == on


def test_another_programme_is_chosen_by_its_code(people, evaluation):
    other = make_programme("KH-3015", authority=people.cast.committee)
    task = make_task(other)

    page = client_of(people.leader).get(DASHBOARD, {"programme": "KH-3015"})

    assert [line.summary.task for line in page.context["dashboard"].lines] == [task]
    assert client_of(people.leader).get(DASHBOARD, {"programme": "no"}).status_code == 404


def test_without_any_task_the_page_says_what_comes_next(db):
    page = client_of(make_member(make_organisation())).get(DASHBOARD)

    assert "Chưa có nhiệm vụ nào" in page.text


def test_ten_tasks_cost_as_many_queries_as_one(people, evaluation):
    client = client_of(people.leader)
    client.get(DASHBOARD)
    with CaptureQueriesContext(connection) as one:
        client.get(DASHBOARD)
    for _number in range(9):
        task = running(people)
        make_link(task)
        make_milestone(task.trial_periods.get(), TODAY)
    with CaptureQueriesContext(connection) as ten:
        client.get(DASHBOARD)

    assert len(ten) <= len(one)
