"""Forms of setting up people and bodies: the shape of what was typed; the rules are in the services."""

import datetime as dt
from copy import copy
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.choices import AccountState, OrganisationKind, Position, Role
from organisations.directory import BodyState, body_choices
from organisations.forms.base import SetUpForm
from organisations.forms.fields import CHOOSE, BodyField, DayField, ReasonField
from organisations.models import Document, Organisation

POSITIONS = [(code, capfirst(label)) for code, label in Position.choices]
ALL = ("", _("All"))
# Bodies are older than the trials: the day on which one was founded is history.
OLDEST_BODY = dt.date(1900, 1, 1)


class WarnedForm(SetUpForm):
    """A form with a box to tick where there is something to know first."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def ask_to_confirm(self) -> None:
        """Show the box: what follows was said above the form."""
        self.fields["confirmed"] = forms.BooleanField(
            label=_("I have read what follows from this"), required=True
        )


class PersonFilter(SetUpForm):
    """What people are looked for by."""

    search = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    organisation = forms.ChoiceField(label=_("Body"), required=False)
    position = forms.ChoiceField(label=_("Position"), required=False, choices=[ALL, *POSITIONS])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *((code, capfirst(label)) for code, label in AccountState.choices)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [ALL, *body_choices(Organisation.objects.all(), on=self.on)]


class PersonForm(SetUpForm):
    """A person: name, office contact, and whether they administer."""

    full_name = forms.CharField(label=_("Full name"), max_length=120)
    email = forms.EmailField(label=_("Office e-mail"), required=False, max_length=254)
    phone = forms.CharField(label=_("Office telephone"), required=False, max_length=30)
    is_administrator = forms.BooleanField(
        label=_("Administrator"),
        required=False,
        help_text=_(
            "Sets up people, bodies and programmes, and signs nothing. The rule is an account of its "
            "own for administering, without a position, beside the account for daily work."
        ),
    )


class ChangedPersonForm(PersonForm):
    """A person who is there already."""

    reason = ReasonField(
        required=False,
        help_text=_("Needed where somebody is made an administrator or no longer one."),
    )


class NewPersonForm(PersonForm):
    """A new person, with the first position."""

    username = forms.CharField(
        label=_("Name for signing in"),
        max_length=60,
        help_text=_("Small letters without marks, digits, dots: van.nguyen. It stays for ever."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    organisation = BodyField(label=_("Body"), required=False)
    position = forms.ChoiceField(label=_("Position"), required=False, choices=[CHOOSE, *POSITIONS])
    title = forms.CharField(label=_("Job title"), required=False, max_length=120)
    valid_from = DayField(label=_("From"), required=False)
    field_order = [
        "username",
        "full_name",
        "email",
        "phone",
        "organisation",
        "position",
        "title",
        "valid_from",
    ]

    def clean(self) -> dict[str, Any]:
        """Body, position and day belong together."""
        given = super().clean() or {}
        names = ("organisation", "position", "valid_from")
        if any(given.get(name) for name in ("organisation", "position", "title")):
            for name in names:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("A position needs a body, a position and a first day."))
        return given


class MembershipForm(WarnedForm):
    """A position: the first one of many, or the next after a move."""

    organisation = BodyField(label=_("Body"))
    position = forms.ChoiceField(label=_("Position"), choices=[CHOOSE, *POSITIONS])
    title = forms.CharField(label=_("Job title"), required=False, max_length=120)
    valid_from = DayField(label=_("First day"))
    reason = ReasonField(required=False)


class EndForm(WarnedForm):
    """The last day of a position, or of a body."""

    last_day = DayField(label=_("Last day"))
    reason = ReasonField(required=False)


class ReasonForm(WarnedForm):
    """Nothing but why."""

    reason = ReasonField()


class WithdrawForm(ReasonForm):
    """Why; and, unseen, what was said that it undoes."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def show_again(self, seen: str) -> None:
        """Something else would follow by now: it is read, and the box ticked, once more."""
        typed: Any = copy(self.data)
        typed["seen"] = seen
        typed.pop("confirmed", None)
        self.data = typed


class BodyFilter(forms.Form):
    """What bodies are looked for by."""

    search = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ALL, *((code, capfirst(label)) for code, label in BodyState.choices)],
    )
    as_of = DayField(label=_("On the day"), required=False, earliest=OLDEST_BODY)


class BodyForm(SetUpForm):
    """A body: names, and what its documents are headed with (Decree 30/2020/NĐ-CP, Annex I)."""

    name = forms.CharField(label=_("Name"), max_length=255)
    short_name = forms.CharField(label=_("Short name"), max_length=100)
    name_en = forms.CharField(label=_("English name"), max_length=255, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[CHOOSE, *((code, capfirst(label)) for code, label in OrganisationKind.choices)],
    )
    parent = BodyField(label=_("Superior body"), required=False)
    is_office = forms.BooleanField(
        label=_("Office of its superior"),
        required=False,
        help_text=_("Prepares and records for the superior body, as Văn phòng UBND tỉnh does."),
    )
    valid_from = DayField(
        label=_("Exists from"),
        required=False,
        earliest=OLDEST_BODY,
        help_text=_("Empty when it is not known."),
    )
    header_name = forms.CharField(
        label=_("Name in document headers"),
        max_length=255,
        required=False,
        help_text=_("Capitals; | marks the line break (Decree 30/2020/NĐ-CP, Annex I)."),
    )
    superior_header = forms.CharField(
        label=_("Superior body in document headers"), max_length=255, required=False
    )
    issuer_code = forms.CharField(
        label=_("Issuer code in document numbers"), max_length=20, required=False
    )
    head_title = forms.CharField(label=_("Title of the head"), max_length=60, required=False)
    deputy_title = forms.CharField(label=_("Title of a deputy"), max_length=60, required=False)
    signs_for = forms.CharField(label=_("Signs on behalf of"), max_length=80, required=False)
    place_name = forms.CharField(label=_("Place in documents"), max_length=60, required=False)
    exchange_code = forms.CharField(
        label=_("Code for document exchange"),
        max_length=13,
        required=False,
        help_text=_("H21.12 (Decision 20/2020/QĐ-TTg) or 000.00.12.H21 (QCVN 102:2016)."),
    )

    @property
    def written(self) -> dict[str, Any]:
        """The fields of the body, as the service takes them."""
        others = ("code", "reason", "is_correction")
        return {name: value for name, value in self.cleaned_data.items() if name not in others}


class NewBodyForm(BodyForm):
    """A body that is not there yet."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Small letters without marks, digits, hyphens: skhcn. It stays for ever."),
    )
    field_order = ["code", "name", "short_name"]


class ChangedBodyForm(BodyForm):
    """A body that exists; another name is a correction or a new body."""

    is_correction = forms.BooleanField(
        label=_("This corrects a slip in the name; the body was never called otherwise"),
        required=False,
    )
    reason = ReasonField()
    field_order = ["name", "is_correction", "short_name"]


class SuccessionForm(SetUpForm):
    """Who takes over from whom, from which day."""

    predecessor = BodyField(label=_("Body whose duties pass"))
    successor = BodyField(label=_("Body that takes over"))
    effective_on = DayField(label=_("From the day"))
    duty = forms.ChoiceField(
        label=_("Duty"),
        required=False,
        choices=[
            ("", _("All duties")),
            *((code, capfirst(label)) for code, label in Role.choices),
        ],
        help_text=_("When a body is split, its duties may pass to different bodies."),
    )
    ends_predecessor = forms.BooleanField(
        label=_("The body ends the day before"), required=False, initial=True
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=255,
        help_text=_("Number and day of the decision or resolution."),
    )


class CalendarForm(SetUpForm):
    """A day that the province's calendar decides otherwise."""

    day = DayField(label=_("Day"))
    is_working = forms.ChoiceField(
        label=_("What it is"),
        choices=[("0", _("Day off")), ("1", _("Worked in exchange"))],
        widget=forms.RadioSelect,
        initial="0",
    )
    name = forms.CharField(label=_("Occasion"), max_length=120)
    document = forms.ModelChoiceField(
        label=_("Document"), queryset=Document.objects.all(), required=False
    )
    reason = ReasonField(required=False, help_text=_("Needed where no document is named."))


class UploadForm(forms.Form):
    """A file with people."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8, separated by commas or semicolons; at most 1 MB and 2,000 lines."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
