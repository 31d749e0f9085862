"""Every address of the site."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path

from dti_tracker.shared import http
from dti_tracker.styleguide import StyleGuide

handler500 = "dti_tracker.shared.http.server_error"

urlpatterns = [
    path("health/live", http.live, name="health_live"),
    path("health/ready", http.ready, name="health_ready"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("styleguide/", StyleGuide.as_view(), name="styleguide"),
    path("", include("programmes.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include("dti_tracker.api_urls")),
    path("admin/", admin.site.urls),
]
