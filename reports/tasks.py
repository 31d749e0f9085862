"""Celery's doors: ids in, services called; nothing is decided here."""

import uuid

from celery import shared_task
from django.utils import timezone

from dti_tracker.shared.time import today
from organisations import jobs
from reports.services import generate
from reports.services import open_due_evaluations as open_due


@shared_task(name="reports.tasks.run_job")
def run_job(job_uid: str) -> None:
    """Work on one job; a message that comes twice, late or never does no harm."""
    generate(uuid.UUID(job_uid))


@shared_task(name="reports.tasks.open_due_evaluations")
def open_due_evaluations() -> int:
    """Open what is due today in Vietnam; missed days are made up."""
    return len(open_due(on=today()))


@shared_task(name="reports.tasks.sweep_jobs")
def sweep_jobs() -> int:
    """Wake the broker for jobs that nobody works on."""
    return jobs.sweep(now=timezone.now(), wake=run_job.delay)
