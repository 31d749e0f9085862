"""Forms for sending spreadsheets: a file of progress, the annex of trial dates."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.calendar import ReportingPeriod
from programmes.forms.base import ChangeForm


def file_field() -> forms.FileField:
    """An XLSX or CSV file."""
    return forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("The file downloaded here, filled in: .xlsx, or .csv for the tasks alone."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ProgressFileForm(forms.Form):
    """A file of progress and the period it is about."""

    period = forms.ChoiceField(label=_("Reporting period"))
    file = file_field()

    def __init__(self, *args: Any, periods: list[ReportingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(p.ends_on.isoformat(), p.label) for p in periods]

    @property
    def ends_on(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["period"])


class DatesFileForm(ChangeForm):
    """The annex of trial dates, with the document it comes from and why."""

    file = file_field()
    GROUPS = (("", ("file",)),)
