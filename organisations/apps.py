"""The lowest floor as Django's app."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class OrganisationsConfig(AppConfig):
    """Connects what listens from the start: the clock of sessions, and the trail."""

    name = "organisations"

    def ready(self) -> None:
        user_logged_in.connect(start_clock, dispatch_uid="organisations.start_clock")
        from organisations.trail import attaching, channels, own

        own.register()
        autodiscover_modules("trail")  # each floor says what the trail may show of its models
        autodiscover_modules("handover")  # and what of theirs changes desks by a succession
        channels.connect()
        post_migrate.connect(attaching.attach_after_migration, dispatch_uid="organisations.trail")


def start_clock(sender: object, *, request: Any, **_rest: object) -> None:
    """Django's own signal, because not every sign-in passes the same function."""
    from organisations.services import lock

    lock.start(request.session, now=lock.clock())
