"""The schema and its interactive form, both without signing in: they hold no data."""

import threading

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

_one_at_a_time = threading.Lock()


class SchemaView(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON.

    drf-spectacular looks its extensions up while the first schema of a process is made, and two
    threads at it see half of them.
    """

    permission_classes = [AllowAny]

    def _get_schema_response(self, request: Request) -> Response:
        with _one_at_a_time:
            answer: Response = super()._get_schema_response(request)  # type: ignore[no-untyped-call]
        return answer


class DocsView(SpectacularSwaggerSplitView):
    """Swagger's pages with their assets from here and no inline script or style (CSP)."""

    permission_classes = [AllowAny]
    url_name = "api:schema"
    template_name = "api/docs.html"
