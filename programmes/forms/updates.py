"""Forms of progress updates: they check the shape of what was typed; the rules are in the services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from indicators.choices import ValueKind
from organisations.choices import Certainty
from organisations.forms.fields import (
    LONG_TEXT,
    BodyField,
    DayField,
    NumberField,
    line_field,
    text_field,
)
from organisations.models import Document, Organisation
from organisations.services.documents import NewDocument
from organisations.templatetags.ui import day
from programmes.calendar import ReportingPeriod
from programmes.choices import Health, UpdateKind
from programmes.figures import LinkSummary
from programmes.forms.base import DocumentFields
from programmes.models import Milestone, ProgressUpdate
from programmes.services.reported import Brought, GivenValue
from programmes.services.update_fields import WORDS

DECLARED = [
    ("", _("As the rules compute it")),
    *((level.value, capfirst(level.label)) for level in (Health.GREEN, Health.AMBER, Health.RED)),
]
VALUE_KINDS = [(kind.value, capfirst(kind.label)) for kind in ValueKind]
VALUE_PARTS = (
    "numerator",
    "denominator",
    "value",
    "measured_on",
    "kind",
    "unit",
    "source",
    "doubtful",
)


@dataclass(frozen=True)
class Asked:
    """What a form of a task asks for on a day: periods, open milestones, linked indicators."""

    kind: UpdateKind
    periods: tuple[ReportingPeriod, ...]
    milestones: Sequence[Milestone] = ()
    links: Sequence[LinkSummary] = ()


@dataclass(frozen=True)
class ValueGroup:
    """The fields of one linked indicator, by what they ask for."""

    summary: LinkSummary
    unit: str
    is_ratio: bool
    fields: dict[str, forms.BoundField]


class UpdateForm(forms.Form):
    """A progress update as it is typed; nothing is required, a draft may be half-finished."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    period = forms.ChoiceField(label=_("Reporting period"), required=False)
    percent = NumberField(
        label=_("Percent done"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
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

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.periods = {f"{p.ends_on:%Y-%m-%d}": p for p in asked.periods}
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(key, period.label) for key, period in self.periods.items()]
        if asked.kind == UpdateKind.CONTRIBUTION:
            for name in ("percent", "declared_health", "declared_reason"):
                del self.fields[name]
        for milestone in asked.milestones:
            self.fields[f"milestone-{milestone.pk}"] = DayField(
                label=_milestone_label(milestone), required=False
            )
        for link in asked.links:
            self.fields |= _value_fields(link)

    @property
    def milestone_fields(self) -> list[forms.BoundField]:
        return [self[f"milestone-{milestone.pk}"] for milestone in self.asked.milestones]

    @property
    def value_groups(self) -> list[ValueGroup]:
        return [
            ValueGroup(
                summary,
                summary.unit,
                is_ratio(summary),
                {
                    part: self[f"value-{summary.link.pk}-{part}"]
                    for part in VALUE_PARTS
                    if f"value-{summary.link.pk}-{part}" in self.fields
                },
            )
            for summary in self.asked.links
        ]

    @property
    def written(self) -> dict[str, Any]:
        """What the person wrote, as the service takes it; a field that is wrong is left out."""
        given = self.cleaned_data
        names = (*WORDS, "declared_health", "declared_reason")
        written: dict[str, Any] = {name: given[name] for name in names if self._says(name)}
        if self.asked.kind == UpdateKind.CONTRIBUTION:
            return written
        if self._says("percent"):
            written["percent"] = given["percent"]
        written["milestones"] = {
            m.pk: given[key]
            for m in self.asked.milestones
            if self._says(key := f"milestone-{m.pk}")
        }
        written["values"] = {
            summary.link.pk: self._value(summary)
            for summary in self.asked.links
            if self._is_readable(summary)
        }
        return written

    def _says(self, name: str) -> bool:
        """Whether a field was sent and can be read; one that was not sent is no empty one."""
        return name in self.data and name in self.cleaned_data

    def _is_readable(self, summary: LinkSummary) -> bool:
        prefix = f"value-{summary.link.pk}-"
        was_sent = any(name.startswith(prefix) for name in self.data)
        return was_sent and not any(name.startswith(prefix) for name in self.errors)

    def _value(self, summary: LinkSummary) -> GivenValue | None:
        """What was typed of one indicator; None where no figure was."""
        prefix = f"value-{summary.link.pk}-"
        given = {part: self.cleaned_data.get(prefix + part) for part in VALUE_PARTS}
        value = GivenValue(
            kind=given["kind"] or ValueKind.MEASURED.value,
            value=given["value"],
            numerator=given["numerator"],
            denominator=given["denominator"],
            unit=given["unit"] or summary.unit,
            measured_on=given["measured_on"],
            source=given["source"] or "",
            certainty=(Certainty.UNVERIFIED if given["doubtful"] else Certainty.ENTERED).value,
        )
        return None if value.says_nothing else value

    @property
    def chosen_period(self) -> ReportingPeriod | None:
        return self.periods.get(self.cleaned_data.get("period", ""))

    @property
    def chosen_document(self) -> Document | NewDocument | None:
        """What an entered report is typed from; other reports rest on nothing but themselves."""
        return None


class EntryForm(DocumentFields, UpdateForm):
    """A report that the coordinator types for a silent body, with the document it received."""

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, asked=asked, **kwargs)
        field = self.fields["new_issuer"]
        assert isinstance(field, BodyField)  # noqa: S101 - tells the type checker
        field.offer(Organisation.objects.all(), on=asked.periods[0].ends_on)


FORMS: Mapping[UpdateKind, type[UpdateForm]] = {
    UpdateKind.REPORT: UpdateForm,
    UpdateKind.CONTRIBUTION: UpdateForm,
    UpdateKind.ENTERED: EntryForm,
}


def is_ratio(summary: LinkSummary) -> bool:
    """Whether numerator and denominator are asked for."""
    return summary.unit == "%"


def _value_fields(summary: LinkSummary) -> dict[str, forms.Field]:
    prefix = f"value-{summary.link.pk}-"
    fields: dict[str, forms.Field] = {}
    if is_ratio(summary):
        fields["numerator"] = NumberField(label=_("Numerator"))
        fields["denominator"] = NumberField(label=_("Denominator"))
        fields["value"] = NumberField(label=_("or percent"))
    else:
        fields["value"] = NumberField(label=_("Value"))
    fields["measured_on"] = DayField(label=_("As of"), required=False)
    fields["kind"] = forms.ChoiceField(
        label=_("How known"), choices=VALUE_KINDS, required=False, initial=ValueKind.MEASURED.value
    )
    if not summary.unit:
        fields["unit"] = line_field(_("Unit"), length=60, required=False)
    fields["source"] = line_field(_("Source"), length=255, required=False)
    fields["doubtful"] = forms.BooleanField(label=_("not verified yet"), required=False)
    return {prefix + name: field for name, field in fields.items()}


def _milestone_label(milestone: Milestone) -> str:
    return _("Milestone %(number)s (due %(day)s): %(title)s") % {
        "number": milestone.number,
        "day": day(milestone.due_on),
        "title": milestone.title,
    }


def values_of(update: ProgressUpdate, brought: Brought) -> dict[str, Any]:
    """An update's values as the form shows them."""
    values = {
        "version": update.version,
        "period": f"{update.period_ends_on:%Y-%m-%d}",
        "percent": update.percent,
        "narrative": update.narrative,
        "difficulties": update.difficulties,
        "proposals": update.proposals,
        "declared_health": update.declared_health,
        "declared_reason": update.declared_reason,
        "document": update.received_document_id,
    }
    values |= {f"milestone-{key}": reached for key, reached in brought.milestones.items()}
    for key, given in brought.values.items():
        values |= {f"value-{key}-{part}": part_of(given, part) for part in VALUE_PARTS}
    return values


def part_of(given: GivenValue, part: str) -> Any:
    """One part of a value as a form shows it; a percentage with its parts is not typed twice."""
    if part == "doubtful":
        return given.certainty == Certainty.UNVERIFIED
    if part == "value" and given.numerator is not None:
        return None
    return getattr(given, part)


class RemarksForm(forms.Form):
    """What the coordinator wants corrected."""

    remarks = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "required": True}),
    )


class NoteForm(forms.Form):
    """What the lead says of a report that was entered for it."""

    note = forms.CharField(label=_("What is wrong"), required=False, max_length=LONG_TEXT)
