"""Forms of setting up programmes, their thresholds and criteria."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.forms import refuse
from organisations.choices import DatePrecision
from organisations.forms.fields import BodyField, DayField, ReasonField, line_field
from organisations.models import Duty
from programmes.choices import ProgrammeKind, Reporting
from programmes.forms.base import ChangeForm, DocumentedForm, GroupedForm, picked
from programmes.forms.fields import PreciseDay, PreciseDayField, bodies
from programmes.models import Criterion, Programme
from programmes.services import mark_of, require_thresholds_in_order

CODE = RegexValidator(
    r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$",
    _("Letters without marks, digits and hyphens, for example GL-2027."),
)
ABOUT = ("name", "name_en", "kind", "legal_basis")
TIME = ("starts", "ends_on", "reporting", "due_working_days")
CRITERION = ("name", "name_en")


def choices(codes: Any) -> list[tuple[str, str]]:
    """Labels as the first word of a line."""
    return [(code.value, capfirst(code.label)) for code in codes]


class ProgrammeFields(forms.Form):
    """What a programme is and when it runs."""

    name = line_field(_("Name"), length=400)
    name_en = line_field(_("English name"), length=400, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: choices(ProgrammeKind))
    starts = PreciseDayField(label=_("Begins"))
    ends_on = DayField(label=_("Ends"), required=False)
    legal_basis = line_field(
        _("Legal basis"),
        length=255,
        required=False,
        help_text=_("As reports cite it, for example “Kế hoạch số 3015/KH-UBND”."),
    )
    reporting = forms.ChoiceField(
        label=_("Reports are due"), choices=lambda: choices(Reporting), initial="quarterly"
    )
    due_working_days = forms.IntegerField(
        label=_("Working days until a report is due"),
        help_text=_("After the last day of the reporting period; days off do not count."),
        initial=2,
        min_value=0,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    @property
    def written(self) -> dict[str, Any]:
        """The values as the service takes them."""
        starts: PreciseDay | None = self.cleaned_data["starts"]
        names = (*ABOUT, "ends_on", "reporting", "due_working_days")
        return {
            **picked(self, names),
            "starts_on": starts.day if starts else None,
            "starts_on_precision": starts.precision if starts else DatePrecision.UNKNOWN,
        }


class NewProgrammeForm(ProgrammeFields, DocumentedForm):
    """A programme that begins."""

    GROUPS = (
        (_("The programme"), ("code", *ABOUT)),
        (_("Time and reports"), TIME),
        (_("Who is responsible"), ("coordinator", "authority", "duties_from")),
    )

    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        validators=[CODE],
        help_text=_("Short and lasting: tasks are numbered by it, for example GL-2027-01."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    coordinator = BodyField(
        label=_("Coordinator"),
        help_text=_("Sets up and changes the programme, accepts updates and evaluations."),
    )
    authority = BodyField(label=_("Competent authority"), required=False)
    duties_from = DayField(label=_("Responsible from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("coordinator", "authority"):
            self.offer(name, bodies(on=self.on, enterprises=False))


class ProgrammeForm(ProgrammeFields, ChangeForm):
    """A programme that changes."""

    GROUPS = ((_("The programme"), ABOUT), (_("Time and reports"), TIME))

    @staticmethod
    def recorded(programme: Programme) -> dict[str, Any]:
        """What is recorded now."""
        starts = programme.starts_on and PreciseDay(
            programme.starts_on, programme.starts_on_precision
        )
        names = (*ABOUT, "ends_on", "reporting", "due_working_days")
        return {
            **{name: getattr(programme, name) for name in names},
            "starts": starts,
            "seen": mark_of(programme),
        }


class HandOverForm(ChangeForm):
    """Another body for a duty, from a day on."""

    GROUPS = (("", ("organisation", "valid_from")),)

    organisation = BodyField(label=_("Body"))
    valid_from = DayField(
        label=_("From"), help_text=_("The duty of the present holder ends on the day before.")
    )

    def __init__(self, *args: Any, enterprises: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("organisation", bodies(on=self.on, enterprises=enterprises))

    @staticmethod
    def recorded(duty: Duty | None) -> dict[str, Any]:
        """Who holds the duty now, if anybody."""
        if duty is None:
            return {"seen": mark_of()}
        return {
            "organisation": duty.organisation,
            "valid_from": duty.valid_from,
            "seen": mark_of(duty),
        }

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The present holder is never the next one, so that only the mark is filled in."""
        return super().get_initial_for_field(field, field_name) if field_name == "seen" else None


def _whole(label: Any, help_text: Any, *, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=most,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


def _figure(label: Any, help_text: Any, *, places: int, least: str, most: str) -> Any:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal(least),
        max_value=Decimal(most),
        decimal_places=places,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
    )


class ThresholdsForm(GroupedForm):
    """When a task of the programme counts as late, behind, slow or unreported."""

    GROUPS = (
        (_("At risk (red)"), ("red_days_late", "red_points_behind")),
        (_("Needs attention (amber)"), ("amber_points_behind", "amber_pace")),
        (_("Cannot be judged yet (grey)"), ("stale_periods",)),
        (_("Deadlines"), ("due_soon_days",)),
    )

    red_days_late = _whole(
        _("Days late"),
        _("Red: a milestone is late by more days than this."),
        most=730,
    )
    red_points_behind = _whole(
        _("Points behind, red"),
        _("Red: the percent done lies more points than this behind the percent of time passed."),
        most=100,
    )
    amber_points_behind = _whole(
        _("Points behind, amber"),
        _("Amber: the percent done lies more points than this behind the percent of time passed."),
        most=100,
    )
    amber_pace = _figure(
        _("Pace of an indicator"),
        _("Amber: an indicator moves slower than this part of the pace it needs (1 = as needed)."),
        places=2,
        least="0",
        most="2",
    )
    stale_periods = _figure(
        _("Reporting periods without a report"),
        _("Grey: the last accepted figures are older than this many reporting periods."),
        places=1,
        least="0.5",
        most="9.9",
    )
    due_soon_days = _whole(
        _("Days before the end"),
        _("A trial counts as “due soon” from this many days before its last day."),
        most=180,
    )
    reason = ReasonField(
        required=False, help_text=_("Stays in the history beside the old and the new value.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                require_thresholds_in_order(given)
            except DomainError as refusal:
                refuse(self, refusal)
        return given

    @property
    def written(self) -> dict[str, Any]:
        """The values as the service takes them."""
        return picked(self, [name for _heading, names in self.GROUPS for name in names])

    @classmethod
    def recorded(cls, programme: Programme) -> dict[str, Any]:
        """What is recorded now."""
        names = (name for _heading, group in cls.GROUPS for name in group)
        return {name: getattr(programme, name) for name in names} | {"seen": mark_of(programme)}


class CriterionFields(forms.Form):
    """The words of a criterion."""

    name = line_field(_("Criterion"), length=255)
    name_en = line_field(_("English name"), length=255, required=False)

    @property
    def written(self) -> dict[str, Any]:
        return picked(self, CRITERION)


class NewCriterionForm(CriterionFields, GroupedForm):
    """A criterion that is added."""

    GROUPS = (("", CRITERION),)


class CriterionForm(CriterionFields, ChangeForm):
    """A criterion that is worded anew, or retired."""

    GROUPS = (("", CRITERION),)

    @staticmethod
    def recorded(criterion: Criterion) -> dict[str, Any]:
        """What is recorded now."""
        return {"name": criterion.name, "name_en": criterion.name_en, "seen": mark_of(criterion)}
