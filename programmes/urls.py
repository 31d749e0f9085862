"""Addresses of the programmes' pages."""

from django.urls import path

from programmes import evidence_urls, list_urls, setup_urls, spreadsheet_urls
from programmes.views import tasks, updates

app_name = "programmes"

urlpatterns = [
    *list_urls.urlpatterns,
    path("tasks/<slug:code>/", tasks.task_detail, name="task_detail"),
    path("tasks/<slug:code>/updates/new/", updates.update_new, name="update_new"),
    path("updates/<uuid:uid>/accept/", updates.update_accept, name="update_accept"),
    path("updates/<uuid:uid>/return/", updates.update_return, name="update_return"),
    *evidence_urls.urlpatterns,
    *setup_urls.urlpatterns,
    *spreadsheet_urls.urlpatterns,
]
