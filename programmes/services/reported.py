"""Milestones and values that an update brings, and what becomes of them when it is accepted."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.text import nfc
from dti_tracker.shared.time import refuse_far_day
from indicators import calculation as calc
from indicators.choices import ValueKind
from indicators.models import Measurement
from organisations.choices import Certainty
from organisations.models import User
from organisations.selectors import Successions
from organisations.templatetags.ui import number as number_of
from programmes.calendar import period_of
from programmes.choices import MilestoneState, UpdateState
from programmes.figures import units_of
from programmes.models import (
    Milestone,
    ProgressUpdate,
    ReportedMilestone,
    ReportedValue,
    Task,
)
from programmes.state import current_period

SURE = frozenset({Certainty.ENTERED.value, Certainty.UNVERIFIED.value, Certainty.EXAMPLE.value})
LIMIT = Decimal(10) ** 16


@dataclass(frozen=True)
class GivenValue:
    """What somebody reports of a linked sub-indicator; half-finished while a draft.

    `value` of a ratio follows from its two parts where both are there.
    """

    kind: str = ValueKind.MEASURED.value
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unit: str = ""
    measured_on: dt.date | None = None
    source: str = ""
    certainty: str = Certainty.ENTERED.value

    @property
    def says_nothing(self) -> bool:
        """Without any figure, and not declared not applicable: not reported, which is not 0."""
        given = (self.value, self.numerator, self.denominator)
        return self.kind != ValueKind.NOT_APPLICABLE and all(part is None for part in given)


@dataclass(frozen=True)
class Brought:
    """What an update brings: days on which milestones were reached, values of links, by key."""

    milestones: Mapping[int, dt.date] = field(default_factory=dict)
    values: Mapping[int, GivenValue] = field(default_factory=dict)

    def with_(self, fields: Mapping[str, Any]) -> "Brought":
        """The same after what was given; None takes a milestone or a value back."""
        given = {
            key: _as_sure_as(self.values.get(key), tidy(v)) if v else None
            for key, v in fields.get("values", {}).items()
        }
        return Brought(
            _merged(self.milestones, fields.get("milestones", {})),
            _merged(self.values, given),
        )


def _as_sure_as(before: GivenValue | None, given: GivenValue | None) -> GivenValue | None:
    """A made-up value that nobody changed stays one, whoever saves it again."""
    if before is None or given is None or before.certainty != Certainty.EXAMPLE:
        return given
    return before if replace(given, certainty=before.certainty) == before else given


def _merged(present: Mapping[int, Any], given: Mapping[int, Any]) -> dict[int, Any]:
    return {key: value for key, value in {**present, **given}.items() if value is not None}


def tidy(given: GivenValue) -> GivenValue | None:
    """As it is kept: composed words, no figures where nothing applies, the ratio worked out."""
    if given.says_nothing:
        return None
    clean = replace(given, unit=nfc(given.unit.strip()), source=nfc(given.source.strip()))
    if given.kind == ValueKind.NOT_APPLICABLE:
        return replace(clean, value=None, numerator=None, denominator=None)
    if clean.numerator is not None and clean.denominator and clean.denominator > 0:
        # A result that contradicts its parts is kept: somebody has to be told of it.
        made = ratio_of(clean.numerator, clean.denominator, clean.unit)
        return clean if _contradicted(clean) is not None else replace(clean, value=made)
    if clean.numerator is not None or clean.denominator is not None:
        return replace(clean, value=None)
    return clean


def _contradicted(given: GivenValue) -> Decimal | None:
    """What the two parts make where the value beside them says something else."""
    value, numerator, denominator = given.value, given.numerator, given.denominator
    if value is None or numerator is None or denominator is None:
        return None
    if not all(map(_is_keepable, (value, numerator, denominator))) or denominator <= 0:
        return None
    made = ratio_of(numerator, denominator, given.unit)
    return None if calc.rounded(value) == made else made


def _is_keepable(figure: Decimal) -> bool:
    return figure.is_finite() and abs(figure) < LIMIT


def ratio_of(numerator: Decimal, denominator: Decimal, unit: str) -> Decimal | None:
    """What two parts make: a percentage where the unit is %, else their quotient."""
    rolled = calc.roll_up([calc.Part.of(numerator, denominator)])
    return calc.rounded(rolled.percent if unit == "%" else rolled.ratio)


def brought_by(update: ProgressUpdate | None) -> Brought:
    """What an update brings as it is saved; two queries."""
    if update is None or update.pk is None:
        return Brought()
    return Brought(
        {row.milestone_id: row.reached_on for row in update.reported_milestones.all()},
        {row.link_id: as_given(row) for row in update.reported_values.all()},
    )


def as_given(row: ReportedValue) -> GivenValue:
    """A saved value as one gives it."""
    return GivenValue(
        row.kind,
        row.value,
        row.numerator,
        row.denominator,
        row.unit,
        row.measured_on,
        row.source,
        row.certainty,
    )


def open_milestones(
    task: Task, *, on: dt.date, reported: Collection[int] | None = None
) -> list[Milestone]:
    """Milestones of the present trial that can be reported as reached, in order.

    Those that nobody reached, and those whose day comes from a report, which another may correct;
    the coordinator's own entries and dropped ones stand.

    Args:
        reported: keys of milestones that a report named, where they are known; else they are read.
    """
    period = current_period(task.trial_periods.all(), on=on)
    if period is None or period.is_closed:
        return []
    if reported is None:
        named = ReportedMilestone.objects.filter(milestone__trial_period=period)
        reported = set(named.values_list("milestone", flat=True))
    return [
        m
        for m in period.milestones.all()
        if m.state == MilestoneState.PLANNED
        or (m.state == MilestoneState.REACHED and m.pk in reported)
    ]


def require_fitting(
    task: Task,
    before: Brought,
    wanted: Brought,
    *,
    on: dt.date,
    reported: Collection[int] | None = None,
    units: Mapping[int, str] | None = None,
) -> None:
    """Raises DomainError where a milestone or value cannot be: `fields` names `milestone-7`,
    `value-3-denominator`; all that is wrong is told at once.

    Args:
        reported: as for :func:`open_milestones`.
        units: by link, in what its indicator is counted, where that is known; else it is read.
    """
    wrong: dict[str, str] = {}
    can_be = open_milestones(task, on=on, reported=reported) if wanted.milestones else []
    known = {milestone.pk for milestone in can_be}
    for key, day in wanted.milestones.items():
        if key not in known:
            wrong[f"milestone-{key}"] = _(
                "This milestone is none of the running trial's open ones."
            )
        elif sentence := _day_fault(day, on):
            wrong[f"milestone-{key}"] = sentence
    if units is None:
        units = _units(task, on) if wanted.values else {}
    for key, given in wanted.values.items():
        if key not in units:
            wrong[f"value-{key}-value"] = _("This indicator is not linked to the task.")
        else:
            faults = value_faults(given, on, units[key])
            wrong |= {f"value-{key}-{name}": text for name, text in faults.items()}
    if wrong:
        raise DomainError(" ".join(dict.fromkeys(wrong.values())), fields=wrong)


def _units(task: Task, on: dt.date) -> dict[int, str]:
    period = current_period(task.trial_periods.all(), on=on)
    links = task.indicator_links.select_related("sub_indicator")
    return units_of(dict.fromkeys(links, period), successions=Successions.load(), on=on)


def value_faults(given: GivenValue, on: dt.date, unit: str = "") -> dict[str, str]:
    """What cannot be, by field; what merely lacks is for :func:`value_gaps`.

    Args:
        unit: in what the indicator is counted; "" where that is open.
    """
    faults = {}
    if given.kind not in ValueKind.values:
        faults["kind"] = _("Choose measured, estimated or not applicable.")
    if given.certainty not in SURE:
        faults["certainty"] = _("A reported value is entered, or marked as unverified.")
    faults |= _figure_faults(given)
    if unit and given.kind != ValueKind.NOT_APPLICABLE and given.unit != unit:
        faults["unit"] = _("This indicator is counted in “%s”: give the value in this unit.") % unit
    if given.measured_on and (sentence := _day_fault(given.measured_on, on)):
        faults["measured_on"] = sentence
    return faults


def _figure_faults(given: GivenValue) -> dict[str, str]:
    faults = {}
    for name in ("value", "numerator", "denominator"):
        number = getattr(given, name)
        if number is not None and not _is_keepable(number):
            faults[name] = _("This number is too large.")
        elif number is not None and calc.rounded(number) != number:
            faults[name] = _("At most four decimals are kept.")
        elif number is not None and number < 0 and (given.unit == "%" or name == "denominator"):
            faults[name] = _("This number is not negative.")
    if given.denominator == 0:
        faults["denominator"] = _("The denominator is not 0: of nothing there is no share.")
    if (made := _contradicted(given)) is not None:
        faults.setdefault(
            "value",
            _("Numerator and denominator make %s: correct them, or leave this empty.")
            % number_of(made),
        )
    return faults


def value_gaps(given: GivenValue) -> dict[str, str]:
    """What a value still lacks before its update can be sent, by field."""
    gaps = {}
    if given.numerator is not None and given.denominator is None:
        gaps["denominator"] = _("The denominator lacks beside the numerator.")
    elif given.denominator is not None and given.numerator is None:
        gaps["numerator"] = _("The numerator lacks beside the denominator.")
    if given.measured_on is None and given.kind != ValueKind.NOT_APPLICABLE:
        gaps["measured_on"] = _("Say of which day this value is.")
    return gaps


def _day_fault(day: dt.date, on: dt.date) -> str:
    if day > on:
        return _("This day has not come yet.")
    try:
        refuse_far_day(day)
    except ValueError as error:
        return str(error)
    return ""


def write_brought(update: ProgressUpdate, before: Brought, wanted: Brought) -> None:
    """Make the saved rows of an update what is wanted; what did not change is not touched."""
    gone = set(before.milestones) - set(wanted.milestones)
    update.reported_milestones.filter(milestone__in=gone).delete()
    for key, day in wanted.milestones.items():
        if before.milestones.get(key) != day:
            ReportedMilestone.objects.update_or_create(
                update=update, milestone_id=key, defaults={"reached_on": day}
            )
    update.reported_values.filter(link__in=set(before.values) - set(wanted.values)).delete()
    for key, given in wanted.values.items():
        if before.values.get(key) != given:
            ReportedValue.objects.update_or_create(
                update=update, link_id=key, defaults=vars(given).copy()
            )


def make_effective(
    update: ProgressUpdate, *, replaced: Iterable[ProgressUpdate], by: User, at: dt.datetime
) -> None:
    """Let an accepted update count: milestones are reached, values become measurements.

    What an earlier update of the same period said and this one no longer says is taken back.
    """
    earlier = [other.pk for other in replaced]
    _take_back(update, earlier, at)
    _reach(update)
    for value in update.reported_values.select_related("link__sub_indicator"):
        value.measurement = _measurement(update, value, by=by, at=at)
        value.save()


def _reach(update: ProgressUpdate) -> None:
    """Milestones as reported; what was dropped, entered or evaluated meanwhile stands, and so does
    what a later period's report says."""
    open_now = {m.pk for m in open_milestones(update.task, on=update.period_ends_on)}
    later = _named_in_force(update).filter(update__period_ends_on__gt=update.period_ends_on)
    rows = update.reported_milestones.filter(milestone__in=open_now)
    for row in rows.exclude(milestone__in=later.values("milestone")).select_related("milestone"):
        milestone = row.milestone
        milestone.state, milestone.reached_on = MilestoneState.REACHED, row.reached_on
        milestone.save()


def _named_in_force(update: ProgressUpdate) -> QuerySet[ReportedMilestone]:
    """What other accepted reports of the task say of milestones."""
    accepted = ReportedMilestone.objects.filter(
        update__task=update.task, update__state=UpdateState.ACCEPTED
    )
    return accepted.exclude(update=update)


def _take_back(update: ProgressUpdate, earlier: list[int], at: dt.datetime) -> None:
    kept = update.reported_milestones.values("milestone")
    others = _named_in_force(update).values("milestone")
    gone = ReportedMilestone.objects.filter(update__in=earlier).exclude(milestone__in=kept)
    for row in gone.exclude(milestone__in=others):
        Milestone.objects.filter(
            pk=row.milestone_id, state=MilestoneState.REACHED, reached_on=row.reached_on
        ).update(state=MilestoneState.PLANNED, reached_on=None, updated_at=at)
    Measurement.objects.filter(reported__update__in=earlier, replaced_at__isnull=True).update(
        replaced_at=at, updated_at=at
    )


def _measurement(
    update: ProgressUpdate, row: ReportedValue, *, by: User, at: dt.datetime
) -> Measurement:
    measured_on = row.measured_on or update.period_ends_on
    period = current_period(update.task.trial_periods.all(), on=measured_on)
    return Measurement.objects.create(
        sub_indicator=row.link.sub_indicator,
        territory=period.territory if period else None,
        reporter=update.organisation,
        measured_on=measured_on,
        kind=row.kind,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        unit=row.unit,
        document=update.received_document,
        entered_by=update.submitted_by,
        confirmed_by=by,
        confirmed_at=at,
        certainty=_confirmed(row.certainty),
        source=row.source or _own_source(update),
    )


def _confirmed(certainty: str) -> str:
    """An entered value is confirmed by its acceptance; a doubtful or made-up one stays what it is."""
    return Certainty.CONFIRMED.value if certainty == Certainty.ENTERED else certainty


def _own_source(update: ProgressUpdate) -> str:
    """The report itself, where no other source was named; a record, so in Vietnamese."""
    period = period_of(update.period_ends_on, update.task.programme.reporting)
    return (
        f"Báo cáo tiến độ của {update.organisation.name}, "
        f"kỳ {period.starts_on:%d/%m/%Y}–{period.ends_on:%d/%m/%Y}"
    )
