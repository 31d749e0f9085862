"""`manage.py grant_application ROLE`: what the application itself needs in the database, no more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from organisations.trail.granting import UnknownRoleError, grant


class Command(BaseCommand):
    """Run it as the owner of the tables, after every migration."""

    help = (
        "Gives a database role the application's rights: histories can be read and added to only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "role", help="A role that may log in and owns no table of this database."
        )

    def handle(self, *_args: Any, role: str, **_options: Any) -> None:
        try:
            count = grant(role)
        except UnknownRoleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{role}: {count} append-only tables, everything else read and write.")
