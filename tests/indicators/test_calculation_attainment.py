"""Attainment: what was gained over what was to be gained."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculation import Direction, Reason, attainment

D = Decimal
RISING, FALLING = Direction.RISING, Direction.FALLING
VALUES = st.decimals(-(10**6), 10**6, places=3)
FACTORS = st.decimals("0.001", 1000, places=3)


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "direction", "ratio", "achieved", "worsened"),
    [
        (30, 50, 40, RISING, "0.5", False, False),  # 10 of 20
        (30, 50, 50, RISING, "1", True, False),
        (30, 50, 55, RISING, "1.25", True, False),  # 25 of 20: over 100 %
        (30, 50, 30, RISING, "0", False, False),
        (30, 50, 25, RISING, "-0.25", False, True),  # -5 of 20: got worse
        (0, 17, 0, RISING, "0", False, False),  # a reported 0 is a value
        (12, 4, 6, FALLING, "0.75", False, False),  # 12 days to 4, now 6: -6 of -8
        (12, 4, 3, FALLING, "1.125", True, False),  # -9 of -8
        (12, 4, 14, FALLING, "-0.25", False, True),  # +2 of -8
        (-10, 10, 5, RISING, "0.75", False, False),  # 15 of 20, across zero
    ],
)
def test_examples_worked_by_hand(
    baseline: int,
    target: int,
    actual: int,
    direction: Direction,
    ratio: str,
    achieved: bool,
    worsened: bool,
) -> None:
    result = attainment(baseline, target, actual, direction)
    assert result.ratio == D(ratio)
    assert result.achieved is achieved
    assert result.worsened is worsened
    assert result.reason_undefined is None
    assert result.explain().reasons == ()


@pytest.mark.parametrize(
    ("actual", "direction", "achieved", "worsened"),
    [
        (80, RISING, True, False),
        (81, RISING, True, False),
        (79, RISING, False, True),
        (80, FALLING, True, False),
        (79, FALLING, True, False),
        (81, FALLING, False, True),
    ],
)
def test_a_target_equal_to_the_baseline_is_achieved_or_not_without_division(
    actual: int, direction: Direction, achieved: bool, worsened: bool
) -> None:
    result = attainment(80, 80, actual, direction)
    assert (result.ratio, result.bar) == (None, None)
    assert result.reason_undefined is Reason.TARGET_EQUALS_BASELINE
    assert (result.achieved, result.worsened) == (achieved, worsened)
    assert result.explain().reasons == (Reason.TARGET_EQUALS_BASELINE,)


def test_a_target_on_the_worse_side_of_the_baseline_gives_no_ratio() -> None:
    # "Rising is better", yet 90 → 80: moving to 85 is no progress of one half.
    result = attainment(90, 80, 85, RISING)
    assert result.ratio is None
    assert result.reason_undefined is Reason.TARGET_AGAINST_DIRECTION
    assert (result.achieved, result.worsened) == (True, True)


@pytest.mark.parametrize(
    ("values", "reason", "achieved", "worsened"),
    [
        ((30, 50, None), Reason.NO_ACTUAL, None, None),
        ((None, 50, 60), Reason.NO_BASELINE, True, None),
        ((30, None, 20), Reason.NO_TARGET, None, True),
        ((None, None, None), Reason.NO_ACTUAL, None, None),
    ],
)
def test_what_can_be_told_without_all_values_is_told(
    values: tuple[int | None, int | None, int | None],
    reason: Reason,
    achieved: bool | None,
    worsened: bool | None,
) -> None:
    result = attainment(*values, RISING)
    assert result.ratio is None
    assert result.reason_undefined is reason
    assert (result.achieved, result.worsened) == (achieved, worsened)


def test_more_than_fifty_percent_is_not_reached_by_fifty() -> None:
    assert attainment(30, 50, 50, RISING, exclusive=True).achieved is False
    assert attainment(30, 50, D("50.01"), RISING, exclusive=True).achieved is True


@pytest.mark.parametrize(("actual", "bar"), [(25, "0"), (40, "0.5"), (55, "1")])
def test_a_bar_stays_between_nothing_and_full(actual: int, bar: str) -> None:
    assert attainment(30, 50, actual, RISING).bar == D(bar)


def test_a_direction_may_come_as_its_code() -> None:
    assert attainment(12, 4, 6, "falling").direction is FALLING
    with pytest.raises(ValueError, match="sideways"):
        attainment(12, 4, 6, "sideways")


def test_the_explanation_holds_the_inputs() -> None:
    assert attainment(12, 4, 6, FALLING).explain().named_inputs == {
        "baseline": D(12),
        "target": D(4),
        "actual": D(6),
        "direction": "falling",
    }


@given(VALUES, VALUES, VALUES, VALUES)
def test_moving_all_values_alike_changes_nothing(
    baseline: Decimal, target: Decimal, actual: Decimal, shift: Decimal
) -> None:
    moved = attainment(baseline + shift, target + shift, actual + shift, RISING)
    still = attainment(baseline, target, actual, RISING)
    assert moved.ratio == still.ratio
    assert (moved.achieved, moved.worsened) == (still.achieved, still.worsened)


@given(VALUES, VALUES, VALUES, FACTORS)
def test_another_unit_changes_nothing(
    baseline: Decimal, target: Decimal, actual: Decimal, factor: Decimal
) -> None:
    scaled = attainment(baseline * factor, target * factor, actual * factor, RISING)
    assert scaled.ratio == attainment(baseline, target, actual, RISING).ratio


@given(VALUES, VALUES, VALUES)
def test_a_falling_indicator_is_a_rising_one_upside_down(
    baseline: Decimal, target: Decimal, actual: Decimal
) -> None:
    falling = attainment(baseline, target, actual, FALLING)
    rising = attainment(-baseline, -target, -actual, RISING)
    assert falling.ratio == rising.ratio
    assert (falling.achieved, falling.worsened) == (rising.achieved, rising.worsened)


@given(VALUES, FACTORS, VALUES, VALUES)
def test_a_better_value_never_attains_less(
    baseline: Decimal, required: Decimal, one: Decimal, other: Decimal
) -> None:
    target = baseline + required
    low = attainment(baseline, target, min(one, other), RISING).ratio
    high = attainment(baseline, target, max(one, other), RISING).ratio
    assert low is not None
    assert high is not None
    assert low <= high


@given(VALUES, VALUES, VALUES, st.sampled_from(Direction))
def test_ratio_and_flags_agree(
    baseline: Decimal, target: Decimal, actual: Decimal, direction: Direction
) -> None:
    result = attainment(baseline, target, actual, direction)
    if result.ratio is not None:
        assert result.achieved is (result.ratio >= 1)
        assert result.worsened is (result.ratio < 0)
