"""Spreadsheets that people send, and views they keep."""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField, VietnameseTextField
from organisations.choices import Position
from organisations.models import Document, Organisation
from organisations.models.organisation import Timestamped
from organisations.selectors import Standing
from programmes.choices import SheetKind, SheetState
from programmes.models.programme import Programme


class SpreadsheetQuerySet(models.QuerySet["Spreadsheet"]):
    def visible_to(self, standing: Standing) -> Self:
        """The people of the body for which it was sent, as they are today.

        Neither who sent it and left, nor who sits in the body to inspect: an inspector reads what a
        decision names.
        """
        return self.filter(organisation__in=standing.bodies_served(but=Position.INSPECTOR))


@pghistory.track(exclude=["content", "problems", "differences"])
class Spreadsheet(Timestamped):
    """Bảng nhập: a spreadsheet as it was sent, what was found in it, and what became of it.

    It is read by a job, shown as differences, and written whole or not at all; progress becomes
    drafts, never more.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=SheetKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=SheetState.choices, default=SheetState.RECEIVED
    )
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("programme"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="spreadsheets",
    )
    period_ends_on = models.DateField(_("period to"), null=True, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The annex from which trial dates come."),
    )
    reason = VietnameseTextField(_("reason"), blank=True)
    file_name = VietnameseCharField(_("file name"), max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content = models.BinaryField(_("content"))
    rows = models.PositiveIntegerField(_("rows read"), default=0)
    changed = models.PositiveIntegerField(_("rows that differ"), default=0)
    faults = models.PositiveIntegerField(_("cells with an error"), default=0)
    problems = models.JSONField(_("errors"), default=list)
    differences = models.JSONField(_("differences"), default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="spreadsheets",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = SpreadsheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("spreadsheet")
        verbose_name_plural = _("spreadsheets")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class SavedView(Timestamped):
    """Bộ lọc đã lưu: filters of the task list under a name, for one person."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="saved_views",
    )
    name = VietnameseCharField(_("name"), max_length=80)
    query = models.CharField(_("filters"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["user", "id"]
        constraints = [
            models.UniqueConstraint(name="one_view_for_each_name", fields=["user", "name"])
        ]

    def __str__(self) -> str:
        return self.name
