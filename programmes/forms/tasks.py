"""Forms of setting up tasks: their texts, bodies, periods, milestones and promises; mandates."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.choices import OrganisationKind, Position
from organisations.forms.fields import (
    CHOOSE,
    BodiesField,
    BodyField,
    DayField,
    PersonField,
    ReasonField,
    line_field,
    text_field,
)
from organisations.models import Membership, Organisation, User
from organisations.models.duties import Duty
from programmes.choices import STORED_TASK_STATES, PillarCode
from programmes.forms.base import ChangeForm, DocumentedForm, GroupedForm, picked
from programmes.forms.fields import bodies
from programmes.forms.set_up import CODE, choices
from programmes.models import Commitment, Milestone, Programme, Task, TrialPeriod
from programmes.services import Assignment, mark_of

TASK = ("name", "name_en", "pillar")
SIX_CLEAR = ("work", "product", "responsible_person", "authority")
PERIOD = ("starts_on", "ends_on", "territory")
MILESTONE = ("title", "due_on", "means_of_verification")
COMMITMENT = ("content", "due_on", "support_value_vnd")


class TaskFields(forms.Form):
    """What a task is."""

    name = line_field(_("Name"), length=400)
    name_en = line_field(_("English name"), length=400, required=False)
    pillar = forms.ChoiceField(label=_("Pillar"), choices=lambda: choices(PillarCode))
    work = text_field(_("Work"))
    product = text_field(_("Product"))
    responsible_person = line_field(_("Responsible person"), length=160, required=False)
    authority = text_field(
        _("Authority"), rows=2, help_text=_("Empty: the authority of the programme.")
    )

    @property
    def written(self) -> dict[str, Any]:
        return picked(self, (*TASK, *SIX_CLEAR))


class NewTaskForm(TaskFields, DocumentedForm):
    """A task that begins."""

    GROUPS = (
        (_("The task"), ("number", "code", *TASK)),
        (_("Clear work, product, person and authority"), SIX_CLEAR),
        (_("Who takes part"), ("lead", "partners", "cooperating", "valid_from")),
    )

    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    code = line_field(_("Code"), length=40)
    lead = BodyField(label=_("Lead"))
    partners = BodiesField(label=_("Enterprises"))
    cooperating = BodiesField(label=_("Co-operating"))
    valid_from = DayField(label=_("Duties from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].validators.append(CODE)
        self.offer("lead", bodies(on=self.on, enterprises=False))
        self.offer("cooperating", bodies(on=self.on, enterprises=False))
        self.offer("partners", bodies(on=self.on, enterprises=True))

    @staticmethod
    def proposed(programme: Programme, number: int) -> dict[str, Any]:
        """The next number and its code; the document of the programme."""
        return {
            "number": number,
            "code": f"{programme.code}-{number:02}",
            "document": programme.document_id,
            "valid_from": programme.starts_on,
        }

    @property
    def assignment(self) -> Assignment:
        given = self.cleaned_data
        return Assignment(
            lead=given["lead"],
            valid_from=given["valid_from"],
            cooperating=tuple(given["cooperating"]),
            partners=tuple(given["partners"]),
        )


class TaskForm(TaskFields, ChangeForm):
    """A task whose texts change."""

    GROUPS = (
        (_("The task"), TASK),
        (_("Clear work, product, person and authority"), SIX_CLEAR),
    )

    @staticmethod
    def recorded(task: Task) -> dict[str, Any]:
        """What is recorded now."""
        known = {name: getattr(task, name) for name in (*TASK, *SIX_CLEAR)}
        return known | {"seen": mark_of(task)}


class TaskStateForm(ChangeForm):
    """A state that holds whatever the periods say."""

    GROUPS = (("", ("state",)),)

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        widget=forms.RadioSelect,
        choices=lambda: [
            ("", _("Follows from the trial periods and their evaluations")),
            *choices(STORED_TASK_STATES),
        ],
    )

    @staticmethod
    def recorded(task: Task) -> dict[str, Any]:
        """What is recorded now."""
        return {"state": task.stored_state, "seen": mark_of(task)}


class JoinForm(ChangeForm):
    """A body that co-operates, or an enterprise that takes part, from a day on."""

    GROUPS = (("", ("organisation", "valid_from")),)

    organisation = BodyField(label=_("Body"))
    valid_from = DayField(label=_("From"))

    def __init__(self, *args: Any, enterprises: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("organisation", bodies(on=self.on, enterprises=enterprises))


class EndForm(ChangeForm):
    """The last day of a duty."""

    GROUPS = (("", ("last_day",)),)

    last_day = DayField(label=_("Last day"))

    @staticmethod
    def recorded(duty: Duty) -> dict[str, Any]:
        """What is recorded now."""
        return {"last_day": duty.valid_to, "seen": mark_of(duty)}


class PeriodFields(forms.Form):
    """When and where a trial runs."""

    starts_on = DayField(
        label=_("First day"),
        required=False,
        help_text=_("Leave both days empty while they are unknown."),
    )
    ends_on = DayField(
        label=_("Last day"), required=False, help_text=_("The evaluation opens on the day after.")
    )
    territory = BodyField(
        label=_("Territory"), required=False, help_text=_("The committee that governs it.")
    )

    @property
    def written(self) -> dict[str, Any]:
        return picked(self, PERIOD)


def territories() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=OrganisationKind.COMMITTEE)


class NewPeriodForm(PeriodFields, DocumentedForm):
    """A trial period that is added."""

    GROUPS = (("", PERIOD),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("territory", territories())


class PeriodForm(PeriodFields, ChangeForm):
    """A trial period whose days change."""

    GROUPS = (("", PERIOD),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("territory", territories())

    @staticmethod
    def recorded(period: TrialPeriod) -> dict[str, Any]:
        """What is recorded now."""
        return {
            "starts_on": period.starts_on,
            "ends_on": period.ends_on,
            "territory": period.territory,
            "seen": mark_of(period),
        }


class MilestoneFields(forms.Form):
    """A dated step."""

    title = line_field(_("Milestone"), length=255)
    due_on = DayField(label=_("Due on"))
    means_of_verification = line_field(
        _("Means of verification"),
        length=255,
        required=False,
        help_text=_(
            "By what one will see that it was reached: minutes, a system in use, a figure."
        ),
    )

    @property
    def written(self) -> dict[str, Any]:
        return picked(self, MILESTONE)


class NewMilestoneForm(MilestoneFields, GroupedForm):
    """A milestone that is added."""

    GROUPS = (("", MILESTONE),)


class MilestoneForm(MilestoneFields, ChangeForm):
    """A milestone that changes."""

    GROUPS = (("", MILESTONE),)

    @staticmethod
    def recorded(milestone: Milestone) -> dict[str, Any]:
        """What is recorded now."""
        known = {name: getattr(milestone, name) for name in MILESTONE}
        return known | {"seen": mark_of(milestone)}


class CommitmentFields(forms.Form):
    """What an enterprise promised."""

    content = text_field(_("Commitment"), required=True)
    due_on = DayField(label=_("Due on"), required=False)
    support_value_vnd = forms.IntegerField(
        label=_("Worth in đồng"),
        required=False,
        min_value=0,
        max_value=10**15,
        help_text=_("Digits alone; empty while it is not known."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    @property
    def written(self) -> dict[str, Any]:
        return picked(self, COMMITMENT)


class NewCommitmentForm(CommitmentFields, DocumentedForm):
    """A commitment that is added."""

    GROUPS = (("", ("organisation", *COMMITMENT)),)

    organisation = BodyField(label=_("Enterprise"))

    def __init__(self, *args: Any, partners: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [body.pk for body in partners]
        self.offer("organisation", Organisation.objects.filter(pk__in=keys))


class CommitmentForm(CommitmentFields, ChangeForm):
    """A commitment that changes."""

    GROUPS = (("", COMMITMENT),)

    @staticmethod
    def recorded(commitment: Commitment) -> dict[str, Any]:
        """What is recorded now."""
        known = {name: getattr(commitment, name) for name in COMMITMENT}
        return known | {"seen": mark_of(commitment)}


class MandateForm(DocumentedForm):
    """By which decision somebody inspects a programme, from when to when."""

    needs_document = True
    GROUPS = (("", ("inspector", "programme", "valid_from", "valid_to")),)

    inspector = PersonField(
        label=_("Inspector"), help_text=_("People with the position “inspector”.")
    )
    programme = forms.ModelChoiceField(
        Programme.objects.all(), label=_("Programme"), empty_label=CHOOSE[1]
    )
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["inspector"]
        assert isinstance(field, PersonField)  # noqa: S101 - tells the type checker
        field.offer(inspectors(on=self.on))


def inspectors(*, on: dt.date) -> QuerySet[User]:
    """People who inspect that day or later."""
    inspecting = Membership.objects.exclude(valid_to__lt=on).filter(position=Position.INSPECTOR)
    return User.objects.filter(is_active=True, pk__in=inspecting.values("user"))


class EndMandateForm(GroupedForm):
    """Why a mandate ends before its last day."""

    GROUPS = (("", ("reason",)),)

    reason = ReasonField(help_text=_("Stays in the history."))
