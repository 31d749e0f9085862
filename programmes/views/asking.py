"""How the pages of setting up ask and answer: one way for every form."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dti_tracker.shared.errors import DomainError, Stale
from dti_tracker.shared.forms import refuse
from organisations.asking import standing_of
from organisations.rights import Decision
from programmes.forms.base import GroupedForm
from programmes.models import Programme, Task
from programmes.set_up import SetUpRights

FORM = "programmes/setup/form.html"
AnyForm = TypeVar("AnyForm", bound=GroupedForm)


@dataclass(frozen=True)
class Sheet:
    """What stands around a form: its heading, where it hangs, what its button says."""

    title: str
    back: str
    back_label: str
    submit: str
    intro: str = ""


def require_page(decision: Decision) -> None:
    """Raises PermissionDenied (403) where a page is not the person's."""
    if not decision:
        raise PermissionDenied(decision.reason)


def programme_of(request: HttpRequest, code: str) -> tuple[Programme, SetUpRights]:
    """A programme with what the person may set up in it; 404 or 403 where nothing."""
    standing = standing_of(request)
    visible = Programme.objects.visible_to(standing).select_related("document")
    programme = get_object_or_404(visible.prefetch_related("duties"), code=code)
    rights = SetUpRights.of(programme, standing)
    require_page(rights.create)
    return programme, rights


def task_of(request: HttpRequest, code: str) -> tuple[Task, SetUpRights]:
    """A task with what the person may set up in its programme; 404 or 403 where nothing."""
    standing = standing_of(request)
    visible = Task.objects.visible_to(standing).select_related("programme", "document")
    task = get_object_or_404(visible.prefetch_related("programme__duties", "duties"), code=code)
    rights = SetUpRights.of(task.programme, standing)
    require_page(rights.create)
    return task, rights


def typed(request: HttpRequest) -> Any:
    """What was sent, or nothing where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def answered(
    request: HttpRequest,
    sheet: Sheet,
    form: AnyForm,
    act: Callable[[AnyForm], object],
    *,
    to: str | Callable[[Any], str],
    done: str,
    template: str = FORM,
    **more: Any,
) -> HttpResponse:
    """The form; once it is right, what it does. Whatever is refused, nothing typed is lost.

    Args:
        to: the address to go on to, or what makes it from the act's result.
        more: what the template takes besides.
    """
    page = partial(shown, request, sheet, form, template=template, **more)
    if request.method != "POST":
        return page()
    if not form.is_valid():
        return page(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        result = act(form)
    except Stale as refusal:
        refuse(form, refusal)
        form.on_present()
        return page(status=refusal.status, clashes=form.clashes())
    except DomainError as refusal:
        refuse(form, refusal)
        return page(status=refusal.status)
    messages.success(request, done)
    return redirect(to if isinstance(to, str) else to(result))


def shown(
    request: HttpRequest,
    sheet: Sheet,
    form: GroupedForm,
    *,
    status: int = HTTPStatus.OK,
    template: str = FORM,
    **more: Any,
) -> HttpResponse:
    """The page of a form."""
    return render(request, template, {"sheet": sheet, "form": form, **more}, status=status)
