"""Administrative periods of Decree 09/2019/NĐ-CP."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import CalendarDay
from organisations.working_days import WorkingDays
from programmes.calendar import last_ended, nine_months_of, period_of
from programmes.choices import Reporting
from programmes.models import Programme

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
        (D(2026, 6, 14), "half_yearly", D(2025, 12, 15), D(2026, 6, 14)),
        (D(2026, 6, 15), "half_yearly", D(2026, 6, 15), D(2026, 12, 14)),
        (D(2026, 12, 14), "yearly", D(2025, 12, 15), D(2026, 12, 14)),
        (D(2026, 12, 15), "yearly", D(2026, 12, 15), D(2027, 12, 14)),
    ],
)
def test_a_day_lies_in_its_administrative_period(day, reporting, first, last):
    period = period_of(day, reporting)

    assert (period.starts_on, period.ends_on) == (first, last)


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
    [
        ("monthly", "Month 12 of 2026"),
        ("quarterly", "Quarter 4 of 2026"),
        ("half_yearly", "Half 2 of 2026"),
        ("yearly", "Year 2026"),
    ],
)
def test_a_period_is_called_as_offices_call_it(english, reporting, label):
    assert period_of(D(2026, 12, 1), reporting).label == label


def test_nine_months_run_from_december_to_september(english):
    period = nine_months_of(2026)

    assert (period.starts_on, period.ends_on) == (D(2025, 12, 15), D(2026, 9, 14))
    assert period.label == "Nine months of 2026"
    with pytest.raises(ValueError, match="nine months"):
        period.next()


def test_nine_months_are_three_quarters():
    whole = nine_months_of(2026)
    first = period_of(whole.starts_on, "quarterly")

    assert first.next().next().ends_on == whole.ends_on


@pytest.mark.parametrize(
    ("cut_off", "working_days", "due_on"),
    [
        (D(2026, 9, 14), 0, D(2026, 9, 14)),
        (D(2026, 9, 14), 2, D(2026, 9, 16)),
        (D(2026, 3, 14), 2, D(2026, 3, 17)),  # a Saturday
        (D(2026, 2, 14), 2, D(2026, 2, 24)),  # Tết lies between
    ],
)
def test_a_report_is_due_some_working_days_after_the_cut_off(db, cut_off, working_days, due_on):
    programme = Programme(due_working_days=working_days)
    period = period_of(cut_off, "monthly")

    assert period.due_on(programme, calendar=WorkingDays.load(since=cut_off)) == due_on


def test_a_day_off_of_the_province_moves_the_due_day(db):
    CalendarDay.objects.create(
        day=D(2026, 9, 15), name="Ngày hội", is_working=False, source="Công văn"
    )
    period = period_of(D(2026, 9, 1), "quarterly")

    due_on = period.due_on(Programme(), calendar=WorkingDays.load(since=period.ends_on))

    assert due_on == D(2026, 9, 17)
