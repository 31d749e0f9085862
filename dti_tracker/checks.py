"""Refusals of an unsafe start that the settings alone cannot see."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, ProgrammingError

DEMO_ACCOUNTS = (
    "This database holds demo accounts, whose password everybody knows; production refuses them. "
    "Use a database of its own, or delete the accounts that are marked is_demo."
)


def has_demo_accounts() -> bool:
    """Whether demo people are in the database (not before its first migration).

    Errors: `OperationalError` while the database is away.
    """
    try:
        return get_user_model().objects.filter(is_demo=True).exists()
    except ProgrammingError:  # no such table or column yet
        return False


@register(Tags.database)
def production_refuses_demo_accounts(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """An error where production mode meets demo accounts; runs with `migrate` and `check --database`."""
    if settings.DEMO or not databases or not has_demo_accounts():
        return []
    return [Error(DEMO_ACCOUNTS, id="dti_tracker.E001")]


def refuse_unsafe_start() -> None:
    """Keep web server, worker and scheduler from starting in production on a demo database.

    A database that is away lets them start: they answer 503 until it is back, and the migration before
    each deployment has run the same check.
    """
    try:
        is_unsafe = not settings.DEMO and has_demo_accounts()
    except DatabaseError:
        return
    if is_unsafe:
        raise ImproperlyConfigured(DEMO_ACCOUNTS)
