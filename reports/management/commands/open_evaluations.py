"""`manage.py open_evaluations [--on YYYY-MM-DD]`."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dti_tracker.shared.time import parsed_day, today
from reports.services import open_due_evaluations


class Command(BaseCommand):
    """Opens every evaluation that is due by a day and not open yet. Repeatable."""

    help = "Open every evaluation that is due by that day and is not open yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", help="the day, YYYY-MM-DD; default: today in Vietnam")

    def handle(self, *_args: Any, **options: Any) -> None:
        for evaluation in open_due_evaluations(on=_day(options["on"])):
            period = evaluation.trial_period
            self.stdout.write(
                f"{period.task.code} {period.starts_on}..{period.ends_on} {evaluation.uid}"
            )


def _day(text: str | None) -> dt.date:
    if text is None:
        return today()
    try:
        return parsed_day(text)
    except ValueError as error:
        raise CommandError(f"--on {text}: {error}") from error
