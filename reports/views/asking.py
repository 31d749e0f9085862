"""What stays closed to the person who asks."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject

from organisations.asking import standing_of
from organisations.relations import general_relations
from organisations.rights import allowed
from organisations.selectors import Standing
from reports.models import Evaluation

DASHBOARD, EVALUATIONS, REPORTS, TASKS = "/dashboard/", "/evaluations/", "/reports/", "/tasks/"


def closed_pages(request: HttpRequest) -> dict[str, Any]:
    """Paths that the navigation leaves out, because this person may not open them."""
    user = getattr(request, "user", None)  # none where a request is refused before the log-in
    if user is None or not user.is_authenticated:
        return {}
    return {"hidden_paths": SimpleLazyObject(lambda: _closed(standing_of(request)))}


def _closed(standing: Standing) -> frozenset[str]:
    closed = set()
    if not allowed("view_task", general_relations(standing)):
        closed.add(TASKS)
    if not may_see_dashboard(standing):
        closed.add(DASHBOARD)
    if not (standing.is_provincial_staff or standing.is_inspector):
        closed |= {EVALUATIONS, REPORTS}
    return frozenset(closed)


def may_see_dashboard(standing: Standing) -> bool:
    """By the rights table, for what the person is without regard to a programme."""
    return bool(allowed("view_dashboard", general_relations(standing)))


def visible_evaluation(standing: Standing, uid: UUID) -> Evaluation:
    """The evaluation, or 404 as if it did not exist."""
    evaluations = Evaluation.objects.visible_to(standing).select_related(
        "trial_period__task__programme"
    )
    return get_object_or_404(evaluations, uid=uid)


def require_province(standing: Standing) -> None:
    """Pages that do not exist for those who can never see anything on them."""
    if not (standing.is_provincial_staff or standing.is_inspector):
        raise Http404
