"""Links: those with which a person chooses a password, and the ways back after a question."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import int_to_base36, url_has_allowed_host_and_scheme

from organisations.models import User


def leads_here(url: str) -> bool:
    """Whether a way back leads to this site, by its own name (`SITE_URL`) or without one.

    Neither the Host header nor the other names in ALLOWED_HOSTS widen it.
    """
    site = urlsplit(settings.SITE_URL)
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={site.netloc}, require_https=site.scheme == "https"
    )


def lifetime_of(user: User) -> dt.timedelta:
    """How long a link is good: days for who has no password yet, as an invitation waits; else an hour."""
    if user.has_usable_password():
        return dt.timedelta(minutes=settings.RESET_LINK_MINUTES)
    return dt.timedelta(days=settings.INVITATION_DAYS)


class LinkTokens(PasswordResetTokenGenerator):
    """Django's tokens: dead once the password or the address has changed, or the person signed in.

    Django allows one lifetime for all (`PASSWORD_RESET_TIMEOUT`, the longer of ours); the shorter is
    kept here.
    """

    def check_token(self, user: AbstractBaseUser | None, token: str | None) -> bool:
        """Whether the link is good for this person now; never for closed accounts and programs."""
        if not isinstance(user, User) or not user.is_active or user.is_service:
            return False
        return super().check_token(user, token) and self._age_s(token or "") <= (
            lifetime_of(user).total_seconds()
        )

    def _age_s(self, token: str) -> int:
        made_at = int(token.split("-")[0], 36)
        return self._num_seconds(self._now()) - made_at


def link_for(user: User) -> str:
    """The address under which this person chooses a password; on `SITE_URL`, never on what a
    request says the host is.
    """
    key = {"uidb36": int_to_base36(user.pk), "key": LinkTokens().make_token(user)}
    address: str = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)
    return address
