"""Fields that forms of every floor are made of: days, bodies, people, reasons, lines and texts."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.numbers import read_number
from dti_tracker.shared.text import refuse_invisible
from dti_tracker.shared.time import FIRST_DAY, LAST_DAY, refuse_far_day
from organisations.directory import body_choices, person_choices
from organisations.models import Organisation, User
from organisations.templatetags.ui import number

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
    _OneBody = forms.ModelChoiceField[Organisation]
    _Bodies = forms.ModelMultipleChoiceField[Organisation]
    _OnePerson = forms.ModelChoiceField[User]
else:
    _OneBody = _OnePerson = forms.ModelChoiceField
    _Bodies = forms.ModelMultipleChoiceField

CHOOSE = ("", _("Choose …"))
LONG_TEXT = 10_000
LONG_REASON = 1000


class DayInput(forms.DateInput):
    """The browser's calendar, which takes and gives days as YYYY-MM-DD in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that is known, picked or typed; what lies far away is a slip of the finger."""

    widget = DayInput

    def __init__(self, *, earliest: dt.date = FIRST_DAY, **kwargs: Any) -> None:
        self.earliest = earliest
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"], **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        span = {"min": self.earliest.isoformat(), "max": LAST_DAY.isoformat()}
        return super().widget_attrs(widget) | span

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is None:
            return
        try:
            refuse_far_day(value, earliest=self.earliest)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="day") from error


class NumberField(forms.DecimalField):
    """A number as one writes it in the reader's language; empty is not known, which is not 0."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        given: dict[str, Any] = {"widget": widget, "required": False}
        super().__init__(**given | kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return read_number(str(value))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="number") from error

    def prepare_value(self, value: Any) -> Any:
        return number(value.normalize()) if isinstance(value, Decimal) else value


class BodyField(_OneBody):
    """One body by its code, read by its full name; a form offers those of its day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Organisation.objects.all(), to_field_name="code", **kwargs)

    def offer(self, bodies: QuerySet[Organisation], *, on: dt.date) -> None:
        """Take these bodies alone, as they are on a day."""
        self.queryset = bodies
        self.choices = lambda: [CHOOSE, *body_choices(bodies, on=on)]


class BodiesField(_Bodies):
    """Any number of bodies, ticked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Organisation.objects.all(),
            to_field_name="code",
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "many-bodies"}),
            **kwargs,
        )

    def offer(self, bodies: QuerySet[Organisation], *, on: dt.date) -> None:
        """Take these bodies alone, as they are on a day."""
        self.queryset = bodies
        self.choices = lambda: body_choices(bodies, on=on)


class PersonField(_OnePerson):
    """One person, in the order of a Vietnamese list of people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)

    def offer(self, people: QuerySet[User]) -> None:
        """Take these people alone."""
        self.queryset = people
        self.choices = lambda: [CHOOSE, *person_choices(people)]


class ReasonField(forms.CharField):
    """Why something is changed; stays in the history."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("Reason"),
            "max_length": LONG_REASON,
            "widget": forms.Textarea(attrs={"rows": 2}),
            "help_text": _("Kept in the history; with the number of the document if there is one."),
        }
        super().__init__(**given | kwargs)


def line_field(
    label: "Words", *, length: int, required: bool = True, help_text: "Words" = ""
) -> forms.CharField:
    """One line of text, in which everything can be seen."""
    return forms.CharField(
        label=label,
        validators=[refuse_invisible],
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def text_field(
    label: "Words",
    help_text: "Words" = "",
    *,
    required: bool = False,
    rows: int = 3,
    length: int = LONG_TEXT,
) -> forms.CharField:
    """Some sentences."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
