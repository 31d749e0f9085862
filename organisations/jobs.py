"""The life of a background job: the row is the truth, the broker only a wake-up.

A worker claims the row with a lock and a lease, does its work, and writes its result in the same
transaction that marks the row done, provided the claim is still its own. Whatever dies on the way
leaves a row that `sweep` finds. Messages may therefore be lost, doubled or late.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from organisations.choices import JobKind, JobState
from organisations.models import Job, User
from organisations.notices import administrators, tell

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

# The task that answers lies on the top floor; here it is known by its name alone.
RUN_JOB = "reports.tasks.run_job"
LEASE = dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)
WAITING = dt.timedelta(seconds=30)
MAX_ATTEMPTS = 5
CLAIMABLE = (JobState.QUEUED, JobState.RUNNING)


class ClaimLostError(Exception):
    """Another worker has taken over: this attempt's result must not be written."""


@dataclass(frozen=True)
class Claim:
    """One attempt at one job; `token` proves that it is still the present one."""

    job_id: int
    subject: uuid.UUID
    token: uuid.UUID

    def report_progress(self, percent: int) -> None:
        """Show how far the work is and extend the lease; does nothing once the claim is lost."""
        Job.objects.filter(pk=self.job_id, claim=self.token, state=JobState.RUNNING).update(
            progress=percent, lease_until=timezone.now() + LEASE
        )

    @contextmanager
    def finishing(self) -> Iterator[Job]:
        """One transaction for the result and the mark "done".

        Raises:
            ClaimLostError: the lease ran out and somebody else works on it, or has finished it.
        """
        with transaction.atomic():
            job = (
                Job.objects.select_for_update()
                .filter(pk=self.job_id, claim=self.token, state=JobState.RUNNING)
                .first()
            )
            if job is None:
                raise ClaimLostError(self.job_id)
            yield job
            job.state = JobState.DONE
            job.progress = 100
            job.finished_at = timezone.now()
            job.lease_until = None
            job.error = ""
            job.save()


def send(job_uid: str) -> None:
    """Tell the broker that a job waits; whoever works on it looks at the row."""
    current_app.send_task(RUN_JOB, args=[job_uid])


def enqueue(
    kind: JobKind,
    subject: uuid.UUID,
    *,
    by: User | None,
    wake: Callable[[str], Any],
    again: bool = False,
) -> Job:
    """The one job for a subject, made if need be; a failed one gets a fresh start.

    Must run inside a transaction; the broker is woken after its commit and may be away.

    Args:
        again: whether one that is done is done once more.
    """
    now = timezone.now()
    job, made = Job.objects.get_or_create(
        kind=kind, subject=subject, defaults={"requested_by": by, "woken_at": now}
    )
    if not made and (job.state == JobState.FAILED or (again and job.state == JobState.DONE)):
        Job.objects.filter(pk=job.pk, state=job.state).update(
            state=JobState.QUEUED,
            attempts=0,
            progress=0,
            error="",
            claim=None,
            result=None,
            woken_at=now,
        )
        job.refresh_from_db()
    if not job.is_finished:
        transaction.on_commit(lambda: _wake(job.uid, wake))
    return job


def _wake(uid: uuid.UUID, wake: Callable[[str], Any]) -> None:
    try:
        wake(str(uid))
    except Exception:  # noqa: BLE001 - a broker that is away, in whatever way, only delays
        logger.warning("broker away; job %s waits for the sweeper", uid)


def kind_of(uid: uuid.UUID) -> str:
    """What kind of work a job is; "" where there is no such job (any more)."""
    return Job.objects.filter(uid=uid).values_list("kind", flat=True).first() or ""


def attempt(job_uid: uuid.UUID, work: Callable[[Claim], Result]) -> Result | None:
    """Work on one job, if it is still to be done; None when another attempt does it.

    Errors give the job back for another attempt; after the last one it ends as failed and the
    administrators are told.

    Args:
        work: does it, and writes its result inside of :meth:`Claim.finishing`.
    """
    taken = claim(job_uid)
    if taken is None:
        return None
    try:
        return work(taken)
    except ClaimLostError:
        logger.info("job %s was taken over; this attempt's result is dropped", job_uid)
    except (OperationalError, InterfaceError):
        logger.warning("database away during job %s; the sweeper will bring it back", job_uid)
        raise
    except Exception as error:
        logger.exception("job %s failed", job_uid)
        give_back(taken, f"{type(error).__name__}: {error}")
    return None


def claim(uid: uuid.UUID) -> Claim | None:
    """Take a job for one attempt; None when it is finished, taken, or out of attempts."""
    now = timezone.now()
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(uid=uid, state__in=CLAIMABLE)
            .first()
        )
        if job is None or (job.state == JobState.RUNNING and (job.lease_until or now) > now):
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _end_as_failed(job, job.error or "Attempts used up without an answer.")
            return None
        job.state = JobState.RUNNING
        job.claim = uuid.uuid4()
        job.lease_until = now + LEASE
        job.attempts += 1
        job.progress = 0
        job.started_at = now
        job.save()
        return Claim(job.pk, job.subject, job.claim)


def give_back(taken: Claim, error: str) -> None:
    """After an error: try again later, or end as failed when all attempts are used up."""
    with transaction.atomic():
        job = (
            Job.objects.select_for_update()
            .filter(pk=taken.job_id, claim=taken.token, state=JobState.RUNNING)
            .first()
        )
        if job is None:
            return
        job.error = error
        if job.attempts >= MAX_ATTEMPTS:
            _end_as_failed(job, error)
            return
        job.state = JobState.QUEUED
        job.claim = None
        job.lease_until = None
        job.woken_at = timezone.now()
        job.save()


def _end_as_failed(job: Job, error: str) -> None:
    job.state = JobState.FAILED
    job.error = error
    job.claim = None
    job.lease_until = None
    job.finished_at = timezone.now()
    job.save()
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The job “%(kind)s” failed after %(attempts)s attempts: %(error)s") % {
            "kind": job.get_kind_display(),
            "attempts": job.attempts,
            "error": error,
        }
    tell(administrators(), cause=f"job-failed:{job.uid}:{job.finished_at.isoformat()}", text=text)


def sweep(*, now: dt.datetime, wake: Callable[[str], Any]) -> int:
    """Wake the broker again for every job nobody works on; returns how many."""
    with transaction.atomic():
        lost = list(
            Job.objects.lost(now=now, waiting=WAITING)
            .select_for_update(skip_locked=True)
            .values_list("pk", "uid")
        )
        Job.objects.filter(pk__in=[pk for pk, _uuid in lost]).update(woken_at=now)
    for _number, uid in lost:
        _wake(uid, wake)
    return len(lost)
