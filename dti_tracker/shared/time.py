"""Days in Gia Lai. Times are UTC in storage; a trial's days are days in Asia/Ho_Chi_Minh."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


def today() -> dt.date:
    """The present day in Vietnam. Asked at the edge only (view, task, command), then passed on."""
    return timezone.now().astimezone(VIETNAM).date()


def parsed_day(text: str, *, latest: dt.date = LAST_DAY) -> dt.date:
    """The day somebody asks for, written YYYY-MM-DD.

    Raises:
        ValueError: it is no such day, or not between `FIRST_DAY` and `latest`; its text is a
            sentence for the person.
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("A day as YYYY-MM-DD.")) from error
    if day.isoformat() != text:
        raise ValueError(_("A day as YYYY-MM-DD."))
    refuse_far_day(day, latest=latest)
    return day


def refuse_far_day(
    day: dt.date, *, earliest: dt.date = FIRST_DAY, latest: dt.date = LAST_DAY
) -> None:
    """Keep days between two others. Raises ValueError with a sentence for the person."""
    if not earliest <= day <= latest:
        span = {"first": f"{earliest:%d/%m/%Y}", "latest": f"{latest:%d/%m/%Y}"}
        raise ValueError(_("A day from %(first)s to %(latest)s.") % span)


def day_of(moment: dt.datetime) -> dt.date:
    """The Vietnamese day on which a moment lies."""
    return moment.astimezone(VIETNAM).date()


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day in Vietnam."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=VIETNAM)


def end_of(day: dt.date) -> dt.datetime:
    """The first moment after a day in Vietnam: what happened by the day's end lies before it."""
    return start_of(day + dt.timedelta(days=1))
