"""Days off and days worked in exchange, where they differ from the library's calendar."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from organisations.models.documents import Document
from organisations.models.organisation import Sourced, Timestamped


@pghistory.track()
class CalendarDay(Sourced, Timestamped):
    """Ngày nghỉ, ngày làm bù: one day that the province's calendar decides otherwise.

    What no row names is a working day from Monday to Friday unless it is a public holiday of Vietnam.
    """

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"), default=False)
    name = VietnameseCharField(_("name"), max_length=120)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                name="day_has_a_document_or_a_source",
                condition=Q(document__isnull=False) | ~Q(source=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
