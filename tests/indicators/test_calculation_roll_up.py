"""A ratio rolls up as the sum of numerators over the sum of denominators."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import calculation as calc
from indicators.calculation import Part, Reason, roll_up

D = Decimal
COUNTS = st.integers(0, 10**6)
PARTS = st.builds(Part.of, COUNTS, st.integers(1, 10**6))
UNKNOWN_PARTS = st.sampled_from(
    [
        Part.of(None, 10),
        Part.of(10, None),
        Part.of(None, None),
        Part(calc.NOT_APPLICABLE, calc.NOT_APPLICABLE),
    ]
)


def test_a_ratio_rolls_up_as_sums_and_not_as_a_mean_of_percentages() -> None:
    # 90 of 100 and 100 of 900: (90 + 100) / (100 + 900) = 0.19; the mean of 90 % and 11 % is 50 %.
    result = roll_up([Part.of(90, 100), Part.of(100, 900)])
    assert result.ratio == D("0.19")
    assert result.percent == D(19)
    assert (result.counted, result.missing, result.reasons) == (2, 0, ())


def test_a_part_without_data_adds_nothing_but_is_counted_as_missing() -> None:
    # 90 of 100; the 900 of which no numerator came would make it 9 %.
    result = roll_up([Part.of(90, 100), Part.of(None, 900), Part.of(5, None)])
    assert result.ratio == D("0.9")
    assert (result.counted, result.missing) == (1, 2)
    assert result.reasons == (Reason.PARTS_MISSING,)


def test_a_reported_zero_counts() -> None:
    assert roll_up([Part.of(1, 4), Part.of(0, 4)]).ratio == D("0.125")
    assert roll_up([Part.of(0, 4)]).ratio == D(0)


def test_a_part_that_does_not_apply_is_not_missing() -> None:
    result = roll_up([Part.of(1, 4), Part(calc.NOT_APPLICABLE, calc.NOT_REPORTED)])
    assert (result.ratio, result.missing, result.not_applicable) == (D("0.25"), 0, 1)


@pytest.mark.parametrize("parts", [[], [Part.of(None, None)], [Part.of(0, 0)]])
def test_no_data_and_nothing_of_nothing_give_no_ratio(parts: list[Part]) -> None:
    result = roll_up(parts)
    assert result.ratio is None
    assert result.percent is None
    assert Reason.NO_DATA in result.reasons


def test_something_of_nothing_gives_no_ratio_and_says_so() -> None:
    result = roll_up([Part.of(3, 0)])
    assert result.ratio is None
    assert result.reasons == (Reason.ZERO_DENOMINATOR, Reason.PART_WITH_ZERO_DENOMINATOR)


def test_one_part_with_a_zero_denominator_is_added_and_flagged() -> None:
    result = roll_up([Part.of(1, 0), Part.of(1, 4)])
    assert result.ratio == D("0.5")
    assert result.reasons == (Reason.PART_WITH_ZERO_DENOMINATOR,)


def test_an_estimated_part_makes_the_ratio_an_estimate() -> None:
    assert roll_up([Part(calc.estimated(1), calc.known(4))]).is_estimated
    assert not roll_up([Part.of(1, 4)]).is_estimated


def test_a_negative_denominator_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        Part.of(1, -1)


def test_the_explanation_lists_sums_and_counts() -> None:
    explanation = roll_up([Part.of(1, 4), Part.of(2, 4), Part.of(None, 1)]).explain()
    assert explanation.named_inputs == {
        "numerator": D(3),
        "denominator": D(8),
        "counted": 2,
        "missing": 1,
        "not_applicable": 0,
    }


@given(st.lists(PARTS, min_size=1, max_size=20))
def test_a_roll_up_lies_between_its_least_and_its_greatest_part(parts: list[Part]) -> None:
    ratios = [roll_up([part]).ratio for part in parts]
    known = [ratio for ratio in ratios if ratio is not None]
    whole = roll_up(parts).ratio
    assert whole is not None
    # Each ratio is rounded at its 28th digit: the last digit may differ, no more.
    assert min(known) - D("1E-20") <= whole <= max(known) + D("1E-20")


@given(st.lists(PARTS, max_size=10), st.lists(UNKNOWN_PARTS, max_size=10))
def test_unknown_parts_change_no_ratio(parts: list[Part], unknown: list[Part]) -> None:
    assert roll_up([*unknown, *parts]).ratio == roll_up(parts).ratio


@given(st.lists(UNKNOWN_PARTS))
def test_unknown_parts_alone_never_become_zero(unknown: list[Part]) -> None:
    assert roll_up(unknown).ratio is None
