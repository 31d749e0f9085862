"""What the demo's data files say, with days as days."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from programmes.calendar import ReportingPeriod, period_of
from programmes.choices import Reporting

DATA = Path(__file__).resolve().parent.parent / "data" / "demo"
Day = int | str | None  # days from the first load, or a day of the calendar, or not known


class MilestoneContent(TypedDict):
    title: str
    due_on: Day
    reached_on: Day
    means: str


class CommitmentContent(TypedDict):
    organisation: str
    content: str
    due_on: Day
    fulfilment: str
    finding: str
    support_value_vnd: int | None


class UpdateContent(TypedDict):
    quarter: int | str
    percent: int | None
    narrative: str
    difficulties: str
    proposals: str


class LinkContent(TypedDict):
    sub_indicator: str
    baseline: dict[str, Any] | None
    target: dict[str, Any] | None
    measurements: list[dict[str, Any]]


class TrialContent(TypedDict):
    """One trial of one task; the floor above reads `concluded_on` for its evaluation."""

    starts_on: Day
    ends_on: Day
    concluded_on: Day
    milestones: list[MilestoneContent]
    commitments: list[CommitmentContent]
    updates: list[UpdateContent]
    links: list[LinkContent]


@cache
def trials() -> dict[str, tuple[TrialContent, TrialContent]]:
    """The past and the current trial of each task, by the task's code."""
    found: dict[str, tuple[TrialContent, TrialContent]] = {}
    for path in sorted(DATA.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = (content["past"], content["current"])
    return found


@dataclass(frozen=True)
class Clock:
    """Days as seen from the day of the first load."""

    first_load: dt.date

    def day(self, value: Day) -> dt.date | None:
        """A day of the calendar; None is not known."""
        if value is None or isinstance(value, str):
            return dt.date.fromisoformat(value) if value else None
        return self.first_load + dt.timedelta(days=value)

    def known_day(self, value: Day) -> dt.date:
        """A day that the file must tell.

        Raises:
            ValueError: it does not.
        """
        day = self.day(value)
        if day is None:
            raise ValueError("a day is missing in the demo's files")
        return day

    def quarter(self, value: int | str, trial_end: dt.date | None) -> ReportingPeriod:
        """A reporting quarter: the one of a day, or counted back from the present one.

        The present one (0) is that of the first load, or of the last day of a trial that has ended.
        """
        if isinstance(value, str):
            return period_of(dt.date.fromisoformat(value), Reporting.QUARTERLY)
        present = min(trial_end or self.first_load, self.first_load)
        period = period_of(present, Reporting.QUARTERLY)
        for _step in range(-value):
            period = period.previous()
        return period

    def no_later_than_yesterday(self, day: dt.date, days_ago: int = 1) -> dt.date:
        return min(day, self.first_load - dt.timedelta(days=days_ago))
