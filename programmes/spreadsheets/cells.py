"""One cell: what stands in it, and how it is read as text, number, percentage, day or mark.

A formula counts with the value that the spreadsheet program saved for it, where a figure or a day
is expected; where words are expected it is an error.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from dti_tracker.shared.numbers import read_number
from dti_tracker.shared.text import nfc, search_key
from dti_tracker.shared.time import refuse_far_day
from organisations.forms.fields import LONG_TEXT
from programmes.spreadsheets import layout
from programmes.spreadsheets.layout import Kind

SHOWN = 60
LAST_SERIAL = 80_000  # a day of the year 2119
# Spreadsheet programs keep 15 digits; 0.1 + 0.2 is saved as 0.30000000000000004.
FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
BLANKS = " \t\r\n\u00a0\u2007\u202f\ufeff"
ESCAPED_RETURN = re.compile(r"_x000[Dd]_")
DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
YEAR_MONTH_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][0:.Z]*)?")
YES = frozenset({"x", "v", "co", "1", "true", "✓", "✔"})
NO = frozenset({"", "khong", "0", "false", "-"})


class CellFault(Exception):
    """What is wrong with a cell, in a sentence that also says what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell of a file.

    `value` is text, a number, a day, a moment, a truth value or None; of a formula the result that
    was saved with it. `shape` is its number format, `epoch` the day from which days are counted.
    """

    value: Any = None
    name: str = ""
    is_formula: bool = False
    is_error: bool = False
    shape: str = ""
    epoch: dt.datetime = WINDOWS_EPOCH

    @property
    def is_empty(self) -> bool:
        return not self.is_formula and (
            self.value is None or (isinstance(self.value, str) and not self.value.strip(BLANKS))
        )

    @property
    def shown(self) -> str:
        """What stands in it, shortened, for the list of errors."""
        return shown_of(self.value)


EMPTY = Cell()


def shown_of(value: Any) -> str:
    """A value, shortened, for the list of errors."""
    text = plain(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def plain(value: Any) -> str:
    """A value of a file as text, composed, without blanks at its ends."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return layout.MARK if value else ""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float | Decimal):
        number = exact(value) if isinstance(value, float) else Decimal(value)
        return f"{number:f}".replace(".", ",")
    text = ESCAPED_RETURN.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return nfc(text).strip(BLANKS)


def exact(value: float) -> Decimal:
    """A number of a file without the noise of binary fractions."""
    number = FIFTEEN_DIGITS.create_decimal(repr(value))
    return Decimal(f"{number.normalize():f}") if number.is_finite() else number


def text_of(cell: Cell) -> str:
    """Words; raises CellFault for a formula, an error or characters that nobody sees."""
    if cell.is_formula:
        raise CellFault(_("A formula stands here. Paste it as a value, or type the words."))
    _require_no_error(cell)
    text = plain(cell.value)
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
        raise CellFault(_("It holds invisible control characters; type it anew."))
    if len(text) > LONG_TEXT:
        raise CellFault(_("Longer than %d characters.") % LONG_TEXT)
    return text


def number_of(cell: Cell) -> Decimal | None:
    """A number, None where nothing stands; raises CellFault for what is none."""
    value = _result(cell)
    if isinstance(value, bool):  # to Python an int
        raise CellFault(_("This is no number."))
    if value is None or isinstance(value, int | float):
        return None if value is None else _finite(exact(value))
    if isinstance(value, str):
        return _number_in(value)
    raise CellFault(_("This is no number."))


def percent_of(cell: Cell) -> Decimal | None:
    """A percentage: 50, "50,00%", or 0.5 where the cell shows percentages."""
    value = _result(cell)
    number = number_of(cell)
    is_share = isinstance(value, int | float) and "%" in cell.shape
    return number * 100 if number is not None and is_share else number


def day_of(cell: Cell) -> dt.date | None:
    """A day, as the program keeps it or as one types it; None where nothing stands."""
    value = _result(cell)
    if value is None:
        return None
    day = _day_in(value, cell.epoch)
    if day is None:
        raise CellFault(_("This is no day. Type it as day/month/year, like 14/12/2026."))
    try:
        refuse_far_day(day)
    except ValueError as error:
        raise CellFault(str(error)) from error
    return day


def mark_of(cell: Cell) -> bool:
    """Whether a mark stands here."""
    value = _result(cell)
    if isinstance(value, bool | int | float):
        value = str(int(value))
    word = search_key("" if value is None else plain(value))
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellFault(_("Put an x here, or leave it empty."))


def choice_of(cell: Cell, words: Mapping[str, str]) -> str:
    """The code of a word of a list; "" where nothing stands. Its first word is enough."""
    text = search_key(text_of(cell))
    if not text:
        return ""
    for code, label in words.items():
        full = search_key(label)
        if text in (code, full, full.split(" (")[0]):
            return code
    raise CellFault(_("Choose one of the list: %s.") % ", ".join(words.values()))


READERS: dict[Kind, Callable[[Cell], Any]] = {
    Kind.KEY: lambda cell: plain(cell.value),
    Kind.TEXT: text_of,
    Kind.NUMBER: number_of,
    Kind.PERCENT: percent_of,
    Kind.DAY: day_of,
    Kind.MARK: mark_of,
    Kind.COLOUR: lambda cell: choice_of(cell, layout.COLOURS),
    Kind.VALUE_KIND: lambda cell: choice_of(cell, layout.VALUE_KINDS),
}


def _require_no_error(cell: Cell) -> None:
    if cell.is_error:
        raise CellFault(_("The spreadsheet shows an error here; type the value."))


def _result(cell: Cell) -> Any:
    """The value, or what was saved with a formula; text without blanks around, None for none."""
    _require_no_error(cell)
    value = plain(cell.value) if isinstance(cell.value, str) else cell.value
    if cell.is_formula and value in (None, ""):
        raise CellFault(_("A formula without a saved result stands here; type the value."))
    return None if value == "" else value


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise CellFault(_("This is no number."))
    return number


def _number_in(text: str) -> Decimal:
    try:
        return read_number(text, language=settings.LANGUAGE_CODE)
    except ValueError as error:
        raise CellFault(str(error)) from error


def _day_in(value: Any, epoch: dt.datetime) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool | dt.time | dt.timedelta):
        return None
    if isinstance(value, int | float):
        return _counted_day(value, epoch)
    return _written_day(str(value))


def _counted_day(serial: float, epoch: dt.datetime) -> dt.date | None:
    """The day that a program counts from its epoch; only what falls into this century."""
    if not 0 < serial < LAST_SERIAL:
        return None
    day = from_excel(serial, epoch)
    return day.date() if isinstance(day, dt.datetime) else None


def _written_day(text: str) -> dt.date | None:
    if found := DAY_MONTH_YEAR.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := YEAR_MONTH_DAY.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
