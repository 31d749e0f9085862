"""Addresses of the reports' pages."""

from django.urls import path

from reports.views import dashboard, evaluations, home, reports

app_name = "reports"

urlpatterns = [
    path("", home.home, name="home"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("evaluations/", evaluations.evaluation_list, name="evaluations"),
    path("evaluations/<uuid:uid>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<uuid:uid>/move/", evaluations.move, name="move"),
    path("evaluations/<uuid:uid>/write/", evaluations.write, name="write"),
    path("evaluations/<uuid:uid>/generate/", evaluations.generate, name="generate"),
    path("evaluations/<uuid:uid>/job/", evaluations.job, name="job"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/<uuid:uid>/file/<str:kind>/", reports.report_file, name="file"),
    path("notices/", home.notices, name="notices"),
    path("notices/read/", home.read_all, name="read_all"),
    path("notices/<uuid:uid>/read/", home.read_notice, name="read_notice"),
]
