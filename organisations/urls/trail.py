"""Addresses of the trail: the whole log, the history of one object."""

from django.urls import path

from organisations.views import trail

urlpatterns = [
    path("trail/", trail.trail, name="trail"),
    path("trail/export/", trail.export, name="trail_export"),
    path("trail/<slug:slug>/<str:key>/", trail.history, name="history"),
]
