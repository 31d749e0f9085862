"""Places in pictures, in percent: on the trial bar, and of what changed beside what was."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.calculation import Direction, attainment, elapsed_share, percent
from organisations.templatetags.ui import day
from programmes.choices import LinkValueKind, MilestoneState
from programmes.models import Milestone
from programmes.selectors import TaskSummary

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class PlacedMilestone:
    """A milestone with its place along the bar and what its diamond looks like."""

    milestone: Milestone
    at: Decimal
    state: str
    title: str
    days_late: int


def today_on_bar(summary: TaskSummary) -> Decimal | None:
    """Where the day stands; nowhere before the first and after the last day."""
    start, end = summary.trial_start, summary.trial_end
    if start is None or end is None or not start <= summary.on <= end:
        return None
    return percent(elapsed_share(start, end, summary.on))


def milestones_on_bar(summary: TaskSummary) -> list[PlacedMilestone]:
    """The milestones of the trial that were not dropped, at the end of their due days."""
    return [
        PlacedMilestone(
            milestone=m,
            at=percent(elapsed_share(summary.trial_start, summary.trial_end, m.due_on))
            or Decimal(0),
            state=_look(m, summary.on),
            title=_("Milestone %(number)s, %(day)s: %(title)s")
            % {"number": m.number, "day": day(m.due_on), "title": m.title},
            days_late=m.days_late(on=summary.on),
        )
        for m in summary.milestones
        if m.state != MilestoneState.DROPPED
    ]


def _look(milestone: Milestone, on: dt.date) -> str:
    if milestone.reached_on is not None and milestone.reached_on <= on:
        return "reached"
    return "late" if milestone.due_on < on else "planned"


@dataclass(frozen=True)
class ValuePicture:
    """Where an old and a new baseline or target stand along the way, in percent of the drawing.

    `end` is the other end of the way, None while nobody knows it.
    """

    old: Decimal
    new: Decimal
    end: Decimal | None


def value_picture(
    kind: LinkValueKind, *, old: Decimal, new: Decimal, end: Decimal | None
) -> ValuePicture:
    """Old and new value on one line with the other end of the way; the baseline lies on the left."""
    known = [value for value in (old, new, end) if value is not None]
    low, high = min(known), max(known)
    left, right = (new, end) if kind == LinkValueKind.BASELINE else (end, new)
    falls = left is not None and right is not None and right < left

    def at(value: Decimal) -> Decimal:
        share = percent(attainment(low, high, value, Direction.RISING).ratio)
        if share is None:  # all are the same
            return Decimal(50)
        return 100 - share if falls else share

    return ValuePicture(at(old), at(new), None if end is None else at(end))


@dataclass(frozen=True)
class SpanPicture:
    """Where an old and a new span lie on one axis, in percent; None where days are not known."""

    old: tuple[Decimal, Decimal] | None
    new: tuple[Decimal, Decimal] | None


def span_picture(old: Span | None, new: Span | None) -> SpanPicture:
    """Both spans on one axis from the first day of either to the last."""
    days = [day for span in (old, new) if span for day in span]

    def on_axis(span: Span | None) -> tuple[Decimal, Decimal] | None:
        if span is None:
            return None
        first, last = min(days), max(days)
        start = percent(elapsed_share(first, last, span[0] - dt.timedelta(days=1)))
        end = percent(elapsed_share(first, last, span[1]))
        return start or Decimal(0), end or Decimal(0)

    return SpanPicture(on_axis(old), on_axis(new))
