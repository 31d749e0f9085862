"""Long lists on the pages: which part is asked for, its rows, and what lies beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

PAGE_SIZE = 50
LAST_PAGE = 9999
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list and the numbers of the pages beside it (None: there is none)."""

    rows: Sequence[Row]
    previous: int | None
    next: int | None


def page_number(asked: str | None) -> int:
    """What `?page=` asks for; anything odd is the first."""
    text = asked or ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), LAST_PAGE)


def page_of(found: "QuerySet[Any, Row] | Sequence[Row]", number: int) -> Page[Row]:
    """The rows of a page; past the end the first.

    One row more is read than shown, to know whether another page follows: nothing is counted.
    """
    first = (number - 1) * PAGE_SIZE
    some = list(found[first : first + PAGE_SIZE + 1])
    if not some and number > 1:
        return page_of(found, 1)
    following = number + 1 if len(some) > PAGE_SIZE else None
    return Page(some[:PAGE_SIZE], number - 1 if number > 1 else None, following)
