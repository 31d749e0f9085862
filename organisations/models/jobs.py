"""Background work as rows: the row is the truth, the broker only a wake-up."""

import datetime as dt
import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.choices import JobKind, JobState
from organisations.models.organisation import Timestamped


class JobQuerySet(models.QuerySet["Job"]):
    def lost(self, *, now: dt.datetime, waiting: dt.timedelta) -> Self:
        """Jobs nobody works on: queued for too long, or running past their lease."""
        return self.filter(
            Q(state=JobState.QUEUED, woken_at__lte=now - waiting)
            | Q(state=JobState.RUNNING, lease_until__lt=now)
        )


@pghistory.track()
class Job(Timestamped):
    """Công việc nền: one piece of slow work, claimed by one worker at a time.

    `claim` is the token of the present attempt: only its holder may report progress or finish, so
    that a worker that was given up for dead cannot write a second result.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=30, choices=JobKind.choices)
    subject = models.UUIDField(_("subject"), help_text=_("What the work is about, by its UUID."))
    state = models.CharField(
        _("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED
    )
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True)
    woken_at = models.DateTimeField(_("last sent to the broker"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="one_job_for_each_subject", fields=["kind", "subject"]),
            models.CheckConstraint(
                name="progress_is_a_percentage", condition=Q(progress__gte=0, progress__lte=100)
            ),
            models.CheckConstraint(
                name="running_job_has_claim_and_lease",
                condition=~Q(state=JobState.RUNNING)
                | Q(claim__isnull=False, lease_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="job_unfinished",
                fields=["state", "woken_at"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.state})"

    @property
    def is_finished(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
