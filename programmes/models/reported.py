"""What an update reports beside its words: milestones reached, values of linked sub-indicators."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from indicators.choices import ValueKind
from indicators.models import Measurement
from organisations.models.organisation import Sourced, Timestamped
from programmes.models.links import IndicatorLink
from programmes.models.trial import Milestone
from programmes.models.update import ProgressUpdate


@pghistory.track()
class ReportedMilestone(Timestamped):
    """Mốc đã đạt (báo cáo): an update says that a milestone was reached on a day.

    It becomes the milestone's own day when the coordinator accepts the update.
    """

    update = models.ForeignKey(
        ProgressUpdate, on_delete=models.PROTECT, related_name="reported_milestones"
    )
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="reports")
    reached_on = models.DateField(_("reached on"))

    class Meta:
        verbose_name = _("reported milestone")
        verbose_name_plural = _("reported milestones")
        ordering = ["update", "milestone"]
        constraints = [
            models.UniqueConstraint(
                name="a_milestone_is_reported_once_in_an_update", fields=["update", "milestone"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.reached_on}"


@pghistory.track()
class ReportedValue(Sourced, Timestamped):
    """Số liệu báo cáo: what an update says of a linked sub-indicator, half-finished while a draft.

    No row: not reported, which is not 0. On acceptance it becomes a confirmed `Measurement`.
    """

    update = models.ForeignKey(
        ProgressUpdate, on_delete=models.PROTECT, related_name="reported_values"
    )
    link = models.ForeignKey(
        IndicatorLink,
        verbose_name=_("indicator link"),
        on_delete=models.PROTECT,
        related_name="reported_values",
    )
    kind = models.CharField(
        _("kind"), max_length=15, choices=ValueKind.choices, default=ValueKind.MEASURED
    )
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(
        _("numerator"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("denominator"), max_digits=20, decimal_places=4, null=True, blank=True
    )
    unit = VietnameseCharField(_("unit"), max_length=60, blank=True)
    measured_on = models.DateField(_("as of"), null=True, blank=True)
    measurement = models.OneToOneField(
        Measurement,
        verbose_name=_("measurement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reported",
    )

    class Meta:
        verbose_name = _("reported value")
        verbose_name_plural = _("reported values")
        ordering = ["update", "link"]
        constraints = [
            models.UniqueConstraint(
                name="a_link_is_reported_once_in_an_update", fields=["update", "link"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.value}"
