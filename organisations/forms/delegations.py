"""The form with which a head delegates; the rules are in the services."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import name_order, sort_key
from organisations.forms.fields import DayField
from organisations.models import Organisation, User
from organisations.services.delegations import Member, Team


class DelegationForm(forms.Form):
    """Whom, from when until when, and why; the choices are those of the bodies the person heads.

    An administrator, who enters it for others, also says for which head.
    """

    delegator = forms.ChoiceField(label=_("For which head"))
    delegate = forms.ChoiceField(label=_("Who acts"))
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until"), help_text=_("Both days included, at most 90 days."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=255,
        help_text=_("With number and day of the written authorisation, if there is one."),
    )

    def __init__(
        self,
        given: Mapping[str, Any] | None,
        *,
        teams: Sequence[Team],
        on: dt.date,
        head: User | None,
    ) -> None:
        super().__init__(given, initial={"valid_from": on})
        self.head = head
        self.people = {key: value for team in teams for key, value in team.people.items()}
        self.heads = {key: value for team in teams for key, value in team.heads.items()}
        self._offer("delegate", self.people, has_many=len(teams) > 1)
        if head is None:
            self._offer("delegator", self.heads, has_many=True)
        else:
            del self.fields["delegator"]

    def _offer(self, name: str, people: Mapping[str, Member], *, has_many: bool) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        named = [
            (
                key,
                f"{member.user} ({member.organisation.short_name})"
                if has_many
                else str(member.user),
            )
            for key, member in sorted(people.items(), key=_order)
        ]
        field.choices = [("", "–"), *named]

    @property
    def chosen(self) -> tuple[Organisation, User, User]:
        """The body, its head, and who is to act."""
        member = self.people[self.cleaned_data["delegate"]]
        head = self.head or self.heads[self.cleaned_data["delegator"]].user
        return member.organisation, head, member.user

    @property
    def offers_anybody(self) -> bool:
        return bool(self.people)


def _order(choice: tuple[str, Member]) -> tuple[object, ...]:
    """By body, then as in a Vietnamese list of people."""
    _key, member = choice
    return sort_key(member.organisation.name), *name_order(
        member.user.full_name, member.user.username
    )
