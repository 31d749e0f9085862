"""What the tests of this floor share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences in the language of the code, whatever the site's language."""
    with translation.override("en"):
        yield
