"""Evidence: files that show what was reported, stored once by content, never erased."""

import datetime as dt
import uuid
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField, VietnameseTextField
from organisations.choices import ENTERPRISE_KINDS, Position, Role
from organisations.models import Organisation
from organisations.models.organisation import Timestamped
from organisations.selectors import Standing
from programmes.choices import UpdateState
from programmes.models.links import IndicatorLink
from programmes.models.task import Task
from programmes.models.trial import Commitment, Milestone
from programmes.models.update import ProgressUpdate


class EvidenceContent(models.Model):
    """Nội dung tệp: bytes addressed by their SHA-256; two files of equal bytes share one row.

    The bytes lie in chunks, so that neither storing nor serving holds a whole file in memory.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    media_type = models.CharField(
        _("type"), max_length=100, help_text=_("Told by the content, not by the name.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("content of a file")
        verbose_name_plural = _("contents of files")
        triggers = [
            pgtrigger.Protect(
                name="contents_are_immutable", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class EvidenceChunk(models.Model):
    """Một phần nội dung tệp: chunk `number` (from 0) of a content."""

    content = models.ForeignKey(EvidenceContent, on_delete=models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        verbose_name = _("part of a file")
        verbose_name_plural = _("parts of files")
        ordering = ["content", "number"]
        constraints = [
            models.UniqueConstraint(name="one_chunk_of_each_number", fields=["content", "number"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="chunks_are_immutable", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_id}/{self.number}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, standing: Standing) -> Self:
        """By the rights table: the lead's for who takes part, an enterprise's never for its rival.

        Evidence of a draft is for its own body alone.
        """
        if standing.is_administrator and not standing.positions:
            return self.none()
        bodies = standing.bodies_served(but=Position.INSPECTOR)
        led = standing.successions.origins(bodies, Role.LEAD, on=standing.on)
        own = Q(organisation__in=led | bodies)
        handed_in = Q(update__isnull=True) | ~Q(update__state=UpdateState.DRAFT)
        by_enterprise = Q(organisation__kind__in=ENTERPRISE_KINDS)
        if standing.is_enterprise:
            return self.filter(own)
        heard = Q(task__in=Task.objects.with_enterprises_heard_by(standing))
        joined = Q(task__in=Task.objects.with_duty(Role.COOPERATING, held_by=standing))
        return self.filter(own | (handed_in & (heard | (joined & ~by_enterprise))))

    def standing(self) -> Self:
        """What was not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def stood_at(self, end: dt.datetime) -> Self:
        """What had been added and was not withdrawn by a moment."""
        still = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=end)
        return self.filter(still, created_at__lt=end)


@pghistory.track()
class Evidence(Timestamped):
    """Minh chứng: a file that shows what was reported; withdrawn at most, never erased.

    `organisation` is the body whose evidence it is; `update` the report it came with (none for
    what the coordinator adds to a task). It may show a milestone, an indicator's value or a
    commitment.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(
        Task, verbose_name=_("task"), on_delete=models.PROTECT, related_name="evidence"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    update = models.ForeignKey(
        ProgressUpdate,
        verbose_name=_("progress update"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    milestone = models.ForeignKey(
        Milestone,
        verbose_name=_("milestone"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    link = models.ForeignKey(
        IndicatorLink,
        verbose_name=_("indicator"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    commitment = models.ForeignKey(
        Commitment,
        verbose_name=_("commitment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    content = models.ForeignKey(
        EvidenceContent,
        verbose_name=_("content"),
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    title = VietnameseCharField(_("title"), max_length=255)
    file_name = VietnameseCharField(_("file name"), max_length=200)
    dated_on = models.DateField(_("day of the document"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    is_example = models.BooleanField(_("example data"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_reason = VietnameseTextField(_("reason of the withdrawal"), blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["task", "id"]
        constraints = [
            models.CheckConstraint(
                name="withdrawn_evidence_says_by_whom_and_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
            ),
            models.UniqueConstraint(
                name="one_file_once_in_an_update",
                fields=["update", "content"],
                condition=Q(withdrawn_at__isnull=True, update__isnull=False),
            ),
        ]
        indexes = [models.Index(name="evidence_of_task", fields=["task", "-created_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
