"""`reports`: list, one, and the stored bytes of each file."""

import uuid

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from dti_tracker.shared.api.filtering import filtered
from dti_tracker.shared.api.paging import Pager
from dti_tracker.shared.api.problems import BadValue
from dti_tracker.shared.api.schema import list_parameters, page_of
from dti_tracker.shared.api.views import updated_since
from reports.api import bodies
from reports.api.filters import ReportFilter
from reports.api.reading import EvaluationReading, with_documents
from reports.api.serializers import ReportSerializer
from reports.choices import MEDIA_TYPES, FileKind
from reports.files import file_answer, stored_file
from reports.models import Report
from reports.selectors.lists import files_of

ORDERINGS = {name: name for name in ("created_at", "updated_at", "version")}
DEFAULT_ORDERING = "-created_at"


class ReportsView(EvaluationReading):
    """Views that answer reports."""

    def visible_reports(self) -> QuerySet[Report]:
        return with_documents(Report.objects.visible_to(self.standing)).select_related(
            "organisation", "evaluation__trial_period__task__programme"
        )

    def report(self, uid: uuid.UUID) -> Report:
        report = self.visible_reports().filter(uid=uid).first()
        if report is None:
            raise Http404
        return report

    def answers(self, reports: list[Report]) -> list[dict[str, object]]:
        files = files_of(reports)
        return [
            bodies.report_body(r, r.evaluation, files.get(r.pk, ()), self.address) for r in reports
        ]


class ReportListView(ReportsView):
    """The reports the caller may see."""

    parameters = frozenset(
        {*ReportFilter.base_filters, "updated_since", "ordering", "page_size", "cursor"}
    )

    @extend_schema(
        operation_id="reports",
        tags=["reports"],
        parameters=list_parameters(ReportFilter, ORDERINGS, DEFAULT_ORDERING),
        responses=page_of(ReportSerializer),
    )
    def get(self, request: Request) -> Response:
        """Reports, newest first."""
        reports = filtered(ReportFilter(request.query_params, queryset=self.visible_reports()))
        if since := updated_since(request):
            reports = reports.filter(updated_at__gte=since)
        page = Pager(request, orderings=ORDERINGS, default=DEFAULT_ORDERING).rows(reports)
        return Response(page.body(self.answers(list(page.rows)), data_as_of=self.day))


class ReportView(ReportsView):
    """One report."""

    @extend_schema(operation_id="report", tags=["reports"], responses=ReportSerializer)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """One report with the addresses of its files."""
        return Response(self.answers([self.report(uid)])[0])


class AnyAccept(BaseContentNegotiation):
    """A file is what it is, whatever the client would rather have."""

    def select_parser(self, request, parsers):  # type: ignore[no-untyped-def]
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):  # type: ignore[no-untyped-def]
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


class ReportFileView(ReportsView):
    """The bytes as they were stored."""

    sources = ()
    parameters = frozenset({"type"})
    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="report_file",
        tags=["reports"],
        parameters=[OpenApiParameter("type", enum=FileKind.values, description="Default: pdf.")],
        responses={
            (200, media_type): OpenApiResponse(
                OpenApiTypes.BINARY, "The file; ETag is its SHA-256."
            )
            for media_type in MEDIA_TYPES.values()
        },
    )
    def get(self, request: Request, uid: uuid.UUID) -> HttpResponse:
        """The file as an attachment; the bytes are read only when the client lacks them."""
        kind = request.query_params.get("type", FileKind.PDF)
        if kind not in FileKind.values:
            raise BadValue("type", _("pdf or docx."))
        report = self.report(uid)
        stored = stored_file(report, kind, self.standing)
        return file_answer(report, stored, known=request.headers.get("If-None-Match", ""))
