"""Who holds what on a day: successions of bodies and positions of people, read at once."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace

from organisations.choices import ENTERPRISE_KINDS, HEADS, Position, Role, TokenScope
from organisations.models import Delegation, Membership, Organisation, Succession, User


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
        # On the same day a single duty goes before all duties (descending: the empty one is last).
        for succession in Succession.objects.order_by("effective_on", "-duty"):
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


def inspects(user: User, *, on: dt.date) -> bool:
    """Whether a person sits somewhere as an inspector that day; one query, for who asks no more."""
    members = Membership.objects.current(on=on).filter(user=user)
    return members.filter(position=Position.INSPECTOR).exists()


@dataclass(frozen=True)
class Standing:
    """What a person is on a day: positions by organisation. Asked once per request.

    Disabled people, people whose account is locked and people whose positions have ended stand
    nowhere. `delegated` are the bodies of the person for whose head they act that day; `scope`
    is that of the token with which a client calls, None for a session.
    """

    user_id: int | None
    positions: dict[int, str]
    is_administrator: bool
    is_enterprise: bool
    successions: Successions
    on: dt.date
    delegated: frozenset[int] = frozenset()
    scope: TokenScope | None = None
    is_service: bool = False

    @classmethod
    def of(cls, user: User, *, on: dt.date, scope: TokenScope | None = None) -> "Standing":
        is_in = user.is_active and not user.is_dormant(on=on)
        memberships = list(Membership.objects.current(on=on).filter(user=user)) if is_in else []
        delegations = Delegation.objects.current(on=on).filter(delegate=user) if is_in else []
        successions = Successions.load()
        bodies = [successions.organisations[m.organisation_id] for m in memberships]
        return cls(
            user_id=user.pk,
            positions={m.organisation_id: m.position for m in memberships},
            is_administrator=is_in and user.is_administrator,
            is_enterprise=any(b.kind in ENTERPRISE_KINDS for b in bodies),
            successions=successions,
            on=on,
            delegated=frozenset(d.organisation_id for d in delegations),
            scope=scope,
            is_service=user.is_service,
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
        return bool(self.positions) and not self.is_enterprise and not self._sits_as_inspector

    @property
    def is_inspector(self) -> bool:
        """Reads what a decision names. An administrator reads no content, an enterprise its own."""
        sees_less = self.is_administrator or self.is_enterprise
        return self._sits_as_inspector and not sees_less

    @property
    def _sits_as_inspector(self) -> bool:
        return Position.INSPECTOR in self.positions.values()

    def duties_of(self, role: Role) -> set[int]:
        """Organisations whose duty of this role the person's own bodies hold that day."""
        return self.successions.origins(self.organisation_ids, role, on=self.on)

    def position_in(self, organisation_id: int) -> str | None:
        return self.positions.get(organisation_id)

    def acts_as_head_of(self, organisation_id: int) -> bool:
        """Head, deputy, or delegated to by one of them that day."""
        return self.position_in(organisation_id) in HEADS or organisation_id in self.delegated

    def bodies_decided_for(self) -> set[int]:
        """Bodies for which the person decides that day: as head, as deputy, or as delegate."""
        return {body for body in self.positions if self.acts_as_head_of(body)}

    @property
    def as_themselves(self) -> "Standing":
        """The same person with what their own positions give, without any delegation."""
        return replace(self, delegated=frozenset())

    @property
    def is_former(self) -> bool:
        """Signed in without any position left: disabled, locked, or moved away."""
        return not self.positions and not self.is_administrator

    def superiors_of_offices(self) -> set[int]:
        """Bodies for which an Office prepares and records in which the person sits that day."""
        served = self.bodies_served(but=Position.INSPECTOR)
        offices = (self.successions.organisations[i] for i in served)
        superiors = (
            self.successions.holder(o.parent_id, Role.AUTHORITY, on=self.on)
            for o in offices
            if o.is_office and o.parent_id is not None
        )
        return {body.pk for body in superiors if body is not None}
