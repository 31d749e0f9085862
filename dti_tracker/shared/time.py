"""Days in Gia Lai. Times are UTC in storage; a trial's days are days in Asia/Ho_Chi_Minh."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> dt.date:
    """The present day in Vietnam. Asked at the edge only (view, task, command), then passed on."""
    return timezone.now().astimezone(VIETNAM).date()


def day_of(moment: dt.datetime) -> dt.date:
    """The Vietnamese day on which a moment lies."""
    return moment.astimezone(VIETNAM).date()


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day in Vietnam."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=VIETNAM)


def end_of(day: dt.date) -> dt.datetime:
    """The first moment after a day in Vietnam: what happened by the day's end lies before it."""
    return start_of(day + dt.timedelta(days=1))
