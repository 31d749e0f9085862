"""The desk at which somebody writes a report: whose it is, what is there, what the form asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.forms import BoundField

from organisations.models import Organisation
from organisations.selectors import Standing
from programmes import services
from programmes.calendar import ReportingPeriod, last_ended, period_of
from programmes.choices import UpdateKind
from programmes.forms.base import reading
from programmes.forms.updates import FORMS, Asked, UpdateForm, values_of
from programmes.models import ProgressUpdate, Task
from programmes.selectors import TaskSummary, summaries_of
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

    @cached_property
    def draft(self) -> ProgressUpdate | None:
        return services.open_update(self.task, self.body, self.kind)

    @cached_property
    def returned(self) -> ProgressUpdate | None:
        return services.returned_update(self.task, self.body, self.kind)

    @cached_property
    def last(self) -> ProgressUpdate | None:
        """What the body reported last and did not get back."""
        return services.previous_update(self.task, self.body, self.kind)

    @cached_property
    def summary(self) -> TaskSummary:
        day, successions = self.standing.on, self.standing.successions
        return summaries_of([self.task], on=day, successions=successions)[0]

    @cached_property
    def asked(self) -> Asked:
        """Periods, and for who reports figures the open milestones and linked indicators."""
        if self.kind == UpdateKind.CONTRIBUTION:
            return Asked(self.kind, self._periods())
        milestones = open_milestones(self.task, on=self.standing.on)
        return Asked(self.kind, self._periods(), milestones, self.summary.links)

    def _periods(self) -> tuple[ReportingPeriod, ...]:
        """The running one, the one that ended last, and that of what is begun or was returned."""
        rhythm, day = self.task.programme.reporting, self.standing.on
        begun = (update for update in (self.draft, self.returned) if update)
        older = (period_of(update.period_ends_on, rhythm) for update in begun)
        return tuple(dict.fromkeys((period_of(day, rhythm), last_ended(day, rhythm), *older)))

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
        if self.draft is not None:
            return values_of(self.draft, brought_by(self.draft))
        if self.returned is not None:
            return values_of(self.returned, brought_by(self.returned)) | {"version": None}
        return self._carried()

    def _carried(self) -> dict[str, Any]:
        """What a new report takes over from the last one, and the period it is about."""
        day, kind = self.standing.on, self.kind
        chosen = services.reporting_period(self.task, self.body, on=day, kind=kind)
        if self.last is None:
            return {"period": f"{chosen.ends_on:%Y-%m-%d}"}
        return values_of(self.last, brought_by(None)) | {
            "version": None,
            "period": f"{chosen.ends_on:%Y-%m-%d}",
            "narrative": "",
            "declared_health": "",
            "declared_reason": "",
            "document": None,
        }


def _raw(bound: BoundField, recorded: Any) -> str:
    value = bound.field.widget.format_value(bound.field.prepare_value(recorded))
    chosen = value[0] if isinstance(value, list) and value else value
    return str(chosen) if chosen else ""
