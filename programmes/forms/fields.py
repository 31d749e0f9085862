"""Fields of the programmes' own: days of which only month or year is known, and documents."""

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.time import FIRST_DAY, LAST_DAY
from organisations.choices import ENTERPRISE_KINDS, DatePrecision
from organisations.models import Document, Organisation
from organisations.services.documents import NewDocument

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
    _OneDocument = forms.ModelChoiceField[Document]
else:
    _OneDocument = forms.ModelChoiceField

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


class DocumentField(_OneDocument):
    """One of the documents that are recorded."""

    def __init__(self) -> None:
        super().__init__(
            Document.objects.all(),
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

    Those to come are among them, since a duty can be handed over ahead.
    """
    present = Organisation.objects.exclude(valid_to__lt=on)
    of_kind = present.filter if enterprises else present.exclude
    return of_kind(kind__in=ENTERPRISE_KINDS)


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
