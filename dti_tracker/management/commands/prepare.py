"""`manage.py prepare`: bring tables and reference data up to date, and the demo in demo mode."""

import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

from dti_tracker.shared.time import today
from organisations.administrators import administrators_who_can_sign_in

ALWAYS = ("migrate", "createcachetable", "load_reference")
NOBODY = (
    "Nobody can administer yet. Make the first administrator, who invites everybody else:\n"
    "    python manage.py first_administrator USERNAME --full-name 'FULL NAME'"
)
OPTIONS: dict[str, dict[str, Any]] = {"migrate": {"interactive": False}}


class Command(BaseCommand):
    """One process for all of it, because starting Django costs a second; changes nothing the second time."""

    help = "Migrates, makes the cache table, loads the reference data and, in demo mode, the demo."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each command in order; the first failure ends it."""
        for name in (*ALWAYS, *(("load_demo",) if settings.DEMO else ())):
            began = time.monotonic()
            call_command(name, stdout=self.stdout, stderr=self.stderr, **OPTIONS.get(name, {}))
            self.stdout.write(f"{name}: {time.monotonic() - began:.1f} s")
        if not administrators_who_can_sign_in(on=today()).exists():
            self.stdout.write(NOBODY)
