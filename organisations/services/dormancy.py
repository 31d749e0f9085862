"""Accounts that nobody uses: warned, locked, and opened again by the own head (level 2).

The lock itself is no deed: it follows from the days (`User.locks_on`), so nothing can forget it.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import NotAllowed, WrongState
from dti_tracker.shared.time import end_of
from organisations import letters
from organisations.choices import SecurityEventKind, Voucher
from organisations.models import Membership, Notice, User
from organisations.relations import body_relations
from organisations.rights import Relation, allowed, require
from organisations.security import record
from organisations.selectors import Standing


def note_seen(user: User, *, on: dt.date) -> None:
    """Remember the day on which a session of the person was last used; once a day."""
    if user.last_seen_on != on:
        unseen = Q(last_seen_on__isnull=True) | Q(last_seen_on__lt=on)
        User.objects.filter(unseen, pk=user.pk).update(last_seen_on=on)


def relations_to_person(user: User, standing: Standing) -> frozenset[Relation]:
    """What somebody is to a person, by the bodies in which that person sits that day."""
    memberships = Membership.objects.filter(user=user).valid(on=standing.on)
    return body_relations(set(memberships.values_list("organisation_id", flat=True)), standing)


@transaction.atomic
def reactivate(*, user: User, by: User, on: dt.date) -> User:
    """Open an account that was locked because nobody used it.

    Raises:
        NotAllowed: neither head of a body in which the person sits that day, nor acting for one,
            nor an administrator.
        WrongState: the account is not locked for that reason.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user == by:
        raise NotAllowed(_("Nobody opens their own account; another person has to decide."))
    relations = relations_to_person(user, Standing.of(by, on=on))
    require(allowed("reactivate_person", relations))
    if not user.is_active or not user.is_dormant(on=on):
        raise WrongState(_("This account is not locked for disuse; there is nothing to open."))
    _open(user, on=on, detail={"by": by.username})
    return user


@transaction.atomic
def reopen_by_single_sign_on(*, user: User, on: dt.date) -> None:
    """Whom the province's own sign-on vouches for is there: that opens the account too."""
    _open(user, on=on, detail={"vouched_by": Voucher.SINGLE_SIGN_ON})


@transaction.atomic
def reopen_at_the_keyboard(*, user: User, on: dt.date) -> None:
    """Whoever commands the server opens the only administrator's account, which nobody else may."""
    _open(user, on=on, detail={"by": ""})


def _open(user: User, *, on: dt.date, detail: dict[str, str]) -> None:
    user.reactivated_on = on
    user.save(update_fields=["reactivated_on"])
    record(SecurityEventKind.REACTIVATED, user=user, detail=detail)


def about_to_lock(*, on: dt.date) -> list[User]:
    """Whose account nobody used for `IDLE_WARNING_DAYS` and that is not locked yet."""
    last = on - dt.timedelta(days=settings.IDLE_WARNING_DAYS)
    unused = User.objects.filter(
        Q(last_seen_on__isnull=True) | Q(last_seen_on__lte=last),
        Q(reactivated_on__isnull=True) | Q(reactivated_on__lte=last),
        date_joined__lt=end_of(last),
        is_active=True,
    )
    return [user for user in unused if user.locks_on() and not user.is_dormant(on=on)]


def warn_idle(*, on: dt.date) -> int:
    """Warn them by notice and letter, once for each time their account falls idle.

    The notice is the memory: its cause names the day of the lock, and only who makes it writes the
    letter, in the same transaction.
    """
    return sum([_warn(user) for user in about_to_lock(on=on)])


@transaction.atomic
def _warn(user: User) -> bool:
    locks_on = user.locks_on()
    if locks_on is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Your account will be locked on %(day)s unless you sign in before.") % {
            "day": f"{locks_on:%d/%m/%Y}"
        }
    _notice, is_new = Notice.objects.get_or_create(
        user=user, cause=f"idle:{locks_on.isoformat()}", defaults={"text": text}
    )
    if is_new and user.email:
        letters.write(
            letters.IDLE_WARNING,
            user,
            language=settings.LANGUAGE_CODE,
            context={"locks_on": locks_on.isoformat()},
        )
    return is_new
