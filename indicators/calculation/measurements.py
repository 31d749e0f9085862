"""The value of an indicator on a day, from the dated measurements of its reporters."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from indicators.calculation.explanation import Explanation, Formula, Input, Reason
from indicators.calculation.quantities import Kind, Quantity, add_up
from indicators.calculation.ratios import Part


@dataclass(frozen=True)
class Measurement:
    """What one reporter measured for a day.

    `on` is the day the value holds for (the last day of its period), not the day of entry.
    `amount` is the value, or the numerator where `denominator` is given. `sequence` grows with the
    order of recording: a correction of the same day has the higher one.
    """

    reporter: str
    on: date
    amount: Quantity
    denominator: Quantity | None = None
    accepted: bool = True
    sequence: int = 0

    @property
    def has_value(self) -> bool:
        """False when nothing, or only half of a ratio, was reported."""
        denominator = self.amount if self.denominator is None else self.denominator
        return Kind.NOT_REPORTED not in (self.amount.kind, denominator.kind)


@dataclass(frozen=True)
class Carried:
    """The sum over reporters on a day, with the measurements it rests on.

    `missing` names expected reporters without a value, `conflicting` those with two different
    accepted values of equal standing for the same day: neither adds anything.
    """

    amount: Quantity
    on: date
    used: tuple[Measurement, ...]
    missing: tuple[str, ...]
    conflicting: tuple[str, ...]
    cumulative: bool

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing or in conflict."""
        return not self.missing and not self.conflicting

    @property
    def oldest_on(self) -> date | None:
        """The day of the oldest measurement used, the age of the figure."""
        return min((measurement.on for measurement in self.used), default=None)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The ratios among the measurements used, for `roll_up`."""
        return tuple(Part(m.amount, m.denominator) for m in self.used if m.denominator is not None)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What to know beside the sum."""
        found = (
            (Reason.NO_DATA, not self.amount.has_number),
            (Reason.REPORTERS_MISSING, bool(self.missing)),
            (Reason.CONFLICTING_MEASUREMENTS, bool(self.conflicting)),
            (Reason.ESTIMATED, self.amount.kind is Kind.ESTIMATED),
        )
        return tuple(reason for reason, holds in found if holds)

    def explain(self) -> Explanation:
        """Formula and inputs: the day asked, then each reporter's value and its day."""
        formula = Formula.CARRY_FORWARD if self.cumulative else Formula.PERIOD_SUM
        inputs: list[tuple[str, Input]] = [("on", self.on)]
        for measurement in self.used:
            inputs.append((f"{measurement.reporter}.amount", measurement.amount.number))
            inputs.append((f"{measurement.reporter}.on", measurement.on))
        return Explanation(formula, tuple(inputs), self.amount.number, self.reasons)


def carry_forward(
    measurements: Iterable[Measurement],
    on: date,
    *,
    cumulative: bool = True,
    since: date | None = None,
    expected: Collection[str] = (),
) -> Carried:
    """Add up the last accepted value of each reporter on a day, in whatever order they came in.

    A cumulative indicator carries a value forward until the next one; the day measured decides, so
    that an earlier period reported late never replaces a later one. Otherwise only values of the
    period from `since` (by default `on` itself) to `on`, both inclusive, count. "Not reported" is
    no value and is passed over, as is half a ratio; "not applicable" ends a reporter's earlier value.
    """
    first = None if cumulative else (since or on)
    last = _last_by_reporter(measurements, first, on)
    used = tuple(latest[0] for _, latest in sorted(last.items()) if len(latest) == 1)
    return Carried(
        amount=add_up(measurement.amount for measurement in used),
        on=on,
        used=used,
        missing=tuple(sorted(set(expected) - set(last))),
        conflicting=tuple(sorted(name for name, latest in last.items() if len(latest) > 1)),
        cumulative=cumulative,
    )


def _last_by_reporter(
    measurements: Iterable[Measurement], first: date | None, on: date
) -> Mapping[str, list[Measurement]]:
    """The different last values of each reporter: one, or several in conflict."""
    by_reporter: dict[str, list[Measurement]] = defaultdict(list)
    for measurement in measurements:
        in_time = measurement.on <= on and (first is None or measurement.on >= first)
        if in_time and measurement.accepted and measurement.has_value:
            by_reporter[measurement.reporter].append(measurement)
    return {name: _latest(candidates) for name, candidates in by_reporter.items()}


def _latest(candidates: list[Measurement]) -> list[Measurement]:
    standing = max((candidate.on, candidate.sequence) for candidate in candidates)
    last = [candidate for candidate in candidates if (candidate.on, candidate.sequence) == standing]
    return list(dict.fromkeys(last))
