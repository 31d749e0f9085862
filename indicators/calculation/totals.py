"""The total of a DTI edition, by the edition's own formula."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.calculation.exact import ZERO, exactly, number
from indicators.calculation.explanation import Explanation, Formula, Input, Reason


@dataclass(frozen=True)
class TotalFormula:
    """Weights of the components (main indicators or pillars, by code) and what to divide by.

    Data of the edition: 922 weighs its main indicators by their points over 1000, 1726 its pillars
    by 0.4, 0.3, 0.3 over 1; that of 405 is unknown. Raises ValueError for a scale of 0 or less.
    """

    weights: Mapping[str, Decimal]
    scale: Decimal

    def __post_init__(self) -> None:
        """Refuse a scale that cannot divide."""
        if self.scale <= 0:
            raise ValueError("the scale of a total is above 0")

    @classmethod
    def of(cls, weights: Mapping[str, int | str], scale: int | str) -> "TotalFormula":
        """A formula from stored data: whole numbers, or decimals as text.

        Raises TypeError for a float, which is not exact, and decimal.InvalidOperation for text
        that is no number.
        """
        exact = {code: _stored(weight) for code, weight in weights.items()}
        return cls(exact, _stored(scale))


@dataclass(frozen=True)
class Total:
    """A total, None when the formula or a weighted component (`missing`) is unknown."""

    value: Decimal | None
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
    inputs: tuple[tuple[str, Input], ...]

    def explain(self) -> Explanation:
        """Formula and inputs: each component with its weight, then the scale."""
        return Explanation(Formula.WEIGHTED_TOTAL, self.inputs, self.value, self.reasons)


@exactly
def total(values: Mapping[str, Decimal | int | None], formula: TotalFormula | None) -> Total:
    """Sum component values times weights over the scale.

    A component of weight 0 or without a weight (the unscored smart city of 922) is left out; a
    weighted one without a value leaves the total unknown, since unknown is not zero.
    """
    if formula is None:
        inputs: tuple[tuple[str, Input], ...] = tuple(values.items())
        return Total(None, (), (Reason.UNKNOWN_FORMULA,), inputs)
    weights = {code: weight for code, weight in formula.weights.items() if weight}
    present = {code: number(value) for code, value in values.items() if value is not None}
    missing = tuple(code for code in weights if code not in present)
    inputs = _inputs(values, weights, formula.scale)
    if missing or not weights:
        reason = Reason.MISSING_COMPONENT if missing else Reason.UNKNOWN_FORMULA
        return Total(None, missing, (reason,), inputs)
    weighted = sum((present[code] * weight for code, weight in weights.items()), ZERO)
    return Total(weighted / formula.scale, (), (), inputs)


def _stored(value: int | str) -> Decimal:
    return number(Decimal(value) if isinstance(value, str) else value)


def _inputs(
    values: Mapping[str, Decimal | int | None], weights: Mapping[str, Decimal], scale: Decimal
) -> tuple[tuple[str, Input], ...]:
    pairs: list[tuple[str, Input]] = []
    for code, weight in weights.items():
        pairs.append((f"{code}.value", values.get(code)))
        pairs.append((f"{code}.weight", weight))
    return (*pairs, ("scale", scale))
