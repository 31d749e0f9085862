"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from dti_tracker.shared import http
from dti_tracker.styleguide import StyleGuide

handler400 = "dti_tracker.shared.http.bad_request"
handler500 = "dti_tracker.shared.http.server_error"

urlpatterns = [
    path("health/live", http.live, name="health_live"),
    path("health/ready", http.ready, name="health_ready"),
    path("", include("organisations.urls.doors")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("styleguide/", StyleGuide.as_view(), name="styleguide"),
    path("", include("organisations.urls")),
    path("", include("programmes.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include("dti_tracker.api_urls")),
    path("admin/", admin.site.urls),
]
