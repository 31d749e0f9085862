"""Addresses of spreadsheets: prefilled files, sending them, what they would do."""

from django.urls import path

from programmes.views import spreadsheets

IMPORT = "imports/<uuid:uid>/"

urlpatterns = [
    path("imports/", spreadsheets.imports, name="imports"),
    path("imports/progress/<slug:body>/", spreadsheets.import_progress, name="import_progress"),
    path("imports/progress/<slug:body>.xlsx", spreadsheets.progress_file, name="progress_file"),
    path("imports/trial-dates/<slug:code>/", spreadsheets.import_dates, name="import_dates"),
    path("imports/trial-dates/<slug:code>.xlsx", spreadsheets.dates_file, name="dates_file"),
    path(IMPORT, spreadsheets.import_detail, name="import"),
    path(f"{IMPORT}job/", spreadsheets.import_job, name="import_job"),
    path(f"{IMPORT}write/", spreadsheets.import_write, name="import_write"),
    path(f"{IMPORT}discard/", spreadsheets.import_discard, name="import_discard"),
]
