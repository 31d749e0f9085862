"""Tags of the evaluation pages: badges of states, fields by name."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms, template
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.capacity import capacity_words
from organisations.templatetags.ui import number
from reports.choices import EvaluationState, Verdict
from reports.forms import Conflict
from reports.models import EvaluationMove

register = template.Library()

BADGES = {
    EvaluationState.OPEN: "",
    EvaluationState.IN_REVIEW: "badge-brand",
    EvaluationState.SUBMITTED: "badge-brand",
    EvaluationState.RETURNED: "badge-amber",
    EvaluationState.ACCEPTED: "badge-green",
    EvaluationState.ISSUED: "badge-green",
    EvaluationState.FORWARDED: "badge-brand",
    EvaluationState.CONCLUDED: "",
}
VERDICTS = {
    Verdict.MET: "badge-green",
    Verdict.PARTLY: "badge-amber",
    Verdict.NOT_MET: "badge-red",
}


@register.filter
def state_badge(state: str) -> str:
    """The colour of a state's badge; what is over or just begun has none."""
    return BADGES[EvaluationState(state)]


@register.filter
def waiting(days: int) -> str:
    """How long something has been lying: `for 9 days`."""
    if days == 0:
        return _("since today")
    return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": number(days)}


@register.filter
def verdict_badge(verdict: str) -> str:
    return VERDICTS[Verdict(verdict)]


@register.inclusion_tag("reports/partials/_field.html")
def compared_field(
    field: forms.BoundField, conflicts: Mapping[str, Conflict], anchor: str = ""
) -> dict[str, Any]:
    """A field and, beside it, what somebody else saved meanwhile; documented in the template."""
    return {"field": field, "conflict": conflicts.get(field.name), "anchor": anchor}


@register.inclusion_tag("components/history.html")
def moves_history(moves: Iterable[EvaluationMove]) -> dict[str, Any]:
    """The way of an evaluation, each move with who made it; what nobody made, the application did."""
    return {
        "events": [
            {
                "what": capfirst(move.get_verb_display()),
                "at": move.at,
                "who": _mover(move),
                "text": move.comment,
            }
            for move in moves
        ]
    }


def _mover(move: EvaluationMove) -> str:
    if move.user is None:
        return _("by the application")
    body = move.organisation.short_name if move.organisation else ""
    capacity = capacity_words(move.capacity, move.on_behalf_of)
    return ", ".join(part for part in (str(move.user), body, capacity) if part)
