"""What becomes of a report that was sent: the coordinator's decision, the lead's answer."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dti_tracker.shared.errors import DomainError
from organisations.asking import person, standing_of
from organisations.selectors import Standing
from programmes import services
from programmes.choices import OwnerAnswer
from programmes.forms.updates import NoteForm, RemarksForm
from programmes.models import ProgressUpdate
from programmes.views.tasks import refused

Act = Callable[..., ProgressUpdate]


@login_required
@require_POST
def update_accept(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The coordinator accepts a submitted update."""
    said = _("The update was accepted; its figures count from now on.")
    return _decided(request, uid, services.accept_update, said)


@login_required
@require_POST
def update_return(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The coordinator sends a submitted update back with remarks."""
    said = _("The update was returned with your remarks.")
    return _decided(request, uid, services.return_update, said, form=RemarksForm(request.POST))


@login_required
@require_POST
def entry_confirm(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The lead confirms what the coordinator entered for it."""
    said = _("You confirmed the report that was entered for you.")
    return _decided(request, uid, services.answer_entry, said, answer=OwnerAnswer.CONFIRMED)


@login_required
@require_POST
def entry_dispute(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The lead disputes what the coordinator entered for it, and says why."""
    said = _("Your objection stands beside the report; the coordinator was told.")
    form = NoteForm(request.POST)
    return _decided(
        request, uid, services.answer_entry, said, form=form, answer=OwnerAnswer.DISPUTED
    )


def _decided(
    request: HttpRequest,
    uid: uuid.UUID,
    act: Act,
    said: str,
    *,
    form: forms.Form | None = None,
    **given: Any,
) -> HttpResponse:
    """Do it and say so; a refusal stands on the page of the task, with what was typed."""
    standing = standing_of(request)
    update = _visible_update(uid, standing)
    try:
        if form is not None:
            given |= _checked(form)
        act(update=update, by=person(request), on=standing.on, **given)
    except DomainError as refusal:
        typed = {name: request.POST.get(name, "") for name in form.fields} if form else {}
        return refused(request, update.task, standing, refusal, **typed)
    messages.success(request, said)
    return redirect("programmes:task_detail", code=update.task.code)


def _checked(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise DomainError(" ".join(str(e) for errors in form.errors.values() for e in errors))
    return form.cleaned_data


def _visible_update(uid: uuid.UUID, standing: Standing) -> ProgressUpdate:
    visible = ProgressUpdate.objects.visible_to(standing).select_related("task__programme")
    return get_object_or_404(visible, uid=uid)
