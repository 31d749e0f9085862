"""Not reported, not applicable, zero and estimated are four things."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import calculation as calc

D = Decimal
NUMBERS = st.decimals(-1000, 1000, places=2)
UNKNOWN = st.sampled_from([calc.NOT_REPORTED, calc.NOT_APPLICABLE])
QUANTITIES = st.one_of(UNKNOWN, NUMBERS.map(calc.known), NUMBERS.map(calc.estimated))


def test_a_reported_zero_is_known_and_none_is_not_reported() -> None:
    assert calc.reported(0) == calc.known(0)
    assert calc.reported(0).has_number
    assert calc.reported(None) == calc.NOT_REPORTED


def test_the_four_kinds_differ() -> None:
    four = {calc.known(0), calc.estimated(0), calc.NOT_REPORTED, calc.NOT_APPLICABLE}
    assert len(four) == 4


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (calc.Kind.MEASURED, None),
        (calc.Kind.ESTIMATED, None),
        (calc.Kind.NOT_REPORTED, D(0)),
        (calc.Kind.NOT_APPLICABLE, D(0)),
    ],
)
def test_a_kind_that_contradicts_its_number_is_refused(
    kind: calc.Kind, number: Decimal | None
) -> None:
    with pytest.raises(ValueError, match="does not go with"):
        calc.Quantity(kind, number)


def test_a_quantity_has_no_truth_that_could_confuse_zero_and_missing() -> None:
    with pytest.raises(TypeError, match="has_number"):
        bool(calc.known(0))


def test_an_estimate_marks_the_sum() -> None:
    assert calc.add_up([calc.known(1), calc.estimated(2)]) == calc.estimated(3)
    assert calc.add_up([calc.known(1), calc.NOT_REPORTED]) == calc.known(1)


def test_a_sum_of_nothing_says_which_nothing() -> None:
    assert calc.add_up([]) == calc.NOT_REPORTED
    assert calc.add_up([calc.NOT_APPLICABLE, calc.NOT_APPLICABLE]) == calc.NOT_APPLICABLE
    assert calc.add_up([calc.NOT_APPLICABLE, calc.NOT_REPORTED]) == calc.NOT_REPORTED


@given(st.lists(UNKNOWN))
def test_unknown_never_becomes_zero_in_a_sum(unknown: list[calc.Quantity]) -> None:
    assert calc.add_up(unknown).number is None


@given(st.lists(QUANTITIES, min_size=1))
def test_a_sum_does_not_depend_on_order(terms: list[calc.Quantity]) -> None:
    assert calc.add_up(reversed(terms)) == calc.add_up(terms)


@given(st.lists(QUANTITIES))
def test_unknown_terms_add_nothing(terms: list[calc.Quantity]) -> None:
    with_numbers = [quantity for quantity in terms if quantity.has_number]
    assert calc.add_up(terms).number == calc.add_up(with_numbers).number


@given(NUMBERS, NUMBERS, NUMBERS, st.sets(st.integers(0, 2), min_size=1))
def test_attainment_with_an_unknown_value_has_no_ratio(
    one: Decimal, two: Decimal, three: Decimal, absent: set[int]
) -> None:
    baseline, target, actual = (
        None if place in absent else value for place, value in enumerate((one, two, three))
    )
    assert calc.attainment(baseline, target, actual, calc.Direction.RISING).ratio is None


@given(st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), NUMBERS)))
def test_a_total_with_an_unknown_component_is_unknown(values: dict[str, Decimal | None]) -> None:
    formula = calc.TotalFormula({"a": D(1), "b": D(1), "c": D(1)}, D(3))
    result = calc.total(values, formula)
    missing = {code for code in "abc" if values.get(code) is None}
    assert set(result.missing) == missing
    assert (result.value is None) == bool(missing)


@given(st.sampled_from(["%", "ratio", "points", "enterprises"]), st.sampled_from(calc.RuleKind))
def test_points_for_an_unknown_value_are_unknown(unit: str, kind: calc.RuleKind) -> None:
    assert calc.points(None, unit, 10, 100, 10, calc.Rule(kind)).value is None
