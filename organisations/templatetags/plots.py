"""The small pictures drawn inside rows, as SVG with places in percent.

Every place is written with a point and no grouping, whatever the language: a decimal comma breaks
SVG. Each picture carries its numbers as text for those who do not see it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.templatetags.ui import Number, day, percent

register = template.Library()

Words = str | Promise


def place(value: Number) -> str:
    """A place along a drawing in percent, as SVG wants it: `41.25%`."""
    return f"{Decimal(value):.2f}%"


def _within(value: Number, low: int = 0, high: int = 100) -> Decimal:
    return min(max(Decimal(value), Decimal(low)), Decimal(high))


@register.inclusion_tag("components/trial_bar.html")
def trial_bar(
    *,
    done: Number | None,
    today: Number | None = None,
    milestones: Sequence[Mapping[str, Any]] = (),
    start: Number = 0,
    end: Number = 100,
    starts_on: Any = None,
    ends_on: Any = None,
    show_days: bool = False,
) -> dict[str, Any]:
    """Planned span, part done, milestones, today; documented in the template."""
    left, right = _within(start), _within(end)
    width = right - left
    part = None if done is None else width * _within(done) / 100
    return {
        "left": place(left),
        "width": place(width),
        "done": None if part is None else place(part),
        "today": None if today is None or not 0 <= today <= 100 else place(today),
        "milestones": [{**m, "x": place(_within(m["at"]))} for m in milestones],
        "label": _trial_words(done, milestones, starts_on, ends_on),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "show_days": show_days,
    }


def _trial_words(
    done: Number | None, milestones: Sequence[Mapping[str, Any]], starts_on: Any, ends_on: Any
) -> str:
    """The picture in words: span, part done, milestones reached and late."""
    words = []
    if starts_on and ends_on:
        words.append(
            _("From %(start)s to %(end)s") % {"start": day(starts_on), "end": day(ends_on)}
        )
    words.append(_("progress not reported") if done is None else _("done: %s") % percent(done))
    if milestones:
        states = [milestone["state"] for milestone in milestones]
        total = len(states)
        words.append(ngettext("%d milestone", "%d milestones", total) % total)
        words.append(_("%d reached") % states.count("reached"))
        words.append(_("%d late") % states.count("late"))
    return ", ".join(words)


# The baseline stands at 14% of the width and the target at 84%, so that what is worse than the
# baseline and what runs past the target has room; farther than that, an arrow head ends the line.
BASELINE, SPAN, FIRST, LAST = 14, Decimal("0.70"), 4, 96


@register.inclusion_tag("components/bullet_bar.html")
def bullet_bar(
    *, actual: Number | None, linear: Number | None = None, label: Words = ""
) -> dict[str, Any]:
    """Where an indicator stands between baseline and target; documented in the template."""
    wanted = None if actual is None else BASELINE + SPAN * Decimal(actual)
    drawn = None if wanted is None else _within(wanted, FIRST, LAST)
    worse = actual is not None and actual < 0
    return {
        "baseline": place(BASELINE),
        "target": place(BASELINE + 100 * SPAN),
        "actual": None if drawn is None else place(drawn),
        "linear": None if linear is None else place(BASELINE + SPAN * _within(linear)),
        "worse": worse,
        "beyond": ("left" if worse else "right") if wanted != drawn else "",
        "label": label or _bullet_words(actual, linear),
    }


def _bullet_words(actual: Number | None, linear: Number | None) -> str:
    if actual is None:
        return _("No data yet")
    words = [_("%s of the way from baseline to target") % percent(actual)]
    if actual < 0:
        words.append(_("worse than the baseline"))
    if linear is not None:
        words.append(_("time passed: %s") % percent(linear))
    return ", ".join(words)


@register.inclusion_tag("components/changed_span.html")
def changed_span(
    *,
    old: tuple[Number, Number] | None,
    new: tuple[Number, Number] | None,
    label: Words = "",
) -> dict[str, Any]:
    """An old span dashed above the new one, on one axis; documented in the template."""
    return {"old": _drawn_span(old), "new": _drawn_span(new), "label": label}


def _drawn_span(span: tuple[Number, Number] | None) -> dict[str, str] | None:
    if span is None:
        return None
    return {"left": place(span[0]), "width": place(Decimal(span[1]) - Decimal(span[0]))}


@register.inclusion_tag("components/changed_value.html")
def changed_value(
    *, old: Number, new: Number, end: Number | None, label: Words = ""
) -> dict[str, Any]:
    """An old baseline or target dashed beside the new one; documented in the template.

    The places are drawn between the same margins as those of the bullet bar.
    """
    drawn = {"old": old, "new": new, "end": end}
    return {
        name: None if value is None else place(BASELINE + SPAN * _within(value))
        for name, value in drawn.items()
    } | {"label": label}


@register.inclusion_tag("components/rank_line.html")
def rank_line(*, rank: int | None, of: int) -> dict[str, Any]:
    """A rank as a place between last (left) and first (right); documented in the template."""
    at = None if rank is None else Decimal(100) * (of - rank) / max(of - 1, 1)
    return {
        "at": None if at is None else place(4 + at * Decimal("0.92")),
        "label": _("No rank published")
        if rank is None
        else _("Rank %(rank)s of %(of)s") % {"rank": rank, "of": of},
    }


@register.inclusion_tag("components/rank_by_year.html")
def rank_by_year(*, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Ranks over the years, with a break where the provinces changed; documented in the template."""
    step = Decimal(100) / max(len(results), 1)
    points: list[dict[str, Any]] = []
    for position, result in enumerate(results):
        rank, of = result["rank"], result["of"]
        middle = step * position + step / 2
        points.append(
            {
                **result,
                "x": place(middle),
                "left": place(step * position),
                "y": None
                if rank is None
                else 26 + round(Decimal(52) * (rank - 1) / max(of - 1, 1)),
                "breaks": position > 0 and results[position - 1]["of"] != of,
            }
        )
    lines = [
        {"x1": a["x"], "y1": a["y"], "x2": b["x"], "y2": b["y"]}
        for a, b in pairwise(points)
        if None not in (a["y"], b["y"]) and not b["breaks"]
    ]
    return {"points": points, "lines": lines}
