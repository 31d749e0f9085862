"""Elapsed share, days left and days late of a period whose first and last day both count."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculation import days_late, days_left, elapsed_share

D = Decimal
FIRST, LAST = date(2024, 1, 1), date(2024, 1, 10)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2023, 12, 31), "0"),
        (date(2024, 1, 1), "0.1"),  # the first of ten days is spent at its end
        (date(2024, 1, 5), "0.5"),
        (date(2024, 1, 10), "1"),
        (date(2024, 1, 11), "1"),
    ],
)
def test_a_period_of_ten_days_passes_a_tenth_a_day(on: date, share: str) -> None:
    assert elapsed_share(FIRST, LAST, on) == D(share)


def test_a_period_of_one_day_is_over_at_its_end() -> None:
    assert elapsed_share(FIRST, FIRST, FIRST - timedelta(days=1)) == 0
    assert elapsed_share(FIRST, FIRST, FIRST) == 1


def test_a_leap_year_has_366_days() -> None:
    # 1 January to 1 July 2024 is 31 + 29 + 31 + 30 + 31 + 30 + 1 = 183 days, half of 366.
    assert elapsed_share(date(2024, 1, 1), date(2024, 12, 31), date(2024, 7, 1)) == D("0.5")


@pytest.mark.parametrize(("start", "end"), [(None, LAST), (FIRST, None), (None, None)])
def test_unknown_dates_give_no_share(start: date | None, end: date | None) -> None:
    assert elapsed_share(start, end, FIRST) is None


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="on or after"):
        elapsed_share(LAST, FIRST, FIRST)


def test_no_day_is_left_on_the_last_day() -> None:
    assert days_left(LAST, date(2024, 1, 7)) == 3
    assert days_left(LAST, LAST) == 0
    assert days_left(LAST, date(2024, 2, 1)) == 0


def test_the_due_day_itself_is_in_time() -> None:
    assert days_late(LAST, date(2024, 1, 9)) == 0
    assert days_late(LAST, LAST) == 0
    assert days_late(LAST, date(2024, 1, 11)) == 1


def test_lateness_stops_at_the_confirmed_completion() -> None:
    long_after = date(2024, 6, 1)
    assert days_late(LAST, long_after, done_on=date(2024, 1, 15)) == 5
    assert days_late(LAST, long_after, done_on=date(2024, 1, 5)) == 0
    # Asked for a day before the completion, it was not done yet.
    assert days_late(LAST, date(2024, 1, 12), done_on=date(2024, 1, 15)) == 2


def test_an_unknown_end_is_neither_near_nor_late() -> None:
    assert days_left(None, FIRST) is None
    assert days_late(None, FIRST) is None


@given(DAYS, DAYS, DAYS, DAYS)
def test_time_never_runs_backwards(one: date, two: date, three: date, four: date) -> None:
    start, end = sorted((one, two))
    earlier, later = sorted((three, four))
    before, after = elapsed_share(start, end, earlier), elapsed_share(start, end, later)
    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 1


@given(DAYS, DAYS)
def test_a_day_is_before_or_after_the_end_and_never_both(end: date, on: date) -> None:
    left, late = days_left(end, on), days_late(end, on)
    assert left is not None
    assert late is not None
    assert left - late == (end - on).days
    assert 0 in (left, late)
