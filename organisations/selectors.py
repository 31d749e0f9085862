"""Who holds what on a day: successions of bodies and positions of people, read at once."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from organisations.choices import ENTERPRISE_KINDS, Position, Role
from organisations.models import Membership, Organisation, Succession, User


@dataclass(frozen=True)
class Successions:
    """All successions and lifetimes of bodies, for resolving any number of duties without queries.

    Read with :meth:`load`; two queries, whatever the number of duties resolved afterwards.
    """

    organisations: dict[int, Organisation]
    steps: dict[int, list[Succession]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Successions":
        steps: dict[int, list[Succession]] = defaultdict(list)
        for succession in Succession.objects.order_by("effective_on"):
            steps[succession.predecessor_id].append(succession)
        return cls({o.pk: o for o in Organisation.objects.all()}, dict(steps))

    def holder(self, organisation_id: int, role: str, *, on: dt.date) -> Organisation | None:
        """The body that holds on a day the duty once given to an organisation.

        None where the body has ended without a successor: the duty has no holder, and nobody may
        guess one (the 17 districts after 30/6/2025).
        """
        current = organisation_id
        visited = {current}
        while (step := self._step(current, role, on)) is not None and step not in visited:
            visited.add(step)
            current = step
        body = self.organisations[current]
        if body.valid_to is not None and body.valid_to < on:
            return None
        return body

    def _step(self, organisation_id: int, role: str, on: dt.date) -> int | None:
        for succession in self.steps.get(organisation_id, ()):
            if succession.effective_on <= on and succession.duty in ("", role):
                return succession.successor_id
        return None

    def origins(self, organisation_ids: set[int], role: str, *, on: dt.date) -> set[int]:
        """Every organisation whose duty of this role is held on a day by one of the given bodies."""
        return {
            candidate
            for candidate in self.organisations
            if (body := self.holder(candidate, role, on=on)) and body.pk in organisation_ids
        }


@dataclass(frozen=True)
class Standing:
    """What a person is on a day: positions by organisation. Asked once per request.

    Disabled people and people whose positions have ended stand nowhere.
    """

    user_id: int | None
    positions: dict[int, str]
    is_administrator: bool
    is_enterprise: bool
    successions: Successions
    on: dt.date

    @classmethod
    def of(cls, user: User, *, on: dt.date) -> "Standing":
        memberships = (
            list(Membership.objects.current(on=on).filter(user=user)) if user.is_active else []
        )
        successions = Successions.load()
        bodies = [successions.organisations[m.organisation_id] for m in memberships]
        return cls(
            user_id=user.pk,
            positions={m.organisation_id: m.position for m in memberships},
            is_administrator=user.is_active and user.is_administrator,
            is_enterprise=any(b.kind in ENTERPRISE_KINDS for b in bodies),
            successions=successions,
            on=on,
        )

    @property
    def organisation_ids(self) -> set[int]:
        return set(self.positions)

    def bodies_served(self, *, but: Position) -> set[int]:
        """Bodies in which the person sits otherwise than in one position."""
        return {body for body, position in self.positions.items() if position != but}

    @property
    def is_provincial_staff(self) -> bool:
        """Signed in with a position in a body of the province, not in an enterprise."""
        return bool(self.positions) and not self.is_enterprise and not self.is_inspector

    @property
    def is_inspector(self) -> bool:
        return Position.INSPECTOR in self.positions.values()

    def duties_of(self, role: Role) -> set[int]:
        """Organisations whose duty of this role the person's own bodies hold that day."""
        return self.successions.origins(self.organisation_ids, role, on=self.on)

    def position_in(self, organisation_id: int) -> str | None:
        return self.positions.get(organisation_id)

    def superiors_of_offices(self) -> set[int]:
        """Bodies for which an Office prepares and records in which the person sits that day."""
        offices = (self.successions.organisations[i] for i in self.positions)
        superiors = (
            self.successions.holder(o.parent_id, Role.AUTHORITY, on=self.on)
            for o in offices
            if o.is_office and o.parent_id is not None
        )
        return {body.pk for body in superiors if body is not None}
