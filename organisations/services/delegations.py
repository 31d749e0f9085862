"""Delegations: a head lets another person of the body act for them between two days."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

import pghistory
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dti_tracker.shared.errors import DomainError, WrongState
from organisations.choices import HEADS, Position, SecurityEventKind
from organisations.models import Delegation, Membership, Organisation, User
from organisations.notices import tell
from organisations.relations import bodies_headed, body_relations
from organisations.rights import allowed, require
from organisations.security import record
from organisations.selectors import Standing
from organisations.templatetags.ui import day

MANAGE = "manage_delegations"
# A quarter: what lasts longer is a change of position, which has a decision of its own. Signing on
# somebody's authority is limited in time and never passed on (Decree 30/2020/NĐ-CP, Article 13).
LONGEST_DAYS = 90
# Not to who is head anyway, nor to who inspects the body and takes no part in its work.
DELEGABLE = frozenset({Position.STAFF, Position.CLERK})
MADE = gettext_lazy("You act for %(head)s (%(body)s) from %(first)s to %(last)s: %(reason)s")
REVOKED = gettext_lazy("You no longer act for %(head)s (%(body)s): the delegation was revoked.")


@transaction.atomic
def delegate(
    *,
    organisation: Organisation,
    delegator: User,
    delegate: User,
    valid_from: dt.date,
    valid_to: dt.date,
    reason: str,
    by: User,
    on: dt.date,
) -> Delegation:
    """Let a person act for a head of their body from one day to another, both included.

    Args:
        delegator: the head or deputy whose powers are lent.
        by: the head themselves, or an administrator who enters it for them.

    Raises:
        NotAllowed: the person neither heads the body nor administers; a head lends their own powers
            alone, and a delegate lends none.
        DomainError: the people or the days do not fit; `fields` says which.
    """
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    _require_giver(organisation, delegator, by=by, on=on)
    _require_days(valid_from, valid_to, on=on)
    _require_people(organisation, delegator, delegate, on=valid_from)
    _require_words(reason)
    _require_free(organisation, delegator, delegate, valid_from, valid_to)
    with pghistory.context(reason=reason.strip()):
        made = Delegation.objects.create(
            organisation=organisation,
            delegator=delegator,
            delegate=delegate,
            valid_from=valid_from,
            valid_to=valid_to,
            reason=reason.strip(),
        )
    _record(SecurityEventKind.DELEGATED, made, by)
    _tell(made, "made", MADE)
    return made


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, by: User, on: dt.date) -> Delegation:
    """End a delegation now; the delegate's next request no longer finds it.

    Raises:
        NotAllowed: the person neither gave it nor administers.
        WrongState: it was revoked before, or has ended.
    """
    locked = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    _require_giver(locked.organisation, locked.delegator, by=by, on=on)
    if locked.revoked_at is not None or locked.valid_to < on:
        raise WrongState(_("This delegation has already ended; nothing was changed."))
    locked.revoked_at, locked.revoked_by = timezone.now(), by
    locked.save()
    _record(SecurityEventKind.DELEGATION_REVOKED, locked, by)
    _tell(locked, "revoked", REVOKED)
    return locked


class Member(NamedTuple):
    """A person in a body."""

    organisation: Organisation
    user: User


@dataclass(frozen=True)
class Team:
    """A body with its heads and with those to whom they can delegate, by code and name."""

    organisation: Organisation
    heads: dict[str, Member] = field(default_factory=dict)
    people: dict[str, Member] = field(default_factory=dict)


def teams_of(standing: Standing) -> list[Team]:
    """The bodies for whose heads a person may delegate: their own; administrators, all with a head.

    One query, whatever the number of bodies.
    """
    own = {body.pk for body in bodies_headed(standing)}
    members = (
        Membership.objects.current(on=standing.on)
        .of_people()
        .select_related("user", "organisation")
    )
    if not standing.is_administrator:
        members = members.filter(organisation__in=own)
    teams: dict[int, Team] = {}
    for m in members.order_by("organisation__name", "user__full_name", "user_id"):
        team = teams.setdefault(m.organisation_id, Team(m.organisation))
        member = Member(m.organisation, m.user)
        key = f"{m.organisation.code}:{m.user.username}"
        if m.position in HEADS:
            team.heads[key] = member
        elif m.position in DELEGABLE:
            team.people[key] = member
    return [team for team in teams.values() if team.heads]


def _require_giver(organisation: Organisation, delegator: User, *, by: User, on: dt.date) -> None:
    """A head gives and takes back for themselves; an administrator for any head."""
    standing = Standing.of(by, on=on)
    relations = body_relations({organisation.pk}, standing)
    if by != delegator and not standing.is_administrator:
        relations = frozenset()
    require(allowed(MANAGE, relations))


def _require_days(valid_from: dt.date, valid_to: dt.date, *, on: dt.date) -> None:
    if valid_from < on:
        raise _refused("valid_from", _("A delegation begins today or later."))
    if valid_to < valid_from:
        raise _refused("valid_to", _("The last day lies before the first."))
    if (valid_to - valid_from).days >= LONGEST_DAYS:
        sentence = _(
            "A delegation lasts at most %(days)s days; for longer, ask the administrators to change "
            "the person's position."
        )
        raise _refused("valid_to", sentence % {"days": LONGEST_DAYS})


def _require_people(
    organisation: Organisation, delegator: User, delegate: User, *, on: dt.date
) -> None:
    """On its first day the giver heads the body, and the taker works in it without heading it."""
    members = Membership.objects.current(on=on).of_people().filter(organisation=organisation)
    if not members.filter(user=delegator, position__in=HEADS).exists():
        sentence = _("%(person)s does not head %(body)s on that day and cannot delegate.")
        names = {"person": delegator, "body": organisation.short_name}
        raise _refused("delegator", sentence % names)
    if not members.filter(user=delegate, position__in=DELEGABLE).exists():
        sentence = _(
            "%(person)s cannot act for the head of %(body)s on that day: choose somebody who works "
            "there and neither heads nor inspects it."
        )
        names = {"person": delegate, "body": organisation.short_name}
        raise _refused("delegate", sentence % names)


def _require_words(reason: str) -> None:
    if not reason.strip():
        raise _refused("reason", _("Say why: a business trip, leave, the work of a field."))


def _require_free(
    organisation: Organisation,
    delegator: User,
    delegate: User,
    valid_from: dt.date,
    valid_to: dt.date,
) -> None:
    """Not twice to the same person in the same days; the database holds it as well."""
    overlapping = Delegation.objects.filter(
        organisation=organisation,
        delegator=delegator,
        delegate=delegate,
        revoked_at__isnull=True,
        valid_from__lte=valid_to,
        valid_to__gte=valid_from,
    ).first()
    if overlapping is not None:
        sentence = _(
            "%(person)s already acts from %(first)s to %(last)s; revoke that delegation first, or "
            "choose other days."
        )
        names = {
            "person": delegate,
            "first": day(overlapping.valid_from),
            "last": day(overlapping.valid_to),
        }
        raise _refused("delegate", sentence % names)


def _refused(name: str, sentence: str) -> DomainError:
    return DomainError(sentence, fields={name: sentence})


def _record(kind: SecurityEventKind, delegation: Delegation, by: User) -> None:
    """Whoever gets powers, or loses them, as the log has it of tokens."""
    record(
        kind,
        user=delegation.delegate,
        target=f"{delegation.delegator.username} → {delegation.delegate.username}",
        detail={"delegation": str(delegation.uid), "by": by.get_username()},
    )


def _tell(delegation: Delegation, what: str, sentence: Promise) -> None:
    """The delegate hears of it, in the language of the province."""
    names = {
        "head": delegation.delegator,
        "body": delegation.organisation.short_name,
        "first": day(delegation.valid_from),
        "last": day(delegation.valid_to),
        "reason": delegation.reason,
    }
    with translation.override(settings.LANGUAGE_CODE):
        text = str(sentence) % names
    tell(
        [delegation.delegate],
        cause=f"delegation:{delegation.uid}:{what}",
        text=text,
        url=reverse("organisations:delegations"),
    )
