"""DTI points of a sub-indicator.

Maximum points and rules are data of the edition (Decisions 1726/2020, 922/2022,
405/2025); nothing here knows an edition. What is unknown is assumed openly or not calculated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from indicators.calculation.exact import HUNDRED, ONE, ZERO, exactly, number, number_or_none
from indicators.calculation.explanation import Explanation, Formula, Input, Reason

POINTS_UNIT: Final = "points"
# What a value of each ratio unit is divided by to lie between 0 and 1.
RATIO_UNITS: Final[Mapping[str, Decimal]] = {"%": HUNDRED, "ratio": ONE}


# Of the reasons, those that must stand beside the figure.
ASSUMPTIONS: Final = (Reason.EQUAL_SHARE, Reason.ASSUMED_RATIO)


class RuleKind(StrEnum):
    """How a sub-indicator is scored; empty where the official table is not known."""

    RATIO = "ratio"
    YES_PART_NO = "yes_part_no"
    STEPS = "steps"
    MANUAL = "manual"
    UNKNOWN = ""


@dataclass(frozen=True)
class Step:
    """From this value on, this share (0 to 1) of the maximum points."""

    at_least: Decimal
    share: Decimal


@dataclass(frozen=True)
class Rule:
    """A scoring rule; `part_share` is what "partly" earns, `steps` belong to STEPS alone."""

    kind: RuleKind
    steps: tuple[Step, ...] = ()
    part_share: Decimal = Decimal("0.5")


UNKNOWN_RULE: Final = Rule(RuleKind.UNKNOWN)


@dataclass(frozen=True)
class Points:
    """Points earned, None when they cannot be calculated; then the reason says why.

    `assumptions` stand beside the figure wherever it is shown: EQUAL_SHARE (the maximum is an equal
    share of the main indicator's), ASSUMED_RATIO (the rule is unknown, the unit is %).
    """

    value: Decimal | None
    formula: Formula
    assumptions: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    inputs: tuple[tuple[str, Input], ...]

    def explain(self) -> Explanation:
        """Formula and inputs of the points, assumptions first among the reasons."""
        return Explanation(
            self.formula, self.inputs, self.value, (*self.assumptions, *self.reasons)
        )


@dataclass(frozen=True)
class _Fraction:
    """A number not yet divided, so that only the last step can round."""

    value: Decimal
    divisor: Decimal = ONE
    notes: tuple[Reason, ...] = ()


@exactly
def points(
    value: Decimal | int | None,
    unit: str,
    max_points: Decimal | int | None,
    main_max_points: Decimal | int | None,
    main_sub_count: int | None,
    rule: Rule = UNKNOWN_RULE,
) -> Points:
    """Points for a value, never below 0 nor above the maximum.

    An unknown maximum is an equal share of the main indicator's points where these and the number
    of its sub-indicators are known. A sub-indicator that carries 0 points (smart city in 922) earns
    0 whatever its rule. An unknown rule with unit % counts as ratio; a manual one takes a value in
    points and caps it at an official maximum alone, never at an assumed one.
    """
    formula = _formula(rule, unit)
    inputs = (
        ("value", value),
        ("unit", unit),
        ("max_points", max_points),
        ("main_max_points", main_max_points),
        ("main_sub_count", main_sub_count),
        ("rule", str(rule.kind) or None),
    )
    official = number_or_none(max_points)
    if value is None:
        outcome: tuple[_Fraction, _Fraction] | Reason = Reason.NO_DATA
    elif formula is Formula.POINTS_ENTERED:
        outcome = _entered(number(value), official)
    else:
        maximum = _maximum(official, number_or_none(main_max_points), main_sub_count)
        outcome = _earned(number(value), unit, maximum, rule)
    if isinstance(outcome, Reason):
        return Points(None, formula, (), (outcome,), inputs)
    share, maximum = outcome
    notes = (*maximum.notes, *share.notes)
    return Points(
        value=(share.value * maximum.value) / (share.divisor * maximum.divisor),
        formula=formula,
        assumptions=tuple(note for note in notes if note in ASSUMPTIONS),
        reasons=tuple(note for note in notes if note not in ASSUMPTIONS),
        inputs=inputs,
    )


@exactly
def points_gained(
    before: Points, after: Points, share_percent: Decimal | int = 100
) -> Decimal | None:
    """Points after less points before, times the share (0 to 100) claimed for a task.

    None when either is not calculated; negative when points were lost.
    """
    if before.value is None or after.value is None:
        return None
    return (after.value - before.value) * number(share_percent) / HUNDRED


def _formula(rule: Rule, unit: str) -> Formula:
    if rule.kind is RuleKind.RATIO or (rule.kind is RuleKind.UNKNOWN and unit == "%"):
        return Formula.POINTS_RATIO
    if rule.kind is RuleKind.MANUAL and unit == POINTS_UNIT:
        return Formula.POINTS_ENTERED
    by_kind = {
        RuleKind.YES_PART_NO: Formula.POINTS_ANSWER,
        RuleKind.STEPS: Formula.POINTS_STEPS,
    }
    return by_kind.get(rule.kind, Formula.POINTS_UNKNOWN)


def _entered(value: Decimal, official: Decimal | None) -> tuple[_Fraction, _Fraction]:
    """Points that a person entered, held between 0 and the official maximum where it is known."""
    return _capped(_Fraction(value), official), _Fraction(ONE)


def _maximum(
    official: Decimal | None, main_points: Decimal | None, main_sub_count: int | None
) -> _Fraction | Reason:
    if official is not None:
        return _Fraction(official, notes=() if official else (Reason.UNSCORED,))
    if main_points is None:
        return Reason.UNKNOWN_POINTS
    if main_points == 0:
        return _Fraction(ZERO, notes=(Reason.UNSCORED,))
    if not main_sub_count:
        return Reason.UNKNOWN_POINTS
    return _Fraction(main_points, Decimal(main_sub_count), (Reason.EQUAL_SHARE,))


def _earned(
    value: Decimal, unit: str, maximum: _Fraction | Reason, rule: Rule
) -> tuple[_Fraction, _Fraction] | Reason:
    if isinstance(maximum, Reason):
        return maximum
    if maximum.value == 0:
        return _Fraction(ZERO), maximum
    share = _share(value, unit, rule)
    if isinstance(share, Reason):
        return share
    return _capped(share, share.divisor), maximum


def _share(value: Decimal, unit: str, rule: Rule) -> _Fraction | Reason:
    """The share of the maximum that a value earns, not yet held between 0 and 1."""
    if rule.kind is RuleKind.RATIO:
        divisor = RATIO_UNITS.get(unit)
        return Reason.UNIT_NOT_A_RATIO if divisor is None else _Fraction(value, divisor)
    if rule.kind is RuleKind.YES_PART_NO:
        return _answer(value, rule.part_share)
    if rule.kind is RuleKind.STEPS:
        return _step(value, rule.steps)
    if rule.kind is RuleKind.MANUAL:
        return Reason.MANUAL_SCORING
    if unit == "%":
        return _Fraction(value, HUNDRED, (Reason.ASSUMED_RATIO,))
    return Reason.UNKNOWN_RULE


def _step(value: Decimal, steps: tuple[Step, ...]) -> _Fraction | Reason:
    """The highest step reached; below the first nothing, without steps the rule is unknown."""
    if not steps:
        return Reason.UNKNOWN_RULE
    reached = [step for step in steps if value >= step.at_least]
    best = max(reached, key=lambda step: step.at_least, default=None)
    return _Fraction(ZERO if best is None else best.share)


def _answer(value: Decimal, part_share: Decimal) -> _Fraction | Reason:
    """Yes is 1, no is 0, anything partly is the rule's own share."""
    if value in (ZERO, part_share, ONE):
        return _Fraction(value)
    return Reason.VALUE_NOT_AN_ANSWER


def _capped(fraction: _Fraction, highest: Decimal | None) -> _Fraction:
    raised = max(fraction.value, ZERO)
    held = raised if highest is None else min(raised, highest)
    notes = fraction.notes if held == fraction.value else (*fraction.notes, Reason.CAPPED)
    return _Fraction(held, fraction.divisor, notes)
