"""Addresses of more time for a trial."""

from django.urls import path

from programmes.views import extensions

EXTENSION = "extensions/<uuid:uid>/"

urlpatterns = [
    path("tasks/<slug:code>/extension/", extensions.extension_new, name="extension_new"),
    path(EXTENSION, extensions.extension, name="extension"),
    path(f"{EXTENSION}grant/", extensions.extension_grant, name="extension_grant"),
    path(f"{EXTENSION}refuse/", extensions.extension_refuse, name="extension_refuse"),
    path(f"{EXTENSION}withdraw/", extensions.extension_withdraw, name="extension_withdraw"),
]
