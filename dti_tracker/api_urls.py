"""Every address under /api/v1/, from all floors."""

from django.urls import include, path, re_path
from django.views.decorators.http import conditional_page

from dti_tracker.shared.api.documentation import DocsView, SchemaView
from dti_tracker.shared.api.views import NothingHere

app_name = "api"

urlpatterns = [
    path("schema/", conditional_page(SchemaView.as_view()), name="schema"),
    path("docs/", conditional_page(DocsView.as_view()), name="docs"),
    path("", include("programmes.api.urls")),
    path("", include("reports.api.urls")),
    re_path(r"^", NothingHere.as_view(), name="nothing"),
]
