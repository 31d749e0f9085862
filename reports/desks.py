"""Whose desks an evaluation passes on a day."""

import datetime as dt
from dataclasses import dataclass

from organisations.choices import Role
from organisations.models import Organisation
from organisations.selectors import Successions
from programmes.models import ProgrammeDuty, TaskDuty
from reports.models import Evaluation


@dataclass(frozen=True)
class Desks:
    """Who holds the duties of an evaluation's task on a day; None where nobody does."""

    lead: Organisation | None
    coordinator: Organisation | None
    authority: Organisation | None

    @classmethod
    def of(cls, evaluation: Evaluation, *, on: dt.date) -> "Desks":
        task = evaluation.trial_period.task
        successions = Successions.load()
        held: dict[str, Organisation | None] = {}
        for duty in [
            *TaskDuty.objects.valid(on=on).filter(task=task, role=Role.LEAD),
            *ProgrammeDuty.objects.valid(on=on).filter(programme=task.programme_id),
        ]:
            held[duty.role] = successions.holder(duty.organisation_id, duty.role, on=on)
        return cls(held.get(Role.LEAD), held.get(Role.COORDINATOR), held.get(Role.AUTHORITY))

    @property
    def coordinator_leads(self) -> bool:
        """The coordinator leads the task itself: nothing is dispatched to itself."""
        return self.lead is not None and self.lead == self.coordinator
