"""Health: each rule, its edge, their order, and the sentence that explains it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from programmes.choices import Health, TaskState
from programmes.health import HealthFacts, IndicatorPace, is_better, judge, points_behind
from programmes.models import Milestone, Programme

pytestmark = pytest.mark.usefixtures("english")
D = dt.date
FIRST, LAST = D(2026, 1, 1), D(2026, 4, 10)  # one hundred days: a day is a point
HALF = D(2026, 2, 19)  # the fiftieth of them


def facts(**changes) -> HealthFacts:
    """A trial at half time, reported as half done the same day."""
    given: dict[str, Any] = {
        "state": TaskState.ON_TRIAL,
        "starts_on": FIRST,
        "ends_on": LAST,
        "percent": Decimal(50),
        "percent_as_of": HALF,
    }
    return HealthFacts(**given | changes)


def milestone(due_on: dt.date, **fields) -> Milestone:
    return Milestone(number=2, due_on=due_on, **fields)


def verdict(on: dt.date = HALF, programme: Programme | None = None, **changes) -> tuple[str, str]:
    found = judge(facts(**changes), programme or Programme(), on=on)
    return found.level, found.reason


def test_a_task_in_time_is_green_and_says_so():
    assert verdict() == ("green", "50% done with 50% of the time passed")


@pytest.mark.parametrize(
    ("percent", "level", "reason"),
    [
        ("24.9", "red", "25.1 points behind the time passed"),
        ("25", "amber", "25 points behind the time passed"),
        ("39.9", "amber", "10.1 points behind the time passed"),
        ("40", "green", "40% done with 50% of the time passed"),
        ("0", "red", "50 points behind the time passed"),
        ("100", "green", "100% done with 50% of the time passed"),
    ],
)
def test_percent_is_held_against_the_time_passed(percent, level, reason):
    assert verdict(percent=Decimal(percent)) == (level, reason)


@pytest.mark.parametrize(
    ("days", "level", "reason"),
    [
        (31, "red", "milestone 2 is 31 days late"),
        (30, "amber", "milestone 2 is 30 days late"),
        (1, "amber", "milestone 2 is 1 day late"),
        (0, "green", "50% done with 50% of the time passed"),
    ],
)
def test_a_milestone_makes_amber_when_late_and_red_after_a_month(days, level, reason):
    due_on = HALF - dt.timedelta(days=days)

    assert verdict(milestones=(milestone(due_on),)) == (level, reason)


def test_the_latest_of_several_milestones_is_named():
    late = (milestone(D(2026, 2, 10)), Milestone(number=1, due_on=D(2026, 1, 5)))

    assert verdict(milestones=late)[1] == "milestone 1 is 45 days late"


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "reached", "reached_on": D(2026, 2, 18)},
        {"state": "dropped"},
    ],
)
def test_a_milestone_that_was_reached_or_dropped_endangers_nothing(fields):
    assert verdict(milestones=(milestone(D(2026, 1, 5), **fields),))[0] == "green"


def test_a_milestone_reached_later_was_late_on_the_day_asked():
    later = milestone(D(2026, 1, 5), state="reached", reached_on=D(2026, 3, 1))

    assert verdict(milestones=(later,)) == ("red", "milestone 2 is 45 days late")


@pytest.mark.parametrize(
    ("ratio", "level"), [("0.59", "amber"), ("0.60", "green"), (None, "green")]
)
def test_a_slow_indicator_makes_amber(ratio, level):
    pace = IndicatorPace("Chữ ký số", None if ratio is None else Decimal(ratio))

    assert verdict(paces=(pace,))[0] == level


def test_the_pace_is_named_with_its_indicator_where_there_are_several():
    slow, slower = (IndicatorPace(name, Decimal(r)) for name, r in (("A", "0.5"), ("B", "-0.2")))

    assert verdict(paces=(slow,))[1] == "the indicator's pace is 0.50, below 0.60"
    assert verdict(paces=(slow, slower))[1] == "the pace of indicator “B” is −0.20, below 0.60"


def test_figures_older_than_one_and_a_half_periods_cannot_be_judged():
    fresh, stale = D(2026, 7, 1) - dt.timedelta(days=138), D(2026, 7, 1) - dt.timedelta(days=139)
    on, year = D(2026, 7, 1), {"ends_on": D(2026, 12, 31), "percent": Decimal(60)}

    assert verdict(on, percent_as_of=fresh, **year)[0] == "green"
    assert verdict(on, percent_as_of=stale, **year) == (
        "grey",
        "no accepted update for 139 days",
    )


def test_a_trial_that_never_reported_is_judged_only_while_it_is_young():
    year = {"ends_on": D(2027, 12, 31), "percent": None, "percent_as_of": None}

    assert verdict(D(2026, 3, 1), **year) == (
        "green",
        "the trial began on 01/01/2026; nothing is late",
    )
    assert verdict(D(2026, 7, 1), **year) == (
        "grey",
        "no accepted update in the 181 days since the trial began",
    )


def test_a_report_without_percentage_is_not_a_report_of_zero():
    assert verdict(percent=None) == ("green", "nothing is late; no percentage was reported")


def test_before_the_first_day_nothing_is_late():
    on = D(2025, 12, 1)

    assert verdict(on, percent=None, percent_as_of=None) == (
        "green",
        "the trial begins on 01/01/2026",
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"starts_on": None, "ends_on": None}, "the trial dates are not yet known"),
        ({"state": TaskState.STOPPED}, "the task was stopped"),
        ({"state": TaskState.SUSPENDED}, "the task is suspended"),
        ({"state": TaskState.REGULAR}, "a regular duty without deadline"),
    ],
)
def test_without_dates_nothing_else_is_asked(changes, reason):
    late = (milestone(D(2020, 1, 1)),)

    assert verdict(milestones=late, percent=Decimal(0), **changes) == ("grey", reason)


def test_red_comes_before_stale_and_stale_before_green():
    old = D(2025, 6, 1)

    assert verdict(percent=Decimal(0), percent_as_of=old)[0] == "red"
    assert verdict(percent=Decimal(39), percent_as_of=old)[0] == "amber"
    assert verdict(percent_as_of=old)[0] == "grey"


def test_the_clocks_stop_with_the_conclusion():
    years_later, late = D(2030, 1, 1), (milestone(D(2026, 4, 1)),)
    done = {"percent": Decimal(100), "percent_as_of": LAST, "state": TaskState.CONCLUDED}

    assert verdict(years_later, **done, closed_on=D(2026, 4, 20))[0] == "green"
    assert verdict(years_later, **done, closed_on=D(2026, 4, 20), milestones=late) == (
        "amber",
        "milestone 2 is 19 days late",
    )


def test_thresholds_are_data_of_the_programme():
    strict = Programme(
        red_days_late=5,
        red_points_behind=3,
        amber_points_behind=1,
        amber_pace=Decimal("0.90"),
        stale_periods=Decimal("0.1"),
    )

    assert verdict(programme=strict, percent=Decimal("46"))[0] == "red"
    assert verdict(programme=strict, percent=Decimal("48"))[0] == "amber"
    assert verdict(programme=strict, milestones=(milestone(D(2026, 2, 13)),))[0] == "red"
    assert verdict(programme=strict, paces=(IndicatorPace("A", Decimal("0.89")),))[0] == "amber"
    assert verdict(programme=strict, percent_as_of=D(2026, 2, 9))[0] == "grey"


def test_ahead_is_negative_and_unknown_stays_unknown():
    assert points_behind(facts(percent=Decimal(60)), on=HALF) == -10
    assert points_behind(facts(percent=None), on=HALF) is None
    assert points_behind(facts(starts_on=None, ends_on=None), on=HALF) is None


@pytest.mark.parametrize(
    ("one", "other", "better"),
    [
        (Health.GREEN, Health.AMBER, True),
        (Health.AMBER, Health.RED, True),
        (Health.AMBER, Health.AMBER, False),
        (Health.RED, Health.GREEN, False),
        (Health.GREEN, Health.GREY, False),
        (Health.GREY, Health.RED, False),
    ],
)
def test_grey_compares_with_nothing(one, other, better):
    assert is_better(one, other) is better
