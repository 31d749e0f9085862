"""Frozen data and the documents made from it."""

import uuid
from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from organisations.models import Organisation
from organisations.models.organisation import Timestamped
from organisations.selectors import Standing
from reports.choices import FileKind, ReportState
from reports.models.evaluation import Evaluation


class Snapshot(models.Model):
    """Dữ liệu đã chốt: the data of a report as canonical JSON, which no later edit changes."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="snapshots")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    canonical_json = models.TextField(_("data"))
    data_as_of = models.DateField(_("data as of"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="one_snapshot_for_equal_data", fields=["evaluation", "sha256"]
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="snapshots_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(evaluation__in=Evaluation.objects.visible_to(standing))


@pghistory.track()
class Report(Timestamped):
    """Báo cáo: a document made from one snapshot; its stored bytes are the record.

    Number, day and signer stay empty until the clerk enters them after signing.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="reports")
    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="report")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("issuing body"),
        on_delete=models.PROTECT,
        related_name="reports",
    )
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        _("state"), max_length=8, choices=ReportState.choices, default=ReportState.DRAFT
    )
    subject = models.TextField(_("subject"))
    number = VietnameseCharField(_("number"), max_length=20, blank=True)
    code = VietnameseCharField(_("code"), max_length=40)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    signer = VietnameseCharField(_("signer"), max_length=160, blank=True)
    renderer = models.JSONField(
        _("renderer"), help_text=_("Versions and hashes with which it can be made again.")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["evaluation", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="one_report_for_each_version", fields=["evaluation", "version"]
            ),
            models.CheckConstraint(
                name="an_issued_report_has_number_day_and_signer",
                condition=Q(state__in=["draft"], number="", issued_on__isnull=True)
                | (~Q(state="draft") & ~Q(number="") & ~Q(signer="") & Q(issued_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class ReportFile(models.Model):
    """Tệp báo cáo: the bytes as they were generated. Immutable."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("kind"), max_length=4, choices=FileKind.choices)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("report file")
        verbose_name_plural = _("report files")
        ordering = ["report", "-kind"]
        constraints = [
            models.UniqueConstraint(name="one_file_of_each_kind", fields=["report", "kind"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="files_are_immutable", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id}.{self.kind}"
