"""Tags of what changed: an old span or value beside the new one, with its words."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.translation import gettext as _

from indicators.calculation import rounded
from organisations.templatetags import plots
from organisations.templatetags.ui import day, number
from programmes.changes import Change
from programmes.models import ExtensionRequest, LinkValue
from programmes.pictures import span_picture

register = template.Library()


@register.simple_tag
def change_picture(change: Change) -> str:
    """Days or a value as they were and as they are; nothing where it cannot be drawn."""
    label = _("%(before)s became %(after)s") % {"before": change.before, "after": change.after}
    if change.picture is not None:
        drawn = change.picture
        return _drawn(
            "changed_value",
            plots.changed_value(old=drawn.old, new=drawn.new, end=drawn.end, label=label),
        )
    if change.new_days is not None:
        spans = span_picture(change.old_days, change.new_days)
        return _drawn("changed_span", plots.changed_span(old=spans.old, new=spans.new, label=label))
    return ""


@register.inclusion_tag("components/changed_span.html")
def extension_picture(extension: ExtensionRequest) -> dict[str, Any]:
    """The trial as it is, above what it would be or became."""
    period, granted = extension.trial_period, extension.granted_period
    if period.starts_on is None or period.ends_on is None:
        return plots.changed_span(old=None, new=None)
    last_day = (granted.ends_on if granted else None) or extension.ends_on
    spans = span_picture((period.starts_on, period.ends_on), (period.starts_on, last_day))
    label = _("Until %(old)s; with more time until %(new)s") % {
        "old": day(period.ends_on),
        "new": day(last_day),
    }
    return plots.changed_span(old=spans.old, new=spans.new, label=label)


@register.filter
def agreed(value: LinkValue) -> str:
    """A baseline or target with its unit and parts: `41,5% (83/200)`."""
    text = number(rounded(value.value, 2))
    text = f"{text}%" if value.unit == "%" else f"{text} {value.unit}".strip()
    if value.numerator is None or value.denominator is None:
        return text
    return f"{text} ({number(value.numerator)}/{number(value.denominator)})"


def _drawn(component: str, context: dict[str, Any]) -> str:
    return get_template(f"components/{component}.html").render(context)
