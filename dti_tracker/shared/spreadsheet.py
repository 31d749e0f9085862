"""Cells of spreadsheets: numbers and days as such, every text as text, never a live formula."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, TYPE_STRING

from dti_tracker.shared.text import begins_formula

FLOAT_DIGITS = 15  # a spreadsheet keeps no more of a number
BOM = "\ufeff"  # without it Excel takes Vietnamese for CP1252


def fill(cell: Any, value: Any) -> None:
    """Put a value into a cell of openpyxl; what is unknown (None, "") leaves it empty.

    A number with more digits than a spreadsheet keeps is written as text, with a decimal comma.
    """
    if value is None or value == "":
        return
    if isinstance(value, Decimal):
        value = value.normalize()
        if len(value.as_tuple().digits) <= FLOAT_DIGITS:
            cell.value = float(value) if value % 1 else int(value)
            return
        value = f"{value:f}".replace(".", ",")
    if isinstance(value, int | dt.date):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value)).replace("\r", "")
    cell.data_type = TYPE_STRING
    cell.quotePrefix = True


def safe_text(value: object) -> str:
    """Text of a CSV that no spreadsheet calculates: an apostrophe before what would begin a formula.

    >>> safe_text("\\t=1+1")
    "'\\t=1+1"
    """
    text = str(value)
    return f"'{text}" if begins_formula(text) else text


class _Echo:
    """Gives back what the CSV writer writes."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows as lines of a CSV in UTF-8 that Excel opens with the right letters."""
    writer = csv.writer(_Echo())
    yield BOM
    for row in rows:
        yield writer.writerow(row)
