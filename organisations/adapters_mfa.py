"""How allauth's second factors behave here: names, keys of the site, secrets in the database."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import User


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys belong to the site's own name; what makes codes is stored encrypted."""

    error_messages: dict[str, Promise] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "That was not right, or was used before. Wait for the next code and try again."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Set up an app or a passkey first; recovery codes stand in for these."
        ),
    }

    def get_totp_label(self, user: User) -> str:
        """What the app shows below the site's name."""
        return user.get_username()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A name to begin with."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Key %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site by its own address, whatever the request calls it. No number: names alone."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": _site_name()}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.get_username(), "display_name": user.full_name}

    def encrypt(self, text: str) -> str:
        """Who reads the database, or a copy of it, cannot make anybody's codes."""
        return _boxes().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _boxes().decrypt(encrypted_text.encode()).decode()


def _site_name() -> str:
    return _("DTI tracker")


def _boxes() -> MultiFernet:
    """Encrypts under the present secret of the site, reads under those before it too."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(str(secret))) for secret in secrets])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"second factors\0" + secret.encode()).digest())
