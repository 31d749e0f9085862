"""The filter of the guide to rights."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.guide import relation_words
from organisations.rights import Relation


class RelationForm(forms.Form):
    """As what somebody asks what they may do; everybody when nothing is chosen."""

    relation = forms.ChoiceField(label=_("What may this person do?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["relation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        named = [(relation.value, capfirst(relation_words(relation))) for relation in Relation]
        field.choices = [("", _("Everybody")), *named]

    @property
    def chosen(self) -> Relation | None:
        chosen = self.cleaned_data["relation"]
        return Relation(chosen) if chosen else None
