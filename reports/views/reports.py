"""The reports: their list, and each file as it was stored."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dti_tracker.shared.errors import NotAllowed
from dti_tracker.shared.pages import page_number
from organisations.asking import standing_of
from reports.choices import FileKind
from reports.files import file_answer, stored_file
from reports.models import Report
from reports.selectors import lists
from reports.views.asking import require_province


@require_safe
@login_required
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report the person may see, newest first."""
    standing = standing_of(request)
    require_province(standing)
    page = lists.report_page(
        Report.objects.visible_to(standing), number=page_number(request.GET.get("page"))
    )
    return render(request, "reports/report_list.html", {"page": page})


@require_safe
@login_required
def report_file(request: HttpRequest, uid: UUID, kind: str) -> HttpResponse:
    """The stored bytes: a PDF in the page, anything else (or `?download`) as an attachment.

    Visibility is asked each time; the bytes are read only when the browser does not have them yet.
    """
    if kind not in FileKind.values:
        raise Http404
    standing = standing_of(request)
    reports = Report.objects.visible_to(standing).select_related(
        "evaluation__trial_period__task__programme"
    )
    report = get_object_or_404(reports, uid=uid)
    try:
        stored = stored_file(report, kind, standing)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    answer = file_answer(
        report,
        stored,
        inline=stored.kind == FileKind.PDF and "download" not in request.GET,
        known=request.headers.get("If-None-Match", ""),
    )
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer
