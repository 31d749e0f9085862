"""The cast is built once for a file of tests, and taken back at its end."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.rights import walking
from tests.rights.cast import Cast, make_cast


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Everybody and everything; each request of the walk is taken back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_cast()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clocked() -> Iterator[None]:
    """Measures how long a file's tests take, for the summary."""
    started = time.monotonic()
    yield
    walking.TALLY.seconds += time.monotonic() - started


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much was walked, and how long it took."""
    tally = walking.TALLY
    if tally.cells:
        terminalreporter.write_line(
            f"Rights: {tally.cells} cells at {len(tally.routes)} addresses "
            f"in {tally.seconds:.0f} s."
        )
