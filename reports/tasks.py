"""Celery's doors: ids in, services called; nothing is decided here."""

import uuid
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from dti_tracker.shared.time import today
from organisations import jobs
from organisations.choices import JobKind
from programmes.services.spreadsheets import read_spreadsheet, write_spreadsheet
from reports.services import generate
from reports.services import open_due_evaluations as open_due

# What each kind of job calls; the top floor sees them all.
WORK: dict[str, Callable[[uuid.UUID], object]] = {
    JobKind.EVALUATION_REPORT: generate,
    JobKind.SHEET_READ: lambda uid: read_spreadsheet(uid, on=today()),
    JobKind.SHEET_WRITE: lambda uid: write_spreadsheet(uid, on=today()),
}


@shared_task(name="reports.tasks.run_job")
def run_job(job_uid: str) -> None:
    """Work on one job; a message that comes twice, late or never does no harm."""
    uid = uuid.UUID(job_uid)
    work = WORK.get(jobs.kind_of(uid))
    if work is not None:
        work(uid)


@shared_task(name="reports.tasks.open_due_evaluations")
def open_due_evaluations() -> int:
    """Open what is due today in Vietnam; missed days are made up."""
    return len(open_due(on=today()))


@shared_task(name="reports.tasks.sweep_jobs")
def sweep_jobs() -> int:
    """Wake the broker for jobs that nobody works on."""
    return jobs.sweep(now=timezone.now(), wake=run_job.delay)
