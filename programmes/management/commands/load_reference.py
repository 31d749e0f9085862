"""`manage.py load_reference`: organisations, editions, programmes and tasks from data files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organisations.reference.loading import Tally
from organisations.reference.problems import BrokenFiles
from programmes.reference import load_reference


class Command(BaseCommand):
    """Load the reference data; repeatable, and never over what people entered."""

    help = "Loads reference data from files; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder", type=Path, help="Folder with files of the same names to load instead."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tallies = load_reference(options["folder"])
        except BrokenFiles as broken:
            raise CommandError(broken.message) from broken
        for tally in tallies:
            self._print(tally)
        self.stdout.write(f"{sum(tally.changed for tally in tallies)} changed")

    def _print(self, tally: Tally) -> None:
        self.stdout.write(
            f"{tally.table}: {tally.created} created, {tally.updated} updated, "
            f"{tally.unchanged} unchanged, {tally.kept} kept"
        )
        if tally.absent:
            self.stdout.write(f"  left alone, not in the files: {', '.join(tally.absent)}")
