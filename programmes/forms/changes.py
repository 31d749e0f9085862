"""Forms of a trial's time: its early end, dates that become known, more time asked and decided."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from organisations.forms.fields import DayField, ReasonField, text_field
from programmes.forms.base import ChangeForm, DocumentedForm, GroupedForm
from programmes.forms.tasks import PERIOD, PeriodFields, territories
from programmes.models import ExtensionRequest, TrialPeriod
from programmes.services import mark_of


class EndTrialForm(ChangeForm):
    """The day on which a trial ends before its last one."""

    GROUPS = (("", ("ended_on",)),)

    ended_on = DayField(label=_("Last day"))

    @staticmethod
    def recorded(period: TrialPeriod) -> dict[str, Any]:
        """What is recorded now."""
        return {"ended_on": period.ends_on, "seen": mark_of(period)}


class KnownDatesForm(PeriodFields, ChangeForm):
    """The days of a trial that nobody knew so far."""

    GROUPS = (("", PERIOD),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("territory", territories())
        for name in ("starts_on", "ends_on"):
            self.fields[name].required = True
        self.fields["starts_on"].help_text = ""


class AskForm(DocumentedForm):
    """Until when a trial should go on, and why."""

    GROUPS = (("", ("ends_on",)),)

    ends_on = DayField(label=_("New last day"))
    reason = ReasonField(help_text=_("What is not finished yet, and what the time is needed for."))


class GrantForm(DocumentedForm):
    """Until when a trial goes on, and by which document."""

    needs_document = True
    GROUPS = (("", ("ends_on", "remarks")),)

    ends_on = DayField(
        label=_("Goes on until"), help_text=_("May be another day than the one asked for.")
    )
    remarks = text_field(_("Remarks"), rows=2)

    @staticmethod
    def recorded(request: ExtensionRequest) -> dict[str, Any]:
        """What was asked for."""
        return {"ends_on": request.ends_on, "seen": mark_of(request, request.trial_period)}


class RefuseForm(GroupedForm):
    """Why a trial gets no more time."""

    GROUPS = (("", ("remarks",)),)

    remarks = text_field(_("Why not"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remarks"].widget.attrs["required"] = True

    @staticmethod
    def recorded(request: ExtensionRequest) -> dict[str, Any]:
        """The mark of what was read."""
        return {"seen": mark_of(request, request.trial_period)}
