"""`manage.py load_demo [--reset]`: demo people and activity for the ten tasks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.time import today
from reports.demo import load_demo


class Command(BaseCommand):
    """Load the demo; repeatable, and refused in production mode."""

    help = "Loads demo people and activity; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset",
            action="store_true",
            help="Remove all demo data, with everything demo people wrote, and start anew today.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_demo(on=today(), reset=options["reset"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        if options["reset"]:
            self.stdout.write(f"removed: {counts['removed']} rows")
        self.stdout.write(f"people: {counts['people']} created")
        self.stdout.write(f"mandates: {counts['mandates']} created")
        self.stdout.write(f"trials: {counts['trials']} created")
        self.stdout.write(f"{sum(counts.values())} changed")
