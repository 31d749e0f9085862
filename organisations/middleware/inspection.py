"""Writes down what an inspector reads: no page and no API answer leaves unlogged."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dti_tracker.shared.time import today
from organisations.asking import standing_known
from organisations.choices import SecurityEventKind
from organisations.models import User
from organisations.security import record
from organisations.selectors import inspects

# Their own affairs and what everybody may read: nothing that a decision opens to them.
OWN_AFFAIRS = (
    "/account/",
    "/api/v1/docs/",
    "/api/v1/schema/",
    "/guide/",
    "/health/",
    "/i18n/",
    "/login/",
    "/logout/",
    "/notices/",
    "/static/",
    "/styleguide/",
)
LOCKED = 423


class InspectionMiddleware:
    """One event of the security log for each answer to an inspector, also to what was refused.

    It is written before the answer leaves: what cannot be written down is not read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.path.startswith(OWN_AFFAIRS) or answer.status_code == LOCKED:
            return answer
        person = getattr(request, "user", None)
        if isinstance(person, User) and is_inspecting(request, person):
            record(
                SecurityEventKind.INSPECTED,
                request=request,
                user=person,
                target=request.get_full_path(),
                detail={"method": request.method, "status": answer.status_code},
            )
        return answer


def is_inspecting(request: HttpRequest, person: User) -> bool:
    """By the standing that the view has asked; one query where it had no need to."""
    known = standing_known(request)
    return inspects(person, on=today()) if known is None else known.is_inspector
