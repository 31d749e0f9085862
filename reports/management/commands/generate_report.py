"""`manage.py generate_report EVALUATION [--wait]`."""

import time
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.time import today
from organisations.choices import JobState
from organisations.models import Job
from reports.choices import FileKind
from reports.models import Evaluation
from reports.services import generate, request_report

PATIENCE_S = 60


class Command(BaseCommand):
    """Queues the report of one evaluation; prints the addresses of its files when it is there."""

    help = "Queue (or wait for) the report of one evaluation; print the address of each file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("evaluation", help="the evaluation's id (UUID)")
        parser.add_argument("--wait", action="store_true", help="wait until the report is there")

    def handle(self, *_args: Any, **options: Any) -> None:
        evaluation = _evaluation(options["evaluation"])
        try:
            job = request_report(evaluation=evaluation, by=None, on=today())
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        if options["wait"]:
            job = _finished(job)
        if job.state == JobState.FAILED:
            raise CommandError(f"The report could not be generated: {job.error}")
        if job.state != JobState.DONE or job.result is None:
            self.stdout.write(f"queued: {reverse('api:job', args=[job.uid])}")
            return
        for kind in FileKind.values:
            address = reverse("api:report_file", args=[job.result["report"]])
            self.stdout.write(f"{address}?type={kind}")


def _evaluation(text: str) -> Evaluation:
    try:
        return Evaluation.objects.get(uid=uuid.UUID(text))
    except (ValueError, Evaluation.DoesNotExist) as error:
        raise CommandError(f"There is no evaluation {text}.") from error


def _finished(job: Job) -> Job:
    """Wait for whoever has the job; do it here when nobody takes it."""
    deadline = time.monotonic() + PATIENCE_S
    while not job.is_finished and time.monotonic() < deadline:
        generate(job.uid)
        job.refresh_from_db()
        if not job.is_finished:
            time.sleep(0.2)
    return job
