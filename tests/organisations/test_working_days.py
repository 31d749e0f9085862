"""Working days: weekends, holidays of the law, swaps, and what the province decides otherwise."""

import datetime as dt

import pytest
from django.utils import translation

from organisations.models import CalendarDay
from organisations.working_days import (
    LAST_DECIDED_YEAR,
    add_working_days,
    holidays_of,
)

pytestmark = pytest.mark.django_db


def is_worked(day: dt.date) -> bool:
    """Whether counting stops at it."""
    return add_working_days(day - dt.timedelta(days=1), 1) == day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),
        ("2026-11-24", False),  # Ngày Văn hóa Việt Nam
        ("2026-02-17", False),  # the first of Tết
        ("2026-02-23", True),
        ("2026-08-31", False),  # swapped for Saturday 22/8
        ("2026-08-22", True),
        ("2019-01-05", True),  # swapped for Monday 31/12 of the year before
        ("2018-12-31", False),
        ("2027-01-01", False),
    ],
)
def test_a_day_is_worked_as_the_law_says(day, works):
    assert is_worked(dt.date.fromisoformat(day)) is works


def test_what_the_province_decides_wins_both_ways():
    CalendarDay.objects.create(day=dt.date(2026, 11, 20), name="Nghỉ do bão", source="Công văn")
    CalendarDay.objects.create(
        day=dt.date(2026, 11, 22), name="Làm bù", is_working=True, source="Công văn"
    )

    assert not is_worked(dt.date(2026, 11, 20))
    assert is_worked(dt.date(2026, 11, 22))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 2, "2026-11-25"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2024-02-28", 2, "2024-03-01"),
    ],
)
def test_working_days_are_counted_over_days_off(day, n, expected):
    found = add_working_days(dt.date.fromisoformat(day), n)

    assert found == dt.date.fromisoformat(expected)


def test_counting_asks_the_database_once(django_assert_num_queries):
    CalendarDay.objects.create(day=dt.date(2026, 11, 23), name="Nghỉ do bão", source="Công văn")
    with django_assert_num_queries(1):
        assert add_working_days(dt.date(2026, 11, 20), 10) == dt.date(2026, 12, 8)


def test_a_year_lists_holidays_swaps_and_own_days_in_order():
    CalendarDay.objects.create(
        day=dt.date(2026, 1, 2), name="Nghỉ theo công điện", source="Công văn"
    )
    days = holidays_of(2026)
    by_day = {special.day: special for special in days}

    assert [special.day for special in days] == sorted(by_day)
    assert by_day[dt.date(2026, 2, 17)].name == "Tết Nguyên Đán"
    assert by_day[dt.date(2026, 8, 22)].is_working
    assert by_day[dt.date(2026, 1, 2)].decided is not None
    assert {special.day.year for special in days} == {2026}


def test_names_of_holidays_follow_the_reader():
    with translation.override("en"):
        assert "Lunar New Year" in {special.name for special in holidays_of(2026)}


def test_the_package_says_until_when_it_knows_the_governments_decisions():
    assert LAST_DECIDED_YEAR >= 2026
