"""What the tests of this floor share."""

from collections.abc import Iterator

import pytest
import time_machine
from django.utils import translation

from tests.programmes.cast import NOW, Cast, make_cast


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences in the language of the code, whatever the site's language."""
    with translation.override("en"):
        yield


@pytest.fixture
def at_today() -> Iterator[None]:
    """The morning of 21 November 2026 in Vietnam."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def cast(db: None, at_today: None) -> Cast:
    """Everybody, on 21 November 2026."""
    return make_cast()
