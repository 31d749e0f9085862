"""The quiet link from an object's page to its history."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse

from organisations.asking import standing_of
from organisations.trail import registry

register = template.Library()


@register.inclusion_tag("organisations/trail/_link.html", takes_context=True)
def history_link(context: Mapping[str, Any], slug: str, thing: Any) -> dict[str, str]:
    """“History” beside an object, for whoever may read it."""
    subject = registry.subject_by_slug(slug)
    if subject is None or not subject.may(standing_of(context["request"]), thing):
        return {"address": ""}
    return {"address": reverse("organisations:history", args=[slug, subject.key(thing)])}
