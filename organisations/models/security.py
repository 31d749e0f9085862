"""What happened at the door: the security log of sign-ins, factors, tokens and locks."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseTextField
from organisations.choices import CorrectionState, SecurityEventKind
from organisations.models.organisation import Timestamped
from organisations.models.people import User


class SecurityEvent(models.Model):
    """Sự kiện an ninh: source, target, account, time and action (level-2 parameters).

    Rows only come. `login` is what was typed, cut to its length; it may name nobody.
    """

    at = models.DateTimeField(_("time"), auto_now_add=True)
    kind = models.CharField(_("action"), max_length=24, choices=SecurityEventKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="security_events",
    )
    login = models.CharField(_("name typed"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    agent = models.CharField(_("program"), max_length=255, blank=True)
    target = models.CharField(_("target"), max_length=255, blank=True)
    request_id = models.CharField(_("request"), max_length=40, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(name="security_by_login", fields=["login", "kind", "at"]),
            models.Index(name="security_by_user", fields=["user", "-at"]),
            models.Index(name="security_by_time", fields=["-at"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="security_events_only_come", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.login}"


@pghistory.track()
class CorrectionRequest(Timestamped):
    """Yêu cầu đính chính dữ liệu cá nhân: what a person asks to have corrected in data about them.

    Acknowledged within two working days (Law 91/2025, Decree 356/2025).
    """

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="correction_requests"
    )
    text = VietnameseTextField(_("what is to be corrected"))
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=CorrectionState.choices,
        default=CorrectionState.OPEN,
    )
    due_on = models.DateField(_("to be acknowledged by"))
    answer = VietnameseTextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        User,
        verbose_name=_("answered by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="correction_is_open_or_answered_by_somebody",
                condition=Q(
                    state=CorrectionState.OPEN,
                    answer="",
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                )
                | Q(
                    ~Q(answer=""),
                    state=CorrectionState.ANSWERED,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.state}"
