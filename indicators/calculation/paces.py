"""Whether an indicator moves fast enough to reach its target in time, shown two ways.

A value dated D stands at the end of day D, so the time between two values is the difference of
their dates. For a trial whose first and last day both count, a baseline taken before it began is
dated the day before the first day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Final

from indicators.calculation.attainments import Attainment, Direction, attainment
from indicators.calculation.exact import ONE, PRECISION, exact_context, exactly
from indicators.calculation.explanation import Explanation, Formula, Reason

ON_COURSE_FROM: Final = Decimal("0.95")
NEEDS_ACCELERATION_FROM: Final = Decimal("0.60")
DAYS_A_YEAR: Final = Decimal(365)
# Twice the digits while logarithms are taken, so that their noise never moves a threshold.
GUARD_PRECISION: Final = 2 * PRECISION


class PaceClass(StrEnum):
    """What the pace means."""

    ON_COURSE = "on_course"
    NEEDS_ACCELERATION = "needs_acceleration"
    LIMITED = "limited"
    WORSENING = "worsening"
    ACHIEVED = "achieved"
    UNDEFINED = "undefined"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class Point:
    """A value and the day at whose end it stands (for a target: is to stand)."""

    value: Decimal | None = None
    on: date | None = None


@dataclass(frozen=True)
class Course:
    """The way of an indicator: where it began, where it is to arrive and when, where it is."""

    baseline: Point
    target: Point
    actual: Point
    direction: Direction | str
    exclusive: bool = False
    attainment: Attainment = field(init=False)

    def __post_init__(self) -> None:
        """Work out the attainment. Raises what `attainment` raises."""
        result = attainment(
            self.baseline.value,
            self.target.value,
            self.actual.value,
            self.direction,
            exclusive=self.exclusive,
        )
        object.__setattr__(self, "attainment", result)

    @property
    def elapsed_days(self) -> int | None:
        """Days from baseline to actual."""
        return _days(self.baseline.on, self.actual.on)

    @property
    def total_days(self) -> int | None:
        """Days from baseline to target."""
        return _days(self.baseline.on, self.target.on)


@dataclass(frozen=True)
class PaceRatio:
    """One pace: observed speed over required speed, None with the reason when undefined.

    `observed` and `required` are shares (linear: of the way, of the time) or yearly growths.
    """

    formula: Formula
    course: Course
    ratio: Decimal | None = None
    observed: Decimal | None = None
    required: Decimal | None = None
    reason_undefined: Reason | None = None

    def explain(self) -> Explanation:
        """Formula and inputs of the pace."""
        course = self.course
        inputs = (
            ("baseline", course.attainment.baseline),
            ("baseline_on", course.baseline.on),
            ("target", course.attainment.target),
            ("target_on", course.target.on),
            ("actual", course.attainment.actual),
            ("actual_on", course.actual.on),
            ("elapsed_days", course.elapsed_days),
            ("total_days", course.total_days),
            ("observed", self.observed),
            ("required", self.required),
        )
        reasons = () if self.reason_undefined is None else (self.reason_undefined,)
        return Explanation(self.formula, inputs, self.ratio, reasons)


@dataclass(frozen=True)
class Pace:
    """Both paces, the class, which of the two it follows, and whether they disagree."""

    linear: PaceRatio
    growth: PaceRatio
    pace_class: PaceClass
    followed: Formula | None
    disagrees: bool
    reaches_target_on: date | None


@dataclass(frozen=True)
class _Way:
    """The terms of a course of which none is unknown; times in days, `elapsed` above 0."""

    start: date
    baseline: Decimal
    target: Decimal
    actual: Decimal
    elapsed: Decimal


@dataclass(frozen=True)
class _TimedWay(_Way):
    """A way whose target has a date; `total` above 0."""

    total: Decimal


@exactly
def pace_linear(course: Course) -> PaceRatio:
    """Divide attainment by the share of time spent, also past the target's date.

    Calculated as one fraction, so that no rounding in between moves a threshold.
    """
    way = _timed_way(course)
    if isinstance(way, Reason):
        return PaceRatio(Formula.PACE_LINEAR, course, reason_undefined=way)
    gained, required = way.actual - way.baseline, way.target - way.baseline
    return PaceRatio(
        Formula.PACE_LINEAR,
        course,
        ratio=(gained * way.total) / (required * way.elapsed),
        observed=gained / required,
        required=way.elapsed / way.total,
    )


@exactly
def pace_growth(course: Course) -> PaceRatio:
    """Divide observed by required compound yearly growth, a year being 365 days.

    Asks for 12 months between baseline and actual, and values that do not change their sign;
    undefined for a baseline of 0. The quotient has the right sign for falling indicators as it is.
    """
    way = _growing_way(course)
    if isinstance(way, Reason):
        return PaceRatio(Formula.PACE_GROWTH, course, reason_undefined=way)
    with localcontext(exact_context(GUARD_PRECISION)):
        observed = _yearly_growth(way.actual / way.baseline, way.elapsed)
        required = _yearly_growth(way.target / way.baseline, way.total)
        ratio = observed / required
    # A unary plus brings the results back to the 28 digits of the exact context.
    return PaceRatio(Formula.PACE_GROWTH, course, +ratio, +observed, +required)


def pace(course: Course) -> Pace:
    """Judge a course: growth from 12 months of data on, linear before or where growth fails."""
    linear, growth = pace_linear(course), pace_growth(course)
    chosen = linear if growth.ratio is None else growth
    both = linear.ratio is not None and growth.ratio is not None
    return Pace(
        linear=linear,
        growth=growth,
        pace_class=_pace_class(course.attainment, chosen.ratio),
        followed=None if chosen.ratio is None else chosen.formula,
        disagrees=(
            both
            and not course.attainment.achieved
            and _class_of(linear.ratio) is not _class_of(growth.ratio)
        ),
        reaches_target_on=reaches_target_on(course),
    )


@exactly
def reaches_target_on(course: Course) -> date | None:
    """The first day by whose end the target is reached if the course goes on in a straight line.

    The day of the actual value when it has been achieved already; None when never (no gain, or
    past the calendar) and when it cannot be told.
    """
    if course.attainment.achieved:
        return course.actual.on
    way = _way(course)
    if isinstance(way, Reason) or course.attainment.worsened or way.actual == way.baseline:
        return None
    needed = abs(way.target - way.baseline) * way.elapsed
    gained = abs(way.actual - way.baseline)
    if needed > gained * (date.max - way.start).days:
        return None
    whole, rest = divmod(needed, gained)
    return way.start + timedelta(days=int(whole) + (1 if rest else 0))


def _pace_class(way: Attainment, ratio: Decimal | None) -> PaceClass:
    if way.achieved:
        return PaceClass.ACHIEVED
    if way.baseline is None or way.target is None or way.actual is None:
        return PaceClass.NO_DATA
    if way.worsened:
        # The sign of every defined pace says the same; the direction tells it without a quotient.
        return PaceClass.WORSENING
    return _class_of(ratio)


def _class_of(ratio: Decimal | None) -> PaceClass:
    if ratio is None:
        return PaceClass.UNDEFINED
    if ratio >= ON_COURSE_FROM:
        return PaceClass.ON_COURSE
    if ratio >= NEEDS_ACCELERATION_FROM:
        return PaceClass.NEEDS_ACCELERATION
    return PaceClass.LIMITED if ratio >= 0 else PaceClass.WORSENING


def _way(course: Course) -> _Way | Reason:
    values = course.attainment
    baseline, target, actual = values.baseline, values.target, values.actual
    if values.ratio is None or baseline is None or target is None or actual is None:
        return values.reason_undefined or Reason.NO_DATA
    start, elapsed = course.baseline.on, course.elapsed_days
    if start is None or elapsed is None:
        return Reason.NO_DATES
    if elapsed <= 0:
        return Reason.NO_TIME_ELAPSED
    return _Way(start, baseline, target, actual, Decimal(elapsed))


def _timed_way(course: Course) -> _TimedWay | Reason:
    way = _way(course)
    if isinstance(way, Reason):
        return way
    if course.total_days is None:
        return Reason.NO_DATES
    if course.total_days <= 0:
        return Reason.NO_TIME_PLANNED
    return _TimedWay(
        way.start, way.baseline, way.target, way.actual, way.elapsed, Decimal(course.total_days)
    )


def _growing_way(course: Course) -> _TimedWay | Reason:
    way = _timed_way(course)
    if isinstance(way, Reason):
        return way
    if not _spans_twelve_months(way.start, way.start + timedelta(days=int(way.elapsed))):
        return Reason.UNDER_TWELVE_MONTHS
    if way.baseline == 0:
        return Reason.ZERO_BASELINE
    # A fall to exactly 0 is a growth of -100 % and no change of sign.
    if way.target * way.baseline < 0 or way.actual * way.baseline < 0:
        return Reason.SIGN_CHANGE
    return way


def _spans_twelve_months(first: date, last: date) -> bool:
    """Whether the same day of the next year is reached; from 29 February, 28 February."""
    day = 28 if (first.month, first.day) == (2, 29) else first.day
    return (last.year, last.month, last.day) >= (first.year + 1, first.month, day)


def _yearly_growth(ratio: Decimal, days: Decimal) -> Decimal:
    """Compound growth a year; -1 (-100 %) for a fall to 0, whose logarithm does not exist."""
    if ratio == 0:
        return -ONE
    return (ratio.ln() * DAYS_A_YEAR / days).exp() - ONE


def _days(first: date | None, last: date | None) -> int | None:
    return None if first is None or last is None else (last - first).days
