"""Which sub-indicators a task should raise, from where to where."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField, VietnameseTextField
from indicators.choices import Direction
from indicators.models import SubIndicator
from organisations.models import Document
from organisations.models.organisation import Sourced, Timestamped
from programmes.choices import LinkValueKind
from programmes.models.task import Task
from programmes.models.trial import TrialPeriod


@pghistory.track()
class IndicatorLink(Sourced, Timestamped):
    """Liên kết chỉ số: a task should raise a sub-indicator.

    `share` is the percentage of the change claimed for the task; shares of one sub-indicator never
    exceed 100 (the rest is "do yếu tố khác"); null while nobody has claimed one.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="indicator_links")
    sub_indicator = models.ForeignKey(
        SubIndicator,
        verbose_name=_("sub-indicator"),
        on_delete=models.PROTECT,
        related_name="task_links",
    )
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction.choices, default=Direction.RISING
    )
    share = models.DecimalField(
        _("share of the change in percent"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    basis = VietnameseCharField(_("basis of the link"), max_length=255, blank=True)
    note = VietnameseTextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("indicator link")
        verbose_name_plural = _("indicator links")
        ordering = ["task", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_link_between_task_and_sub_indicator", fields=["task", "sub_indicator"]
            ),
            models.CheckConstraint(
                name="share_is_a_percentage",
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.sub_indicator_id}"


@pghistory.track()
class LinkValue(Sourced, Timestamped):
    """Giá trị ban đầu / chỉ tiêu: never overwritten; a change is a new row naming its document.

    Belongs to a trial period, because two trials of one task start from different ground.
    """

    link = models.ForeignKey(IndicatorLink, on_delete=models.PROTECT, related_name="values")
    trial_period = models.ForeignKey(
        TrialPeriod, on_delete=models.PROTECT, related_name="link_values"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=LinkValueKind.choices)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    numerator = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    unit = VietnameseCharField(_("unit"), max_length=60, blank=True)
    on = models.DateField(_("on"))
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = VietnameseTextField(_("reason of the change"), blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("baseline or target")
        verbose_name_plural = _("baselines and targets")
        ordering = ["link", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_current_baseline_and_target",
                fields=["link", "trial_period", "kind"],
                condition=Q(replaced_at__isnull=True),
            ),
            models.CheckConstraint(
                name="link_value_parts_come_together",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
