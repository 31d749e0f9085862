"""How values look in JSON: decimals as strings, times in Vietnam with offset, unknown as null."""

import datetime as dt
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise

from dti_tracker.shared.time import VIETNAM


def dumps(data: Any) -> bytes:
    """JSON in UTF-8."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def moment(value: dt.datetime | None) -> str | None:
    """A point in time as ISO 8601 with the offset of Vietnam."""
    return None if value is None else value.astimezone(VIETNAM).isoformat()


def decimal(value: Decimal | None) -> str | None:
    """A number exactly as it is stored, never in scientific notation."""
    return None if value is None else format(value, "f")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
