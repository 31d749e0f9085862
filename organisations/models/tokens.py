"""Tokens with which clients call the API."""

import datetime as dt
import hashlib
import secrets
import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import VietnameseCharField
from dti_tracker.shared.time import day_of
from organisations.choices import TokenScope, TokenState
from organisations.models.people import awake

PREFIX = "dti_"  # lets scanners of leaked secrets know it
SHOWN = len(PREFIX) + 6


def new_secret() -> str:
    """A fresh secret of 256 random bits behind the prefix; shown once, never stored."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is stored of a secret: SHA-256, which is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def in_time(*, now: dt.datetime, of: str = "") -> Q:
    """Neither expired nor revoked; `of` is the way to the tokens, as `api_tokens__`."""
    return Q(**{f"{of}revoked_at__isnull": True, f"{of}expires_at__gt": now})


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, *, now: dt.datetime) -> Self:
        """Those with which a client gets in: :meth:`ApiToken.opens`."""
        is_awake = awake(on=day_of(now), of="user__")
        return self.filter(in_time(now=now), is_awake, user__is_active=True)

    def in_state(self, state: TokenState, *, now: dt.datetime) -> Self:
        """Those of which :meth:`ApiToken.state` says this."""
        if state == TokenState.REVOKED:
            return self.filter(revoked_at__isnull=False)
        if state == TokenState.USABLE:
            return self.filter(in_time(now=now))
        return self.filter(revoked_at__isnull=True, expires_at__lte=now)


@pghistory.track(exclude=["digest", "last_used_at"])
class ApiToken(models.Model):
    """Mã truy cập API: a named, scoped and expiring token of a person or a service account.

    What it sees follows from the relations of its owner; its scope can only narrow that.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="api_tokens",
    )
    name = VietnameseCharField(_("name"), max_length=80)
    scope = models.CharField(_("scope"), max_length=6, choices=TokenScope.choices)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    beginning = models.CharField(_("beginning"), max_length=SHOWN, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="token_expires_after_it_was_made",
                condition=Q(expires_at__gt=F("created_at")),
            ),
            models.CheckConstraint(
                name="token_scope_is_known", condition=Q(scope__in=TokenScope.values)
            ),
            models.CheckConstraint(
                name="token_is_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"

    def state(self, *, now: dt.datetime) -> TokenState:
        """What became of the token itself; its owner's account is another matter."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.EXPIRED if self.expires_at <= now else TokenState.USABLE

    def opens(self, *, now: dt.datetime) -> bool:
        """Whether a client gets in with it: usable, and its owner neither disabled nor locked."""
        is_usable = self.state(now=now) == TokenState.USABLE
        return is_usable and self.user.is_active and not self.user.is_dormant(on=day_of(now))
