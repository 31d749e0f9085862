"""Addresses of this floor's resources."""

from django.urls import path

from reports.api import evaluations, jobs, reports

urlpatterns = [
    path("evaluations/", evaluations.EvaluationListView.as_view(), name="evaluations"),
    path("evaluations/<uuid:uid>/", evaluations.EvaluationView.as_view(), name="evaluation"),
    path(
        "evaluations/<uuid:uid>/readiness/",
        evaluations.ReadinessView.as_view(),
        name="readiness",
    ),
    path(
        "evaluations/<uuid:uid>/actions/<slug:verb>/",
        evaluations.ActionView.as_view(),
        name="action",
    ),
    path(
        "evaluations/<uuid:uid>/reports/",
        evaluations.EvaluationReportsView.as_view(),
        name="request_report",
    ),
    path("reports/", reports.ReportListView.as_view(), name="reports"),
    path("reports/<uuid:uid>/", reports.ReportView.as_view(), name="report"),
    path("reports/<uuid:uid>/file/", reports.ReportFileView.as_view(), name="report_file"),
    path("jobs/<uuid:uid>/", jobs.EvaluationJobView.as_view(), name="job"),
]
