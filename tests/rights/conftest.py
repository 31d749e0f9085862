"""The cast is built once for a file of tests, and taken back at its end."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.rights import payloads_sheets  # noqa: F401 - enters its payloads
from tests.rights.cast import Cast, make_cast
from tests.rights.summary import TALLY
from tests.rights.things import add_things
from tests.rights.things_sheets import add_sheets


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Everybody and everything; each request of the walk is taken back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        add_things(cast)
        add_sheets(cast)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clocked() -> Iterator[None]:
    """Measures how long a file's tests take, for the summary."""
    started = time.monotonic()
    yield
    TALLY.seconds += time.monotonic() - started
