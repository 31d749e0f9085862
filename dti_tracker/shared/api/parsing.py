"""Reading what clients send, strictly: whatever is not plain UTF-8 JSON is refused, never a 500.

The framework's own parser lets NUL bytes, lone surrogates, NaN and bottomless nesting through to
the database, which then fails.
"""

import codecs
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from dti_tracker.shared.api.problems import BadValue, TooLarge

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_DIGITS = 40


class JSONParser(BaseParser):
    """JSON in UTF-8, at most 1 MiB and 20 levels deep, numbers as exact decimals."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value the body stands for. Raises ParseError, BadValue or TooLarge."""
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise TooLarge
        try:
            value = json.loads(
                raw.decode("utf-8"),
                parse_int=_integer,
                parse_float=_decimal,
                parse_constant=_constant,
                object_pairs_hook=_unique,
            )
        except UnicodeDecodeError as error:
            raise ParseError(_("The content is not UTF-8.")) from error
        except (ValueError, InvalidOperation, RecursionError) as error:
            raise ParseError(_("The content is not valid JSON.")) from error
        refuse_odd_text(value)
        return value


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("number too long")
    return int(digits)


def _decimal(digits: str) -> Decimal:
    """A number with a fraction or an exponent; a huge exponent would fill the memory later."""
    if len(digits) > MAX_DIGITS:
        raise ValueError("number too long")
    number = Decimal(digits)
    if abs(number.adjusted()) > MAX_DIGITS:
        raise ValueError("number too large")
    return number


def _constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name: readers disagree on which counts, so none does."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name comes twice")
    return members


def is_odd(text: str) -> bool:
    """Holds what no text has: a NUL, or half of a surrogate pair."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def refuse_odd_text(value: Any, path: str = "", depth: int = 0) -> None:
    """Refuse NUL, lone surrogates and too deep nesting anywhere in a parsed value."""
    if depth > MAX_DEPTH:
        raise ParseError(_("The content is nested too deeply."))
    if isinstance(value, str):
        if is_odd(value):
            raise BadValue(path, _("Holds characters that are no text."), "odd_text")
        return
    for name, inner in _members(value):
        if is_odd(name):
            raise BadValue(path, _("Holds a name that is no text."), "odd_text")
        refuse_odd_text(inner, f"{path}.{name}".strip("."), depth + 1)


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    if isinstance(value, list):
        return ((str(place), inner) for place, inner in enumerate(value))
    return ()


def refuse_odd_request(request: HttpRequest) -> None:
    """Check charset and query before anything else reads them."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if not _is_utf8(charset):
        raise ParseError(_("Send the content in UTF-8."))
    for name, values in request.GET.lists():
        if is_odd(name) or any(is_odd(value) for value in values):
            raise BadValue(
                name.replace("\0", ""), _("Holds characters that are no text."), "odd_text"
            )


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
