"""Asking for a correction of data about oneself, and answering."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.choices import CorrectionState

LENGTH = 4000


class CorrectionForm(forms.Form):
    """What is wrong, and what is right."""

    text = forms.CharField(
        label=_("What is to be corrected"),
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is wrong, and what is right."),
    )


class AnswerForm(forms.Form):
    """What was corrected, or why not."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was corrected, or why not. The person reads it."),
    )


class CorrectionFilter(forms.Form):
    """Open or answered."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((c, capfirst(label)) for c, label in CorrectionState.choices)],
    )
