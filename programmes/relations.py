"""What a person is to a task, an update or a programme on a day; rights follow from it.

Duties are read from prefetched rows (`duties`, `programme__duties`) and resolved through the
successions of the standing, so that any number of objects costs no further query.
"""

import datetime as dt
from collections.abc import Iterator

from organisations.choices import Position, Role
from organisations.models import Delegation, Duty, Organisation
from organisations.relations import coordinator_relations, holders, with_general
from organisations.rights import Relation
from organisations.selectors import Standing, Successions
from programmes.models import ExtensionRequest, Programme, ProgressUpdate, Task

LEAD_POSITIONS = {
    Position.STAFF: Relation.LEAD_STAFF,
    Position.HEAD: Relation.LEAD_HEAD,
    Position.DEPUTY: Relation.LEAD_DEPUTY,
    Position.CLERK: Relation.LEAD_CLERK,
}
MEMBER_RELATIONS = {Role.COOPERATING: Relation.COOPERATING, Role.PARTNER: Relation.PARTNER}


def task_relations(task: Task, standing: Standing) -> frozenset[Relation]:
    """Every relation of the person to a task on the day of the standing."""
    found = {*_duty_relations(task, standing), *_programme_duties(task.programme, standing)}
    return with_general(found, standing)


def update_relations(update: ProgressUpdate, standing: Standing) -> frozenset[Relation]:
    """The relations to the update's task, and authorship: nobody decides on their own work."""
    relations = task_relations(update.task, standing)
    return relations | {Relation.AUTHOR} if standing.user_id in update.author_ids else relations


def extension_relations(
    request: ExtensionRequest, task: Task, standing: Standing
) -> frozenset[Relation]:
    """The relations to the request's task, and authorship: nobody decides on their own request."""
    relations = task_relations(task, standing)
    return relations | {Relation.AUTHOR} if standing.user_id == request.asked_by_id else relations


def programme_relations(programme: Programme, standing: Standing) -> frozenset[Relation]:
    """Every relation of the person to a programme on the day of the standing."""
    return with_general(set(_programme_duties(programme, standing)), standing)


def lead_of(task: Task, *, successions: Successions, on: dt.date) -> Organisation | None:
    """The body that leads a task on a day; None when its duty has no holder."""
    return next(iter(holders(task.duties.all(), Role.LEAD, successions=successions, on=on)), None)


def coordinator_of(
    programme: Programme, *, successions: Successions, on: dt.date
) -> Organisation | None:
    """The body that coordinates a programme on a day; None when its duty has no holder."""
    duties = programme.duties.all()
    return next(iter(holders(duties, Role.COORDINATOR, successions=successions, on=on)), None)


def lent_for(task: Task, standing: Standing) -> tuple[Delegation, ...]:
    """By which delegations the person acts in a task for a head of the lead, coordinator or
    authority; one query, and none for who holds no delegation."""
    if not standing.delegated:
        return ()
    programme_duties = list(task.programme.duties.all())
    bodies = {
        body.pk
        for duties, role in (
            (list(task.duties.all()), Role.LEAD),
            (programme_duties, Role.COORDINATOR),
            (programme_duties, Role.AUTHORITY),
        )
        for body in _held(duties, role, standing)
    }
    lent = Delegation.objects.current(on=standing.on).filter(
        delegate=standing.user_id, organisation__in=bodies
    )
    return tuple(lent.select_related("organisation", "delegator").order_by("valid_to", "pk"))


def _duty_relations(task: Task, standing: Standing) -> Iterator[Relation]:
    duties = list(task.duties.all())
    for body in _held(duties, Role.LEAD, standing):
        if (position := standing.position_in(body.pk)) in LEAD_POSITIONS:
            yield LEAD_POSITIONS[Position(position)]
        if body.pk in standing.delegated:
            yield Relation.LEAD_DELEGATE
    for role, relation in MEMBER_RELATIONS.items():
        if any(_sits_in(body, standing) for body in _held(duties, role, standing)):
            yield relation


def _programme_duties(programme: Programme, standing: Standing) -> Iterator[Relation]:
    """Coordinator and authority with its Office."""
    duties = list(programme.duties.all())
    for body in _held(duties, Role.COORDINATOR, standing):
        yield from coordinator_relations(
            standing.position_in(body.pk), is_delegate=body.pk in standing.delegated
        )
    offices = standing.superiors_of_offices()
    for body in _held(duties, Role.AUTHORITY, standing):
        position = standing.position_in(body.pk)
        if standing.acts_as_head_of(body.pk):
            yield Relation.AUTHORITY_LEADER
        if body.pk in offices or position in (Position.STAFF, Position.CLERK):
            yield Relation.AUTHORITY_OFFICE


def _held(duties: list[Duty], role: Role, standing: Standing) -> tuple[Organisation, ...]:
    return holders(duties, role, successions=standing.successions, on=standing.on)


def _sits_in(body: Organisation, standing: Standing) -> bool:
    return standing.position_in(body.pk) not in (None, Position.INSPECTOR)
