"""Shapes of what people type; the rules are in the services."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dti_tracker.shared.text import nfc
from organisations.forms.fields import DayField, text_field
from organisations.templatetags.ui import day
from programmes.models import Criterion
from reports.choices import ProposalKind, Verb, Verdict
from reports.models import Evaluation
from reports.services.writing import Draft, Finding

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

EVALUATION_TEXT = 20_000
VERDICT, EVIDENCE = "verdict-", "evidence-"


class MoneyField(forms.CharField):
    """Whole đồng, typed with or without separators: `1.250.000.000`, `1250000000 đ`."""

    MAX_DIGITS = 15

    def __init__(self, *, label: "str | _StrPromise", help_text: "str | _StrPromise" = "") -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(
            label=label, help_text=help_text, required=False, max_length=40, widget=widget
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """The amount; None where nothing was typed.

        Raises:
            ValidationError: not a whole amount that fits.
        """
        text = super().clean(value).casefold()
        digits = text.removesuffix("vnd").removesuffix("đồng").rstrip("đ₫ ")
        for separator in (".", ",", " ", "\u00a0"):
            digits = digits.replace(separator, "")
        if not digits:
            return None
        if not digits.isascii() or not digits.isdigit() or len(digits) > self.MAX_DIGITS:
            raise forms.ValidationError(
                _("Enter a whole amount in đồng, for example 1.250.000.000."), code="money"
            )
        return int(digits)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(initial or "") != self.clean(data or "")
        except forms.ValidationError:
            return True


_text = partial(text_field, rows=4, length=EVALUATION_TEXT)


class MoveForm(forms.Form):
    """One verb on the version that the person saw."""

    action = forms.ChoiceField(choices=Verb.choices)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    comment = forms.CharField(label=_("Reason"), required=False, max_length=EVALUATION_TEXT)


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed: what the other one saved, as it reads."""

    name: str
    label: str
    theirs: str


class EvaluationForm(forms.Form):
    """The judgement on a trial: texts, a verdict on each criterion, the proposal.

    Each field carries the value it was opened with, so that only what a person changed is saved and
    two people who change different fields do not disturb each other.
    """

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    results = _text(_("Results"), _("What works today, since when, for how many people."))
    shortcomings = _text(_("Shortcomings"), _("Write “không có” if there are none."))
    causes = _text(_("Causes"), rows=3)
    cost_vnd = MoneyField(
        label=_("Costs of the trial, in đồng"),
        help_text=_(
            "Nothing typed: the report says that there is no figure. 0 means free of charge."
        ),
    )
    proposal_kind = forms.ChoiceField(
        label=_("Proposal for the next period"),
        required=False,
        choices=[("", _("Not chosen yet")), *ProposalKind.choices],
    )
    proposal = _text(_("Plan for the next period"), _("What, where, by whom, with which result."))
    proposal_starts_on = DayField(label=_("Next period from"), required=False)
    proposal_ends_on = DayField(label=_("Next period to"), required=False)
    proposal_cost_vnd = MoneyField(label=_("Costs of the next period, in đồng"))

    def __init__(
        self,
        evaluation: Evaluation,
        criteria: Sequence[Criterion],
        findings: Mapping[int, Any],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_stored(evaluation, criteria, findings))
        self.criteria = tuple(criteria)
        for criterion in self.criteria:
            self.fields[VERDICT + criterion.code] = forms.ChoiceField(
                label=pgettext_lazy("criterion", "Verdict"),
                required=False,
                choices=[("", _("Not judged yet")), *Verdict.choices],
            )
            self.fields[EVIDENCE + criterion.code] = _text(_("Evidence"), rows=2)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "version"

    @property
    def criterion_fields(self) -> Iterator[tuple[Criterion, forms.BoundField, forms.BoundField]]:
        """Each criterion with its verdict and its evidence."""
        for criterion in self.criteria:
            yield criterion, self[VERDICT + criterion.code], self[EVIDENCE + criterion.code]

    @property
    def changed_names(self) -> list[str]:
        """What the person changed since the page was opened."""
        return [name for name in self.changed_data if name != "version"]

    def clean(self) -> dict[str, Any]:
        """Texts with one kind of line end, as they are stored."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = _even(value)
        self._check_evidence(cleaned)
        return cleaned

    def _check_evidence(self, cleaned: Mapping[str, Any]) -> None:
        """Evidence belongs to a verdict; without one there would be nowhere to keep it."""
        for criterion in self.criteria:
            if cleaned.get(EVIDENCE + criterion.code) and not cleaned.get(VERDICT + criterion.code):
                self.add_error(VERDICT + criterion.code, _("Choose a verdict for this evidence."))

    def typed_texts(self) -> list[tuple[str, str]]:
        """What the person changed, to be kept in sight when it cannot be saved any more."""
        return [
            (_words_of(self, name), _readable(self, name, self[name].data))
            for name in self.changed_names
        ]

    def draft(self) -> Draft:
        """What the person changed, for the service."""
        changed = self.changed_names
        judged = [c for c in self.criteria if {VERDICT + c.code, EVIDENCE + c.code} & set(changed)]
        return Draft(
            fields={
                name: self.cleaned_data[name]
                for name in changed
                if not name.startswith((VERDICT, EVIDENCE))
            },
            findings=tuple(
                Finding(
                    criterion=c.code,
                    verdict=self.cleaned_data[VERDICT + c.code],
                    evidence=self.cleaned_data[EVIDENCE + c.code],
                )
                for c in judged
            ),
        )


def merged(
    typed: EvaluationForm, evaluation: Evaluation, findings: Mapping[int, Any]
) -> tuple[EvaluationForm, list[Conflict]]:
    """After somebody else saved first: the stored text with what this person typed on top.

    Fields the person left alone take the stored value. Fields both changed keep what the person
    typed, and the stored text is shown beside it. Nothing is lost and nothing is saved yet.
    """
    stored = EvaluationForm(evaluation, typed.criteria, findings)
    data: dict[str, Any] = {"version": evaluation.version}
    conflicts = []
    for name in stored.fields:
        if name == "version":
            continue
        theirs = stored[name].value()
        data[f"initial-{name}"] = theirs
        mine = typed[name].data if name in typed.changed_data else theirs
        data[name] = mine
        if name in typed.changed_data and _both_changed(typed, name, stored, theirs):
            conflicts.append(
                Conflict(name, _words_of(typed, name), _readable(stored, name, theirs))
            )
    data = {name: _as_typed(value) for name, value in data.items()}
    return EvaluationForm(evaluation, typed.criteria, findings, data), conflicts


def _both_changed(typed: EvaluationForm, name: str, stored: EvaluationForm, theirs: Any) -> bool:
    """Whether the stored value is neither the one the page was opened with nor the one typed."""
    values = (theirs, typed.data.get(f"initial-{name}", ""), typed[name].data)
    now, opened_with, mine = (_even(_as_typed(value)) for value in values)
    field = stored.fields[name]
    return field.has_changed(now, opened_with) and field.has_changed(now, mine)


def _even(text: str) -> str:
    """Text as it would be stored: composed, one kind of line end, no blanks around it."""
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n").strip())


def _as_typed(value: Any) -> str:
    """A stored value as a browser would send it."""
    return "" if value is None else str(value)


def _readable(form: EvaluationForm, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        choices: dict[str, Any] = dict(field.choices)  # type: ignore[arg-type]
        return str(choices.get(value or "", value))
    if isinstance(value, dt.date):
        return day(value)
    return _as_typed(value)


def _words_of(form: EvaluationForm, name: str) -> str:
    """The field's label, with the criterion it belongs to."""
    label = str(form.fields[name].label)
    for criterion in form.criteria:
        if name in (VERDICT + criterion.code, EVIDENCE + criterion.code):
            return f"{criterion.name} – {label}"
    return label


def _stored(
    evaluation: Evaluation, criteria: Sequence[Criterion], findings: Mapping[int, Any]
) -> dict[str, Any]:
    """The values as they are stored, by the names of the form's fields."""
    values = {name: getattr(evaluation, name) for name in EvaluationForm.base_fields}
    for criterion in criteria:
        finding = findings.get(criterion.pk)
        values[VERDICT + criterion.code] = finding.verdict if finding else ""
        values[EVIDENCE + criterion.code] = finding.evidence if finding else ""
    return values
