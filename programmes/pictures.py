"""Places of the trial bar: where today and the milestones stand along a trial, in percent."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.calculation import elapsed_share, percent
from organisations.templatetags.ui import day
from programmes.choices import MilestoneState
from programmes.models import Milestone
from programmes.selectors import TaskSummary


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
