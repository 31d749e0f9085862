"""The form of a token, and the filters of the administrators' list."""

import uuid
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations.choices import TokenScope, TokenState
from organisations.services.tokens import DEFAULT_LIFETIME, LIFETIMES


def _lifetimes() -> list[tuple[int, str]]:
    return [(days, ngettext("%d day", "%d days", days) % days) for days in LIFETIMES]


class TokenForm(forms.Form):
    """Name, scope and days of a token; `uid` lets a form sent twice make one token alone."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which program uses it, and where.")
    )
    scope = forms.ChoiceField(
        label=_("Scope"),
        choices=TokenScope.choices,
        initial=TokenScope.STATUS,
        widget=forms.RadioSelect,
        help_text=_("As little as the program needs."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=_lifetimes,
        initial=DEFAULT_LIFETIME,
    )
    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"uid": uuid.uuid4()})


class TokenFilter(forms.Form):
    """Whose tokens, and in which state."""

    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((c, capfirst(label)) for c, label in TokenState.choices)],
    )
