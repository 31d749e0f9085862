"""Telling people, once each."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from organisations.models import Membership, Notice, Organisation, User


def people_of(organisation: Organisation, *, on: dt.date) -> list[User]:
    """Everybody with a position in a body that day; programs are told nothing."""
    memberships = Membership.objects.current(on=on).of_people().filter(organisation=organisation)
    return [m.user for m in memberships.select_related("user")]


def administrators() -> list[User]:
    return list(User.objects.filter(is_active=True, is_administrator=True))


def tell(people: Iterable[User], *, cause: str, text: str, url: str = "") -> None:
    """One notice to each person; the same cause is never told twice."""
    Notice.objects.bulk_create(
        [Notice(user=person, cause=cause, text=text, url=url) for person in people],
        ignore_conflicts=True,
    )


def mark_read(person: User, notice: Notice | None = None) -> None:
    """One notice of a person is read, or all of them; when it was read first stays."""
    unread = person.notices.filter(read_at__isnull=True)
    (unread if notice is None else unread.filter(pk=notice.pk)).update(read_at=timezone.now())
