"""Pages of progress updates: writing one, and the coordinator's decision on it."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale
from dti_tracker.shared.forms import blame_fields
from organisations.asking import person, standing_of
from organisations.models import Organisation
from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import moment, named, percent
from programmes import services
from programmes.calendar import ReportingPeriod, last_ended, period_of
from programmes.forms.updates import RemarksForm, UpdateForm, values_of
from programmes.models import ProgressUpdate, Task
from programmes.relations import lead_of, task_relations
from programmes.selectors import summaries_of
from programmes.views.tasks import refused, visible_task

ACTIONS = frozenset({"save", "submit", "unchanged"})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def update_new(request: HttpRequest, code: str) -> HttpResponse:
    """Write the one draft of the lead on a task."""
    standing = standing_of(request)
    task = visible_task(code, standing)
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    decision = allowed("write_update", task_relations(task, standing), "draft")
    if lead is None or not decision:
        return refused(request, task, standing, NotAllowed(decision.reason or _("No lead is set")))
    if request.method == "POST":
        return _write_update(request, task, lead, standing)
    draft = services.open_update(task, lead)
    return _update_page(request, task, lead, standing, _unbound(task, lead, standing, draft))


@login_required
@require_POST
def update_accept(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The coordinator accepts a submitted update."""
    standing = standing_of(request)
    update = _visible_update(uid, standing)
    try:
        services.accept_update(update=update, by=person(request), on=standing.on)
    except DomainError as refusal:
        return refused(request, update.task, standing, refusal)
    messages.success(request, _("The update was accepted; its figures count from now on."))
    return redirect("programmes:task_detail", code=update.task.code)


@login_required
@require_POST
def update_return(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The coordinator sends a submitted update back with remarks."""
    standing = standing_of(request)
    update = _visible_update(uid, standing)
    form = RemarksForm(request.POST)
    try:
        if not form.is_valid():
            raise DomainError(" ".join(str(e) for e in form.errors.get("remarks", [])))
        services.return_update(
            update=update,
            by=person(request),
            on=standing.on,
            remarks=form.cleaned_data["remarks"],
        )
    except DomainError as refusal:
        return refused(
            request, update.task, standing, refusal, remarks=request.POST.get("remarks", "")
        )
    messages.success(request, _("The update was returned with your remarks."))
    return redirect("programmes:task_detail", code=update.task.code)


def _visible_update(uid: uuid.UUID, standing: Standing) -> ProgressUpdate:
    visible = ProgressUpdate.objects.visible_to(standing).select_related("task__programme")
    return get_object_or_404(visible, uid=uid)


def _write_update(
    request: HttpRequest, task: Task, lead: Organisation, standing: Standing
) -> HttpResponse:
    by, action = person(request), request.POST.get("action", "save")
    if action not in ACTIONS:
        raise BadRequest("action is none of the form's buttons")
    form = UpdateForm(request.POST, periods=_periods(task, lead, standing))
    if not form.is_valid():
        return _update_page(request, task, lead, standing, form, status=422)
    draft = None
    try:
        draft = services.save_update_draft(
            task=task,
            organisation=lead,
            by=by,
            on=standing.on,
            fields=form.written | {"is_unchanged": action == "unchanged"},
            version=form.cleaned_data["version"],
            period=form.chosen_period,
        )
        if action in ("submit", "unchanged"):
            services.submit_update(update=draft, by=by, on=standing.on, version=draft.version)
    except Stale as refusal:
        return _update_page(
            request, task, lead, standing, _with_present_version(form, task, lead), refusal=refusal
        )
    except DomainError as refusal:
        if draft is not None:
            form = _rebound(form, version=draft.version)
        return _update_page(request, task, lead, standing, form, refusal=refusal)
    if action == "save":
        messages.success(request, _("Saved at %s.") % moment(draft.updated_at))
        return redirect("programmes:update_new", code=task.code)
    messages.success(request, _("The update was sent to the coordinator."))
    return redirect("programmes:task_detail", code=task.code)


def _periods(task: Task, lead: Organisation, standing: Standing) -> tuple[ReportingPeriod, ...]:
    """The periods one can report on: the running one, the one that ended last, and that of what is
    begun or was returned."""
    rhythm = task.programme.reporting
    begun = (services.open_update(task, lead), services.returned_update(task, lead))
    older = (period_of(update.period_ends_on, rhythm) for update in begun if update)
    return period_of(standing.on, rhythm), last_ended(standing.on, rhythm), *older


def _unbound(
    task: Task, lead: Organisation, standing: Standing, draft: ProgressUpdate | None
) -> UpdateForm:
    """The form with the draft's values, else with what was returned, else with the last report's."""
    if draft is not None:
        initial = values_of(draft)
    elif (returned := services.returned_update(task, lead)) is not None:
        initial = values_of(returned) | {"version": None}
    else:
        initial = _carried(task, lead, standing)
    return UpdateForm(initial=initial, periods=_periods(task, lead, standing))


def _carried(task: Task, lead: Organisation, standing: Standing) -> dict[str, Any]:
    """What a new update takes over from the last one, and the period it is about."""
    last = services.previous_update(task, lead)
    chosen = services.reporting_period(task, lead, on=standing.on)
    return (values_of(last) if last else {}) | {
        "version": None,
        "period": f"{chosen.ends_on:%Y-%m-%d}",
        "narrative": "",
        "declared_health": "",
        "declared_reason": "",
    }


def _with_present_version(form: UpdateForm, task: Task, lead: Organisation) -> UpdateForm:
    """The person's own text on top of what is there now, so that saving again is their decision."""
    present = services.open_update(task, lead)
    return _rebound(form, version=present.version if present else None)


def _rebound(form: UpdateForm, *, version: int | None) -> UpdateForm:
    data = dict(form.data.items()) | {"version": "" if version is None else str(version)}
    again = UpdateForm(data, periods=tuple(form.periods.values()))
    again.full_clean()
    return again


def _update_page(
    request: HttpRequest,
    task: Task,
    lead: Organisation,
    standing: Standing,
    form: UpdateForm,
    *,
    refusal: DomainError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The form with the last values beside it; after a clash, with the other's text as well."""
    draft = services.open_update(task, lead)
    if refusal is not None:
        status = refusal.status
        blame_fields(form, refusal)
    last = services.previous_update(task, lead)
    context = {
        "task": task,
        "lead": lead,
        "form": form,
        "draft": draft,
        "returned": services.returned_update(task, lead),
        "last": last,
        "last_percent": percent(last.percent) if last and last.percent is not None else "",
        "summary": summaries_of([task], on=standing.on, successions=standing.successions)[0],
        "missing": services.missing(draft, on=standing.on) if draft else {},
        "refusal": refusal.message if refusal else "",
        "programme_label": named(task.programme),
        "theirs": draft if isinstance(refusal, Stale) else None,
        "may_submit": allowed("submit_update", task_relations(task, standing), "draft"),
    }
    return render(request, "programmes/update_form.html", context, status=status)
