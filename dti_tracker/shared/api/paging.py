"""Pages that neither skip nor repeat anything when rows come in between.

A cursor names the place after the last row by its values (keyset), not by a count. It is signed: what
comes back is what was given out.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from dti_tracker.shared.api.problems import BadValue

DEFAULT_SIZE = 50
MAX_SIZE = 200
TIE_BREAKER = "pk"
T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
_signer = signing.Signer(salt="api.cursor")


@dataclass(frozen=True)
class Term:
    """One thing to order by; `column` is its name with us."""

    column: str
    is_descending: bool

    def turned(self, *, turn: bool) -> "Term":
        return Term(self.column, self.is_descending != turn)


@dataclass(frozen=True)
class Cursor:
    """A place between two rows, and which way to read from there."""

    values: tuple[Any, ...]
    is_backward: bool

    def token(self, ordering: str) -> str:
        return _signer.sign_object([ordering, list(self.values), self.is_backward])

    @classmethod
    def read(cls, token: str, *, ordering: str) -> "Cursor":
        """Raises BadValue when the token is none of ours, or belongs to another order."""
        try:
            made_for, values, is_backward = _signer.unsign_object(token)
        except (signing.BadSignature, ValueError) as error:
            raise BadValue("cursor", _("This is no cursor of this list.")) from error
        if made_for != ordering:
            raise BadValue("cursor", _("This cursor belongs to another ordering."))
        return cls(tuple(values), is_backward)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: rows, and the addresses of its neighbours."""

    rows: Sequence[T]
    next: str | None
    previous: str | None

    def body(self, results: Sequence[Any], **more: Any) -> dict[str, Any]:
        return {"next": self.next, "previous": self.previous, **more, "results": results}


class Pager:
    """The page a request asks for: `ordering`, `page_size`, `cursor`.

    Args:
        request: whose query string says which page.
        orderings: the client's names and ours. In the database ours are columns or annotations that
            are never null; in memory they are names known to `key`.
        default: the ordering when none is asked for.
    """

    def __init__(self, request: Request, *, orderings: Mapping[str, str], default: str) -> None:
        self.address = request.build_absolute_uri()
        self.ordering = request.query_params.get("ordering", default)
        self.size = _size(request.query_params.get("page_size"))
        self.names = [name.removeprefix("-") for name in self.ordering.split(",")]
        if unknown := [name for name in self.names if name not in orderings]:
            raise BadValue(
                "ordering",
                _("“%(name)s” is not one of: %(known)s.")
                % {"name": unknown[0], "known": ", ".join(orderings)},
                "unknown_ordering",
            )
        self.terms = [
            Term(orderings[word.removeprefix("-")], word.startswith("-"))
            for word in self.ordering.split(",")
        ]
        self.terms.append(Term(TIE_BREAKER, self.terms[-1].is_descending))
        token = request.query_params.get("cursor")
        self.cursor = Cursor.read(token, ordering=self.ordering) if token else None

    @property
    def is_backward(self) -> bool:
        return self.cursor is not None and self.cursor.is_backward

    def rows(self, queryset: models.QuerySet[M]) -> Page[M]:
        """A page of a queryset: one query, whatever the page."""
        terms = [term.turned(turn=self.is_backward) for term in self.terms]
        if self.cursor:
            values = [
                _field(queryset, term.column).to_python(value)
                for term, value in zip(terms, self.cursor.values, strict=True)
            ]
            queryset = queryset.filter(_after(terms, values))
        order = [("-" if term.is_descending else "") + term.column for term in terms]
        found = list(queryset.order_by(*order)[: self.size + 1])
        return self._page(found, lambda row, column: getattr(row, column))

    def items(self, items: Iterable[T], key: Callable[[T, str], Any]) -> Page[T]:
        """A page of things already in memory, for orders the database cannot make.

        `key(item, column)` gives a number, a date, a text or None, which comes last.
        """
        keyed = [([_plain(key(item, t.column)) for t in self.terms], item) for item in items]
        if self.cursor:
            place = list(self.cursor.values)
            keyed = [pair for pair in keyed if self._compare(pair[0], place) > 0]
        keyed.sort(key=cmp_to_key(self._order))
        return self._page([item for _key, item in keyed[: self.size + 1]], key)

    def _order(self, one: tuple[list[Any], Any], other: tuple[list[Any], Any]) -> int:
        return self._compare(one[0], other[0])

    def _compare(self, one: Sequence[Any], other: Sequence[Any]) -> int:
        """Negative when `one` comes first on the way we read; unknown is last in either order."""
        for term, a, b in zip(self.terms, one, other, strict=True):
            if a != b:
                order = _unknown_last(a, b) or (1 if (a > b) != term.is_descending else -1)
                return -order if self.is_backward else order
        return 0

    def _page(self, found: list[T], key: Callable[[T, str], Any]) -> Page[T]:
        has_more = len(found) > self.size
        rows = found[: self.size]
        if self.is_backward:
            rows.reverse()
        goes_on = has_more or self.is_backward
        goes_back = self.cursor is not None and (has_more or not self.is_backward)
        return Page(
            rows,
            next=self._link(rows[-1], key, backward=False) if rows and goes_on else None,
            previous=self._link(rows[0], key, backward=True) if rows and goes_back else None,
        )

    def _link(self, row: T, key: Callable[[T, str], Any], *, backward: bool) -> str:
        values = tuple(_plain(key(row, term.column)) for term in self.terms)
        address = remove_query_param(self.address, "cursor")
        return replace_query_param(address, "cursor", Cursor(values, backward).token(self.ordering))


def _size(text: str | None) -> int:
    if text is None:
        return DEFAULT_SIZE
    if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_SIZE:
        return int(text)
    raise BadValue("page_size", _("A whole number from 1 to %(most)s.") % {"most": MAX_SIZE})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _field(queryset: models.QuerySet[Any], column: str) -> "models.Field[Any, Any]":
    if column == TIE_BREAKER:
        return queryset.model._meta.pk  # type: ignore[no-any-return]
    annotation = queryset.query.annotations.get(column)
    if annotation is not None:
        return annotation.output_field
    return queryset.model._meta.get_field(column)  # type: ignore[no-any-return]


def _after(terms: Sequence[Term], values: Sequence[Any]) -> Q:
    """Rows behind a place: later in the first column, or equal there and later in the next, …"""
    found, equal = Q(), Q()
    for term, value in zip(terms, values, strict=True):
        comparison = "lt" if term.is_descending else "gt"
        found |= equal & Q(**{f"{term.column}__{comparison}": value})
        equal &= Q(**{term.column: value})
    return found


def _unknown_last(one: Any, other: Any) -> int:
    return (one is None) - (other is None)
