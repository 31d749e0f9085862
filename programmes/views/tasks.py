"""The page of a task with everything known of it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dti_tracker.shared.errors import DomainError
from organisations.asking import day_asked, standing_of
from organisations.selectors import Standing
from programmes.models import Task
from programmes.pages import task_page
from programmes.selectors import prepared


@login_required
@require_safe
def task_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One task with everything the person may know of it."""
    standing = standing_of(request)
    on = day_asked(request, standing)
    tab = request.GET.get("tab", "")
    context = task_page(visible_task(code, standing), standing, on=on, tab=tab)
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
