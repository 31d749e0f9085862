"""The form of a service account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import SetUpForm
from organisations.forms.fields import BodyField


class ServiceAccountForm(SetUpForm):
    """Which program, of which body, what for."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The program, such as “IOC of the province”.")
    )
    organisation = BodyField(
        label=_("Body"), help_text=_("It sees what staff of this body see, and decides nothing.")
    )
    purpose = forms.CharField(label=_("What for"), max_length=120)
