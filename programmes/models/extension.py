"""More time for a trial: asked by the lead, granted or refused by coordinator or authority."""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseTextField
from organisations.choices import Capacity
from organisations.models import Document, Organisation
from organisations.models.organisation import Timestamped
from organisations.selectors import Standing
from programmes.choices import ExtensionState
from programmes.models.task import Task
from programmes.models.trial import TrialPeriod


class ExtensionQuerySet(models.QuerySet["ExtensionRequest"]):
    def visible_to(self, standing: Standing) -> Self:
        """Staff of the province see what was asked on the tasks they see; enterprises do not."""
        if standing.is_enterprise or (standing.is_administrator and not standing.positions):
            return self.none()
        return self.filter(trial_period__task__in=Task.objects.visible_to(standing))


@pghistory.track()
class ExtensionRequest(Timestamped):
    """Đề nghị gia hạn: the lead asks that its trial goes on until a later day.

    What is granted becomes a new trial period that extends the old one; nothing is overwritten.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trial_period = models.ForeignKey(
        TrialPeriod, on_delete=models.PROTECT, related_name="extension_requests"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="extension_requests",
    )
    ends_on = models.DateField(_("last day asked for"))
    reason = VietnameseTextField(_("reason"))
    document = models.ForeignKey(
        Document,
        verbose_name=_("letter of the lead"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ExtensionState.choices, default=ExtensionState.OPEN
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="extension_requests",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_as = models.CharField(
        _("decided as"), max_length=8, choices=Capacity.choices, blank=True
    )
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided for"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    remarks = VietnameseTextField(_("remarks"), blank=True)
    decision = models.ForeignKey(
        Document,
        verbose_name=_("decision"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    granted_period = models.OneToOneField(
        TrialPeriod,
        verbose_name=_("new trial period"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="granted_by",
    )

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension request")
        verbose_name_plural = _("extension requests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_extension_request_for_a_trial",
                fields=["trial_period"],
                condition=Q(state=ExtensionState.OPEN),
            ),
            models.CheckConstraint(
                name="a_granted_extension_has_its_period_and_document",
                condition=Q(
                    state=ExtensionState.GRANTED,
                    granted_period__isnull=False,
                    decision__isnull=False,
                )
                | (~Q(state=ExtensionState.GRANTED) & Q(granted_period__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_refused_extension_says_why",
                condition=~Q(state=ExtensionState.REFUSED) | ~Q(remarks=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial_period_id} → {self.ends_on}"
