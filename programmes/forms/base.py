"""What the forms of setting up share: groups, what was read, the document, the reason."""

import datetime as dt
from collections.abc import Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.choices import DocumentKind
from organisations.forms.base import SetUpForm
from organisations.forms.fields import BodyField, ReasonField, line_field, text_field
from organisations.models import Document
from organisations.services.documents import NewDocument
from organisations.templatetags.ui import UNKNOWN
from programmes.forms.fields import DocumentField, PreciseDayField, typed_document
from programmes.services import Ground

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

NEW_DOCUMENT = ("new_kind", "new_number", "new_issued", "new_issuer", "new_subject")
KINDS = [("", "—"), *((kind.value, capfirst(kind.label)) for kind in DocumentKind)]


class Group(NamedTuple):
    """Fields under a heading; without one they stand first."""

    heading: "Words"
    fields: list[forms.BoundField]


class Clash(NamedTuple):
    """A field in which what is recorded now differs from what was typed."""

    label: "Words"
    present: str


class GroupedForm(SetUpForm):
    """Values under headings, and the mark of what was read before they were typed.

    `initial` is what is recorded now: after a clash it is shown beside what was typed.
    """

    GROUPS: ClassVar[tuple[tuple["Words", tuple[str, ...]], ...]] = ()

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def groups(self) -> Iterator[Group]:
        """The visible fields in their order, those of the document and the reason left out."""
        for heading, names in self.GROUPS:
            yield Group(heading, [self[name] for name in names])

    def clashes(self) -> list[Clash]:
        """Where what is recorded now differs from what was typed."""
        shown = (name for _heading, names in self.GROUPS for name in names)
        return [
            Clash(self.fields[name].label or "", reading(self[name], self.initial.get(name)))
            for name in shown
            if self.fields[name].has_changed(self.initial.get(name), self[name].data)
        ]

    def on_present(self) -> None:
        """Let what was typed be saved over what is recorded now: the person has been told."""
        typed: Any = copy(self.data)
        typed["seen"] = self.initial.get("seen", "")
        self.data = typed


def reading(bound: forms.BoundField, recorded: Any) -> str:
    """A recorded value of a field as one reads it."""
    field = bound.field
    value = field.prepare_value(recorded)
    if isinstance(field, forms.ChoiceField):
        labels: dict[Any, Any] = dict(field.widget.choices)
        return next((str(text) for key, text in labels.items() if str(key) == str(value)), UNKNOWN)
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return str(value) if value not in (None, "") else UNKNOWN


class DocumentFields(forms.Form):
    """A document: one that is recorded, or a new one entered in the same form."""

    document = DocumentField()
    new_kind = forms.ChoiceField(label=_("Type"), choices=KINDS, required=False)
    new_number = line_field(
        _("Number and code"), length=60, required=False, help_text=_("For example 12/QĐ-UBND.")
    )
    new_issued = PreciseDayField(label=_("Issued on"))
    new_issuer = BodyField(label=_("Issued by"), required=False)
    new_subject = text_field(_("About"), rows=2)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("document") and typed_document(given):
            self.add_error(
                "document", _("Choose a document, or enter a new one: not both at once.")
            )
        return given

    @property
    def new_document_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in NEW_DOCUMENT]

    @property
    def is_new_document(self) -> bool:
        """Whether anything of a new document was typed, so that its fields are unfolded."""
        return any(self[name].data or self[name].errors for name in NEW_DOCUMENT)

    @property
    def chosen_document(self) -> Document | NewDocument | None:
        """What was chosen or typed."""
        return self.cleaned_data.get("document") or typed_document(self.cleaned_data)


class DocumentedForm(DocumentFields, GroupedForm):
    """With a document; `needs_document` says to the reader whether the service goes without one."""

    needs_document: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.needs_document:
            self.fields["document"].help_text = _("Needed: choose one, or enter a new one below.")


class ChangeForm(DocumentedForm):
    """A change of what exists: with a reason and a document."""

    needs_document = True

    reason = ReasonField(
        required=False, help_text=_("Stays in the history beside the old and the new value.")
    )

    @property
    def ground(self) -> Ground:
        return Ground(self.cleaned_data["reason"], self.chosen_document)


def picked(form: forms.Form, names: Sequence[str]) -> dict[str, Any]:
    """Some of the checked values, as the services take them."""
    return {name: form.cleaned_data[name] for name in names}
