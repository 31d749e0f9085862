"""Forms of progress updates: they check the shape of what was typed; the rules are in the services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.forms.fields import LONG_TEXT, text_field
from programmes.calendar import ReportingPeriod
from programmes.choices import Health
from programmes.models import ProgressUpdate

DECLARED = [
    ("", _("As the rules compute it")),
    *((level.value, capfirst(level.label)) for level in (Health.GREEN, Health.AMBER, Health.RED)),
]


class UpdateForm(forms.Form):
    """A progress update as it is typed; nothing is required, a draft may be half-finished."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    period = forms.ChoiceField(label=_("Reporting period"), required=False)
    percent = forms.DecimalField(
        label=_("Percent done"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("0 to 100. Leave it empty when it is not known: unknown is not 0."),
    )
    narrative = text_field(
        _("What was done"),
        rows=4,
        help_text=_("Two or three sentences; names and figures rather than adjectives."),
    )
    difficulties = text_field(_("Difficulties"), rows=3)
    proposals = text_field(_("Proposals"), rows=3)
    declared_health = forms.ChoiceField(
        label=_("Colour by the department's own judgement"),
        required=False,
        choices=DECLARED,
        widget=forms.RadioSelect,
    )
    declared_reason = text_field(
        _("Reason for this colour"),
        rows=2,
        help_text=_("Needed when the colour is better than the one computed."),
    )

    def __init__(self, *args: Any, periods: tuple[ReportingPeriod, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = {f"{p.ends_on:%Y-%m-%d}": p for p in periods}
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(key, period.label) for key, period in self.periods.items()]

    @property
    def written(self) -> dict[str, Any]:
        """What the person wrote, as the service takes it."""
        given = self.cleaned_data
        names = ("narrative", "difficulties", "proposals", "declared_health", "declared_reason")
        return {"percent": given.get("percent"), **{name: given.get(name, "") for name in names}}

    @property
    def chosen_period(self) -> ReportingPeriod | None:
        return self.periods.get(self.cleaned_data.get("period", ""))


def values_of(update: ProgressUpdate) -> dict[str, Any]:
    """An update's values as the form shows them."""
    return {
        "version": update.version,
        "period": f"{update.period_ends_on:%Y-%m-%d}",
        "percent": plain(update.percent),
        "narrative": update.narrative,
        "difficulties": update.difficulties,
        "proposals": update.proposals,
        "declared_health": update.declared_health,
        "declared_reason": update.declared_reason,
    }


def plain(percent: Decimal | None) -> Decimal | None:
    """A percentage as one types it: 45 rather than 45.00."""
    return None if percent is None else Decimal(f"{percent.normalize():f}")


class RemarksForm(forms.Form):
    """What the coordinator wants corrected."""

    remarks = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "required": True}),
    )
