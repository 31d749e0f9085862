"""Administrative periods of Decree 09/2019/NĐ-CP."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.calendar import last_ended, period_of
from programmes.choices import Reporting

D = dt.date


@pytest.mark.parametrize(
    ("day", "reporting", "first", "last"),
    [
        (D(2026, 11, 14), "monthly", D(2026, 10, 15), D(2026, 11, 14)),
        (D(2026, 11, 15), "monthly", D(2026, 11, 15), D(2026, 12, 14)),
        (D(2026, 12, 15), "monthly", D(2026, 12, 15), D(2027, 1, 14)),
        (D(2024, 2, 29), "monthly", D(2024, 2, 15), D(2024, 3, 14)),
        (D(2025, 12, 15), "quarterly", D(2025, 12, 15), D(2026, 3, 14)),
        (D(2026, 3, 14), "quarterly", D(2025, 12, 15), D(2026, 3, 14)),
        (D(2026, 3, 15), "quarterly", D(2026, 3, 15), D(2026, 6, 14)),
        (D(2026, 9, 14), "quarterly", D(2026, 6, 15), D(2026, 9, 14)),
        (D(2026, 11, 21), "quarterly", D(2026, 9, 15), D(2026, 12, 14)),
        (D(2026, 12, 14), "yearly", D(2025, 12, 15), D(2026, 12, 14)),
        (D(2026, 12, 15), "yearly", D(2026, 12, 15), D(2027, 12, 14)),
    ],
)
def test_a_day_lies_in_its_administrative_period(day, reporting, first, last):
    period = period_of(day, reporting)

    assert (period.starts_on, period.ends_on) == (first, last)
    assert period.due_on == last


@given(st.dates(D(1990, 1, 1), D(2090, 12, 31)), st.sampled_from(Reporting))
def test_periods_follow_each_other_without_gap_or_overlap(day, reporting):
    period = period_of(day, reporting)

    assert period.starts_on <= day <= period.ends_on
    assert period.starts_on.day == 15
    assert period.ends_on.day == 14
    assert period.next().starts_on == period.ends_on + dt.timedelta(days=1)
    assert period.next().previous() == period
    assert last_ended(day, reporting).ends_on < day
    assert period_of(period.starts_on, reporting) == period == period_of(period.ends_on, reporting)


def test_a_period_knows_its_length_in_days():
    assert period_of(D(2026, 2, 1), "quarterly").days == 90
    assert period_of(D(2026, 11, 21), "monthly").days == 30


def test_an_unknown_rhythm_is_refused():
    with pytest.raises(ValueError, match="weekly"):
        period_of(D(2026, 1, 1), "weekly")


@pytest.mark.parametrize(
    ("reporting", "label"),
    [("monthly", "Month 12 of 2026"), ("quarterly", "Quarter 4 of 2026"), ("yearly", "Year 2026")],
)
def test_a_period_is_called_as_offices_call_it(english, reporting, label):
    assert period_of(D(2026, 12, 1), reporting).label == label
