"""Letters as rows: the row is the truth, the broker only a wake-up."""

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> Self:
        """Letters that are neither sent nor given up."""
        return self.filter(sent_at__isnull=True, failed_at__isnull=True)

    def lost(self, *, now: dt.datetime, waiting: dt.timedelta) -> Self:
        """Letters that are due and that nobody sent although the broker was asked long ago."""
        return self.waiting().filter(due_at__lte=now, woken_at__lte=now - waiting)

    def ended_before(self, moment: dt.datetime) -> Self:
        """Letters that were sent or given up before a moment."""
        return self.filter(Q(sent_at__lt=moment) | Q(failed_at__lt=moment))


class Letter(models.Model):
    """Thư: one letter to one address, written together with what it tells and sent by the worker.

    No link and no other secret stands here: those are made while it is sent. Without a person it is
    the wish for a new password; the worker finds out whose address that is.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("letter"), max_length=40, help_text=_("The name of its templates."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="letters",
    )
    to = models.CharField(
        _("address"),
        max_length=254,
        blank=True,
        help_text=_("Empty: the address the person has when it is sent."),
    )
    language = models.CharField(_("language"), max_length=10)
    context = models.JSONField(_("content"), default=dict, blank=True)
    cause = models.CharField(_("cause"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    due_at = models.DateTimeField(_("not before"), default=timezone.now)
    woken_at = models.DateTimeField(_("last sent to the broker"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_letter_for_each_cause", fields=["cause"], condition=~Q(cause="")
            ),
            models.CheckConstraint(
                name="letter_has_person_or_address",
                condition=Q(user__isnull=False) | ~Q(to=""),
            ),
            models.CheckConstraint(
                name="letter_is_sent_or_given_up",
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="letter_waiting",
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, failed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.uid}"
