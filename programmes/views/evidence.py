"""Bringing evidence, reading it, withdrawing it."""

import uuid
from http import HTTPStatus
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dti_tracker.shared.api import conditional
from dti_tracker.shared.errors import DomainError, NotAllowed
from dti_tracker.shared.text import search_key
from organisations.asking import person, standing_of
from organisations.selectors import Standing
from programmes import services
from programmes.choices import UpdateKind
from programmes.evidence_page import UploadBox, flags_of, upload_box
from programmes.forms.evidence import EvidenceForm, WithdrawForm
from programmes.models import Evidence, Task
from programmes.services.evidence import Added, decision_to_read, stored_bytes
from programmes.views.tasks import refused, visible_task

SANDBOX = "default-src 'none'; sandbox"


@login_required
@require_POST
def evidence_new(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a file as evidence of the person's body: from the report's form or the task's page."""
    standing = standing_of(request)
    task = visible_task(code, standing)
    try:
        box = _box(request, task, standing)
        added = _add(request, box, standing)
    except DomainError as refusal:
        return _refused(request, task, standing, refusal)
    flags = flags_of([added.evidence], standing)[added.evidence.pk]
    if not _is_fetched(request):
        messages.success(request, _("“%(name)s” is stored.") % {"name": added.evidence.file_name})
        for flag in flags:
            messages.warning(request, _("Look at it again: %(flag)s.") % {"flag": flag})
        return redirect(_back(request, task))
    return JsonResponse(_answer(request, task, standing, box, added, flags))


@login_required
@require_safe
def evidence_file(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """The bytes as they came, to be kept as a file: no browser shows them as a page of ours."""
    standing = standing_of(request)
    evidence = _visible(uid, standing)
    if not decision_to_read(evidence, standing):
        raise PermissionDenied
    content = evidence.content
    etag = f'"{content.sha256}"'
    answer: HttpResponseBase
    if conditional.names(request.headers.get("If-None-Match", ""), etag):
        answer = HttpResponseNotModified()
    elif request.method == "HEAD":
        answer = HttpResponse(content_type=content.media_type)
    else:
        answer = StreamingHttpResponse(stored_bytes(content), content_type=content.media_type)
    if answer.status_code == HTTPStatus.OK:
        answer["Content-Length"] = str(content.size)
        answer["Content-Disposition"] = _disposition(evidence.file_name)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@login_required
@require_POST
def evidence_withdraw(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a file back; it stays listed."""
    standing = standing_of(request)
    evidence = _visible(uid, standing)
    form = WithdrawForm(request.POST)
    try:
        if not form.is_valid():
            raise DomainError(" ".join(str(e) for e in form.errors.get("reason", [])))
        services.withdraw_evidence(
            evidence=evidence,
            by=person(request),
            on=standing.on,
            reason=form.cleaned_data["reason"],
        )
    except DomainError as refusal:
        return refused(request, evidence.task, standing, refusal)
    messages.success(request, _("The file was withdrawn; it stays listed with your reason."))
    return redirect(_back(request, evidence.task))


def _visible(uid: uuid.UUID, standing: Standing) -> Evidence:
    """Evidence the person may know of, with the duties from which their rights follow."""
    visible = (
        Evidence.objects.visible_to(standing)
        .select_related("content", "organisation", "update", "task__programme")
        .prefetch_related("task__duties", "task__programme__duties")
    )
    return get_object_or_404(visible, uid=uid)


def _box(request: HttpRequest, task: Task, standing: Standing) -> UploadBox:
    """Where the file was dropped. Raises NotAllowed where the person adds nothing."""
    given = request.POST.get("kind", "")
    kind = UpdateKind(given) if given in UpdateKind.values else None
    box = upload_box(task, standing, kind=kind)
    if box is None:
        raise NotAllowed(_("Your organisation and position do not add evidence to this task."))
    return box


def _add(request: HttpRequest, box: UploadBox, standing: Standing) -> Added:
    form = EvidenceForm(request.POST, request.FILES, box=box)
    if not form.is_valid():
        faults = {name: " ".join(map(str, texts)) for name, texts in form.errors.items()}
        raise DomainError(" ".join(faults.values()), fields=faults)
    file = form.cleaned_data["file"]
    return services.add_evidence(
        task=box.task,
        organisation=box.body,
        by=person(request),
        on=standing.on,
        file=file,
        name=file.name or "",
        **form.given,
    )


def _answer(
    request: HttpRequest,
    task: Task,
    standing: Standing,
    box: UploadBox,
    added: Added,
    flags: list[str],
) -> dict[str, object]:
    """For the script: the list anew, the report's version if this upload began it, and the flags."""
    report = added.evidence.update
    fresh = upload_box(task, standing, kind=box.kind, report=report) or box
    context = {"rows": fresh.rows, "next": _back(request, task)}
    template = "programmes/partials/_evidence_files.html"
    return {
        "html": render_to_string(template, context, request=request) if report else "",
        "version": report.version if report and added.began_report else None,
        "name": added.evidence.file_name,
        "flags": flags,
    }


def _refused(
    request: HttpRequest, task: Task, standing: Standing, refusal: DomainError
) -> HttpResponse:
    if _is_fetched(request):
        words = {"detail": refusal.message, "fields": refusal.fields}
        return JsonResponse(words, status=refusal.status)
    return refused(request, task, standing, refusal)


def _is_fetched(request: HttpRequest) -> bool:
    """Asked by the page's script, not by the browser itself."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _back(request: HttpRequest, task: Task) -> str:
    """The page of ours that the form stood on, else the task's."""
    given = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return given
    return reverse("programmes:task_detail", args=[task.code])


def _disposition(name: str) -> str:
    """A name to keep it under: plain letters for old clients, the whole for the others (RFC 6266)."""
    plain = search_key(name).encode("ascii", "replace").decode()
    plain = "".join(c if c.isalnum() or c in "._- " else "_" for c in plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
