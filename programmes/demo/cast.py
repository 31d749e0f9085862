"""Who acts in the demo: the bodies that held each duty on the day, and their people."""

import datetime as dt
from dataclasses import dataclass

from organisations.choices import Position, Role
from organisations.demo import demo_accounts
from organisations.models import Organisation, User
from organisations.selectors import Successions
from programmes.models import ProgrammeDuty, TaskDuty

REVIEWER = "reviewer.doic"


@dataclass(frozen=True)
class Cast:
    """Bodies and people, read once."""

    successions: Successions
    leads: dict[int, int]
    authorities: dict[int, int]
    bodies: dict[str, Organisation]
    people: dict[str, User]
    specialists: dict[str, str]

    @classmethod
    def read(cls) -> "Cast":
        successions = Successions.load()
        specialists: dict[str, str] = {}
        for account in demo_accounts():
            if account.position == Position.STAFF:
                for code in account.organisations:
                    specialists.setdefault(code, account.username)
        leads = TaskDuty.objects.filter(role=Role.LEAD, valid_to__isnull=True)
        authorities = ProgrammeDuty.objects.filter(role=Role.AUTHORITY, valid_to__isnull=True)
        return cls(
            successions=successions,
            leads=dict(leads.values_list("task", "organisation")),
            authorities=dict(authorities.values_list("programme", "organisation")),
            bodies={body.code: body for body in successions.organisations.values()},
            people={user.username: user for user in User.objects.filter(is_demo=True)},
            specialists=specialists,
        )

    def lead(self, task_id: int, *, on: dt.date) -> Organisation:
        """The body that leads a task on a day."""
        body = self.successions.holder(self.leads[task_id], Role.LEAD, on=on)
        if body is None:
            raise LookupError(f"nobody leads task {task_id} on {on}")
        return body

    def territory(self, programme_id: int, *, on: dt.date) -> Organisation | None:
        """The committee that governs the programme's territory on a day."""
        return self.successions.holder(self.authorities[programme_id], Role.AUTHORITY, on=on)

    def specialist(self, body: Organisation) -> User:
        """The person who reports for a body."""
        return self.people[self.specialists[body.code]]

    @property
    def reviewer(self) -> User:
        """Who accepts and confirms for the coordinator; writes nothing, so that the two differ."""
        return self.people[REVIEWER]
