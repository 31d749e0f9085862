"""Pace shown two ways: linear, and by growth from 12 months of data on."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.calculation import (
    Course,
    Direction,
    Formula,
    PaceClass,
    Point,
    Reason,
    pace,
    pace_growth,
    pace_linear,
    reaches_target_on,
    rounded,
)

D = Decimal
START = date(2022, 1, 1)
YEAR = timedelta(days=365)
VALUES = st.decimals("0.1", 10**4, places=1)


def make_course(
    baseline: Any = 100,
    target: Any = 144,
    actual: Any = 119,
    *,
    baseline_on: date | None = START,
    target_on: date | None = START + 2 * YEAR,
    actual_on: date | None = START + YEAR,
    direction: Direction = Direction.RISING,
    exclusive: bool = False,
) -> Course:
    """A course of two years, 100 to 144, seen after one year."""
    return Course(
        Point(None if baseline is None else D(baseline), baseline_on),
        Point(None if target is None else D(target), target_on),
        Point(None if actual is None else D(actual), actual_on),
        direction,
        exclusive,
    )


def test_linear_pace_is_attainment_over_the_share_of_time() -> None:
    # 22 of 44 gained = 0.5, after 365 of 730 days = 0.5: pace 1.
    result = pace_linear(make_course(actual=122))
    assert (result.ratio, result.observed, result.required) == (D(1), D("0.5"), D("0.5"))
    # 11 of 44 = 0.25; 0.25 / 0.5 = 0.5.
    assert pace_linear(make_course(actual=111)).ratio == D("0.5")


def test_the_time_between_two_values_is_the_difference_of_their_dates() -> None:
    # A trial of 1 to 10 January, both days included; baseline dated the day before: after the
    # second day 2 of 10 days have passed. 1 of 4 gained: 0.25 / 0.2 = 1.25.
    course = make_course(
        0,
        4,
        1,
        baseline_on=date(2023, 12, 31),
        target_on=date(2024, 1, 10),
        actual_on=date(2024, 1, 2),
    )
    assert (course.elapsed_days, course.total_days) == (2, 10)
    assert pace_linear(course).ratio == D("1.25")


def test_linear_pace_goes_on_past_the_targets_date() -> None:
    # 42 of 44 after three years instead of two: 0.9545… / 1.5 = 0.6364.
    result = pace_linear(make_course(actual=142, actual_on=START + 3 * YEAR))
    assert rounded(result.ratio) == D("0.6364")


def test_growth_pace_is_observed_over_required_yearly_growth() -> None:
    # 100 → 144 in two years needs 20 % a year (1.2² = 1.44); 100 → 119 in one is 19 %: 0.95.
    result = pace_growth(make_course())
    assert (result.observed, result.required, result.ratio) == (D("0.19"), D("0.2"), D("0.95"))


def test_growth_pace_has_the_right_sign_for_falling_indicators() -> None:
    # 100 → 64 in two years is -20 % a year (0.8² = 0.64); 100 → 90 in one is -10 %: 0.5.
    falling = make_course(100, 64, 90, direction=Direction.FALLING)
    assert pace_growth(falling).ratio == D("0.5")
    # It rose to 110 instead: +10 % / -20 % = -0.5.
    worse = make_course(100, 64, 110, direction=Direction.FALLING)
    assert pace_growth(worse).ratio == D("-0.5")


def test_a_leap_year_counts_its_366_days_against_365() -> None:
    # 1/1/2024 → 1/1/2025 is 366 days: 1.19^(365/366) - 1 = 0.189434…, not 0.19.
    course = make_course(
        baseline_on=date(2024, 1, 1), actual_on=date(2025, 1, 1), target_on=date(2025, 12, 31)
    )
    assert (course.elapsed_days, course.total_days) == (366, 730)
    assert rounded(pace_growth(course).observed, 6) == D("0.189435")


def test_a_fall_to_zero_is_a_growth_of_minus_a_hundred_percent() -> None:
    # 100 → 25 in two years is -50 % a year; now 0 after one: -100 % / -50 % = 2.
    result = pace_growth(make_course(100, 25, 0, direction=Direction.FALLING))
    assert (result.observed, result.ratio) == (D(-1), D(2))


@pytest.mark.parametrize(
    ("baseline_on", "actual_on", "reason"),
    [
        (date(2023, 1, 1), date(2023, 12, 1), Reason.UNDER_TWELVE_MONTHS),  # 11 months
        (date(2023, 1, 1), date(2023, 12, 31), Reason.UNDER_TWELVE_MONTHS),  # a day short
        (date(2023, 1, 1), date(2024, 1, 1), None),  # 12 months
        (date(2024, 1, 1), date(2024, 12, 31), Reason.UNDER_TWELVE_MONTHS),  # 365 days, leap year
        (date(2024, 1, 1), date(2025, 1, 1), None),
        (date(2024, 2, 29), date(2025, 2, 27), Reason.UNDER_TWELVE_MONTHS),
        (date(2024, 2, 29), date(2025, 2, 28), None),  # no 29 February in 2025
        (date(2023, 3, 1), date(2024, 2, 29), Reason.UNDER_TWELVE_MONTHS),  # 365 days, not 1 March
        (date(2023, 2, 28), date(2024, 2, 28), None),
    ],
)
def test_growth_asks_for_twelve_months_of_data(
    baseline_on: date, actual_on: date, reason: Reason | None
) -> None:
    course = make_course(
        baseline_on=baseline_on, actual_on=actual_on, target_on=baseline_on + 2 * YEAR
    )
    result = pace_growth(course)
    assert result.reason_undefined is reason
    assert (result.ratio is None) == (reason is not None)
    judged = pace(course)
    assert judged.followed is (Formula.PACE_GROWTH if reason is None else Formula.PACE_LINEAR)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"baseline": 0}, Reason.ZERO_BASELINE),
        ({"baseline": -10}, Reason.SIGN_CHANGE),
        ({"actual": -1}, Reason.SIGN_CHANGE),
        ({"baseline": -10, "target": -1, "actual": 5, "exclusive": True}, Reason.SIGN_CHANGE),
    ],
)
def test_growth_is_undefined_from_zero_and_across_zero_and_linear_takes_over(
    change: dict[str, Any], reason: Reason
) -> None:
    course = make_course(**change)
    assert pace_growth(course).reason_undefined is reason
    assert pace_linear(course).ratio is not None
    assert pace(course).followed is Formula.PACE_LINEAR


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"actual": None}, Reason.NO_ACTUAL),
        ({"baseline": None}, Reason.NO_BASELINE),
        ({"target": None}, Reason.NO_TARGET),
        ({"baseline": 144}, Reason.TARGET_EQUALS_BASELINE),
        ({"baseline": 150}, Reason.TARGET_AGAINST_DIRECTION),
        ({"baseline_on": None}, Reason.NO_DATES),
        ({"target_on": None}, Reason.NO_DATES),
        ({"actual_on": None}, Reason.NO_DATES),
        ({"actual_on": START}, Reason.NO_TIME_ELAPSED),
        ({"actual_on": START - YEAR}, Reason.NO_TIME_ELAPSED),
        ({"target_on": START}, Reason.NO_TIME_PLANNED),
    ],
)
def test_a_pace_that_is_undefined_says_why(change: dict[str, Any], reason: Reason) -> None:
    course = make_course(**change)
    for result in (pace_linear(course), pace_growth(course)):
        assert result.ratio is None
        assert result.explain().reasons == (reason,)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # Linear alone (half a year of two: a quarter of the time), 44 to gain, pace = gained / 11.
        ({"actual": "110.45"}, PaceClass.ON_COURSE),  # 10.45 / 11 = 0.95
        ({"actual": "110.4499"}, PaceClass.NEEDS_ACCELERATION),
        ({"actual": "106.6"}, PaceClass.NEEDS_ACCELERATION),  # 6.6 / 11 = 0.60
        ({"actual": "106.5999"}, PaceClass.LIMITED),
        ({"actual": "100"}, PaceClass.LIMITED),  # 0
        ({"actual": "99.9999"}, PaceClass.WORSENING),
        ({"actual": "144"}, PaceClass.ACHIEVED),
        ({"actual": "144", "exclusive": True}, PaceClass.ON_COURSE),
        ({"actual": None}, PaceClass.NO_DATA),
        ({"baseline": None}, PaceClass.NO_DATA),
        ({"target": None}, PaceClass.NO_DATA),
        ({"baseline": None, "actual": 150}, PaceClass.ACHIEVED),
        ({"baseline": 144, "actual": 144}, PaceClass.ACHIEVED),
        ({"baseline": 144, "actual": 143}, PaceClass.WORSENING),
        ({"baseline_on": None}, PaceClass.UNDEFINED),
        ({"baseline_on": None, "actual": 99}, PaceClass.WORSENING),
    ],
)
def test_the_class_follows_linear_pace_before_twelve_months(
    change: dict[str, Any], expected: PaceClass
) -> None:
    half_a_year = START + timedelta(days=182)
    course = make_course(
        **{"actual_on": half_a_year, "target_on": START + timedelta(days=728), **change}
    )
    assert pace(course).pace_class is expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("119", PaceClass.ON_COURSE),  # 19 % / 20 % = 0.95 to the last digit
        ("118.999999", PaceClass.NEEDS_ACCELERATION),
        ("112", PaceClass.NEEDS_ACCELERATION),  # 12 % / 20 % = 0.60
        ("111.999999", PaceClass.LIMITED),
        ("100", PaceClass.LIMITED),
        ("99", PaceClass.WORSENING),
        ("144", PaceClass.ACHIEVED),
    ],
)
def test_the_class_follows_growth_from_twelve_months_on(actual: str, expected: PaceClass) -> None:
    assert pace(make_course(actual=actual)).pace_class is expected


def test_the_noise_of_logarithms_moves_no_threshold() -> None:
    # 100 → 6400 in three years is +300 % a year (4³ = 64); 385 after one is +285 %: 0.95. With
    # logarithms of 28 digits it would come out as 0.94999…97 and need acceleration.
    course = make_course(100, 6400, 385, target_on=START + 3 * YEAR)
    assert pace_growth(course).ratio == D("0.95")
    assert pace(course).pace_class is PaceClass.ON_COURSE


def test_two_paces_of_different_class_disagree() -> None:
    # Growth 19 % / 20 % = 0.95 on course; linear (19 / 44) / 0.5 = 0.8636 needs acceleration.
    judged = pace(make_course())
    assert judged.pace_class is PaceClass.ON_COURSE
    assert rounded(judged.linear.ratio) == D("0.8636")
    assert judged.disagrees


def test_two_paces_agree_when_of_one_class_or_when_there_is_only_one() -> None:
    assert not pace(make_course(actual=122)).disagrees
    assert not pace(make_course(actual=144)).disagrees
    assert not pace(make_course(baseline=0)).disagrees


def test_the_target_is_reached_on_the_straight_line() -> None:
    # 19 in 365 days, 44 to gain: 365 × 44 / 19 = 845.26, so by the end of day 846.
    assert pace(make_course()).reaches_target_on == START + timedelta(days=846)
    # 22 in 365 days: exactly day 730; a falling one likewise.
    assert reaches_target_on(make_course(actual=122)) == START + timedelta(days=730)
    falling = make_course(10, 4, 7, direction=Direction.FALLING)
    assert reaches_target_on(falling) == START + timedelta(days=730)


def test_the_date_needs_no_date_of_the_target() -> None:
    assert reaches_target_on(make_course(actual=122, target_on=None)) == START + 2 * YEAR


@pytest.mark.parametrize(
    "change",
    [
        {"actual": 100},
        {"actual": 90},
        {"actual": None},
        {"baseline_on": None},
        {"actual_on": START},
        {"actual": "100.0001"},  # 160 million days: beyond the calendar
    ],
)
def test_a_target_out_of_reach_has_no_date(change: dict[str, Any]) -> None:
    assert reaches_target_on(make_course(**change)) is None


def test_an_achieved_target_has_the_day_of_its_value() -> None:
    assert reaches_target_on(make_course(actual=150)) == START + YEAR


def test_the_explanation_of_a_pace_holds_values_and_days() -> None:
    inputs = pace_growth(make_course()).explain().named_inputs
    assert inputs["baseline_on"] == START
    assert (inputs["elapsed_days"], inputs["total_days"]) == (365, 730)
    assert (inputs["observed"], inputs["required"]) == (D("0.19"), D("0.2"))


@given(VALUES, VALUES, st.integers(366, 2000))
def test_a_value_on_the_required_growth_line_has_pace_one(
    baseline: Decimal, target: Decimal, days: int
) -> None:
    assume(baseline != target)
    direction = Direction.RISING if target > baseline else Direction.FALLING
    end = START + timedelta(days=days)
    course = make_course(
        baseline, target, target, target_on=end, actual_on=end, direction=direction
    )
    assert pace_growth(course).ratio == pace_linear(course).ratio == 1


@given(VALUES, VALUES, VALUES, st.integers(1, 2000), st.sampled_from(Direction))
def test_both_paces_have_one_sign(
    baseline: Decimal, target: Decimal, actual: Decimal, days: int, direction: Direction
) -> None:
    course = make_course(
        baseline, target, actual, actual_on=START + timedelta(days=days), direction=direction
    )
    linear, growth = pace_linear(course).ratio, pace_growth(course).ratio
    if linear is not None and growth is not None:
        assert (linear > 0, linear < 0) == (growth > 0, growth < 0)


@given(VALUES, VALUES, VALUES, st.decimals("0.01", 100, places=2))
def test_another_unit_changes_no_pace(
    baseline: Decimal, target: Decimal, actual: Decimal, factor: Decimal
) -> None:
    one = pace(make_course(baseline, target, actual))
    other = pace(make_course(baseline * factor, target * factor, actual * factor))
    assert (one.pace_class, one.reaches_target_on) == (other.pace_class, other.reaches_target_on)
    assert one.linear.ratio == other.linear.ratio
    assert rounded(one.growth.ratio, 12) == rounded(other.growth.ratio, 12)


@given(VALUES, st.decimals(1, 100, places=1), st.decimals(0, 1000, places=1), st.integers(1, 700))
def test_on_the_date_given_the_straight_line_has_reached_the_target(
    baseline: Decimal, gained: Decimal, left: Decimal, days: int
) -> None:
    actual = baseline + gained
    target = actual + left
    course = make_course(baseline, target, actual, actual_on=START + timedelta(days=days))
    reached = reaches_target_on(course)
    assert reached is not None
    needed = (reached - START).days
    assert gained * needed >= (gained + left) * days
    assert gained * (needed - 1) < (gained + left) * days
