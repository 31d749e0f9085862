"""Fields of the forms of setting up: days, and days of which only month or year is known."""

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.time import FIRST_DAY, LAST_DAY, refuse_far_day
from organisations.choices import ENTERPRISE_KINDS, DatePrecision
from organisations.models import Document, Organisation
from organisations.services.documents import NewDocument
from organisations.templatetags.ui import day, named

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
    _OneBody = forms.ModelChoiceField[Organisation]
    _Bodies = forms.ModelMultipleChoiceField[Organisation]
    _OneDocument = forms.ModelChoiceField[Document]
else:
    _OneBody = _OneDocument = forms.ModelChoiceField
    _Bodies = forms.ModelMultipleChoiceField

CHOOSE = _("Choose …")
LONG_TEXT = 10_000
SHOWN_SUBJECT = 90
WRITTEN_DAY = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})")


class PreciseDay(NamedTuple):
    """A day as far as it is known: of August 2023, the first with the precision of a month."""

    day: dt.date
    precision: str

    def __str__(self) -> str:
        shape = {DatePrecision.MONTH: "%-m/%Y", DatePrecision.YEAR: "%Y"}
        return self.day.strftime(shape.get(DatePrecision(self.precision), "%d/%m/%Y"))


class PreciseDayField(forms.CharField):
    """`14/4/2023`, `8/2023` or `2023`: what is known of a day, and no more."""

    def __init__(self, *, label: "Words", required: bool = False, help_text: "Words" = "") -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "14/4/2023"})
        super().__init__(
            label=label,
            required=required,
            max_length=10,
            widget=widget,
            help_text=help_text
            or _("Day, month or year, as far as known: 14/4/2023, 8/2023, 2023."),
        )

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, PreciseDay) else value

    def clean(self, value: Any) -> PreciseDay | None:
        """The day with its precision; None where nothing was typed.

        Raises:
            ValidationError: no such day, or not between 2000 and 2099.
        """
        text = super().clean(value).replace(" ", "")
        return _read(text) if text else None


def _read(text: str) -> PreciseDay:
    found = WRITTEN_DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        day, month, year = found.groups()
        read = dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise forms.ValidationError(
            _("Write it as 14/4/2023, 8/2023 or 2023."), code="day"
        ) from error
    if not FIRST_DAY <= read <= LAST_DAY:
        raise forms.ValidationError(_("A year from 2000 to 2099."), code="day")
    if day:
        return PreciseDay(read, DatePrecision.DAY)
    return PreciseDay(read, DatePrecision.MONTH if month else DatePrecision.YEAR)


def _refuse_far_day(day: dt.date) -> None:
    try:
        refuse_far_day(day)
    except ValueError as error:
        raise forms.ValidationError(str(error), code="day") from error


def day_field(label: "Words", *, required: bool = True, help_text: "Words" = "") -> forms.DateField:
    """A day that is known, picked or typed."""
    span = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        validators=[_refuse_far_day],
        widget=forms.DateInput(attrs={"type": "date", **span}, format="%Y-%m-%d"),
    )


def line_field(
    label: "Words", *, length: int, required: bool = True, help_text: "Words" = ""
) -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        label=capfirst(label),
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def text_field(
    label: "Words", *, required: bool = False, rows: int = 3, help_text: "Words" = ""
) -> forms.CharField:
    """Some sentences."""
    return forms.CharField(
        label=label,
        max_length=LONG_TEXT,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _offered(body: Organisation) -> str:
    """How a choice of bodies names one; from which day on where it does not exist yet."""
    if not getattr(body, "is_to_come", False):
        return named(body)
    return str(_("%(body)s (from %(day)s)")) % {"body": named(body), "day": day(body.valid_from)}


class BodyField(_OneBody):
    """One body, by its full name in the reader's language."""

    def __init__(self, *, label: "Words", required: bool = True, help_text: "Words" = "") -> None:
        super().__init__(
            Organisation.objects.none(),
            label=label,
            required=required,
            help_text=help_text,
            empty_label=CHOOSE,
        )

    def label_from_instance(self, obj: Organisation) -> str:
        return _offered(obj)


class BodiesField(_Bodies):
    """Any number of bodies, ticked."""

    def __init__(self, *, label: "Words", help_text: "Words" = "") -> None:
        super().__init__(
            Organisation.objects.none(),
            label=label,
            required=False,
            help_text=help_text,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "many-bodies"}),
        )

    def label_from_instance(self, obj: Organisation) -> str:
        return _offered(obj)


class DocumentField(_OneDocument):
    """One of the documents that are recorded."""

    def __init__(self) -> None:
        super().__init__(
            Document.objects.none(),
            label=_("Document"),
            required=False,
            empty_label=_("none of these"),
        )

    def label_from_instance(self, obj: Document) -> str:
        subject = obj.subject
        short = subject if len(subject) <= SHOWN_SUBJECT else f"{subject[:SHOWN_SUBJECT]}…"
        day = f" ({obj.cited_day})" if obj.cited_day else ""
        return f"{obj.kind} {obj.cited_number}{day}: {short}"


def bodies(*, on: dt.date, enterprises: bool) -> QuerySet[Organisation]:
    """Bodies that have not ended by a day: the enterprises, or all others.

    Those to come are among them, since a duty can be handed over ahead; `is_to_come` tells them.
    """
    present = Organisation.objects.exclude(valid_to__lt=on).annotate(
        is_to_come=Q(valid_from__gt=on)
    )
    of_kind = present.filter if enterprises else present.exclude
    return of_kind(kind__in=ENTERPRISE_KINDS).order_by("name")


def typed_document(given: dict[str, Any]) -> NewDocument | None:
    """The document that was typed beside a change, if any part of it was."""
    names = ("new_kind", "new_number", "new_issued", "new_issuer", "new_subject")
    if not any(given.get(name) for name in names):
        return None
    issued: PreciseDay | None = given.get("new_issued")
    return NewDocument(
        kind=given.get("new_kind", ""),
        subject=given.get("new_subject", ""),
        number_code=given.get("new_number", ""),
        issued_on=issued.day if issued else None,
        issued_on_precision=issued.precision if issued else DatePrecision.UNKNOWN,
        issuer=given.get("new_issuer"),
    )
