"""Django's admin, for emergencies alone: `/setup/` is where bodies and people are set up.

Of what the libraries keep only that is offered by which somebody is let in again: second factors,
connections to the single sign-on, sessions.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from organisations.models import Document, Membership, Organisation, Succession, User


class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People: name, post and office contact; positions stand beside them."""

    list_display = ("username", "full_name", "is_active", "is_administrator")
    list_filter = ("is_active", "is_administrator")
    search_fields = ("username", "full_name")
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email")}),
        (_("Rights"), {"fields": ("is_active", "is_administrator", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "full_name", "password1", "password2")}),)


admin.site.unregister([EmailAddress, Group, SocialApp, SocialToken])
admin.site.register(User, PersonAdmin)
admin.site.register(
    Organisation,
    list_display=("code", "name", "kind", "valid_from", "valid_to"),
    list_filter=("kind",),
    search_fields=("code", "search_key"),
)
admin.site.register(Succession, list_display=("predecessor", "successor", "effective_on", "duty"))
admin.site.register(
    Membership,
    list_display=("user", "organisation", "position", "valid_from", "valid_to"),
    list_filter=("position", "organisation"),
    autocomplete_fields=("user", "organisation"),
)
admin.site.register(
    Document,
    list_display=("number_code", "kind", "issued_on", "issuer"),
    search_fields=("subject",),
)
