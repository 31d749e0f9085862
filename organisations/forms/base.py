"""What the forms of setting up share on every floor."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst

from organisations.forms.fields import BodiesField, BodyField
from organisations.models import Organisation


class SetUpForm(forms.Form):
    """A form of a day; it offers every body unless it narrows them down.

    The floors add what their pages ask for, each in a form of its own: here a box to tick where
    something follows from an act (`WarnedForm`), above it groups of fields over what is recorded
    (`GroupedForm` of the programmes). Neither has a use for the other's.
    """

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        everybody = Organisation.objects.all()
        for field in self.fields.values():
            if field.label:
                field.label = capfirst(field.label)
            if isinstance(field, BodyField | BodiesField):
                field.offer(everybody, on=on)

    def offer(self, name: str, bodies: QuerySet[Organisation]) -> None:
        """Offer these bodies alone in a field."""
        field = self.fields[name]
        assert isinstance(field, BodyField | BodiesField)  # noqa: S101 - tells the type checker
        field.offer(bodies, on=self.on)
