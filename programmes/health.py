"""Health: green, amber, red or grey by rules that the screen explains in one sentence.

The rules are tried in this order: no dates → grey; red; amber; stale → grey; green. Their
thresholds are data of the programme. Nothing here reads the database.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.calculation import days_late, elapsed_share, percent, rounded
from organisations.templatetags.ui import day, number
from programmes.calendar import period_of
from programmes.choices import HEALTH_ORDER, Health, MilestoneState, TaskState
from programmes.models import Milestone, Programme


@dataclass(frozen=True)
class IndicatorPace:
    """The pace of one linked indicator: 1 is as fast as required, None cannot be told."""

    name: str
    ratio: Decimal | None


@dataclass(frozen=True)
class HealthFacts:
    """What the rules look at.

    `percent` is the one last accepted (0–100, None unknown), `percent_as_of` the day it stands
    for; `closed_on` the day of the conclusion, at which the clocks stop.
    """

    state: TaskState
    starts_on: dt.date | None
    ends_on: dt.date | None
    percent: Decimal | None = None
    percent_as_of: dt.date | None = None
    milestones: tuple[Milestone, ...] = ()
    paces: tuple[IndicatorPace, ...] = ()
    closed_on: dt.date | None = None


@dataclass(frozen=True)
class Verdict:
    """A level and the one sentence that explains it, in the language of the moment."""

    level: Health
    reason: str


def judge(facts: HealthFacts, programme: Programme, *, on: dt.date) -> Verdict:
    """The first rule that holds, in the order of the decisions of day one."""
    day_asked = min(on, facts.closed_on or on)
    undated = _without_dates(facts)
    if undated:
        return Verdict(Health.GREY, undated)
    late, days = _latest_milestone(facts, day_asked)
    behind = points_behind(facts, on=day_asked)
    if late and days > programme.red_days_late:
        return Verdict(Health.RED, _milestone_words(late, days))
    if behind is not None and behind > programme.red_points_behind:
        return Verdict(Health.RED, _behind_words(behind))
    if late:
        return Verdict(Health.AMBER, _milestone_words(late, days))
    if behind is not None and behind > programme.amber_points_behind:
        return Verdict(Health.AMBER, _behind_words(behind))
    slow = _slowest(facts, programme)
    if slow:
        return Verdict(Health.AMBER, slow)
    stale = staleness(facts, programme, day_asked)
    return Verdict(Health.GREY, stale) if stale else Verdict(Health.GREEN, _calm(facts, day_asked))


def points_behind(facts: HealthFacts, *, on: dt.date) -> Decimal | None:
    """Percentage points by which the reported percent lies behind the time passed.

    Negative when ahead; None while percent or dates are unknown.
    """
    passed = percent(elapsed_share(facts.starts_on, facts.ends_on, on))
    return None if passed is None or facts.percent is None else passed - facts.percent


def is_better(one: Health | str, other: Health | str) -> bool:
    """Whether a colour promises more than another; grey says nothing and compares with nothing."""
    if Health.GREY in (one, other):
        return False
    return HEALTH_ORDER.index(Health(one)) > HEALTH_ORDER.index(Health(other))


def _without_dates(facts: HealthFacts) -> str:
    reasons = {
        TaskState.STOPPED: _("the task was stopped"),
        TaskState.SUSPENDED: _("the task is suspended"),
        TaskState.REGULAR: _("a regular duty without deadline"),
    }
    if facts.state in reasons:
        return reasons[facts.state]
    return "" if facts.starts_on and facts.ends_on else _("the trial dates are not yet known")


def _latest_milestone(facts: HealthFacts, on: dt.date) -> tuple[Milestone | None, int]:
    """The milestone that is late by most days and still not reached, with these days.

    A milestone that was reached late is history: it no longer endangers the task.
    """
    late = [(days_late(m.due_on, on) or 0, m) for m in facts.milestones if not _is_settled(m, on)]
    days, milestone = max(late, key=lambda pair: pair[0], default=(0, None))
    return (milestone, days) if days else (None, 0)


def _is_settled(milestone: Milestone, on: dt.date) -> bool:
    reached_by_then = milestone.reached_on is not None and milestone.reached_on <= on
    return reached_by_then or milestone.state == MilestoneState.DROPPED


def _milestone_words(milestone: Milestone, days: int) -> str:
    return ngettext(
        "milestone %(number)s is %(days)s day late",
        "milestone %(number)s is %(days)s days late",
        days,
    ) % {"number": milestone.number, "days": number(days)}


def _behind_words(behind: Decimal) -> str:
    return _("%(points)s points behind the time passed") % {"points": number(rounded(behind, 1))}


def _slowest(facts: HealthFacts, programme: Programme) -> str:
    slow = [p for p in facts.paces if p.ratio is not None and p.ratio < programme.amber_pace]
    if not slow:
        return ""
    worst = min(slow, key=lambda pace: pace.ratio or Decimal(0))
    words = {
        "name": worst.name,
        "pace": number(rounded(worst.ratio, 2), 2),
        "threshold": number(programme.amber_pace, 2),
    }
    if len(facts.paces) == 1:
        return _("the indicator's pace is %(pace)s, below %(threshold)s") % words
    return _("the pace of indicator “%(name)s” is %(pace)s, below %(threshold)s") % words


def staleness(facts: HealthFacts, programme: Programme, on: dt.date) -> str:
    """Why the figures are too old to judge by, or nothing.

    Counted from the day the last accepted figures stand for, or from the trial's first day while
    none were accepted.
    """
    age = (on - (facts.percent_as_of or facts.starts_on or on)).days
    if age <= programme.stale_periods * period_of(on, programme.reporting).days:
        return ""
    if facts.percent_as_of is None:
        return ngettext(
            "no accepted update in the %(days)s day since the trial began",
            "no accepted update in the %(days)s days since the trial began",
            age,
        ) % {"days": number(age)}
    return ngettext(
        "no accepted update for %(days)s day", "no accepted update for %(days)s days", age
    ) % {"days": number(age)}


def _calm(facts: HealthFacts, on: dt.date) -> str:
    """What a green task says for itself."""
    if facts.starts_on is not None and facts.starts_on > on:
        return _("the trial begins on %(day)s") % {"day": day(facts.starts_on)}
    if facts.percent_as_of is None:
        return _("the trial began on %(day)s; nothing is late") % {"day": day(facts.starts_on)}
    if facts.percent is None:
        return _("nothing is late; no percentage was reported")
    passed = percent(elapsed_share(facts.starts_on, facts.ends_on, on))
    return _("%(done)s%% done with %(passed)s%% of the time passed") % {
        "done": number(rounded(facts.percent, 1)),
        "passed": number(rounded(passed, 1)),
    }
