"""Exact inside, rounded at the edge, and deaf to the caller's decimal context."""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import calculation as calc
from indicators.calculation.exact import number

D = Decimal
DECIMALS = st.decimals(-(10**9), 10**9, places=6)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.00005", "0.0001"),  # a half goes up,
        ("-0.00005", "-0.0001"),  # away from zero on both sides,
        ("0.00025", "0.0003"),  # not to the even neighbour 0.0002
        ("0.000049999", "0.0000"),
        ("-0.00001", "0.0000"),  # no minus before nothing
        ("62.5", "62.5000"),
    ],
)
def test_rounding_is_half_up_to_four_places(value: str, expected: str) -> None:
    assert str(calc.rounded(D(value))) == expected


def test_rounding_to_other_places_takes_the_number_of_places() -> None:
    assert str(calc.rounded(D("62.45"), 1)) == "62.5"
    assert str(calc.rounded(D("62.5"), 0)) == "63"


def test_a_number_of_more_than_28_digits_still_rounds() -> None:
    assert str(calc.rounded(D("9" * 40 + ".99999"))) == "1" + "0" * 40 + ".0000"


def test_unknown_stays_unknown_at_the_edge() -> None:
    assert calc.rounded(None) is None
    assert calc.percent(None) is None


def test_a_ratio_in_percent_is_a_hundred_times_as_much() -> None:
    assert calc.percent(D("0.625")) == D("62.5")


@pytest.mark.parametrize("value", [0.1, True, "1"])
def test_only_decimals_and_integers_are_official_figures(value: Any) -> None:
    with pytest.raises(TypeError, match="Decimal or int"):
        number(value)
    with pytest.raises(TypeError, match="Decimal or int"):
        calc.attainment(value, 2, 3, calc.Direction.RISING)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_an_official_figure_is_finite(value: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        calc.known(D(value))


def make_course(baseline: Decimal, target: Decimal, actual: Decimal) -> calc.Course:
    return calc.Course(
        calc.Point(baseline, date(2023, 1, 1)),
        calc.Point(target, date(2025, 12, 31)),
        calc.Point(actual, date(2024, 5, 17)),
        calc.Direction.RISING,
    )


def everything(one: Decimal, two: Decimal, three: Decimal) -> list[object]:
    """One result of every function that calculates."""
    day = date(2024, 1, 31)
    counted = [
        calc.Measurement("a", day, calc.known(one)),
        calc.Measurement("b", day, calc.known(two)),
    ]
    first = calc.points(one, "%", None, 100, 7)
    second = calc.points(two, "%", None, 100, 7)
    return [
        calc.rounded(one),
        calc.percent(two),
        calc.attainment(one, two, three, calc.Direction.RISING),
        calc.pace(make_course(one, two, three)),
        calc.roll_up([calc.Part.of(one, 3), calc.Part.of(two, 7)]),
        calc.carry_forward(counted, day).amount,
        calc.elapsed_share(date(2024, 1, 1), date(2024, 3, 11), day),
        first,
        calc.points_gained(first, second, 33),
        calc.total({"a": one, "b": two}, calc.TotalFormula({"a": D(3), "b": D(4)}, D(7))),
    ]


@given(DECIMALS, DECIMALS, DECIMALS)
def test_the_callers_decimal_context_changes_nothing(
    one: Decimal, two: Decimal, three: Decimal
) -> None:
    expected = everything(one, two, three)
    with localcontext(Context(prec=3, rounding=ROUND_DOWN)):
        assert everything(one, two, three) == expected


def test_the_callers_decimal_context_would_change_a_bare_division() -> None:
    # The twin of the test above: without the exact context it would notice.
    with localcontext(Context(prec=3)):
        bare = D(2) / D(3)
        exact = calc.roll_up([calc.Part.of(2, 3)]).ratio
    assert bare == D("0.667")
    assert exact == D("0.6666666666666666666666666667")  # 28 digits, half-up


@pytest.mark.parametrize(
    ("make", "formula", "result"),
    [
        (lambda: calc.roll_up([calc.Part.of(1, 4)]), "roll_up", D("0.25")),
        (lambda: calc.attainment(0, 4, 1, "rising"), "attainment", D("0.25")),
        (
            lambda: calc.pace_linear(make_course(D(10), D(10), D(10))),
            "pace_linear",
            None,
        ),
        (lambda: calc.pace_growth(make_course(D(0), D(1), D(1))), "pace_growth", None),
        (lambda: calc.points(50, "%", 10, None, None), "points_ratio", D(5)),
        (
            lambda: calc.total({"a": D(1)}, calc.TotalFormula({"a": D(3)}, D(10))),
            "weighted_total",
            D("0.3"),
        ),
        (
            lambda: calc.carry_forward(
                [calc.Measurement("a", date(2024, 1, 1), calc.known(3))], date(2024, 2, 1)
            ),
            "carry_forward",
            D(3),
        ),
    ],
)
def test_every_result_explains_itself_with_codes(
    make: Callable[[], Any], formula: str, result: Decimal | None
) -> None:
    explanation = make().explain()
    assert explanation.formula == formula
    assert explanation.result == result
    assert explanation.named_inputs
    assert all(isinstance(reason, calc.Reason) for reason in explanation.reasons)
