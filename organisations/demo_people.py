"""The demo's people as rows: accounts, and positions that follow their bodies through successions."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from organisations.demo import DEMO_PASSWORD, DemoAccount, demo_accounts
from organisations.models import Job, Membership, Organisation, User

IN_OFFICE_SINCE = dt.date(2023, 1, 1)  # before the first document of the trials, April 2023
ADMINISTRATOR = "admin"


def require_demo_mode() -> None:
    """Demo data never meet real ones.

    Raises:
        DomainError: the application runs in production mode.
    """
    if not settings.DEMO:
        raise DomainError(
            _("Demo data are refused in production mode; set MODE=demo on a database of its own.")
        )


def require_reference() -> None:
    """The demo plays among the bodies of the reference data.

    Raises:
        DomainError: they are not loaded.
    """
    wanted = {code for account in demo_accounts() for code in account.organisations}
    if Organisation.objects.filter(code__in=wanted).count() < len(wanted):
        raise DomainError(_("Load the reference data first: manage.py load_reference."))


def load_people() -> int:
    """Create the demo accounts that are missing; how many there were."""
    taken = set(User.objects.values_list("username", flat=True))
    missing = [account for account in demo_accounts() if account.username not in taken]
    if not missing:
        return 0
    password = make_password(DEMO_PASSWORD)  # slow on purpose, so once for all of them
    users = User.objects.bulk_create(_user(account, password) for account in missing)
    bodies = {body.code: body for body in Organisation.objects.all()}
    Membership.objects.bulk_create(
        membership
        for account, user in zip(missing, users, strict=True)
        for membership in _memberships(account, user, bodies)
    )
    return len(missing)


def _user(account: DemoAccount, password: str) -> User:
    is_administrator = account.username == ADMINISTRATOR
    return User(
        username=account.username,
        full_name=account.full_name,
        password=password,
        is_demo=True,
        is_administrator=is_administrator,
        is_staff=is_administrator,
        is_superuser=is_administrator,
    )


def _memberships(
    account: DemoAccount, user: User, bodies: dict[str, Organisation]
) -> Iterable[Membership]:
    """One position in each body, until the day it ends and on in the next one from the day after."""
    since = IN_OFFICE_SINCE
    for code in account.organisations:
        until = bodies[code].valid_to
        yield Membership(
            user=user,
            organisation=bodies[code],
            position=account.position,
            title=account.title,
            valid_from=since,
            valid_to=until,
        )
        since = (until or since) + dt.timedelta(days=1)


def demo_people_and_their_jobs() -> list[QuerySet[Model]]:
    """What a reset removes on this floor."""
    people = User.objects.filter(is_demo=True)
    return [people, Job.objects.filter(requested_by__in=people)]
