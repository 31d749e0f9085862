"""The form of a report: the lead's own, a contribution, or what the coordinator enters for the lead."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale
from dti_tracker.shared.forms import blame_fields
from organisations.asking import person, standing_of
from organisations.models import Organisation
from organisations.rights import Belonging, Decision, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import moment, named, percent
from programmes import services
from programmes.choices import UpdateKind
from programmes.evidence_page import upload_box
from programmes.forms.updates import UpdateForm
from programmes.models import ProgressUpdate, Task
from programmes.relations import lead_of, task_relations
from programmes.services.update_fields import BROUGHT
from programmes.services.updates import SUBMIT, WRITE
from programmes.views.tasks import refused, visible_task
from programmes.writing import Desk

ACTIONS = frozenset({"save", "autosave", "submit", "unchanged"})
SENDING = frozenset({"submit", "unchanged"})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def update_new(request: HttpRequest, code: str) -> HttpResponse:
    """Write the one draft of the lead on a task."""
    return _report(request, code, UpdateKind.REPORT)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_new(request: HttpRequest, code: str) -> HttpResponse:
    """Write what a co-operating body or an enterprise has to say on a task."""
    return _report(request, code, UpdateKind.CONTRIBUTION)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter the lead's report for it, from a document that the coordinator received."""
    return _report(request, code, UpdateKind.ENTERED)


def _report(request: HttpRequest, code: str, kind: UpdateKind) -> HttpResponse:
    standing = standing_of(request)
    task = visible_task(code, standing)
    body = _reporter(task, standing, kind)
    decision = _decision(WRITE[kind], task, standing)
    if body is None or not decision:
        return refused(request, task, standing, NotAllowed(decision.reason or _("No lead is set")))
    desk = Desk(task, body, kind, standing, request.GET.get("period", ""))
    if request.method == "POST":
        return _write(request, desk)
    return _page(request, desk, desk.unbound())


def _reporter(task: Task, standing: Standing, kind: UpdateKind) -> Organisation | None:
    """The body whose report it is: the lead, or the person's own among those that take part."""
    if kind != UpdateKind.CONTRIBUTION:
        return lead_of(task, successions=standing.successions, on=standing.on)
    own = (b for b in services.joining(task, standing) if standing.position_in(b.pk))
    return next(own, None)


def _decision(action: str, task: Task, standing: Standing) -> Decision:
    return allowed(action, task_relations(task, standing), "draft", belonging=Belonging.OWN)


def _write(request: HttpRequest, desk: Desk) -> HttpResponse:
    action = request.POST.get("action", "save")
    if action not in ACTIONS:
        raise BadRequest("action is none of the form's buttons")
    form = desk.typed(request.POST)
    is_whole = form.is_valid()
    if action == "autosave":
        return _saved_while_typing(request, desk, form)
    if not is_whole:
        return _page(request, desk, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    draft = None
    try:
        draft = _save(request, desk, form, is_unchanged=action == "unchanged")
        if action in SENDING:
            services.submit_update(
                update=draft, by=person(request), on=desk.standing.on, version=draft.version
            )
    except DomainError as refusal:
        return _refused_page(request, desk, form, refusal, draft)
    if action == "save":
        messages.success(request, _("Saved at %s.") % moment(draft.updated_at))
        return redirect(request.path)
    messages.success(request, _("The update was sent to the coordinator."))
    return redirect("programmes:task_detail", code=desk.task.code)


def _save(
    request: HttpRequest,
    desk: Desk,
    form: UpdateForm,
    *,
    is_unchanged: bool = False,
    is_final: bool = True,
    left_out: Mapping[str, str] | None = None,
) -> ProgressUpdate:
    """Save what was typed, but for the fields that a rule has refused already.

    Args:
        is_final: False while somebody types: half a document is recorded nowhere.
    """
    fields = _without(form.written, left_out or {})
    if desk.kind != UpdateKind.CONTRIBUTION:
        fields["is_unchanged"] = is_unchanged
    if is_unchanged:
        # Nothing typed is nothing said: what was brought for the period stands.
        fields = {name: value for name, value in fields.items() if name not in BROUGHT}
    return services.save_update_draft(
        task=desk.task,
        organisation=desk.body,
        by=person(request),
        on=desk.standing.on,
        fields=fields,
        version=form.cleaned_data.get("version"),
        period=form.chosen_period,
        kind=desk.kind,
        document=form.chosen_document if is_final else None,
    )


def _without(fields: dict[str, Any], refused_fields: Mapping[str, str]) -> dict[str, Any]:
    """The fields but for those that were refused: one bad day must not keep the text from being
    saved."""
    kept = {name: value for name, value in fields.items() if name not in refused_fields}
    for name in refused_fields:
        group, _dash, rest = name.partition("-")
        if rest and f"{group}s" in kept:
            key = int(rest.split("-")[0])
            kept[f"{group}s"] = {k: v for k, v in kept[f"{group}s"].items() if k != key}
    return kept


def _saved_while_typing(request: HttpRequest, desk: Desk, form: UpdateForm) -> HttpResponse:
    """What could be saved is saved; what could not is told field by field."""
    faults = {name: " ".join(map(str, texts)) for name, texts in form.errors.items()}
    if "version" in faults:
        raise BadRequest("version is not a number")
    try:
        try:
            draft = _save(request, desk, form, is_final=False)
        except DomainError as refusal:
            if not refusal.fields:
                raise
            faults |= refusal.fields
            draft = _save(request, desk, form, is_final=False, left_out=refusal.fields)
    except DomainError as refusal:
        return JsonResponse(
            {"detail": refusal.message, "code": refusal.code}, status=refusal.status
        )
    gaps = services.missing(draft, on=desk.standing.on)
    return JsonResponse(
        {
            "version": draft.version,
            "said": _("Saved %s ✓") % f"{moment(draft.updated_at)}",
            "missing": list(dict.fromkeys(gaps.values())),
            "faults": faults,
        }
    )


def _refused_page(
    request: HttpRequest,
    desk: Desk,
    form: UpdateForm,
    refusal: DomainError,
    draft: ProgressUpdate | None,
) -> HttpResponse:
    """The form again with everything that was typed; after a clash with the other's text beside it."""
    fresh = Desk(desk.task, desk.body, desk.kind, desk.standing, desk.period_asked)
    if isinstance(refusal, Stale):
        conflicts = {conflict.name: conflict for conflict in fresh.conflicts(form)}
        present = fresh.draft.version if fresh.draft else None
        again = fresh.retyped(form, version=present)
        return _page(request, fresh, again, refusal=refusal, conflicts=conflicts)
    if draft is not None:
        form = fresh.retyped(form, version=draft.version)
    return _page(request, fresh, form, refusal=refusal)


def _page(
    request: HttpRequest,
    desk: Desk,
    form: UpdateForm,
    *,
    refusal: DomainError | None = None,
    conflicts: Mapping[str, Any] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The form with the last values beside it."""
    if refusal is not None:
        status = refusal.status
        blame_fields(form, refusal)
    draft, last = desk.draft, desk.last
    context = {
        "desk": desk,
        "task": desk.task,
        "body": desk.body,
        "kind": desk.kind.value,
        "form": form,
        "draft": draft,
        "returned": desk.returned,
        "corrected": desk.of_period if draft is None else draft.corrects,
        "last": last,
        "last_percent": percent(last.percent) if last and last.percent is not None else "",
        "summary": desk.summary,
        "missing": services.missing(draft, on=desk.standing.on) if draft else {},
        "refusal": refusal.message if refusal else "",
        "programme_label": named(desk.task.programme),
        "conflicts": conflicts or {},
        "is_unsaved": refusal is not None or bool(form.errors),
        "writer": services.last_writer(draft) if draft and conflicts else None,
        "box": upload_box(desk.task, desk.standing, kind=desk.kind, report=draft),
        "may_submit": _decision(SUBMIT[desk.kind], desk.task, desk.standing),
        "keep_key": f"{person(request).uid}:{reverse('programmes:task_list')}{desk.task.code}:{desk.kind}",
    }
    return render(request, "programmes/update_form.html", context, status=status)
