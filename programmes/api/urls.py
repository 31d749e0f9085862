"""Addresses of this floor's resources."""

from django.urls import path

from programmes.api import views

urlpatterns = [
    path("tasks/", views.TaskListView.as_view(), name="tasks"),
    path("tasks/<slug:code>/", views.TaskView.as_view(), name="task"),
    path("programmes/", views.ProgrammeListView.as_view(), name="programmes"),
    path("programmes/<slug:code>/", views.ProgrammeDetailView.as_view(), name="programme"),
    path(
        "programmes/<slug:code>/status/",
        views.ProgrammeStatusView.as_view(),
        name="programme_status",
    ),
]
