"""Exact decimal arithmetic: 28 digits inside, four places, half-up, at the edge alone."""

from collections.abc import Callable
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import wraps
from typing import Final, ParamSpec, TypeVar, overload

P = ParamSpec("P")
R = TypeVar("R")

PRECISION: Final = 28
PLACES: Final = 4
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)


def exact_context(precision: int = PRECISION) -> Context:
    """A fresh context of the given number of digits that shares no flags with anyone."""
    return Context(
        prec=precision,
        rounding=ROUND_HALF_UP,
        traps=[InvalidOperation, DivisionByZero, Overflow],
    )


def exactly(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function in the exact context, whatever decimal context its caller has set."""

    @wraps(function)
    def in_exact_context(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(exact_context()):
            return function(*args, **kwargs)

    return in_exact_context


def number(value: Decimal | int) -> Decimal:
    """Take a number in. Raises TypeError for a float, ValueError for NaN and infinity."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"an official figure is Decimal or int, not {type(value).__name__}")
    taken = Decimal(value)
    if not taken.is_finite():
        raise ValueError("an official figure is finite")
    return taken


@overload
def number_or_none(value: None) -> None: ...
@overload
def number_or_none(value: Decimal | int) -> Decimal: ...
@overload
def number_or_none(value: Decimal | int | None) -> Decimal | None: ...
def number_or_none(value: Decimal | int | None) -> Decimal | None:
    """Take a number in; unknown stays unknown."""
    return None if value is None else number(value)


@overload
def rounded(value: None, places: int = PLACES) -> None: ...
@overload
def rounded(value: Decimal, places: int = PLACES) -> Decimal: ...
@overload
def rounded(value: Decimal | None, places: int = PLACES) -> Decimal | None: ...
def rounded(value: Decimal | None, places: int = PLACES) -> Decimal | None:
    """Round half-up (a half goes away from zero) for display and storage; unknown stays unknown.

    Zero never carries a minus sign.
    """
    if value is None:
        return None
    taken = number(value)
    # Large sums of money must not fail for want of digits when the places are appended.
    precision = max(PRECISION, taken.adjusted() + places + 2)
    with localcontext(exact_context(precision)):
        return taken.quantize(ONE.scaleb(-places)) + ZERO


@overload
def percent(ratio: None) -> None: ...
@overload
def percent(ratio: Decimal) -> Decimal: ...
@overload
def percent(ratio: Decimal | None) -> Decimal | None: ...
@exactly
def percent(ratio: Decimal | None) -> Decimal | None:
    """The same ratio on the scale 0 to 100; unknown stays unknown."""
    return None if ratio is None else ratio * HUNDRED
