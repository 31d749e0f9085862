"""Bodies and their successions: make, correct, end, hand over. Administrators alone."""

import datetime as dt
import re
from collections.abc import Collection
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, Stale, WrongState
from dti_tracker.shared.races import refusing
from dti_tracker.shared.text import nfc
from organisations.duties import require_set_up
from organisations.models import Membership, Organisation, Succession, User
from organisations.services import people
from organisations.services.people import ONE_DAY, Place, exists_on
from organisations.services.saving import at_the_same_moment
from organisations.succession_undoing import undoing_of

ACTION = "manage_organisations"
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
RESERVED = frozenset({"new"})  # an address beside that of a body


@transaction.atomic
def create_organisation(
    *, by: User, on: dt.date, code: str, fields: dict[str, Any]
) -> Organisation:
    """Make a body.

    Raises:
        NotAllowed: `by` does not administer bodies.
        DomainError: the code is taken or of a wrong shape, or a field is wrong.
    """
    require_set_up(ACTION, by=by, on=on)
    if not CODE.fullmatch(code) or code in RESERVED:
        raise _at("code", _("2 to 40 small letters without marks, digits, hyphens."))
    if Organisation.objects.filter(code=code).exists():
        raise _at("code", _("Another body has this code."))
    return _saved(Organisation(code=code, **fields))


@transaction.atomic
def change_organisation(
    *,
    by: User,
    on: dt.date,
    body: Organisation,
    fields: dict[str, Any],
    reason: str,
    is_correction: bool = False,
) -> Organisation:
    """Correct what is written about a body.

    A body that is called otherwise from a day on is a new body and a succession, or records of the
    past would lose the name of their day; `is_correction` says that the name was merely mistyped.

    Raises:
        DomainError: the name changes and nobody said that it is a correction; a field is wrong.
    """
    require_set_up(ACTION, by=by, on=on)
    _lock_bodies()
    body = Organisation.objects.get(pk=body.pk)
    if nfc(fields.get("name", body.name)) != body.name and not is_correction:
        raise _at(
            "name",
            _(
                "A body that is renamed is a new body that takes over from the old one: use "
                "“Rename”. Tick below if this only corrects a slip."
            ),
        )
    for name, value in fields.items():
        setattr(body, name, value)
    _check_circle_of_superiors(body)
    with pghistory.context(reason=nfc(reason)):
        return _saved(body)


@transaction.atomic
def end_organisation(
    *, by: User, on: dt.date, body: Organisation, last_day: dt.date, reason: str
) -> Organisation:
    """End a body after a day; its duties have no holder from then on, unless somebody succeeds it.

    Positions in it end with it. Raises DomainError or WrongState where the day does not fit.
    """
    require_set_up(ACTION, by=by, on=on)
    if not reason.strip():
        raise _at("reason", _("Say why; it is kept in the history."))
    with pghistory.context(reason=nfc(reason)):
        body = _ended(body, last_day, field="last_day")
        for membership in _held(body, after=last_day):
            people.ended(membership, last_day, on=min(on, last_day))
    return body


@transaction.atomic
def record_succession(
    *,
    by: User,
    on: dt.date,
    succession: Succession,
    ends_predecessor: bool,
    moving: Collection[int] = (),
) -> Succession:
    """Let a body take over from another, with its end and the people who go along: all of it or nothing.

    Args:
        succession: not saved yet.
        ends_predecessor: the body ends the day before; its other positions end with it.
        moving: keys of the positions that go on in the body that takes over.

    Raises:
        DomainError: the days do not fit, the duty has passed on already, or bodies would take over
            from each other in a circle.
    """
    require_set_up(ACTION, by=by, on=on)
    _lock_bodies()
    check_succession(succession)
    day, last_day = succession.effective_on, succession.effective_on - ONE_DAY
    # One context for all of it: by it a withdrawal knows what recording did.
    with pghistory.context(reason=succession.legal_basis):
        succession.save()
        for membership in _held(succession.predecessor, after=last_day):
            _pass_on(membership, succession, moving=moving, ends=ends_predecessor, on=min(on, day))
        if ends_predecessor:
            _ended(succession.predecessor, last_day, field="effective_on")
    return succession


@transaction.atomic
def withdraw_succession(
    *, by: User, on: dt.date, succession: Succession, reason: str, seen: str
) -> None:
    """Take back a takeover whose day has not come; the history keeps what was recorded.

    What recording it did is undone, and nothing else; see `Undoing`.

    Args:
        seen: fingerprint of what the person was shown that this undoes.

    Raises:
        WrongState: it has taken effect, or was withdrawn meanwhile.
        Stale: something else would be undone by now.
        DomainError: no reason is given.
    """
    require_set_up(ACTION, by=by, on=on)
    people.check_reason(reason)
    _lock_bodies()
    present = Succession.objects.filter(pk=succession.pk, effective_on__gt=on)
    found = present.select_related("predecessor", "successor").first()
    if found is None:
        raise WrongState(_("This takeover has taken effect, or was withdrawn already."))
    undoing = undoing_of(found)
    if undoing.fingerprint != seen:
        raise Stale(_("Something else would follow by now. Read once more what this undoes."))
    with pghistory.context(reason=nfc(reason)):
        for back in undoing.returning:
            if back.then is not None:
                back.then.delete()
            back.membership.valid_to = back.until
            back.membership.save(update_fields=["valid_to", "updated_at"])
        if undoing.goes_on:
            found.predecessor.valid_to = undoing.until
            found.predecessor.save(update_fields=["valid_to", "updated_at"])
        found.delete()


def check_succession(succession: Succession) -> None:
    """What the preview and the act ask alike. Raises DomainError with the field."""
    predecessor, successor = succession.predecessor, succession.successor
    day = succession.effective_on
    if predecessor == successor:
        raise _at("successor", _("A body does not take over from itself."))
    if predecessor.valid_from is not None and predecessor.valid_from >= day:
        raise _at("effective_on", _("The body whose duties pass does not exist before that day."))
    if not exists_on(successor, day):
        raise _at("successor", _("The body that takes over does not exist on that day."))
    steps = list(Succession.objects.select_related("predecessor", "successor"))
    _check_order(succession, [s for s in steps if s.predecessor == predecessor])
    _check_circle(succession, steps)


def people_to_move(body: Organisation, day: dt.date) -> list[Membership]:
    """Positions in a body that are held on the eve of a day and after it."""
    return [m for m in _held(body, after=day - ONE_DAY) if m.valid_from < day]


def _pass_on(
    membership: Membership,
    succession: Succession,
    *,
    moving: Collection[int],
    ends: bool,
    on: dt.date,
) -> None:
    """End a position on the eve, and begin it in the successor for who goes along."""
    day, goes = succession.effective_on, membership.pk in moving
    if not goes and not ends:
        return
    if membership.valid_from >= day:
        begins = f"{membership.user} ({membership.valid_from:%d/%m/%Y})"
        sentence = _("A position in the body begins after that day: %s. Move it first.")
        raise _at("effective_on", sentence % begins)
    last = membership.valid_to
    people.ended(membership, day - ONE_DAY, on=on)
    sits_there = Membership.objects.filter(
        user_id=membership.user_id, organisation=succession.successor
    ).exclude(valid_to__lt=day)
    if goes and not sits_there.exists():
        place = Place(succession.successor, membership.position, day, membership.title)
        begun = people.begun(membership.user, place)
        if last is not None:
            people.ended(begun, last, on=on)


def _check_order(new: Succession, steps: list[Succession]) -> None:
    """A duty passes on once; the passing of all duties comes after that of single ones."""
    for step in steps:
        is_same = new.duty == step.duty
        is_shadowed = not step.duty and new.effective_on > step.effective_on
        shadows = not new.duty and new.effective_on < step.effective_on
        if is_same or is_shadowed or shadows:
            sentence = _("%(old)s has handed over to %(new)s from %(day)s on.")
            names = {
                "old": step.predecessor.short_name,
                "new": step.successor.short_name,
                "day": f"{step.effective_on:%d/%m/%Y}",
            }
            raise _at("predecessor", sentence % names)


def _check_circle(new: Succession, steps: list[Succession]) -> None:
    """Whoever follows the duties on from the successor must not come back."""
    reached, waiting = set(), [new.successor_id]
    while waiting:
        body = waiting.pop()
        if body == new.predecessor_id:
            raise _at(
                "successor", _("Then the bodies would take over from each other in a circle.")
            )
        if body in reached:
            continue
        reached.add(body)
        waiting += [
            step.successor_id
            for step in steps
            if step.predecessor_id == body and (not new.duty or step.duty in ("", new.duty))
        ]


def _lock_bodies() -> None:
    """One at a time: two changes that are fine alone may close a circle together."""
    list(Organisation.objects.select_for_update().order_by("pk").values_list("pk"))


def _check_circle_of_superiors(body: Organisation) -> None:
    """By the rows as they are: what a form has read before the lock may have changed."""
    superiors = dict(Organisation.objects.values_list("pk", "parent"))
    superior, seen = body.parent_id, {body.pk}
    while superior is not None:
        if superior in seen:
            raise _at("parent", _("Then the bodies would be above each other in a circle."))
        seen.add(superior)
        superior = superiors[superior]


def _held(body: Organisation, *, after: dt.date) -> list[Membership]:
    """Positions in a body that are held or begin after a day."""
    held = Membership.objects.filter(organisation=body).exclude(valid_to__lte=after)
    return list(held.select_related("user").order_by("pk"))


def _ended(body: Organisation, last_day: dt.date, *, field: str) -> Organisation:
    body = Organisation.objects.select_for_update().get(pk=body.pk)
    if body.valid_to is not None and body.valid_to < last_day:
        raise WrongState(_("The body has ended on %s already.") % f"{body.valid_to:%d/%m/%Y}")
    if body.valid_from is not None and last_day < body.valid_from:
        raise _at(field, _("The body exists only from %s on.") % f"{body.valid_from:%d/%m/%Y}")
    body.valid_to = last_day
    body.save(update_fields=["valid_to", "updated_at"])
    return body


def _saved(body: Organisation) -> Organisation:
    try:
        body.full_clean()
    except ValidationError as error:
        fields = {name: " ".join(said) for name, said in error.message_dict.items()}
        raise DomainError(" ".join(fields.values()), fields=fields) from error
    with refusing({"organisations_organisation_code_key": at_the_same_moment()}):
        body.save()
    return body


def _at(field: str, sentence: str) -> DomainError:
    return DomainError(sentence, fields={field: sentence})
