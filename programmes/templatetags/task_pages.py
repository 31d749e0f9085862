"""Tags of the pages of tasks: heads of columns that order by them, paces as pictures."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from indicators.calculation import Formula, PaceRatio, rounded
from organisations.templatetags.plots import place
from organisations.templatetags.ui import number
from programmes.task_list.reading import ORDER_WORDS

register = template.Library()
SLOWEST, FASTEST = (
    Decimal("-0.5"),
    Decimal("1.5"),
)  # of the scale; beyond, the dot stands at its end
TICKS = (Decimal(0), Decimal("0.6"), Decimal(1))


@register.inclusion_tag("programmes/partials/_sorted_head.html", takes_context=True)
def sorted_head(context: Mapping[str, Any], name: str, css: str) -> dict[str, str]:
    """The head of a column as a link; documented in the template."""
    present = context["list"].order
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    asked["order"] = f"-{name}" if present == name else name
    directions = {name: "ascending", f"-{name}": "descending"}
    return {
        "label": _("Trial") if name == "ends" else str(ORDER_WORDS[name]),
        "css": css,
        "address": f"?{asked.urlencode()}",
        "direction": directions.get(present, ""),
    }


@register.inclusion_tag("programmes/partials/_pace_bar.html")
def pace_bar(pace: PaceRatio, followed: Formula | None) -> dict[str, Any]:
    """A pace on its scale; documented in the template."""
    ratio = pace.ratio
    figure = number(rounded(ratio, 2), 2)
    return {
        "at": "" if ratio is None else _on_scale(ratio),
        "ticks": [_on_scale(tick) for tick in TICKS],
        "worse": ratio is not None and ratio < 0,
        "followed": pace.formula == followed,
        "label": _("pace cannot be told") if ratio is None else _("pace %s") % figure,
    }


def _on_scale(ratio: Decimal) -> str:
    held = min(max(ratio, SLOWEST), FASTEST)
    return place(2 + 96 * (held - SLOWEST) / (FASTEST - SLOWEST))
