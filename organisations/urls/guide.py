"""Addresses of the guide: who may do what."""

from django.urls import URLPattern, path

from organisations.views import guide

urlpatterns: list[URLPattern] = [path("guide/rights/", guide.rights, name="guide_rights")]
