"""Cumulative indicators carry the last accepted value forward; reporters add up."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from indicators import calculation as calc
from indicators.calculation import Measurement, Reason, carry_forward, known

D = Decimal
Q1, Q2, Q3 = date(2024, 3, 14), date(2024, 6, 14), date(2024, 9, 14)


def test_the_last_accepted_value_is_carried_forward() -> None:
    result = carry_forward([Measurement("a", Q1, known(10)), Measurement("a", Q2, known(25))], Q3)
    assert result.amount == known(25)
    assert result.oldest_on == Q2


def test_several_reporters_add_up_each_with_its_own_last_value() -> None:
    # a: 25 of Q2; b: 7 of Q1, carried forward; together 32 on the last day of Q2.
    measured = [
        Measurement("a", Q1, known(10)),
        Measurement("b", Q1, known(7)),
        Measurement("a", Q2, known(25)),
    ]
    result = carry_forward(measured, Q2)
    assert result.amount == known(32)
    assert result.oldest_on == Q1
    assert result.is_complete


def test_an_earlier_period_measuredlate_does_not_replace_a_later_one() -> None:
    late = Measurement("a", Q1, known(10), sequence=99)
    assert carry_forward([Measurement("a", Q2, known(25), sequence=1), late], Q3).amount == known(
        25
    )
    assert carry_forward([Measurement("a", Q2, known(25), sequence=1), late], Q1).amount == known(
        10
    )


def test_a_value_of_a_later_day_is_not_carried_back() -> None:
    result = carry_forward([Measurement("a", Q2, known(25))], Q1)
    assert result.amount == calc.NOT_REPORTED
    assert result.oldest_on is None
    assert result.reasons == (Reason.NO_DATA,)


def test_only_accepted_values_count() -> None:
    measured = [Measurement("a", Q1, known(10)), Measurement("a", Q2, known(25), accepted=False)]
    assert carry_forward(measured, Q3).amount == known(10)


def test_a_correction_of_the_same_day_replaces_what_it_corrects() -> None:
    measured = [
        Measurement("a", Q1, known(12), sequence=2),
        Measurement("a", Q1, known(10), sequence=1),
    ]
    assert carry_forward(measured, Q1).amount == known(12)


def test_two_values_of_equal_standing_are_a_conflict_and_not_a_guess() -> None:
    measured = [
        Measurement("a", Q1, known(12)),
        Measurement("a", Q1, known(10)),
        Measurement("b", Q1, known(1)),
    ]
    result = carry_forward(measured, Q1)
    assert result.amount == known(1)
    assert result.conflicting == ("a",)
    assert result.reasons == (Reason.CONFLICTING_MEASUREMENTS,)
    assert not result.is_complete


def test_the_same_value_delivered_twice_is_one_value() -> None:
    assert carry_forward([Measurement("a", Q1, known(12))] * 2, Q1).amount == known(12)


def test_not_measuredleaves_the_last_value_standing_and_not_applicable_ends_it() -> None:
    before = Measurement("a", Q1, known(10))
    silent = Measurement("a", Q2, calc.NOT_REPORTED)
    ended = Measurement("a", Q2, calc.NOT_APPLICABLE)
    assert carry_forward([before, silent], Q2).amount == known(10)
    assert carry_forward([before, ended], Q2).amount == calc.NOT_APPLICABLE


def test_a_measuredzero_replaces_an_earlier_value() -> None:
    measured = [Measurement("a", Q1, known(10)), Measurement("a", Q2, known(0))]
    assert carry_forward(measured, Q3).amount == known(0)


def test_an_expected_reporter_without_a_value_is_named() -> None:
    result = carry_forward([Measurement("a", Q1, known(1))], Q1, expected=["c", "b", "a"])
    assert result.missing == ("b", "c")
    assert result.reasons == (Reason.REPORTERS_MISSING,)
    assert not result.is_complete


def test_an_estimate_stays_marked() -> None:
    result = carry_forward([Measurement("a", Q1, calc.estimated(1))], Q1)
    assert result.reasons == (Reason.ESTIMATED,)


def test_what_is_not_cumulative_is_not_carried_forward() -> None:
    measured = [Measurement("a", Q1, known(10)), Measurement("b", Q2, known(3))]
    assert carry_forward(measured, Q2, cumulative=False).amount == known(3)
    assert carry_forward(measured, Q3, cumulative=False).amount == calc.NOT_REPORTED


def test_what_is_not_cumulative_counts_within_its_period_both_days_included() -> None:
    since = date(2024, 3, 15)
    measured = [
        Measurement("a", date(2024, 3, 14), known(10)),
        Measurement("b", since, known(3)),
        Measurement("c", Q2, known(4)),
    ]
    result = carry_forward(measured, Q2, cumulative=False, since=since)
    assert result.amount == known(7)
    assert result.explain().formula is calc.Formula.PERIOD_SUM


def test_ratios_carried_forward_roll_up_by_their_parts() -> None:
    # a: 30 of 40 (the half ratio of Q2 is no value); b: 5 of 60 → 35 / 100.
    measured = [
        Measurement("a", Q1, known(30), known(40)),
        Measurement("a", Q2, known(31), calc.NOT_REPORTED),
        Measurement("b", Q2, known(5), known(60)),
        Measurement("c", Q2, known(9)),
    ]
    assert calc.roll_up(carry_forward(measured, Q2).parts).ratio == D("0.35")


def test_the_explanation_shows_each_reporters_value_and_day() -> None:
    measured = [Measurement("b", Q1, known(7)), Measurement("a", Q2, known(25))]
    assert carry_forward(measured, Q2).explain().named_inputs == {
        "on": Q2,
        "a.amount": D(25),
        "a.on": Q2,
        "b.amount": D(7),
        "b.on": Q1,
    }


MEASUREMENTS = st.lists(
    st.builds(
        Measurement,
        reporter=st.sampled_from("abc"),
        on=st.sampled_from([Q1, Q2, Q3]),
        amount=st.one_of(
            st.integers(0, 100).map(known),
            st.sampled_from([calc.NOT_REPORTED, calc.NOT_APPLICABLE]),
        ),
        accepted=st.booleans(),
        sequence=st.integers(0, 3),
    ),
    max_size=12,
)


@given(MEASUREMENTS.flatmap(lambda ms: st.tuples(st.just(ms), st.permutations(ms))))
def test_the_order_of_arrival_changes_nothing(
    orders: tuple[list[Measurement], list[Measurement]],
) -> None:
    one, other = orders
    for on in (Q1, Q2, Q3):
        assert carry_forward(one, on) == carry_forward(other, on)


@given(MEASUREMENTS)
def test_a_day_is_answered_by_what_was_measured_until_then(measured: list[Measurement]) -> None:
    until = [measurement for measurement in measured if measurement.on <= Q2]
    assert carry_forward(measured, Q2) == carry_forward(until, Q2)


@given(MEASUREMENTS)
def test_a_sum_without_a_single_number_never_becomes_zero(measured: list[Measurement]) -> None:
    result = carry_forward(measured, Q3)
    assert (result.amount.number is None) == all(not m.amount.has_number for m in result.used)
