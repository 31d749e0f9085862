"""Tags of the list of tasks: heads of columns that order by them."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from programmes.task_list.reading import ORDER_WORDS

register = template.Library()


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
