"""Forms at the door."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organisations import letters
from organisations.choices import SecurityEventKind
from organisations.security import record

LABELS = {
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("The new password again"),
}


class OwnWords:
    """allauth's forms with labels and sentences that are translated here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            if name in self.fields:  # type: ignore[attr-defined]
                self.fields[name].label = label  # type: ignore[attr-defined]

    def add_error(self, field: str | None, error: Any) -> None:
        """The only thing allauth says of the second field is that the two differ."""
        if field == "password2" and "password2" in self.cleaned_data:  # type: ignore[attr-defined]
            error = _("This is not the same as above. Type both again.")
        super().add_error(field, error)  # type: ignore[misc]


class ChangeForm(OwnWords, ChangePasswordForm):  # type: ignore[misc]
    """The present password and the new one twice."""


class ChooseForm(OwnWords, ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password twice."""


class ResetForm(forms.Form):
    """Asks for the link for a new password.

    Nobody looks here whether the address is known: the worker does, later. Answer and work are
    therefore the same for every address.
    """

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=150,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Called by allauth when the form is right and not asked too often."""
        address: str = self.cleaned_data["email"]
        with transaction.atomic():
            record(SecurityEventKind.RESET_ASKED, request=request, login=address)
            letters.ask_for_link(address, language=get_language() or settings.LANGUAGE_CODE)
        return address
