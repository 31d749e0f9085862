"""Whose desks an evaluation passes on a day."""

import datetime as dt
from dataclasses import dataclass

from organisations.choices import Role
from organisations.models import Organisation
from organisations.relations import holders
from organisations.selectors import Successions
from reports.models import Evaluation


def body_with(
    role: Role, evaluation: Evaluation, successions: Successions, *, on: dt.date
) -> Organisation | None:
    """The body that holds a duty for an evaluation's task on a day."""
    task = evaluation.trial_period.task
    duties = task.duties if role == Role.LEAD else task.programme.duties
    return next(iter(holders(duties.all(), role, successions=successions, on=on)), None)


@dataclass(frozen=True)
class Desks:
    """Who holds the duties of an evaluation's task on a day; None where nobody does."""

    lead: Organisation | None
    coordinator: Organisation | None
    authority: Organisation | None

    @classmethod
    def of(
        cls, evaluation: Evaluation, *, on: dt.date, successions: Successions | None = None
    ) -> "Desks":
        """The desks of a day; successions that were read already are not read again."""
        known = successions or Successions.load()
        roles = (Role.LEAD, Role.COORDINATOR, Role.AUTHORITY)
        return cls(*(body_with(role, evaluation, known, on=on) for role in roles))

    @property
    def coordinator_leads(self) -> bool:
        """The coordinator leads the task itself: nothing is dispatched to itself."""
        return self.lead is not None and self.lead == self.coordinator
