"""The schema and its interactive form, both without signing in: they hold no data."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class SchemaView(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON."""

    permission_classes = [AllowAny]


class DocsView(SpectacularSwaggerSplitView):
    """Swagger's pages with their assets from here and no inline script or style (CSP)."""

    permission_classes = [AllowAny]
    url_name = "api:schema"
    template_name = "api/docs.html"
