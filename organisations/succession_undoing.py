"""What withdrawing a takeover before its day undoes: what recording it did, as its history tells."""

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from organisations.models import Membership, Organisation, Succession

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Returning:
    """A position that the takeover ended: until when it goes on, and what it was to become."""

    membership: Membership
    until: dt.date | None
    then: Membership | None


@dataclass(frozen=True)
class Undoing:
    """What follows when a takeover is withdrawn.

    Attributes:
        goes_on: whether a takeover of that day alone ended the body; then it exists `until` a day.
        returning: positions that recording this takeover ended.
        ending: positions that end on the eve all the same: something else ended them, or they were
            changed since.
    """

    goes_on: bool
    until: dt.date | None
    returning: list[Returning]
    ending: list[Membership]

    @property
    def fingerprint(self) -> str:
        """What was shown, in short."""
        back = [(r.membership.pk, r.until, r.then and r.then.pk) for r in self.returning]
        shown = (self.goes_on, self.until, back, [m.pk for m in self.ending])
        return hashlib.sha256(repr(shown).encode()).hexdigest()


@dataclass(frozen=True)
class _Change:
    """The last change of a row's last day: in which act, and what stood there before."""

    act: UUID | None
    before: dt.date | None


def undoing_of(step: Succession) -> Undoing:
    """What withdrawing a takeover would undo, as things stand."""
    body, day = Organisation.objects.get(pk=step.predecessor_id), step.effective_on
    last_day = day - ONE_DAY
    others = Succession.objects.filter(predecessor=body, effective_on=day).exclude(pk=step.pk)
    ended = _last_changes(Organisation, [body.pk])[body.pk]
    # Whichever takeover of that day ended the body, its end is theirs alone.
    by_takeover = ended.act in _acts(predecessor_id=body.pk, effective_on=day)
    goes_on = body.valid_to == last_day and by_takeover and not others.exists()
    exists = goes_on or body.valid_to is None or body.valid_to >= day
    returning, ending = _positions(step, last_day, exists=exists)
    return Undoing(goes_on, ended.before if goes_on else None, returning, ending)


def _positions(
    step: Succession, last_day: dt.date, *, exists: bool
) -> tuple[list[Returning], list[Membership]]:
    """Positions that end on the eve: those that come back, and the others."""
    positions = Membership.objects.select_related("user").order_by("pk")
    held = list(positions.filter(organisation=step.predecessor_id, valid_to=last_day))
    acts, changes = _acts(pgh_obj_id=step.pk), _last_changes(Membership, [m.pk for m in held])
    again = positions.filter(organisation=step.predecessor_id, valid_from__gt=last_day)
    sitting = set(again.values_list("user", flat=True))
    begun = _begun(step, acts)
    returning, ending = [], []
    for membership in held:
        change, is_free = changes[membership.pk], membership.user_id not in sitting
        then = begun.get(membership.user_id)
        # What the act began and somebody changed or withdrew since stays as they left it.
        is_kept = membership.user_id not in begun or (
            then is not None and then.position == membership.position
        )
        if exists and is_free and is_kept and change.act in acts:
            until = then.valid_to if then else change.before
            returning.append(Returning(membership, until, then))
        else:
            ending.append(membership)
    return returning, ending


def _acts(**of: Any) -> set[UUID]:
    """The acts (contexts of the history) in which takeovers were recorded."""
    events = Succession.pgh_event_model.objects.filter(pgh_label="insert", **of)  # type: ignore[attr-defined]
    return set(events.exclude(pgh_context=None).values_list("pgh_context", flat=True))


def _begun(step: Succession, acts: Collection[UUID]) -> dict[int, Membership | None]:
    """Who began in the successor by these acts: with the position as it is, None where it is gone."""
    events = Membership.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_label="insert", pgh_context__in=acts, organisation=step.successor_id
    )
    begun = dict(events.values_list("user", "pgh_obj_id"))
    there = Membership.objects.filter(valid_from=step.effective_on).in_bulk(begun.values())
    return {user: there.get(key) for user, key in begun.items()}


def _last_changes(
    model: type[Organisation] | type[Membership], keys: Collection[int]
) -> dict[int, _Change]:
    """By key; rows without history have changed in no act."""
    events = model.pgh_event_model.objects.filter(pgh_obj_id__in=keys).order_by("pgh_id")  # type: ignore[union-attr]
    changes = {key: _Change(None, None) for key in keys}
    present: dict[int, dt.date | None] = {}
    for key, act, last_day in events.values_list("pgh_obj_id", "pgh_context", "valid_to"):
        if present.get(key) != last_day:
            changes[key] = _Change(act, present.get(key))
        present[key] = last_day
    return changes
