"""Pages of tasks: their list, and one task with everything known of it."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.pages import page_number, page_of
from organisations.asking import day_asked, relations_to_set_up, standing_of
from organisations.relations import general_relations
from organisations.rights import allowed
from organisations.selectors import Standing
from programmes.filters import TaskFilter
from programmes.models import Task
from programmes.pages import task_page
from programmes.selectors import prepared


@login_required
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Tasks the person may see, most urgent first; a wrong filter is named, never ignored."""
    standing = standing_of(request)
    if not allowed("view_task", general_relations(standing)):
        raise PermissionDenied
    on = day_asked(request, standing)
    chosen = TaskFilter(
        request.GET,
        standing=standing,
        on=on,
    )
    shows_progress = bool(allowed("view_progress", general_relations(standing)))
    if not shows_progress:
        # Who may not see colour and state may not ask for them either, nor read them from the order.
        del chosen.filters["health"], chosen.filters["state"]
    summaries = chosen.summaries()
    if not shows_progress:
        summaries.sort(key=lambda s: (s.task.programme.code, s.task.number))
    page = page_of(summaries, page_number(request.GET.get("page")))
    is_filtered = any(request.GET.get(name) for name in chosen.filters)
    context = {
        "filter": chosen,
        "form": chosen.form,
        "is_filtered": is_filtered,
        "page": page,
        "summaries": page.rows,
        "total": len(summaries),
        "on": on,
        "is_past": on != standing.on,
        "shows_progress": shows_progress,
        "may_set_up": allowed("create_set_up", relations_to_set_up(request)),
    }
    status = HTTPStatus.OK if chosen.is_valid() else HTTPStatus.BAD_REQUEST
    return render(request, "programmes/task_list.html", context, status=status)


@login_required
@require_safe
def task_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One task with everything the person may know of it."""
    standing = standing_of(request)
    on = day_asked(request, standing)
    context = task_page(visible_task(code, standing), standing, on=on)
    return render(request, "programmes/task_detail.html", context)


def visible_task(code: str, standing: Standing) -> Task:
    """A task with all that its page needs; 404 where the person may not know of it."""
    return get_object_or_404(prepared(Task.objects.visible_to(standing)), code=code)


def refused(
    request: HttpRequest, task: Task, standing: Standing, refusal: DomainError, **more: Any
) -> HttpResponse:
    """The task's page with the sentence of a refusal and its status."""
    context = task_page(visible_task(task.code, standing), standing)
    return render(
        request,
        "programmes/task_detail.html",
        {**context, "refusal": refusal.message, **more},
        status=refusal.status,
    )
