"""What a person is before an object is chosen, and who holds a duty; the floors above add the rest.

Duties are read from prefetched rows and resolved through the successions of the standing, so that
any number of objects costs no further query.
"""

import datetime as dt
from collections.abc import Collection, Iterable

from organisations.choices import HEADS, Position, Role, TokenScope
from organisations.models import Duty, Organisation
from organisations.rights import Relation
from organisations.selectors import Standing, Successions

SCOPES = {
    TokenScope.STATUS: Relation.TOKEN_STATUS,
    TokenScope.READ: Relation.TOKEN_READ,
    TokenScope.WRITE: Relation.TOKEN_WRITE,
}

COORDINATOR_POSITIONS = {
    Position.STAFF: frozenset({Relation.COORDINATOR}),
    Position.HEAD: frozenset({Relation.COORDINATOR, Relation.COORDINATOR_HEAD}),
    Position.DEPUTY: frozenset({Relation.COORDINATOR, Relation.COORDINATOR_DEPUTY}),
    Position.CLERK: frozenset({Relation.COORDINATOR_CLERK}),
}


def general_relations(standing: Standing) -> frozenset[Relation]:
    """What the person is before a task or programme is chosen.

    Staff of the province are strangers to whatever they hold no duty in; an enterprise sees nothing
    but what it is a partner of. A service account is one whatever else it is.
    """
    is_what = {
        Relation.INSPECTOR: standing.is_inspector,
        Relation.ADMINISTRATOR: standing.is_administrator,
        Relation.STRANGER: standing.is_provincial_staff,
        Relation.PARTNER: standing.is_enterprise,
        Relation.FORMER: standing.is_former,
        Relation.SERVICE: standing.is_service,
    }
    found = {relation for relation, holds in is_what.items() if holds}
    return frozenset(found | ({SCOPES[standing.scope]} if standing.scope else set()))


def with_general(found: set[Relation], standing: Standing) -> frozenset[Relation]:
    """Adds what the person is anyway; a stranger is who holds no duty, a partner who holds one."""
    general = general_relations(standing) - {Relation.PARTNER}
    return general - {Relation.STRANGER} | found if found else general


def body_relations(bodies: Collection[int], standing: Standing) -> frozenset[Relation]:
    """The relations to bodies, or to the people in them: heading one, acting for a head of one."""
    is_what = {
        Relation.OWN_HEAD: any(standing.position_in(body) in HEADS for body in bodies),
        Relation.OWN_DELEGATE: not standing.delegated.isdisjoint(bodies),
    }
    return with_general({relation for relation, holds in is_what.items() if holds}, standing)


def coordinator_relations(
    position: str | None, *, is_delegate: bool = False
) -> frozenset[Relation]:
    """What a position in the coordinating body makes of a person; its clerk decides nothing."""
    found = COORDINATOR_POSITIONS.get(Position(position), frozenset()) if position else frozenset()
    acting = {Relation.COORDINATOR, Relation.COORDINATOR_DELEGATE} if is_delegate else set()
    return found | acting


def bodies_headed(standing: Standing) -> list[Organisation]:
    """The bodies of which the person is head or deputy by their own position, by name."""
    headed = (body for body, position in standing.positions.items() if position in HEADS)
    bodies = standing.successions.organisations
    return sorted((bodies[key] for key in headed), key=lambda body: body.name)


def valid_duties(duties: Iterable[Duty], role: Role, *, on: dt.date) -> list[Duty]:
    """Duties of a role as assigned on a day."""
    return [
        duty
        for duty in duties
        if duty.role == role
        and duty.valid_from <= on
        and (duty.valid_to is None or duty.valid_to >= on)
    ]


def holders(
    duties: Iterable[Duty], role: Role, *, successions: Successions, on: dt.date
) -> tuple[Organisation, ...]:
    """The bodies that hold a role on a day, each once, in the order of the duties."""
    bodies = (
        successions.holder(duty.organisation_id, role, on=on)
        for duty in valid_duties(duties, role, on=on)
    )
    return tuple(dict.fromkeys(body for body in bodies if body is not None))
