"""`manage.py first_administrator`: the one account that nobody can be asked for."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.time import today
from organisations.services.invitations import first_administrator


class Command(BaseCommand):
    """Prints a link with which its holder chooses the password: it works once, for some days."""

    help = "Makes the first administrator and prints a one-time link for the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The person's name, for an administrator is a person and not an office."""
        parser.add_argument("username")
        parser.add_argument("--full-name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused as soon as somebody can sign in as an administrator."""
        try:
            link = first_administrator(
                username=options["username"],
                full_name=options["full_name"],
                on=today(),
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"Open this once, within {settings.INVITATION_DAYS} days, and choose the password:\n{link}"
        )
