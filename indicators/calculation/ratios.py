"""Ratios of many parts: the sum of numerators over the sum of denominators."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from indicators.calculation.exact import exactly, percent
from indicators.calculation.explanation import Explanation, Formula, Reason
from indicators.calculation.quantities import Kind, Quantity, add_up, reported


@dataclass(frozen=True)
class Part:
    """Numerator and denominator of one reporter. Raises ValueError for a negative denominator."""

    numerator: Quantity
    denominator: Quantity

    def __post_init__(self) -> None:
        """Refuse a negative denominator: it counts people, bodies or things."""
        if self.denominator.number is not None and self.denominator.number < 0:
            raise ValueError("a denominator is never negative")

    @classmethod
    def of(cls, numerator: Decimal | int | None, denominator: Decimal | int | None) -> "Part":
        """A part from two nullable columns; None is not reported."""
        return cls(reported(numerator), reported(denominator))

    @property
    def has_data(self) -> bool:
        """True when both numbers are there; half a part would distort the whole."""
        return self.numerator.has_number and self.denominator.has_number

    @property
    def is_applicable(self) -> bool:
        """False when the part was declared not applicable, which is not the same as missing."""
        return Kind.NOT_APPLICABLE not in (self.numerator.kind, self.denominator.kind)


@dataclass(frozen=True)
class RolledUp:
    """A rolled-up ratio (0 to 1, None without data) and how many parts it rests on."""

    ratio: Decimal | None
    numerator: Quantity
    denominator: Quantity
    counted: int
    missing: int
    not_applicable: int
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> Decimal | None:
        """The ratio on the scale 0 to 100."""
        return percent(self.ratio)

    @property
    def is_estimated(self) -> bool:
        """True when a part is an estimate."""
        return Reason.ESTIMATED in self.reasons

    def explain(self) -> Explanation:
        """Formula and inputs of the ratio."""
        inputs = (
            ("numerator", self.numerator.number),
            ("denominator", self.denominator.number),
            ("counted", self.counted),
            ("missing", self.missing),
            ("not_applicable", self.not_applicable),
        )
        return Explanation(Formula.ROLL_UP, inputs, self.ratio, self.reasons)


@exactly
def roll_up(parts: Iterable[Part]) -> RolledUp:
    """Divide the sum of numerators by the sum of denominators, never averaging percentages.

    A part without data adds nothing; 0/0, a zero denominator and no data at all give no ratio.
    """
    given = tuple(parts)
    counted = [part for part in given if part.has_data]
    not_applicable = sum(not part.is_applicable for part in given)
    numerator = add_up(part.numerator for part in counted)
    denominator = add_up(part.denominator for part in counted)
    missing = len(given) - len(counted) - not_applicable
    ratio = None
    if numerator.number is not None and denominator.number:
        ratio = numerator.number / denominator.number
    return RolledUp(
        ratio=ratio,
        numerator=numerator,
        denominator=denominator,
        counted=len(counted),
        missing=missing,
        not_applicable=not_applicable,
        reasons=_reasons(counted, numerator, denominator, missing),
    )


def _reasons(
    counted: list[Part], numerator: Quantity, denominator: Quantity, missing: int
) -> tuple[Reason, ...]:
    without_base = any(part.numerator.number and not part.denominator.number for part in counted)
    found = (
        (Reason.NO_DATA, not denominator.number and not numerator.number),
        (Reason.ZERO_DENOMINATOR, bool(numerator.number) and not denominator.number),
        (Reason.PART_WITH_ZERO_DENOMINATOR, without_base),
        (Reason.PARTS_MISSING, missing > 0),
        (Reason.ESTIMATED, Kind.ESTIMATED in (numerator.kind, denominator.kind)),
    )
    return tuple(reason for reason, holds in found if holds)
