"""What stands behind a number: stable codes and inputs, from which sentences are made elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Input = Decimal | date | str | int | None


class Formula(StrEnum):
    """Codes of the formulas."""

    ROLL_UP = "roll_up"
    CARRY_FORWARD = "carry_forward"
    PERIOD_SUM = "period_sum"
    ATTAINMENT = "attainment"
    PACE_LINEAR = "pace_linear"
    PACE_GROWTH = "pace_growth"
    POINTS_RATIO = "points_ratio"
    POINTS_ANSWER = "points_answer"
    POINTS_STEPS = "points_steps"
    POINTS_ENTERED = "points_entered"
    POINTS_UNKNOWN = "points_unknown"
    WEIGHTED_TOTAL = "weighted_total"


class Reason(StrEnum):
    """Why a number is missing, or what to know beside it."""

    NO_DATA = "no_data"
    NO_BASELINE = "no_baseline"
    NO_TARGET = "no_target"
    NO_ACTUAL = "no_actual"
    TARGET_EQUALS_BASELINE = "target_equals_baseline"
    TARGET_AGAINST_DIRECTION = "target_against_direction"
    NO_DATES = "no_dates"
    NO_TIME_ELAPSED = "no_time_elapsed"
    NO_TIME_PLANNED = "no_time_planned"
    UNDER_TWELVE_MONTHS = "under_twelve_months"
    ZERO_BASELINE = "zero_baseline"
    SIGN_CHANGE = "sign_change"
    ZERO_DENOMINATOR = "zero_denominator"
    PART_WITH_ZERO_DENOMINATOR = "part_with_zero_denominator"
    PARTS_MISSING = "parts_missing"
    REPORTERS_MISSING = "reporters_missing"
    CONFLICTING_MEASUREMENTS = "conflicting_measurements"
    ESTIMATED = "estimated"
    EQUAL_SHARE = "equal_share"
    ASSUMED_RATIO = "assumed_ratio"
    CAPPED = "capped"
    UNSCORED = "unscored"
    UNKNOWN_POINTS = "unknown_points"
    UNKNOWN_RULE = "unknown_rule"
    MANUAL_SCORING = "manual_scoring"
    UNIT_NOT_A_RATIO = "unit_not_a_ratio"
    VALUE_NOT_AN_ANSWER = "value_not_an_answer"
    UNKNOWN_FORMULA = "unknown_formula"
    MISSING_COMPONENT = "missing_component"


@dataclass(frozen=True)
class Explanation:
    """Formula, inputs (in reading order, unrounded), result and reasons of one number."""

    formula: Formula
    inputs: tuple[tuple[str, Input], ...]
    result: Decimal | None
    reasons: tuple[Reason, ...] = ()

    @property
    def named_inputs(self) -> Mapping[str, Input]:
        """The inputs by name."""
        return dict(self.inputs)
