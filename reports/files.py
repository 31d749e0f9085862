"""Stored files of reports as both doors hand them out: the page and the API."""

from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseNotModified

from dti_tracker.shared.api import conditional
from dti_tracker.shared.errors import NotAllowed
from organisations.selectors import Standing
from reports.choices import MEDIA_TYPES
from reports.may import may
from reports.models import Report, ReportFile

DOWNLOAD = "download_report"


def stored_file(report: Report, kind: str, standing: Standing) -> ReportFile:
    """A file of a report the person sees; its bytes are read when they are asked for.

    Raises:
        NotAllowed: the person may see the report and not have its files.
        Http404: no such file was stored.
    """
    decision = may(DOWNLOAD, report.evaluation, standing)
    if not decision:
        raise NotAllowed(decision.reason)
    stored = ReportFile.objects.defer("content").filter(report=report, kind=kind).first()
    if stored is None:
        raise Http404
    return stored


def file_answer(
    report: Report, stored: ReportFile, *, inline: bool = False, known: str = ""
) -> HttpResponse:
    """The bytes as they were stored, or 304 when `known` (If-None-Match) names them.

    Kept by the client, but asked for each time: a person who has left sees nothing any more.
    """
    etag = f'"{stored.sha256}"'
    answer: HttpResponse
    if conditional.names(known, etag):
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(bytes(stored.content), content_type=MEDIA_TYPES[stored.kind])
        answer["Content-Disposition"] = _disposition(report, stored.kind, inline=inline)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _disposition(report: Report, kind: str, *, inline: bool) -> str:
    """A name to file it under: plain for old clients, Vietnamese for the others (RFC 6266)."""
    code = report.evaluation.trial_period.task.code
    plain = f"{code}-danh-gia-v{report.version}.{kind}"
    number = f" số {report.number}" if report.number else f" dự thảo {report.version}"
    full = f"{code} Báo cáo đánh giá kết quả thử nghiệm{number}.{kind}"
    place = "inline" if inline else "attachment"
    return f"{place}; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"
