"""What stands still in a body when one person leaves it: said before, never forbidden."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from organisations.choices import HEADS, Position, Role
from organisations.duties import assigned_duties
from organisations.models import Membership, User
from organisations.selectors import Successions

DECIDERS = frozenset({Position.STAFF, *HEADS})


def standing_still(user: User, memberships: Iterable[Membership], *, on: dt.date) -> list[str]:
    """Sentences on what nobody could do any more from a day on, if these positions ended before it."""
    leaving = [m for m in memberships if m.valid_to is None or m.valid_to >= on]
    if not leaving:
        return []
    bodies = {m.organisation_id: m.organisation for m in leaving}
    left: dict[int, list[str]] = {body: [] for body in bodies}
    others = Membership.objects.current(on=on).of_people().filter(organisation__in=bodies)
    for membership in others.exclude(user=user):
        left[membership.organisation_id].append(membership.position)
    held = _roles_of(set(bodies), on)
    return [
        sentence % {"body": bodies[m.organisation_id].short_name}
        for m in leaving
        for sentence in _sentences(m, left[m.organisation_id], held.get(m.organisation_id, set()))
    ]


def _sentences(leaving: Membership, left: list[str], roles: set[Role]) -> list[str]:
    found = []
    deciders = sum(position in DECIDERS for position in left)
    if leaving.position in HEADS and not HEADS & set(left):
        found.append(
            _(
                "%(body)s then has no head: nobody can approve and submit its evaluations or delegate."
            )
        )
    if Role.COORDINATOR in roles and leaving.position in DECIDERS:
        found += _coordinator_sentences(deciders, leads=Role.LEAD in roles)
    if Role.LEAD in roles and leaving.position in DECIDERS and not deciders:
        found.append(_("%(body)s then has nobody to report on the tasks it leads."))
    return found


def _coordinator_sentences(deciders: int, *, leads: bool) -> list[str]:
    if not deciders:
        return [
            _("%(body)s coordinates: then nobody can accept or return reports and evaluations.")
        ]
    if deciders == 1 and leads:
        return [
            _(
                "%(body)s coordinates and leads tasks itself: then only one person is left, and "
                "nobody decides on their own work."
            )
        ]
    return []


def _roles_of(bodies: set[int], on: dt.date) -> dict[int, set[Role]]:
    """The roles that these bodies hold on a day."""
    successions = Successions.load()
    found: dict[int, set[Role]] = {}
    for duty in assigned_duties(on=on):
        holder = successions.holder(duty.organisation_id, duty.role, on=on)
        if holder is not None and holder.pk in bodies:
            found.setdefault(holder.pk, set()).add(duty.role)
    return found
