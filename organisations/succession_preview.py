"""What follows from a succession before it is recorded: asked of `Successions` before and after.

Duties of all floors are read through Django's registry. What else a floor has on desks (open
evaluations) it registers here from its module `handover`, since this floor cannot import upwards.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise

from organisations.duties import AssignedDuty, assigned_duties
from organisations.models import Membership, Organisation, Succession
from organisations.selectors import Successions
from organisations.services.bodies import people_to_move
from organisations.services.people import ONE_DAY


@dataclass(frozen=True)
class Passing:
    """A duty that one body holds before and another (or nobody) after."""

    duty: AssignedDuty
    before: Organisation | None
    after: Organisation | None


@dataclass(frozen=True)
class DeskChange:
    """Something open that lies on another desk afterwards; None: on nobody's."""

    subject: str
    kind: str | Promise
    before: Organisation | None
    after: Organisation | None


Desks = Callable[[Successions, Successions, dt.date], list[DeskChange]]
_registered: list[Desks] = []


def register(desks: Desks) -> Desks:
    """Let a floor tell what open things change desks between two states of the successions."""
    if desks not in _registered:
        _registered.append(desks)
    return desks


@dataclass(frozen=True)
class Preview:
    """What follows from a succession on its day."""

    passing: list[Passing]
    unheld: list[Passing]
    people: list[Membership]
    desks: list[DeskChange]


def preview_of(succession: Succession, *, ends_predecessor: bool) -> Preview:
    """Compare the holders on the day as things stand with those after the act. A constant number of
    queries."""
    day = succession.effective_on
    before = Successions.load()
    after = with_succession(before, succession, ends_predecessor=ends_predecessor)
    passing = changes_between(before, after, on=day)
    return Preview(
        passing=[change for change in passing if change.after is not None],
        unheld=[change for change in passing if change.after is None],
        people=people_to_move(succession.predecessor, day),
        desks=[change for desks in _registered for change in desks(before, after, day)],
    )


def unheld_after(body: Organisation, last_day: dt.date) -> list[Passing]:
    """The duties that nobody would hold if a body ended after a day without a successor."""
    before = Successions.load()
    after = replace(before, organisations=_ending(before, body.pk, last_day))
    changes = changes_between(before, after, on=last_day + ONE_DAY)
    return [change for change in changes if change.after is None]


def changes_between(before: Successions, after: Successions, *, on: dt.date) -> list[Passing]:
    """The duties of a day that have another holder in one state than in the other."""
    found = []
    for duty in assigned_duties(on=on):
        old = before.holder(duty.organisation_id, duty.role, on=on)
        new = after.holder(duty.organisation_id, duty.role, on=on)
        if old != new:
            found.append(Passing(duty, old, new))
    return found


def with_succession(
    present: Successions, succession: Succession, *, ends_predecessor: bool
) -> Successions:
    """The successions as they would be, in the order in which they are read."""
    key, day = succession.predecessor_id, succession.effective_on
    steps = dict(present.steps)
    steps[key] = sorted(
        [*steps.get(key, ()), succession], key=lambda step: (step.effective_on, not step.duty)
    )
    bodies = present.organisations
    return Successions(_ending(present, key, day - ONE_DAY) if ends_predecessor else bodies, steps)


def _ending(present: Successions, key: int, last_day: dt.date) -> dict[int, Organisation]:
    """All bodies, one of them as it would be after its end."""
    body = present.organisations[key]
    ended = Organisation(pk=key, code=body.code, name=body.name, short_name=body.short_name)
    ended.valid_from, ended.valid_to = body.valid_from, last_day
    return {**present.organisations, key: ended}
