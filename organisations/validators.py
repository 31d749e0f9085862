"""What a password must be, by the level-2 parameters of TCVN 14423:2026."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def shortest_for(user: AbstractBaseUser | None) -> int:
    """Characters a password needs: fewer where a second factor stands behind it."""
    has_factor = (
        user is not None
        and user.pk is not None
        and Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()
    )
    return settings.PASSWORD_LENGTH_WITH_MFA if has_factor else settings.PASSWORD_LENGTH


def is_last_factor(authenticator: Authenticator) -> bool:
    """Whether the password alone would be left, of a person who has one."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS)
    return (
        authenticator.user.has_usable_password()
        and not others.exclude(pk=authenticator.pk).exists()
    )


class LengthByFactorValidator:
    """Long without a second factor, shorter with one."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError when it is too short for this person."""
        shortest = shortest_for(user)
        if len(password) < shortest:
            raise ValidationError(
                _("At least %(shortest)s characters; this one has %(length)s.")
                % {"shortest": shortest, "length": len(password)},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        """Shown before anybody types."""
        return _(
            "At least %(shortest)s characters, or %(with_mfa)s if you sign in with a second factor; a sentence is easy to remember."
        ) % {"shortest": settings.PASSWORD_LENGTH, "with_mfa": settings.PASSWORD_LENGTH_WITH_MFA}
