"""`manage.py verify_history`: has anybody changed the histories behind the application's back?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from organisations.models import TrailSeal
from organisations.trail.verifying import findings, notes


class Command(BaseCommand):
    """One line for each finding; ends with 1 when there is one."""

    help = "Compares every history with the trail, its seals and the file outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=["vi", "en"], default="vi")

    def handle(self, *_args: Any, language: str, **_options: Any) -> None:
        with translation.override(language):
            count = 0
            for finding in findings():
                self.stdout.write(str(finding))
                count += 1
            for note in notes():
                self.stdout.write(note)
            last = TrailSeal.objects.order_by("number").last()
            told = {"number": last.number, "last": last.last_id} if last else None
            self.stdout.write(
                _("Sealed up to seal %(number)s, line %(last)s.") % told
                if told
                else _("Nothing is sealed yet.")
            )
            if count:
                self.stderr.write(_("%(count)s signs of tampering.") % {"count": count})
                sys.exit(1)
            self.stdout.write(_("No sign of tampering."))
