"""What every page knows of the floor of programmes: under which decisions an inspector reads."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from organisations.asking import standing_of
from organisations.selectors import Standing
from programmes.models import InspectionMandate


def inspection(request: HttpRequest) -> dict[str, Any]:
    """Asked only by pages that show it; an inspector without a decision of the day sees nothing."""
    user = getattr(request, "user", None)  # none where a request is refused before the log-in
    if user is None or not user.is_authenticated:
        return {}
    return {"inspection": SimpleLazyObject(lambda: Inspection.of(standing_of(request)))}


@dataclass(frozen=True)
class Inspection:
    """Whether somebody inspects, and by which decisions of the day."""

    is_inspector: bool
    mandates: tuple[InspectionMandate, ...] = ()

    @classmethod
    def of(cls, standing: Standing) -> "Inspection":
        """Reads nothing for who does not inspect."""
        if not standing.is_inspector:
            return cls(is_inspector=False)
        held = InspectionMandate.objects.held_by(standing)
        found = held.select_related("programme", "document").order_by("valid_to", "pk")
        return cls(is_inspector=True, mandates=tuple(found))
