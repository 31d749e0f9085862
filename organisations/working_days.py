"""Working days and days off: the law's as the `holidays` package knows them, then the province's own.

Monday to Friday are worked unless the law makes them holidays (Labour Code 2019, article 112). The
Government decides each year how long Tết lasts and which days are swapped; what the package does
not know of it stands in :class:`CalendarDay`, which always wins.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import holidays
from django.utils.translation import get_language
from holidays.countries.vietnam import VietnamStaticHolidays
from holidays.holiday_base import HolidayBase

from organisations.models import CalendarDay

# Until this year the package knows the Government's swaps; later years follow from the law alone.
LAST_DECIDED_YEAR = max(VietnamStaticHolidays.special_public_holidays)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not what its weekday says; `decided` is the province's own row, if one says so."""

    day: dt.date
    name: str
    is_working: bool
    decided: CalendarDay | None = None


@lru_cache(maxsize=64)
def _law(year: int, language: str = "vi") -> HolidayBase:
    """The package's calendar of a year; swaps may reach into the years beside it."""
    return holidays.country_holidays(
        "VN", years=(year - 1, year, year + 1), expand=False, language=language
    )


@dataclass(frozen=True)
class WorkingDays:
    """The province's own days beside the law's, read at once, for any number of questions."""

    decided: Mapping[dt.date, bool]

    @classmethod
    def load(cls, *, since: dt.date) -> "WorkingDays":
        """Read the days from one on; one query."""
        rows = CalendarDay.objects.filter(day__gte=since)
        return cls(dict(rows.values_list("day", "is_working")))

    def after(self, day: dt.date, n: int) -> dt.date:
        """The n-th working day after a day (0: the day itself)."""
        while n > 0:
            day += ONE_DAY
            n -= self.decided.get(day, _by_law(day))
        return day


def add_working_days(day: dt.date, n: int) -> dt.date:
    """The n-th working day after a day (0: the day itself). One query."""
    return WorkingDays.load(since=day).after(day, n)


def holidays_of(year: int) -> list[SpecialDay]:
    """The special days of a year in order: holidays, swapped working days, the province's own rows.

    A holiday that falls on a weekend is one of them: it is why a weekday beside it is off. One query.
    """
    language = "en_US" if (get_language() or "").startswith("en") else "vi"
    law = _law(year, language)
    found = {day: SpecialDay(day, name, False) for day, name in law.items() if day.year == year}
    for day in law.weekend_workdays:
        if day.year == year:
            found[day] = SpecialDay(day, "", True)
    for row in CalendarDay.objects.filter(day__year=year).select_related("document"):
        found[row.day] = SpecialDay(row.day, row.name, row.is_working, row)
    return [found[day] for day in sorted(found)]


def _by_law(day: dt.date) -> bool:
    return _law(day.year).is_working_day(day)
