"""Known, estimated, not reported, not applicable: four things, of which none becomes another."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from indicators.calculation.exact import ZERO, exactly, number


class Kind(StrEnum):
    """What is known of a quantity; a reported 0 is MEASURED."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"


WITH_NUMBER: Final = frozenset({Kind.MEASURED, Kind.ESTIMATED})


@dataclass(frozen=True)
class Quantity:
    """A number or the statement why there is none. Raises ValueError when the two contradict."""

    kind: Kind
    number: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a known quantity without a number and an unknown one with a number."""
        if (self.number is not None) != (self.kind in WITH_NUMBER):
            raise ValueError(f"{self.kind} does not go with the number {self.number}")

    def __bool__(self) -> bool:
        """Refuse truth: `if quantity` would take a reported 0 for missing, or missing for there."""
        raise TypeError("ask has_number or number instead of the truth of a quantity")

    @property
    def has_number(self) -> bool:
        """True for known (also 0) and estimated."""
        return self.number is not None


NOT_REPORTED: Final = Quantity(Kind.NOT_REPORTED)
NOT_APPLICABLE: Final = Quantity(Kind.NOT_APPLICABLE)


def known(value: Decimal | int) -> Quantity:
    """A reported number; 0 is one."""
    return Quantity(Kind.MEASURED, number(value))


def estimated(value: Decimal | int) -> Quantity:
    """A number that is our estimate and stays marked as such in every sum."""
    return Quantity(Kind.ESTIMATED, number(value))


def reported(value: Decimal | int | None) -> Quantity:
    """What a nullable column says: None is not reported, anything else is known."""
    return NOT_REPORTED if value is None else known(value)


@exactly
def add_up(quantities: Iterable[Quantity]) -> Quantity:
    """Add what has a number; without any, not applicable when all are, otherwise not reported.

    One estimated term makes the sum an estimate.
    """
    given = tuple(quantities)
    numbers = [quantity.number for quantity in given if quantity.number is not None]
    if not numbers:
        nothing_applies = bool(given) and all(q.kind is Kind.NOT_APPLICABLE for q in given)
        return NOT_APPLICABLE if nothing_applies else NOT_REPORTED
    kind = Kind.ESTIMATED if any(q.kind is Kind.ESTIMATED for q in given) else Kind.MEASURED
    return Quantity(kind, sum(numbers, ZERO))
