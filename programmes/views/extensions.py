"""Pages of more time for a trial: asked by the lead, decided by coordinator or authority."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dti_tracker.shared.errors import DomainError, Stale
from dti_tracker.shared.forms import refuse
from organisations.asking import person, standing_of
from organisations.capacity import capacity_words
from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from programmes import services
from programmes.changes import shown_extension
from programmes.choices import ExtensionState
from programmes.forms.changes import AskForm, GrantForm, RefuseForm
from programmes.models import ExtensionRequest, Task, TrialPeriod
from programmes.relations import task_relations
from programmes.services.extensions import why_not_extendable
from programmes.state import current_period
from programmes.views.asking import Sheet, answered, typed
from programmes.views.set_up_tasks import EDITED


@login_required
@require_http_methods(EDITED)
def extension_new(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, for the lead, that the running trial goes on until a later day."""
    standing = standing_of(request)
    task = _task_to_ask(code, standing)
    period = current_period(task.trial_periods.all(), on=standing.on)
    back = reverse("programmes:task_detail", args=[task.code])
    label = f"{task.code} {named(task)}"
    sheet = Sheet(_("Ask for more time"), back, label, _("Ask for more time"))
    if refusal := _why_not(task, period, standing):
        context = {"sheet": sheet, "refusal": refusal, "open": _open(period)}
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
        return render(request, "programmes/extension_refused.html", context, status=status)
    assert period is not None  # noqa: S101 - without one there is a refusal
    form = AskForm(typed(request), on=standing.on)

    def act(form: AskForm) -> ExtensionRequest:
        return services.ask_extension(
            period=period,
            ends_on=form.cleaned_data["ends_on"],
            reason=form.cleaned_data["reason"],
            by=person(request),
            on=standing.on,
            document=form.chosen_document,
        )

    done = _("You asked for more time; the coordinator was told.")
    return answered(
        request, sheet, form, act, to=_at, done=done, template="programmes/ask.html", period=period
    )


@login_required
@require_safe
def extension(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """What was asked for, and what became of it."""
    return _page(request, _found(request, uid))


@login_required
@require_POST
def extension_grant(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Let the trial go on."""
    found = _found(request, uid)
    standing = standing_of(request)
    form = GrantForm(
        request.POST, on=standing.on, initial=GrantForm.recorded(found), auto_id="grant_%s"
    )

    def act() -> object:
        return services.grant_extension(
            request=found,
            ends_on=form.cleaned_data["ends_on"],
            by=person(request),
            on=standing.on,
            document=form.chosen_document,
            seen=form.cleaned_data["seen"],
            remarks=form.cleaned_data["remarks"],
        )

    done = _("The trial goes on: set milestones, baselines and targets of the new period next.")
    return _decided(request, found, form, act, done)


@login_required
@require_POST
def extension_refuse(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Leave the trial's last day as it is."""
    found = _found(request, uid)
    standing = standing_of(request)
    form = RefuseForm(
        request.POST, on=standing.on, initial=RefuseForm.recorded(found), auto_id="refuse_%s"
    )

    def act() -> object:
        return services.refuse_extension(
            request=found,
            remarks=form.cleaned_data["remarks"],
            by=person(request),
            on=standing.on,
            seen=form.cleaned_data["seen"],
        )

    return _decided(request, found, form, act, _("The refusal is recorded; the lead was told."))


@login_required
@require_POST
def extension_withdraw(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a request back on which nobody decided yet."""
    found = _found(request, uid)
    try:
        services.withdraw_extension(request=found, by=person(request), on=standing_of(request).on)
    except DomainError as refusal:
        return _page(request, found, refusal=refusal.message, status=refusal.status)
    messages.success(request, _("The request was withdrawn."))
    return redirect(_at(found))


def _decided(
    request: HttpRequest,
    found: ExtensionRequest,
    form: GrantForm | RefuseForm,
    act: Callable[[], object],
    done: str,
) -> HttpResponse:
    """What was decided; whatever is refused, nothing typed is lost."""
    if not form.is_valid():
        return _page(request, found, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        act()
    except Stale as refusal:
        refuse(form, refusal)
        form.on_present()
        return _page(request, _found(request, found.uid), form=form, status=refusal.status)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(request, _found(request, found.uid), form=form, status=refusal.status)
    messages.success(request, done)
    return redirect(_at(found))


def _page(
    request: HttpRequest,
    found: ExtensionRequest,
    *,
    form: GrantForm | RefuseForm | None = None,
    refusal: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """A request with the forms of whoever may decide; a refused form as it was typed."""
    standing = standing_of(request)
    shown = shown_extension(found, standing)
    forms = {
        "grant_form": GrantForm(
            on=standing.on, initial=GrantForm.recorded(found), auto_id="grant_%s"
        ),
        "refuse_form": RefuseForm(
            on=standing.on, initial=RefuseForm.recorded(found), auto_id="refuse_%s"
        ),
    }
    if form is not None:
        forms["grant_form" if isinstance(form, GrantForm) else "refuse_form"] = form
    if form is not None and not shown.decide:
        refusal = refusal or " ".join(str(error) for error in form.non_field_errors())
    context = {
        "task": found.trial_period.task,
        "extension": found,
        "shown": shown,
        "decided_how": capacity_words(found.decided_as, found.decided_for),
        "refusal": refusal,
        "old_days": (found.trial_period.starts_on, found.trial_period.ends_on),
        **forms,
    }
    return render(request, "programmes/extension.html", context, status=status)


def _found(request: HttpRequest, uid: uuid.UUID) -> ExtensionRequest:
    """A request that the person sees; 404 where none."""
    visible = (
        ExtensionRequest.objects.visible_to(standing_of(request))
        .select_related("organisation", "asked_by", "decided_by", "decided_for", "document")
        .select_related("decision", "granted_period", "trial_period__task__programme")
        .prefetch_related("trial_period__task__duties", "trial_period__task__programme__duties")
    )
    found: ExtensionRequest = get_object_or_404(visible, uid=uid)
    return found


def _task_to_ask(code: str, standing: Standing) -> Task:
    """A task for which the person may ask; 404 where they do not see it, 403 where they may not."""
    visible = Task.objects.visible_to(standing).select_related("programme")
    task: Task = get_object_or_404(
        visible.prefetch_related("duties", "programme__duties", "trial_periods"), code=code
    )
    decision = allowed("ask_extension", task_relations(task, standing))
    if not decision:
        raise PermissionDenied(decision.reason)
    return task


def _why_not(task: Task, period: TrialPeriod | None, standing: Standing) -> str:
    """Why nobody can ask now, before a form is shown; the service asks again."""
    if period is None:
        return _("The task has no trial period yet.")
    if _open(period) is not None:
        return _("An extension was asked for already and is not decided yet.")
    return why_not_extendable(period, task.trial_periods.all(), on=standing.on)


def _open(period: TrialPeriod | None) -> ExtensionRequest | None:
    if period is None:
        return None
    return period.extension_requests.filter(state=ExtensionState.OPEN).first()


def _at(request: ExtensionRequest) -> str:
    return reverse("programmes:extension", args=[request.uid])
