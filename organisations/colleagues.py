"""The people of a body as its head sees them: who is there, and whose account is locked."""

import datetime as dt
from dataclasses import dataclass

from dti_tracker.shared.text import name_order, sort_key
from organisations.choices import AccountState
from organisations.models import Membership, Organisation, User
from organisations.selectors import Standing


@dataclass(frozen=True)
class Colleague:
    """One person in one body."""

    person: User
    title: str
    state: AccountState
    locks_on: dt.date | None
    may_be_opened: bool


@dataclass(frozen=True)
class Body:
    """A body and the people who sit in it that day, in Vietnamese order."""

    organisation: Organisation
    people: list[Colleague]


def account_state(user: User, *, on: dt.date) -> AccountState:
    """What becomes of a sign-in on a day, whatever position the person has."""
    if not user.is_active:
        return AccountState.DISABLED
    if user.is_dormant(on=on):
        return AccountState.DORMANT
    return AccountState.ACTIVE if user.has_usable_password() else AccountState.INVITED


def bodies_with_people(standing: Standing) -> list[Body]:
    """The bodies for which somebody acts as head that day; one query for all their people."""
    headed = {key for key in standing.organisation_ids if standing.acts_as_head_of(key)}
    people: dict[int, list[Colleague]] = {key: [] for key in headed}
    memberships = (
        Membership.objects.filter(organisation__in=headed)
        .valid(on=standing.on)
        .of_people()
        .select_related("user")
    )
    for membership in sorted(memberships, key=_by_name):
        people[membership.organisation_id].append(_colleague(membership, standing))
    bodies = standing.successions.organisations
    return sorted(
        (Body(bodies[key], found) for key, found in people.items()),
        key=lambda body: sort_key(body.organisation.name),
    )


def _by_name(membership: Membership) -> tuple[object, ...]:
    return name_order(membership.user.full_name, membership.user.username)


def _colleague(membership: Membership, standing: Standing) -> Colleague:
    user = membership.user
    state = account_state(user, on=standing.on)
    return Colleague(
        person=user,
        title=membership.title or membership.get_position_display(),
        state=state,
        locks_on=user.locks_on(),
        may_be_opened=state == AccountState.DORMANT and user.pk != standing.user_id,
    )
