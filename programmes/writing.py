"""The desk at which somebody writes a report: whose it is, what is there, what the form asks for."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.forms import BoundField

from organisations.models import Organisation
from organisations.selectors import Standing
from programmes import services
from programmes.calendar import ReportingPeriod, last_ended, period_of
from programmes.choices import UpdateKind, UpdateState
from programmes.forms.base import reading
from programmes.forms.updates import FORMS, Asked, UpdateForm, values_of
from programmes.models import ProgressUpdate, Task
from programmes.selectors import TaskSummary, summaries_of
from programmes.services.report_periods import period_to_write, sent_by
from programmes.services.reported import brought_by, open_milestones

NOT_COMPARED = frozenset({"version"})


@dataclass(frozen=True)
class Conflict:
    """A field in which what was saved meanwhile differs from what was typed.

    `theirs` as one reads it, `raw` as the field takes it.
    """

    name: str
    theirs: str
    raw: str


@dataclass(frozen=True)
class Desk:
    """One report of one body on one task, as a person writes it on a day."""

    task: Task
    body: Organisation
    kind: UpdateKind
    standing: Standing
    period_asked: str = ""

    @cached_property
    def draft(self) -> ProgressUpdate | None:
        return services.open_update(self.task, self.body, self.kind)

    @cached_property
    def sent(self) -> list[ProgressUpdate]:
        """Everything the body sent, the last first."""
        return list(sent_by(self.task, self.body, self.kind))

    @cached_property
    def period(self) -> ReportingPeriod:
        """What the form opens with: the draft's period, the one asked for, else what is owed."""
        rhythm, day = self.task.programme.reporting, self.standing.on
        if self.draft is not None:
            return period_of(self.draft.period_ends_on, rhythm)
        asked = (p for p in self.periods if f"{p.ends_on:%Y-%m-%d}" == self.period_asked)
        return next(asked, None) or period_to_write(self.sent, rhythm, on=day)

    @cached_property
    def of_period(self) -> ProgressUpdate | None:
        """What was sent last for that period: the report that is written now corrects it."""
        days = self.period.ends_on
        return next((report for report in self.sent if report.period_ends_on == days), None)

    @property
    def returned(self) -> ProgressUpdate | None:
        """What came back for the period."""
        report = self.of_period
        return report if report and report.state == UpdateState.RETURNED else None

    @cached_property
    def last(self) -> ProgressUpdate | None:
        """What the body reported last and did not get back."""
        return next((r for r in self.sent if r.state != UpdateState.RETURNED), None)

    @cached_property
    def summary(self) -> TaskSummary:
        day, successions = self.standing.on, self.standing.successions
        return summaries_of([self.task], on=day, successions=successions)[0]

    @cached_property
    def asked(self) -> Asked:
        """Periods, and for who reports figures the open milestones and linked indicators."""
        if self.kind == UpdateKind.CONTRIBUTION:
            return Asked(self.kind, self.periods)
        milestones = open_milestones(self.task, on=self.standing.on)
        return Asked(self.kind, self.periods, milestones, self.summary.links)

    @cached_property
    def periods(self) -> tuple[ReportingPeriod, ...]:
        """The running one, the one that ended last, that of the draft, and all that came back."""
        rhythm, day = self.task.programme.reporting, self.standing.on
        last: dict[dt.date, ProgressUpdate] = {}
        for report in self.sent:
            last.setdefault(report.period_ends_on, report)
        older = [days for days, r in last.items() if r.state == UpdateState.RETURNED]
        older += [self.draft.period_ends_on] if self.draft else []
        recent = (period_of(day, rhythm), last_ended(day, rhythm))
        return tuple(dict.fromkeys((*recent, *(period_of(days, rhythm) for days in older))))

    def unbound(self) -> UpdateForm:
        """The form with the draft's values, else with what was returned, else with the last ones."""
        return self._form(initial=self._initial())

    def typed(self, data: Mapping[str, Any]) -> UpdateForm:
        return self._form(data)

    def retyped(self, form: UpdateForm, *, version: int | None) -> UpdateForm:
        """What was typed, on top of another version: saving again is the person's decision."""
        data = dict(form.data.items()) | {"version": "" if version is None else str(version)}
        again = self._form(data)
        again.full_clean()
        return again

    def conflicts(self, form: UpdateForm) -> Iterable[Conflict]:
        """Where what is saved now differs from what was typed."""
        if self.draft is None:
            return ()
        saved = values_of(self.draft, brought_by(self.draft))
        present = {name: saved.get(name, field.initial) for name, field in form.fields.items()}
        return [
            Conflict(name, reading(form[name], present[name]), _raw(form[name], present[name]))
            for name, field in form.fields.items()
            if name not in NOT_COMPARED and field.has_changed(present[name], form[name].data)
        ]

    def _form(self, *args: Any, **kwargs: Any) -> UpdateForm:
        return FORMS[self.kind](*args, asked=self.asked, **kwargs)

    def _initial(self) -> dict[str, Any]:
        """The draft's values, else what was sent for the period, else what carries over."""
        begun = self.draft or self.of_period
        if begun is not None:
            shown = values_of(begun, brought_by(begun))
            return shown if self.draft else shown | {"version": None}
        carried = services.carried_fields(
            self.task, self.body, on=self.standing.on, kind=self.kind, period=self.period
        )
        return carried | {"period": f"{self.period.ends_on:%Y-%m-%d}"}


def _raw(bound: BoundField, recorded: Any) -> str:
    value = bound.field.widget.format_value(bound.field.prepare_value(recorded))
    chosen = value[0] if isinstance(value, list) and value else value
    return str(chosen) if chosen else ""
