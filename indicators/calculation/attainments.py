"""How far an indicator has come from its baseline to its target."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from indicators.calculation.exact import ONE, ZERO, exactly, number_or_none
from indicators.calculation.explanation import Explanation, Formula, Reason


class Direction(StrEnum):
    """Whether a rising or a falling value is the better one."""

    RISING = "rising"
    FALLING = "falling"


@dataclass(frozen=True)
class Attainment:
    """Attainment as a ratio: 1 is the target, more is possible, negative is worse than at first.

    `achieved` and `worsened` follow the direction and are known wherever the two values that they
    compare are, also without a ratio; `reason_undefined` says why there is none.
    """

    baseline: Decimal | None
    target: Decimal | None
    actual: Decimal | None
    direction: Direction
    ratio: Decimal | None
    achieved: bool | None
    worsened: bool | None
    reason_undefined: Reason | None

    @property
    def bar(self) -> Decimal | None:
        """The ratio held between 0 and 1, for the length of a bar alone."""
        return None if self.ratio is None else min(ONE, max(ZERO, self.ratio))

    def explain(self) -> Explanation:
        """Formula and inputs of the ratio."""
        inputs = (
            ("baseline", self.baseline),
            ("target", self.target),
            ("actual", self.actual),
            ("direction", str(self.direction)),
        )
        reasons = () if self.reason_undefined is None else (self.reason_undefined,)
        return Explanation(Formula.ATTAINMENT, inputs, self.ratio, reasons)


@exactly
def attainment(
    baseline: Decimal | int | None,
    target: Decimal | int | None,
    actual: Decimal | int | None,
    direction: Direction | str,
    *,
    exclusive: bool = False,
) -> Attainment:
    """Divide what was gained by what was to be gained: (actual - baseline)/(target - baseline).

    The same quotient serves falling indicators. There is none when a value is unknown, the target
    equals the baseline, or the target lies on the worse side of the baseline. An `exclusive` target
    ("more than 50 %") is achieved only beyond it. Raises ValueError for an unknown direction.
    """
    way = Direction(direction)
    start, goal, now = (number_or_none(value) for value in (baseline, target, actual))
    quotient = _quotient_or_reason(start, goal, now, way)
    return Attainment(
        baseline=start,
        target=goal,
        actual=now,
        direction=way,
        ratio=None if isinstance(quotient, Reason) else quotient,
        achieved=_is_achieved(now, goal, way, exclusive=exclusive),
        worsened=None if start is None or now is None else _is_better(start, now, way),
        reason_undefined=quotient if isinstance(quotient, Reason) else None,
    )


def _quotient_or_reason(
    baseline: Decimal | None, target: Decimal | None, actual: Decimal | None, direction: Direction
) -> Decimal | Reason:
    if actual is None:
        return Reason.NO_ACTUAL
    if baseline is None:
        return Reason.NO_BASELINE
    if target is None:
        return Reason.NO_TARGET
    if target == baseline:
        return Reason.TARGET_EQUALS_BASELINE
    if _is_better(baseline, target, direction):
        return Reason.TARGET_AGAINST_DIRECTION
    return (actual - baseline) / (target - baseline)


def _is_better(one: Decimal, other: Decimal, direction: Direction) -> bool:
    return one > other if direction is Direction.RISING else one < other


def _is_achieved(
    actual: Decimal | None, target: Decimal | None, direction: Direction, *, exclusive: bool
) -> bool | None:
    if actual is None or target is None:
        return None
    return _is_better(actual, target, direction) or (actual == target and not exclusive)
