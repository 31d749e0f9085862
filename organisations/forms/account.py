"""What people type about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import nfc

REASON_LENGTH = 500


class ContactForm(forms.Form):
    """Office telephone and address for letters."""

    phone = forms.CharField(
        label=_("Office telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "work tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("Your office address. A link for a new password goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "work email"}),
    )


class EmergencyForm(forms.Form):
    """Why somebody needs the tables themselves."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("What is broken, and why no page of the application mends it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        return nfc(str(self.cleaned_data["reason"]))
