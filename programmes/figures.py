"""Baseline, target and actual of a task's indicators in one trial, with what follows from them.

Every figure comes out of `indicators.calculation`; here the rows are chosen and read at once.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from dti_tracker.shared.time import end_of
from indicators import calculation as calc
from indicators.choices import Accumulation, Direction, ScoringRule, ValueKind
from indicators.models import Measurement, SubIndicator
from organisations.choices import Certainty, Role
from organisations.selectors import Successions
from programmes.choices import LinkValueKind
from programmes.models import IndicatorLink, LinkValue, TrialPeriod

# The least certain part decides how certain a sum is.
LEAST_CERTAIN_FIRST = (
    Certainty.EXAMPLE,
    Certainty.UNKNOWN,
    Certainty.UNVERIFIED,
    Certainty.INFERRED,
    Certainty.DERIVED,
    Certainty.ENTERED,
    Certainty.CONFIRMED,
    Certainty.READ,
)
RULES = {
    ScoringRule.RATIO: calc.RuleKind.RATIO,
    ScoringRule.YES_PART_NO: calc.RuleKind.YES_PART_NO,
    # The steps of an edition are in no table yet: its points are for people to say.
    ScoringRule.STEPS: calc.RuleKind.MANUAL,
    ScoringRule.MANUAL: calc.RuleKind.MANUAL,
}


@dataclass(frozen=True)
class Value:
    """A dated value with everything that must be shown beside it."""

    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    on: dt.date
    certainty: str
    source: str
    is_estimated: bool = False


@dataclass(frozen=True)
class LinkSummary:
    """One indicator of a task in a trial period.

    `attainment` and the paces are ratios (1 = target, 1 = as fast as required), None where they
    cannot be told; `points_assumption` names what the points assume, empty when nothing. `course`
    and `pace` explain where the figures come from.
    """

    link: IndicatorLink
    sub_indicator: SubIndicator
    direction: Direction
    baseline: Value | None
    target: Value | None
    actual: Value | None
    attainment: Decimal | None
    pace_linear: Decimal | None
    pace_growth: Decimal | None
    pace_class: calc.PaceClass
    points_baseline: Decimal | None
    points_actual: Decimal | None
    points_target: Decimal | None
    points_assumption: tuple[str, ...]
    share: Decimal | None
    points_gained: Decimal | None
    pace: calc.Pace
    course: calc.Course

    @property
    def unit(self) -> str:
        """In what the indicator is counted; see :func:`unit_of`."""
        return unit_of(self.sub_indicator, self.target, self.baseline, self.actual)

    @property
    def followed_pace(self) -> Decimal | None:
        """The pace that counts: growth from 12 months of data on, linear before."""
        followed = {self.pace.linear.formula: self.pace_linear}
        followed[self.pace.growth.formula] = self.pace_growth
        return followed[self.pace.followed] if self.pace.followed else None

    @property
    def linear_share(self) -> Decimal | None:
        """Where even progress would stand on the day of the actual value: 0 baseline, 1 target."""
        course = self.course
        if course.actual.on is None:
            return None
        return calc.elapsed_share(course.baseline.on, course.target.on, course.actual.on)

    @property
    def is_achieved(self) -> bool:
        return self.pace_class == calc.PaceClass.ACHIEVED

    @property
    def has_example(self) -> bool:
        """Whether a made-up value is among the three."""
        values = (self.baseline, self.target, self.actual)
        return any(v is not None and v.certainty == Certainty.EXAMPLE for v in values)


@dataclass(frozen=True)
class Figures:
    """Baselines, targets and measurements of many links, as recorded by the end of a day."""

    on: dt.date
    successions: Successions
    link_values: dict[tuple[int, int, str], LinkValue]
    measurements: dict[tuple[int, int | None], list[Measurement]]

    @classmethod
    def load(
        cls,
        links: Collection[IndicatorLink],
        periods: Collection[TrialPeriod],
        *,
        successions: Successions,
        on: dt.date,
    ) -> "Figures":
        """Read them in two queries, whatever the number of links."""
        end = end_of(on)
        values = (
            LinkValue.objects.filter(link__in=links, trial_period__in=periods)
            .filter(Q(replaced_at__isnull=True) | Q(replaced_at__gte=end))
            # Later ones first, so that the one in force on the day is the last to be written.
            .order_by(F("replaced_at").desc(nulls_first=True), "id")
        )
        measured: dict[tuple[int, int | None], list[Measurement]] = defaultdict(list)
        for row in Measurement.objects.accepted(until=on, known_at=end).filter(
            sub_indicator__in={link.sub_indicator_id for link in links}
        ):
            measured[row.sub_indicator_id, row.territory_id].append(row)
        return cls(
            on=on,
            successions=successions,
            link_values={(v.link_id, v.trial_period_id, v.kind): v for v in values},
            measurements=dict(measured),
        )

    def summary(
        self, link: IndicatorLink, period: TrialPeriod | None, *, until: dt.date
    ) -> LinkSummary:
        """What a link shows for a trial, with values measured no later than a day."""
        baseline = self._agreed(link, period, LinkValueKind.BASELINE)
        target = self._agreed(link, period, LinkValueKind.TARGET)
        actual = self._actual(link.sub_indicator, period, until=until)
        course = calc.Course(_point(baseline), _point(target), _point(actual), link.direction)
        pace = calc.pace(course)
        earned = [points_of(value, link.sub_indicator) for value in (baseline, actual, target)]
        return LinkSummary(
            link=link,
            sub_indicator=link.sub_indicator,
            direction=Direction(link.direction),
            baseline=baseline,
            target=target,
            actual=actual,
            attainment=course.attainment.ratio,
            pace_linear=pace.linear.ratio,
            pace_growth=pace.growth.ratio,
            pace_class=pace.pace_class,
            points_baseline=earned[0].value,
            points_actual=earned[1].value,
            points_target=earned[2].value,
            points_assumption=_assumptions(earned),
            share=link.share,
            points_gained=_gained(earned, link.share),
            pace=pace,
            course=course,
        )

    def unit(self, link: IndicatorLink, period: TrialPeriod | None) -> str:
        """In what a link's indicator is counted; see :func:`unit_of`."""
        return unit_of(
            link.sub_indicator,
            self._agreed(link, period, LinkValueKind.TARGET),
            self._agreed(link, period, LinkValueKind.BASELINE),
            self._actual(link.sub_indicator, period, until=self.on),
        )

    def _agreed(
        self, link: IndicatorLink, period: TrialPeriod | None, kind: LinkValueKind
    ) -> Value | None:
        row = self.link_values.get((link.pk, period.pk, kind)) if period else None
        if row is None:
            return None
        return Value(
            row.value, row.numerator, row.denominator, row.unit, row.on, row.certainty, row.source
        )

    def _actual(
        self, sub_indicator: SubIndicator, period: TrialPeriod | None, *, until: dt.date
    ) -> Value | None:
        if period is None:
            return None
        rows = self.measurements.get((sub_indicator.pk, period.territory_id), [])
        is_cumulative = sub_indicator.accumulation == Accumulation.CUMULATIVE
        carried = calc.carry_forward(
            (self._as_calculated(row) for row in rows),
            until,
            cumulative=is_cumulative,
            since=None if is_cumulative else period.starts_on,
        )
        by_key = {row.pk: row for row in rows}
        used = [by_key[m.sequence] for m in carried.used if m.amount.has_number]
        return _value_of(used, carried) if used else None

    def _as_calculated(self, row: Measurement) -> calc.Measurement:
        """A row as the arithmetic takes it; a successor's value replaces its predecessor's."""
        amount = row.value if row.numerator is None else row.numerator
        if row.kind == ValueKind.NOT_APPLICABLE or amount is None:
            quantity = calc.NOT_APPLICABLE
        else:
            is_estimate = row.kind == ValueKind.ESTIMATED
            quantity = calc.estimated(amount) if is_estimate else calc.known(amount)
        denominator = None if row.denominator is None else calc.known(row.denominator)
        return calc.Measurement(
            reporter=self._reporter(row),
            on=row.measured_on,
            amount=quantity,
            denominator=denominator,
            sequence=row.pk,
        )

    def _reporter(self, row: Measurement) -> str:
        if row.reporter_id is None:
            return ""
        heir = self.successions.holder(row.reporter_id, Role.INDICATOR_OWNER, on=self.on)
        return str(heir.pk if heir else row.reporter_id)


def unit_of(sub_indicator: SubIndicator, *values: Value | None) -> str:
    """The one rule for pages, files and services: as target, baseline or actual, else the edition.

    Args:
        values: target, baseline and actual, in this order; the first with a unit decides.
    """
    units = (value.unit for value in values if value is not None and value.unit)
    return next(units, sub_indicator.unit)


def units_of(
    trials: Mapping[IndicatorLink, TrialPeriod | None], *, successions: Successions, on: dt.date
) -> dict[int, str]:
    """The units of many links, by key, each in its task's trial; two queries for any number."""
    periods = {period for period in trials.values() if period is not None}
    figures = Figures.load(trials.keys(), periods, successions=successions, on=on)
    return {link.pk: figures.unit(link, period) for link, period in trials.items()}


def points_of(value: Value | None, sub_indicator: SubIndicator) -> calc.Points:
    """DTI points of a value by the edition's rule; what is unknown is assumed openly or left out."""
    main = sub_indicator.main_indicator
    kind = RULES.get(ScoringRule(sub_indicator.rule)) if sub_indicator.rule else None
    return calc.points(
        None if value is None else value.value,
        sub_indicator.unit if value is None else value.unit,
        sub_indicator.max_points,
        main.max_points if main.is_scored else 0,
        main.sub_indicator_count,
        calc.Rule(kind) if kind else calc.UNKNOWN_RULE,
    )


def least_certain(codes: Iterable[str]) -> str:
    """The weakest of several certainties; unknown when there is none."""
    given = set(codes)
    return next((c.value for c in LEAST_CERTAIN_FIRST if c in given), Certainty.UNKNOWN.value)


def _value_of(rows: Sequence[Measurement], carried: calc.Carried) -> Value | None:
    """One value from the last row of each reporter.

    Ratios with numerator and denominator roll up; counts add up; of bare percentages, which can
    neither be added nor averaged, the last measured one stands.
    """
    unit = rows[-1].unit
    newest = max(rows, key=lambda row: (row.measured_on, row.pk))
    numerator = denominator = None
    if all(row.denominator is not None for row in rows) and unit in calc.RATIO_UNITS:
        rolled = calc.roll_up(carried.parts)
        numerator, denominator = rolled.numerator.number, rolled.denominator.number
        value = rolled.percent if unit == "%" else rolled.ratio
    elif len(rows) == 1 or unit in calc.RATIO_UNITS:
        rows, value = [newest], newest.value
        numerator, denominator = newest.numerator, newest.denominator
    else:
        value = calc.add_up(calc.reported(row.value) for row in rows).number
    if value is None:
        return None
    return Value(
        value=value,
        numerator=numerator,
        denominator=denominator,
        unit=unit,
        on=newest.measured_on,
        certainty=least_certain(row.certainty for row in rows),
        source="; ".join(dict.fromkeys(row.source for row in rows if row.source)),
        is_estimated=any(row.kind == ValueKind.ESTIMATED for row in rows),
    )


def _point(value: Value | None) -> calc.Point:
    return calc.Point() if value is None else calc.Point(value.value, value.on)


def _assumptions(earned: Iterable[calc.Points]) -> tuple[str, ...]:
    found = (str(reason) for points in earned for reason in points.assumptions)
    return tuple(dict.fromkeys(found))


def _gained(earned: Sequence[calc.Points], share: Decimal | None) -> Decimal | None:
    """Points from baseline to actual, as far as the task claims them; all while nobody claimed."""
    return calc.points_gained(earned[0], earned[1], Decimal(100) if share is None else share)
