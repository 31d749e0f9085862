"""Time inside a period whose first and last day both count; every day counts as spent at its end.

An unknown date gives an unknown answer, never 0 and never "late".
"""

from datetime import date
from decimal import Decimal

from indicators.calculation.exact import ONE, ZERO, exactly


@exactly
def elapsed_share(start: date | None, end: date | None, on: date) -> Decimal | None:
    """The share of the period that has passed by the end of a day, 0 to 1.

    Before the start 0, on the first of ten days 0.1, from the last day on 1. Raises ValueError when
    the period ends before it starts.
    """
    if start is None or end is None:
        return None
    if end < start:
        raise ValueError("a period ends on or after the day it starts")
    elapsed = Decimal((on - start).days + 1)
    total = Decimal((end - start).days + 1)
    return min(ONE, max(ZERO, elapsed / total))


def days_left(end: date | None, on: date) -> int | None:
    """Days from a day to the last one: 0 on the last day itself and after it."""
    return None if end is None else max(0, (end - on).days)


def days_late(due: date | None, on: date, done_on: date | None = None) -> int | None:
    """Days past the due day, which itself is in time.

    What was confirmed as done by the day asked stops counting at its completion.
    """
    if due is None:
        return None
    until = on if done_on is None else min(on, done_on)
    return max(0, (until - due).days)
