"""The form of a service account."""

from django.utils.translation import gettext_lazy as _

from organisations.forms.base import SetUpForm
from organisations.forms.fields import BodyField, line_field


class ServiceAccountForm(SetUpForm):
    """Which program, of which body, what for."""

    name = line_field(
        _("Name"), length=80, help_text=_("The program, such as “IOC of the province”.")
    )
    organisation = BodyField(
        label=_("Body"), help_text=_("It sees what staff of this body see, and decides nothing.")
    )
    purpose = line_field(_("What for"), length=120)
