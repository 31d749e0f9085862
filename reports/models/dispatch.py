"""Routing: what lies on whose desk since when, and what for."""

import uuid

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from organisations.models.organisation import Timestamped
from reports.choices import DispatchPurpose
from reports.models.evaluation import Evaluation
from reports.models.report import Snapshot


@pghistory.track()
class Dispatch(Timestamped):
    """Chuyển văn bản: an evaluation was sent to the body that held the duty that day.

    Never to the sender itself and never to nobody; `settled_at` is when it left the desk.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="dispatches")
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="dispatches"
    )
    purpose = models.CharField(_("purpose"), max_length=15, choices=DispatchPurpose.choices)
    sender = models.ForeignKey(
        Organisation,
        verbose_name=_("sender"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sent_dispatches",
        help_text=_("Empty: the application itself."),
    )
    recipient = models.ForeignKey(
        Organisation,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        related_name="received_dispatches",
    )
    dispatched_at = models.DateTimeField(_("dispatched at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["-dispatched_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_dispatch_for_each_purpose",
                fields=["evaluation", "recipient", "purpose"],
                condition=Q(settled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="nobody_dispatches_to_itself",
                condition=Q(sender__isnull=True) | ~Q(sender=F("recipient")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} → {self.recipient_id} ({self.purpose})"
