"""What a person is told by the application itself."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseTextField


class Notice(models.Model):
    """Thông báo: one message to one person; told once, however often its cause is repeated."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="notices",
    )
    cause = models.CharField(
        _("cause"), max_length=120, help_text=_("What is told once: the event and its object.")
    )
    text = VietnameseTextField(_("text"))
    url = models.CharField(_("address"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="each_cause_is_told_once", fields=["user", "cause"])
        ]

    def __str__(self) -> str:
        return self.text
