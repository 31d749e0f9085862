"""The filters of the trail; all of them stand in the address."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, Min, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dti_tracker.shared.text import SearchKey, search_key
from dti_tracker.shared.time import end_of, parsed_day, start_of
from organisations.choices import Channel, TrailKind
from organisations.forms.fields import DayInput
from organisations.models import TrailEntry, User
from organisations.trail import attaching
from organisations.trail.functions import Words
from organisations.trail.reading import model_of

ANY = ("", _("All"))
LINES_OUT_OF_ORDER = 10_000
# As text (`->>`): that is what the index holds; a JSON path would read every line.
REQUEST = KeyTextTransform("request_id", "circumstances")


def _day(text: str) -> None:
    try:
        parsed_day(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class TrailFilter(forms.Form):
    """Words, person, kind of object (the security log among them), object, act, channel, days."""

    words = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    person = forms.CharField(label=pgettext_lazy("trail", "Person"), required=False, max_length=150)
    model = forms.ChoiceField(label=pgettext_lazy("trail", "Object"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("trail", "What was done"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    day_from = forms.CharField(label=_("From"), required=False, validators=[_day], widget=DayInput)
    day_to = forms.CharField(label=_("To"), required=False, validators=[_day], widget=DayInput)
    object = forms.IntegerField(
        required=False, min_value=1, max_value=10**18, widget=forms.HiddenInput
    )
    request = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("model", model_choices())
        self._choices("kind", [(code, capfirst(str(word))) for code, word in TrailKind.choices])
        self._choices("channel", [(code, capfirst(str(word))) for code, word in Channel.choices])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        asked = self.fields[name]
        if isinstance(asked, forms.ChoiceField):
            asked.choices = [ANY, *choices]

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def narrowed(self, found: QuerySet[TrailEntry]) -> QuerySet[TrailEntry]:
        """The lines asked for; the form is valid."""
        asked = self.cleaned_data
        for name in ("model", "kind", "channel"):
            if asked[name]:
                found = found.filter(**{name: asked[name]})
        if asked["object"]:
            found = found.filter(object_id=asked["object"])
        if asked["request"]:
            found = found.alias(asked_by=REQUEST).filter(asked_by=asked["request"])
        if asked["person"]:
            found = found.filter(user_id__in=_people(asked["person"]).values("pk"))
        if asked["words"].strip():
            found = found.filter(words=Words(asked["words"]))
        return _between(found, asked["day_from"], asked["day_to"])


def model_choices() -> list[tuple[str, str]]:
    """Every kind of object by its name, the security log first."""
    models = {source.model: _word_of(source.model) for source in attaching.sources()}
    return sorted(models.items(), key=lambda c: (c[0] != "organisations.securityevent", c[1]))


def _word_of(name: str) -> str:
    model = model_of(TrailEntry(model=name))
    return capfirst(str(model._meta.verbose_name)) if model else name


def _people(text: str) -> QuerySet[User]:
    """By login or by words of the name, with or without marks."""
    named = Q()
    for word in search_key(text).split():
        named &= Q(plain_name__contains=word)
    people = User.objects.alias(plain_name=SearchKey("full_name"))
    return people.filter(Q(username__iexact=text.strip()) | named)


def _between(found: QuerySet[TrailEntry], first: str, last: str) -> QuerySet[TrailEntry]:
    """Both days included.

    Numbers rise with time but for writers at once, and they bound the search. Lines from before the
    trail came later than their time: theirs are looked up.
    """
    within = Q()
    if first:
        within &= Q(at__gte=start_of(dt.date.fromisoformat(first)))
    if last:
        within &= Q(at__lt=end_of(dt.date.fromisoformat(last)))
    if not within:
        return found
    inside = TrailEntry.objects.filter(within)
    adopted = inside.filter(channel=Channel.ADOPTED).aggregate(lowest=Min("pk"), highest=Max("pk"))
    rising = inside.exclude(channel=Channel.ADOPTED).order_by("at", "pk").only("pk")
    oldest, newest = rising.first(), rising.last()
    numbers = [number for number in adopted.values() if number is not None]
    if oldest is not None and newest is not None:
        numbers += [oldest.pk - LINES_OUT_OF_ORDER, newest.pk + LINES_OUT_OF_ORDER]
    if not numbers:
        return found.none()
    return found.filter(within, pk__gte=min(numbers), pk__lte=max(numbers))
