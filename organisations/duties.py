"""Duties of every floor: what is held, by which role, read without knowing the floors above.

Each floor has its own table of the one shape :class:`Duty`; Django's registry knows them all.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from organisations.choices import Role
from organisations.models import Duty, User
from organisations.models.organisation import lasting
from organisations.relations import coordinator_relations, general_relations
from organisations.rights import Relation, allowed, require
from organisations.selectors import Standing, Successions

OF_THE_SHAPE = frozenset({"organisation", "document"})


@dataclass(frozen=True)
class AssignedDuty:
    """A duty as it was assigned, and what it is a duty for (a programme, a task, an indicator)."""

    organisation_id: int
    role: Role
    subject: models.Model


def duty_models(role: Role | None = None) -> Iterator[type[Duty]]:
    """The tables of duties of all floors, or those that know a role."""
    for model in apps.get_models():
        if issubclass(model, Duty) and (role is None or role in model.ROLES):
            yield model


def assigned_duties(*, on: dt.date, role: Role | None = None) -> list[AssignedDuty]:
    """All duties that are valid on a day; one query for each table that knows the role."""
    found = []
    for model in duty_models(role):
        subject = _subject_of(model)
        rows = model._default_manager.filter(lasting(on=on)).select_related(subject)
        for duty in rows.filter(role=role) if role else rows:
            found.append(
                AssignedDuty(duty.organisation_id, Role(duty.role), getattr(duty, subject))
            )
    return found


def unheld_duties(*, on: dt.date, successions: Successions | None = None) -> list[AssignedDuty]:
    """Duties that no body holds on a day, because theirs has ended without a successor."""
    known = successions or Successions.load()
    return [
        duty
        for duty in assigned_duties(on=on)
        if known.holder(duty.organisation_id, duty.role, on=on) is None
    ]


def coordinating(standing: Standing) -> frozenset[Relation]:
    """What the person is through the bodies that coordinate some programme that day."""
    own = standing.organisation_ids
    duties = assigned_duties(on=standing.on, role=Role.COORDINATOR) if own else []
    held = {
        body.pk
        for duty in duties
        if (body := standing.successions.holder(duty.organisation_id, duty.role, on=standing.on))
    }
    bodies = held & (own | standing.delegated)
    return frozenset().union(
        *(
            coordinator_relations(standing.position_in(b), is_delegate=b in standing.delegated)
            for b in bodies
        )
    )


def set_up_relations(standing: Standing) -> frozenset[Relation]:
    """What the person is to the set-up, which belongs to no task and no programme."""
    return general_relations(standing) | coordinating(standing)


def require_set_up(action: str, *, by: User, on: dt.date) -> Standing:
    """The standing of a person who may set this up. Raises NotAllowed."""
    standing = Standing.of(by, on=on)
    require(allowed(action, set_up_relations(standing)))
    return standing


def _subject_of(model: type[Duty]) -> str:
    """The field that names what a duty is for: the one relation that the shape does not have."""
    return next(f.name for f in model._meta.fields if f.many_to_one and f.name not in OF_THE_SHAPE)
