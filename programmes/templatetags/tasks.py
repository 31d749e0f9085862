"""Tags of the task pages: the trial bar of a summary, words of the arithmetic's codes."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise

from indicators.calculation import PaceRatio, Reason, percent, rounded
from organisations.templatetags import plots
from organisations.templatetags.ui import number
from programmes.choices import DeadlineState
from programmes.figures import LinkSummary, Value
from programmes.pictures import milestones_on_bar, today_on_bar
from programmes.selectors import TaskSummary
from programmes.words import PACE_LABELS, REASONS

register = template.Library()


@register.inclusion_tag("components/trial_bar.html")
def task_bar(summary: TaskSummary, show_days: bool = False) -> dict[str, Any]:
    """The trial bar of a task on its day."""
    return plots.trial_bar(
        done=summary.percent,
        today=today_on_bar(summary),
        milestones=[
            {"at": m.at, "state": m.state, "title": m.title} for m in milestones_on_bar(summary)
        ],
        starts_on=summary.trial_start,
        ends_on=summary.trial_end,
        show_days=show_days,
    )


@register.filter
def of(found: dict[str, Any], name: str) -> Any:
    """What stands under a name; nothing where nothing does."""
    return found.get(name)


@register.inclusion_tag("components/bullet_bar.html")
def link_bar(link: LinkSummary) -> dict[str, Any]:
    """Where a linked indicator stands between baseline and target, and where even time would."""
    return plots.bullet_bar(actual=percent(link.attainment), linear=percent(link.linear_share))


@register.filter
def as_percent(ratio: Decimal | None) -> str:
    """A ratio as a percentage with at most one decimal: `62,5%`."""
    whole = rounded(percent(ratio), 1)
    return "–" if whole is None else f"{number(whole)}%"


@register.filter
def figure(value: Value | None) -> str:
    """A value with its unit: `41,5%`, `1.028 tài khoản`; unknown is a dash."""
    if value is None:
        return "–"
    text = number(rounded(value.value, 2))
    return f"{text}%" if value.unit == "%" else f"{text} {value.unit}".strip()


@register.filter
def pace_word(link: LinkSummary) -> Promise | str:
    """What the pace means, in words."""
    return PACE_LABELS[link.pace_class]


@register.filter
def pace_figure(pace: PaceRatio) -> str:
    """A pace of 1 is as fast as required; unknown is a dash."""
    return number(rounded(pace.ratio, 2), 2)


@register.filter
def reason_word(code: str | None) -> Promise | str:
    """Why a figure is missing, or what it assumes."""
    return REASONS.get(Reason(code), "") if code else ""


@register.filter
def deadline_word(summary: TaskSummary) -> Promise | str:
    """The deadline state of a task in words."""
    return DeadlineState(summary.deadline_state).label


@register.filter
def points(value: Decimal | None) -> str:
    """DTI points with two decimals; unknown is a dash."""
    return number(rounded(value, 2), 2)
