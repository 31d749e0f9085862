"""Second factors as they are typed or answered: allauth's forms, with what these leave open.

A code of an authenticator app is good once (RFC 6238, 5.2), also within the tolerance for clocks that
are a little off. An answer of a passkey that is garbled is a wrong answer, not an error of ours.
"""

import struct
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import nfc
from organisations.validators import is_last_factor

LAST_STEP = "last_step"
NAME_LENGTH = 60
GARBLED = (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error)


def step_of(secret: str, code: str) -> int | None:
    """The 30-second step whose code this is, within the tolerance."""
    typed = code.replace(" ", "")
    steps = yield_hotp_counters_from_time()
    return next((s for s in steps if format_hotp_value(hotp_value(secret, s)) == typed), None)


@transaction.atomic
def use_up(authenticator: Authenticator, code: str) -> bool:
    """Spend the step of a code; False when it, or a later one, was spent before."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    step = step_of(decrypt(row.data["secret"]), code)
    if step is None or step <= row.data.get(LAST_STEP, 0):
        return False
    row.data = {**row.data, LAST_STEP: step}
    row.save(update_fields=["data"])
    return True


class OnceOnly(forms.Form):
    """A code of the app is taken once, in whichever form it is typed."""

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]
        used: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if used.type == Authenticator.Type.TOTP and not use_up(used, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(OnceOnly, AuthenticateForm):  # type: ignore[misc]
    """The second step of a sign-in."""


class ConfirmCodeForm(OnceOnly, ReauthenticateForm):  # type: ignore[misc]
    """A code before something that matters."""


class SetUpAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code, which shows that the app has the secret."""

    def spend(self) -> None:
        """The first code signs nobody in afterwards."""
        row = Authenticator.objects.get(user=self.user, type=Authenticator.Type.TOTP)
        use_up(row, str(self.cleaned_data["code"]))


class LastFactor(forms.Form):
    """The last factor goes only where the password is long enough to stand alone.

    How long it is nobody can see in the database: it is typed, and counted like at the door.
    """

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Without a second factor the password stands alone and has to be longer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_last_factor(self.authenticator):  # type: ignore[attr-defined]
            del self.fields["password"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        doors, user = get_account_adapter(), self.authenticator.user  # type: ignore[attr-defined]
        if not doors.reauthenticate(user, password):
            raise doors.validation_error("incorrect_password")
        if len(password) < settings.PASSWORD_LENGTH:
            sentence = _("Choose a password of at least %d characters first, then remove this.")
            raise forms.ValidationError(sentence % settings.PASSWORD_LENGTH)
        return password


class RemoveAppForm(LastFactor, DeactivateTOTPForm):  # type: ignore[misc]
    """The app goes."""


class RemovePasskeyForm(LastFactor):
    """A passkey goes."""

    def __init__(self, *args: Any, authenticator: Authenticator, **kwargs: Any) -> None:
        self.authenticator = authenticator
        super().__init__(*args, **kwargs)


class Legible(forms.Form):
    """A garbled or forged answer of a passkey is a wrong one."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (*GARBLED, InvalidSignature) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class SignInPasskeyForm(Legible, LoginWebAuthnForm):  # type: ignore[misc]
    """Sign-in by a passkey alone."""


class SecondStepPasskeyForm(Legible, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step, or to lift the lock of a session."""


class ConfirmPasskeyForm(Legible, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something that matters."""


class KeyName(forms.Form):
    """What the person calls a key."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=NAME_LENGTH,
        help_text=_("So that you can tell it from others: the office laptop, the blue key."),
    )

    def clean_name(self) -> str:
        return nfc(str(self.cleaned_data["name"]))


class AddPasskeyForm(KeyName, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; always one that can sign in by itself."""

    passwordless = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean() or {}
        except (*GARBLED, InvalidSignature) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class RenamePasskeyForm(KeyName, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""
