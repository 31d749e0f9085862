"""Addresses of evidence."""

from django.urls import path

from programmes.views import evidence

urlpatterns = [
    path("tasks/<slug:code>/evidence/", evidence.evidence_new, name="evidence_new"),
    path("evidence/<uuid:uid>/file/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<uuid:uid>/withdraw/", evidence.evidence_withdraw, name="evidence_withdraw"),
]
