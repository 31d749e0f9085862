"""What is asked with a file of evidence, and when one is withdrawn."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms.fields import DayField, ReasonField, line_field
from programmes.choices import UpdateKind
from programmes.evidence_page import UploadBox
from programmes.services import Shows


class EvidenceForm(forms.Form):
    """A file, what it is called, its day, and what it shows."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # refused later, with a sentence that says what to do
    )
    title = line_field(_("What the file is"), length=255, required=False)
    dated_on = DayField(label=_("Day of the document"), required=False)
    shows = forms.ChoiceField(label=_("Shows"), required=False)
    kind = forms.ChoiceField(choices=UpdateKind.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, box: UploadBox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.box = box
        self.fields["shows"].choices = box.choices  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes besides the file."""
        data = self.cleaned_data
        shows: Shows = self.box.shown(data["shows"])
        kind = UpdateKind(data["kind"]) if data["kind"] else None
        return {
            "title": data["title"],
            "dated_on": data["dated_on"],
            "shows": shows,
            "kind": kind,
        }


class WithdrawForm(forms.Form):
    """Why a file is withdrawn."""

    reason = ReasonField(required=False)  # the service asks for it once the right is sure
