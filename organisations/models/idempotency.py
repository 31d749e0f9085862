"""Requests that were answered, so that a repetition changes nothing a second time."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

KEPT = dt.timedelta(days=7)


class AnsweredRequestQuerySet(models.QuerySet["AnsweredRequest"]):
    def expired(self, *, now: dt.datetime) -> Self:
        """Answers that nobody repeats any more; their keys are free again."""
        return self.filter(created_at__lt=now - KEPT)


class AnsweredRequest(models.Model):
    """Yêu cầu đã trả lời: a person's request by its Idempotency-Key, and what it was answered.

    Written in the transaction of the request itself: either both happened or neither.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.CharField(
        _("fingerprint"), max_length=64, help_text=_("SHA-256 of method, address and content.")
    )
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    content = models.TextField(_("content"), blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = AnsweredRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [
            models.UniqueConstraint(name="one_answer_for_each_key", fields=["user", "key"])
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.status})"
