"""The reporting calendar: administrative periods of Decree 09/2019/NĐ-CP as provinces copied it.

A month runs from the 15th of the month before to the 14th; a quarter from the 15th of the month
before it to the 14th of its last month (Q1 = 15 December to 14 March); the halves of the year end on
14 June and 14 December, nine months on 14 September, a year runs from 15 December to 14 December.
Every day lies in exactly one period of each rhythm; nine months are no rhythm, only a span.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from organisations.working_days import WorkingDays
from programmes.choices import Reporting
from programmes.models import Programme

CUT_OFF_DAY = 14


class Span(StrEnum):
    """The administrative periods a report can be about."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    NINE_MONTHS = "nine_months"
    YEAR = "year"


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF_YEAR: 6, Span.YEAR: 12}
NINE_MONTHS = 9
SPANS = {
    Reporting.MONTHLY: Span.MONTH,
    Reporting.QUARTERLY: Span.QUARTER,
    Reporting.HALF_YEARLY: Span.HALF_YEAR,
    Reporting.YEARLY: Span.YEAR,
}


@dataclass(frozen=True)
class ReportingPeriod:
    """One period, both days included; the last one is the cut-off."""

    span: Span
    starts_on: dt.date
    ends_on: dt.date

    @property
    def days(self) -> int:
        """Length in days, both ends counted."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def label(self) -> str:
        """Its name as offices say it: "Quarter 4 of 2026"."""
        year, month = self.ends_on.year, self.ends_on.month
        words = {
            Span.MONTH: _("Month %(month)s of %(year)s"),
            Span.QUARTER: _("Quarter %(quarter)s of %(year)s"),
            Span.HALF_YEAR: _("Half %(half)s of %(year)s"),
            Span.NINE_MONTHS: _("Nine months of %(year)s"),
            Span.YEAR: _("Year %(year)s"),
        }
        parts = {"month": month, "quarter": month // 3, "half": month // 6, "year": year}
        return words[self.span] % parts

    def due_on(self, programme: Programme, *, calendar: WorkingDays) -> dt.date:
        """When its report is owed: the programme's working days after the cut-off."""
        return calendar.after(self.ends_on, programme.due_working_days)

    def previous(self) -> "ReportingPeriod":
        """The period of the same rhythm that ended the day before this one began."""
        return _around(self.starts_on - dt.timedelta(days=1), self.span)

    def next(self) -> "ReportingPeriod":
        """The period of the same rhythm that begins the day after this one ends."""
        return _around(self.ends_on + dt.timedelta(days=1), self.span)


def period_of(day: dt.date, reporting: Reporting | str) -> ReportingPeriod:
    """The administrative period in which a day lies.

    Raises:
        ValueError: the reporting rhythm is unknown.
    """
    return _around(day, SPANS[Reporting(reporting)])


def nine_months_of(year: int) -> ReportingPeriod:
    """The nine months of an administrative year: 15 December of the year before to 14 September."""
    last = _month_index(year, NINE_MONTHS)
    return ReportingPeriod(
        Span.NINE_MONTHS,
        _day_in(last - NINE_MONTHS, CUT_OFF_DAY + 1),
        _day_in(last, CUT_OFF_DAY),
    )


def last_ended(day: dt.date, reporting: Reporting | str) -> ReportingPeriod:
    """The last period whose cut-off lies before a day: the one whose report may be owed."""
    return period_of(day, reporting).previous()


def _around(day: dt.date, span: Span) -> ReportingPeriod:
    if span == Span.NINE_MONTHS:
        raise ValueError("nine months follow on no nine months; ask the quarter or the year")
    length = MONTHS[span]
    month = _month_index(day.year, day.month) + (day.day > CUT_OFF_DAY)
    last = month - month % length + length - 1
    return ReportingPeriod(
        span=span,
        starts_on=_day_in(last - length, CUT_OFF_DAY + 1),
        ends_on=_day_in(last, CUT_OFF_DAY),
    )


def _month_index(year: int, month: int) -> int:
    return year * 12 + month - 1


def _day_in(index: int, day: int) -> dt.date:
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, day)
