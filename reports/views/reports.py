"""The reports: their list, and each file as it was stored."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header, parse_etags
from django.views.decorators.http import require_safe

from organisations.asking import standing_of
from reports.choices import MEDIA_TYPES, FileKind
from reports.may import may
from reports.models import Report, ReportFile
from reports.selectors import lists
from reports.views.asking import page_number, require_province

DOWNLOAD = "download_report"


@require_safe
@login_required
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report the person may see, newest first."""
    standing = standing_of(request)
    require_province(standing)
    page = lists.report_page(Report.objects.visible_to(standing), number=page_number(request))
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
    if not may(DOWNLOAD, report.evaluation, standing):
        raise PermissionDenied
    stored = get_object_or_404(ReportFile.objects.defer("content"), report=report, kind=kind)
    answer = _unless_known(request, stored, report)
    answer["ETag"] = f'"{stored.sha256}"'
    # Kept by the browser, but asked for each time: a person who has left sees nothing any more.
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _unless_known(request: HttpRequest, stored: ReportFile, report: Report) -> HttpResponse:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in known or f'"{stored.sha256}"' in {tag.removeprefix("W/") for tag in known}:
        return HttpResponseNotModified()
    is_attachment = stored.kind != FileKind.PDF or "download" in request.GET
    task = report.evaluation.trial_period.task
    name = f"{task.code}-danh-gia-v{report.version}.{stored.kind}"
    return HttpResponse(
        bytes(stored.content),
        content_type=MEDIA_TYPES[stored.kind],
        headers={
            "Content-Disposition": content_disposition_header(is_attachment, name) or "inline"
        },
    )
