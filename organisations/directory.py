"""People and bodies as an administrator looks for them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import SearchKey, name_order, search_key, sort_key
from organisations.choices import AccountState
from organisations.colleagues import account_state
from organisations.models import Membership, Organisation, User
from organisations.models.organisation import lasting
from organisations.templatetags.ui import day, named


class BodyState(models.TextChoices):
    """Whether a body exists on a day."""

    CURRENT = "current", _("exists")
    ENDED = "ended", _("has ended")
    COMING = "coming", _("comes later")


@dataclass(frozen=True)
class PersonRow:
    """A person with the positions and the state of a day."""

    user: User
    memberships: tuple[Membership, ...]
    state: AccountState


@dataclass(frozen=True)
class BodyRow:
    """A body with its state on a day, its people then, and who came after it."""

    body: Organisation
    state: BodyState
    people: int
    successors: tuple[Organisation, ...]


def people_found(
    *, on: dt.date, search: str = "", organisation: str = "", position: str = "", state: str = ""
) -> list[PersonRow]:
    """People in Vietnamese order, by given name; services are not people. Two queries."""
    people = User.objects.filter(is_service=False)
    for word in search_key(search).split():
        people = _with_word(people, word)
    rows = [row for row in rows_of(people, on=on) if _fits(row, organisation, position, state)]
    return sorted(rows, key=lambda row: name_order(row.user.full_name, row.user.username))


def rows_of(people: QuerySet[User], *, on: dt.date) -> list[PersonRow]:
    """People with what they are on a day."""
    held = (
        Membership.objects.valid(on=on).select_related("organisation").order_by("valid_from", "pk")
    )
    found = people.prefetch_related(Prefetch("memberships", queryset=held, to_attr="held"))
    return [PersonRow(user, tuple(user.held), state_of(user, user.held, on=on)) for user in found]


def state_of(user: User, held: Iterable[Membership], *, on: dt.date) -> AccountState:
    """The first state that holds; an administrator needs no position."""
    state = account_state(user, on=on)
    is_shut = state in (AccountState.DISABLED, AccountState.DORMANT)
    if is_shut or user.is_administrator or any(True for _membership in held):
        return state
    return AccountState.WITHOUT_POSITION


def bodies_found(*, on: dt.date, search: str = "", state: str = "") -> list[BodyRow]:
    """Bodies in Vietnamese order with their state on a day. Three queries."""
    bodies = Organisation.objects.prefetch_related("successions__successor").annotate(
        people=Count(
            "memberships",
            filter=lasting(on=on, of="memberships__")
            & Q(memberships__user__is_active=True, memberships__user__is_service=False),
        )
    )
    for word in search_key(search).split():
        bodies = bodies.annotate(plain_short=SearchKey(F("short_name"))).filter(
            Q(search_key__contains=word) | Q(plain_short__contains=word) | Q(code__icontains=word)
        )
    rows = [
        BodyRow(
            body,
            body_state(body, on=on),
            body.people,
            tuple(step.successor for step in body.successions.all()),
        )
        for body in bodies
    ]
    fitting = [row for row in rows if state in ("", row.state)]
    return sorted(fitting, key=lambda row: sort_key(row.body.name))


def body_state(body: Organisation, *, on: dt.date) -> BodyState:
    """Whether a body exists on a day, as far as its days are known."""
    if body.valid_from is not None and body.valid_from > on:
        return BodyState.COMING
    if body.valid_to is not None and body.valid_to < on:
        return BodyState.ENDED
    return BodyState.CURRENT


def body_choices(bodies: Iterable[Organisation], *, on: dt.date) -> list[tuple[str, str]]:
    """Codes and full names to choose from, in Vietnamese order.

    What has ended says until when, and what is to come from when.
    """
    ordered = sorted(bodies, key=lambda body: sort_key(named(body)))
    return [(body.code, _offered(body, on=on)) for body in ordered]


def person_choices(people: Iterable[User]) -> list[tuple[int, str]]:
    """People to choose from, in the order of a Vietnamese list."""
    ordered = sorted(people, key=lambda user: name_order(user.full_name, user.username))
    return [(user.pk, str(user)) for user in ordered]


def _offered(body: Organisation, *, on: dt.date) -> str:
    match body_state(body, on=on):
        case BodyState.ENDED:
            return f"{named(body)} (– {day(body.valid_to)})"
        case BodyState.COMING:
            words = {"body": named(body), "day": day(body.valid_from)}
            return str(_("%(body)s (from %(day)s)") % words)
        case _:
            return named(body)


def _with_word(people: QuerySet[User], word: str) -> QuerySet[User]:
    parts = ("full_name", Value(" "), "username", Value(" "), "email")
    words = Concat(*parts, output_field=models.TextField())
    marked = people.annotate(plain=SearchKey(words))
    return marked.filter(plain__contains=word)


def _fits(row: PersonRow, organisation: str, position: str, state: str) -> bool:
    places = [
        m
        for m in row.memberships
        if organisation in ("", m.organisation.code) and position in ("", m.position)
    ]
    return (bool(places) or not (organisation or position)) and state in ("", row.state)
