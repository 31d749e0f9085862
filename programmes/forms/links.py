"""Forms of linking sub-indicators to tasks, and of their baselines and targets."""

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from indicators.choices import Direction
from indicators.models import SubIndicator
from organisations.choices import Certainty
from organisations.forms.fields import CHOOSE, DayField, NumberField, line_field
from organisations.templatetags.ui import named
from programmes.choices import LinkValueKind
from programmes.forms.base import ChangeForm, DocumentedForm, GroupedForm, picked
from programmes.forms.set_up import choices
from programmes.models import IndicatorLink, LinkValue, TrialPeriod
from programmes.services import Ground, mark_of

if TYPE_CHECKING:
    _OneIndicator = forms.ModelChoiceField[SubIndicator]
else:
    _OneIndicator = forms.ModelChoiceField

LINK = ("direction", "share", "basis")
VALUE = ("value", "numerator", "denominator", "unit", "on", "source", "certainty")
# What somebody can say of a value that they enter; the others are said by where a value comes from.
SAID = (Certainty.ENTERED, Certainty.CONFIRMED, Certainty.INFERRED, Certainty.UNVERIFIED)
DAY = dt.timedelta(days=1)


class IndicatorField(_OneIndicator):
    """One sub-indicator, under its edition and main indicator."""

    def __init__(self) -> None:
        super().__init__(SubIndicator.objects.all(), label=_("Sub-indicator"))
        self.choices = _indicators


def _indicators() -> list[Any]:
    rows = SubIndicator.objects.select_related("main_indicator__framework").order_by(
        "-main_indicator__framework__issued_on",
        "main_indicator__framework",
        "main_indicator__order",
        "order",
        "key",
    )
    grouped = groupby(rows, key=lambda row: row.main_indicator)
    return [
        CHOOSE,
        *(
            (
                f"{main.framework.legal_basis} · {main.code}. {named(main)}",
                [(row.pk, named(row)) for row in found],
            )
            for main, found in grouped
        ),
    ]


class LinkFields(forms.Form):
    """How a task works for a sub-indicator."""

    direction = forms.ChoiceField(label=_("Direction"), choices=lambda: choices(Direction))
    share = NumberField(
        label=_("Share of the change in percent"),
        help_text=_("What the task claims of the indicator's change; empty while nobody claims."),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    basis = line_field(_("Basis of the link"), length=255, required=False)

    @property
    def written(self) -> dict[str, Any]:
        return picked(self, LINK)


class NewLinkForm(LinkFields, ChangeForm):
    """A sub-indicator that a task should raise."""

    GROUPS = (("", ("sub_indicator", *LINK)),)

    sub_indicator = IndicatorField()


class LinkForm(LinkFields, ChangeForm):
    """A link that changes, or is taken away."""

    GROUPS = (("", LINK),)

    @staticmethod
    def recorded(link: IndicatorLink) -> dict[str, Any]:
        """What is recorded now."""
        return {
            "direction": link.direction,
            "share": link.share,
            "basis": link.basis,
            "seen": mark_of(link),
        }


class LinkValueFields(GroupedForm):
    """A baseline or target: a value, or its numerator and denominator."""

    GROUPS = (
        (_("The value"), ("value", "numerator", "denominator", "unit", "on")),
        (_("Where it is from"), ("source", "certainty")),
    )

    value = NumberField(
        label=_("Value"),
        help_text=_("Empty where it follows from numerator and denominator."),
        max_digits=20,
        decimal_places=4,
    )
    numerator = NumberField(label=_("Numerator"), max_digits=20, decimal_places=4)
    denominator = NumberField(label=_("Denominator"), max_digits=20, decimal_places=4)
    unit = line_field(_("Unit"), length=60, required=False, help_text=_("For example % or people."))
    on: Any = DayField(label=_("Holds for the day"))
    source = line_field(
        _("Source"), length=255, required=False, help_text=_("Empty: the document below.")
    )
    certainty = forms.ChoiceField(
        label=_("Certainty"),
        choices=lambda: [(code.value, capfirst(code.label)) for code in SAID],
        initial=Certainty.ENTERED,
    )

    @property
    def written(self) -> dict[str, Any]:
        return picked(self, VALUE)


class NewLinkValueForm(LinkValueFields, DocumentedForm):
    """The first baseline or target of a trial."""

    @property
    def ground(self) -> Ground:
        return Ground("", self.chosen_document)

    @staticmethod
    def proposed(
        link: IndicatorLink, period: TrialPeriod, kind: LinkValueKind, unit: str
    ) -> dict[str, Any]:
        """Its unit, and the day on which a trial's baseline or target usually stands."""
        before = period.starts_on - DAY if period.starts_on else None
        return {
            "unit": unit or link.sub_indicator.unit,
            "on": before if kind == LinkValueKind.BASELINE else period.ends_on,
            "certainty": Certainty.ENTERED,
            "seen": mark_of(),
        }


class LinkValueForm(LinkValueFields, ChangeForm):
    """A baseline or target that is replaced."""

    @staticmethod
    def recorded(value: LinkValue) -> dict[str, Any]:
        """What is recorded now; the value itself only where it was not computed."""
        is_computed = value.denominator is not None
        return {
            "value": None if is_computed else value.value,
            "numerator": value.numerator,
            "denominator": value.denominator,
            "unit": value.unit,
            "on": value.on,
            "source": "",
            "certainty": value.certainty if value.certainty in SAID else Certainty.ENTERED,
            "seen": mark_of(value),
        }
