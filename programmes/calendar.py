"""The reporting calendar: administrative periods of Decree 09/2019/NĐ-CP as provinces copied it.

A month runs from the 15th of the month before to the 14th; a quarter from the 15th of the month
before it to the 14th of its last month (Q1 = 15 December to 14 March); a year from 15 December to
14 December. Every day lies in exactly one period of each kind.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programmes.choices import Reporting

CUT_OFF_DAY = 14
MONTHS = {Reporting.MONTHLY: 1, Reporting.QUARTERLY: 3, Reporting.YEARLY: 12}


@dataclass(frozen=True)
class ReportingPeriod:
    """One period, both days included; `due_on` is when its report is owed.

    The due day is the cut-off itself: a province that grants days after it says so in its settings.
    """

    kind: Reporting
    starts_on: dt.date
    ends_on: dt.date

    @property
    def due_on(self) -> dt.date:
        return self.ends_on

    @property
    def days(self) -> int:
        """Length in days, both ends counted."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def label(self) -> str:
        """Its name as offices say it: "Quarter 4 of 2026"."""
        year, month = self.ends_on.year, self.ends_on.month
        if self.kind == Reporting.YEARLY:
            return _("Year %(year)s") % {"year": year}
        if self.kind == Reporting.QUARTERLY:
            return _("Quarter %(quarter)s of %(year)s") % {"quarter": month // 3, "year": year}
        return _("Month %(month)s of %(year)s") % {"month": month, "year": year}

    def previous(self) -> "ReportingPeriod":
        """The period that ended the day before this one began."""
        return period_of(self.starts_on - dt.timedelta(days=1), self.kind)

    def next(self) -> "ReportingPeriod":
        """The period that begins the day after this one ends."""
        return period_of(self.ends_on + dt.timedelta(days=1), self.kind)


def period_of(day: dt.date, reporting: Reporting | str) -> ReportingPeriod:
    """The administrative period in which a day lies.

    Raises:
        ValueError: the reporting rhythm is unknown.
    """
    kind = Reporting(reporting)
    length = MONTHS[kind]
    month = _month_index(day.year, day.month) + (day.day > CUT_OFF_DAY)
    last = month - month % length + length - 1
    return ReportingPeriod(
        kind=kind,
        starts_on=_day_in(last - length, CUT_OFF_DAY + 1),
        ends_on=_day_in(last, CUT_OFF_DAY),
    )


def last_ended(day: dt.date, reporting: Reporting | str) -> ReportingPeriod:
    """The last period whose cut-off lies before a day: the one whose report may be owed."""
    return period_of(day, reporting).previous()


def _month_index(year: int, month: int) -> int:
    return year * 12 + month - 1


def _day_in(index: int, day: int) -> dt.date:
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, day)
