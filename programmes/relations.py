"""What a person is to a task, an update or a programme on a day; rights follow from it.

Duties are read from prefetched rows (`duties`, `programme__duties`) and resolved through the
successions of the standing, so that any number of objects costs no further query.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from organisations.choices import Position, Role
from organisations.models import Duty, Organisation
from organisations.rights import Relation
from organisations.selectors import Standing, Successions
from programmes.models import Programme, ProgressUpdate, Task

HEADS = frozenset({Position.HEAD, Position.DEPUTY})
LEAD_POSITIONS = {
    Position.STAFF: Relation.LEAD_STAFF,
    Position.HEAD: Relation.LEAD_HEAD,
    Position.DEPUTY: Relation.LEAD_HEAD,
    Position.CLERK: Relation.LEAD_CLERK,
}
MEMBER_RELATIONS = {Role.COOPERATING: Relation.COOPERATING, Role.PARTNER: Relation.PARTNER}


def task_relations(task: Task, standing: Standing) -> frozenset[Relation]:
    """Every relation of the person to a task on the day of the standing."""
    found = {*_duty_relations(task, standing), *_programme_duties(task.programme, standing)}
    return _with_general(found, standing)


def update_relations(update: ProgressUpdate, standing: Standing) -> frozenset[Relation]:
    """The relations to the update's task, and authorship: nobody decides on their own work."""
    relations = task_relations(update.task, standing)
    return relations | {Relation.AUTHOR} if standing.user_id in update.author_ids else relations


def programme_relations(programme: Programme, standing: Standing) -> frozenset[Relation]:
    """Every relation of the person to a programme on the day of the standing."""
    return _with_general(set(_programme_duties(programme, standing)), standing)


def general_relations(standing: Standing) -> frozenset[Relation]:
    """What the person is before a task or programme is chosen.

    Staff of the province are strangers to whatever they hold no duty in; an enterprise sees nothing
    but what it is a partner of.
    """
    is_what = {
        Relation.INSPECTOR: standing.is_inspector,
        Relation.ADMINISTRATOR: standing.is_administrator,
        Relation.STRANGER: standing.is_provincial_staff,
        Relation.PARTNER: standing.is_enterprise,
    }
    return frozenset(relation for relation, holds in is_what.items() if holds)


def holders(
    duties: Iterable[Duty], role: Role, *, successions: Successions, on: dt.date
) -> tuple[Organisation, ...]:
    """The bodies that hold a role on a day, each once, in the order of the duties."""
    bodies = (
        successions.holder(duty.organisation_id, role, on=on)
        for duty in valid_duties(duties, role, on=on)
    )
    return tuple(dict.fromkeys(body for body in bodies if body is not None))


def lead_of(task: Task, *, successions: Successions, on: dt.date) -> Organisation | None:
    """The body that leads a task on a day; None when its duty has no holder."""
    return next(iter(holders(task.duties.all(), Role.LEAD, successions=successions, on=on)), None)


def valid_duties(duties: Iterable[Duty], role: Role, *, on: dt.date) -> list[Duty]:
    """Duties of a role as assigned on a day."""
    return [
        duty
        for duty in duties
        if duty.role == role
        and duty.valid_from <= on
        and (duty.valid_to is None or duty.valid_to >= on)
    ]


def _duty_relations(task: Task, standing: Standing) -> Iterator[Relation]:
    duties = list(task.duties.all())
    for body in _held(duties, Role.LEAD, standing):
        if (position := standing.position_in(body.pk)) in LEAD_POSITIONS:
            yield LEAD_POSITIONS[Position(position)]
    for role, relation in MEMBER_RELATIONS.items():
        if any(_sits_in(body, standing) for body in _held(duties, role, standing)):
            yield relation


def _programme_duties(programme: Programme, standing: Standing) -> Iterator[Relation]:
    """Coordinator and authority with its Office."""
    duties = list(programme.duties.all())
    for body in _held(duties, Role.COORDINATOR, standing):
        yield from coordinator_relations(standing.position_in(body.pk))
    offices = standing.superiors_of_offices()
    for body in _held(duties, Role.AUTHORITY, standing):
        position = standing.position_in(body.pk)
        if position in HEADS:
            yield Relation.AUTHORITY_LEADER
        if body.pk in offices or position in (Position.STAFF, Position.CLERK):
            yield Relation.AUTHORITY_OFFICE


def coordinator_relations(position: str | None) -> frozenset[Relation]:
    """What a position in the coordinating body makes of a person; its clerk decides nothing."""
    if position in HEADS:
        return frozenset({Relation.COORDINATOR, Relation.COORDINATOR_HEAD})
    return frozenset({Relation.COORDINATOR} if position == Position.STAFF else ())


def _held(duties: list[Duty], role: Role, standing: Standing) -> tuple[Organisation, ...]:
    return holders(duties, role, successions=standing.successions, on=standing.on)


def _sits_in(body: Organisation, standing: Standing) -> bool:
    return standing.position_in(body.pk) not in (None, Position.INSPECTOR)


def _with_general(found: set[Relation], standing: Standing) -> frozenset[Relation]:
    """Adds what the person is anyway; a stranger is who holds no duty, a partner who holds one."""
    general = general_relations(standing) - {Relation.PARTNER}
    return general - {Relation.STRANGER} | found if found else general
