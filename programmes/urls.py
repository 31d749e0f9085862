"""Addresses of the programmes' pages."""

from django.urls import path

from programmes import evidence_urls, extension_urls, list_urls, setup_urls, spreadsheet_urls
from programmes.views import reviews, tasks, updates

app_name = "programmes"

urlpatterns = [
    *list_urls.urlpatterns,
    path("tasks/<slug:code>/", tasks.task_detail, name="task_detail"),
    path("tasks/<slug:code>/updates/new/", updates.update_new, name="update_new"),
    path("tasks/<slug:code>/contributions/new/", updates.contribution_new, name="contribution_new"),
    path("tasks/<slug:code>/updates/enter/", updates.entry_new, name="entry_new"),
    path("updates/<uuid:uid>/accept/", reviews.update_accept, name="update_accept"),
    path("updates/<uuid:uid>/return/", reviews.update_return, name="update_return"),
    path("updates/<uuid:uid>/confirm/", reviews.entry_confirm, name="entry_confirm"),
    path("updates/<uuid:uid>/dispute/", reviews.entry_dispute, name="entry_dispute"),
    *extension_urls.urlpatterns,
    *evidence_urls.urlpatterns,
    *setup_urls.urlpatterns,
    *spreadsheet_urls.urlpatterns,
]
