"""Opening a file that somebody sent: nothing is unpacked before its sizes are known.

An XLSX is a folder of XML in a zip. A zip of 330 KB may hold 330 MB, an XML may refer to other files
or to itself: sizes and ratios are checked first, entities are refused by defusedxml, rows are
streamed. Macros, encrypted files and anything else are refused.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import openpyxl
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.text import nfc
from programmes.spreadsheets.cells import EMPTY, Cell

MEGABYTE = 1024 * 1024
LARGEST_UNPACKED = 48 * MEGABYTE
LARGEST_PART = 40 * MEGABYTE
LARGEST_RATIO = 200  # of parts larger than a megabyte; real sheets stay below 60
MOST_PARTS = 500
MOST_COLUMNS = 60
MOST_MERGED = 500
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MACROS = ("vbaproject.bin", "xlm", "macrosheets/")
CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK = b"spreadsheetml.sheet.main+xml"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
TAIL = 200  # bytes in which a tag may begin that goes on in the next piece
# What openpyxl and the zip raise for files that are broken, whatever the break.
BROKEN = (
    DefusedXmlException,
    InvalidFileException,
    zipfile.BadZipFile,
    SyntaxError,  # XML that is not well formed
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    NotImplementedError,
    OSError,
    EOFError,
)
Merged = tuple[str, tuple[int, int, int, int]]


@dataclass
class Table:
    """A sheet as rows of cells from row 1 on; rows are read once, in their order."""

    title: str
    rows: Iterator[tuple[int, list[Cell]]]
    merged: list[Merged] = field(default_factory=list)


@dataclass
class Book:
    """The sheets of a file; of a CSV its only one, without a title."""

    tables: list[Table]


@contextmanager
def opened(content: bytes) -> Iterator[Book]:
    """The sheets of an XLSX or CSV file.

    Raises:
        DomainError: it is none of both, broken, dangerous or too large, with what to do. Also from
            the rows, as they are read.
    """
    if content.startswith(ZIP):
        with _xlsx(content) as book:
            yield book
    else:
        yield Book([Table("", csv_rows(csv_text(content)))])


def require_kind(content: bytes, name: str) -> None:
    """What can be said at once, before a job reads the file.

    Raises:
        DomainError: not an XLSX or CSV, or one that unpacks to too much.
    """
    lower = name.lower()
    if content.startswith(OLE) or not lower.endswith((".xlsx", ".csv")):
        raise DomainError(
            _("Send an .xlsx or .csv file. Save .xls, .xlsm and .ods files as .xlsx first.")
        )
    if lower.endswith(".xlsx") != content.startswith(ZIP):
        raise DomainError(_("The content of the file is not what its name says."))
    if content.startswith(ZIP):
        with _refusing_broken(), zipfile.ZipFile(io.BytesIO(content)) as archive:
            _require_sound(archive)
    elif b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DomainError(_("The content of the file is not what its name says."))


@contextmanager
def _refusing_broken() -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise DomainError(
            _("The file cannot be read: it is damaged. Open it, save it anew and send it again.")
        ) from error


def _require_sound(archive: zipfile.ZipFile) -> None:
    """Sizes are those that the zip declares; what is longer than declared is cut when it is read."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    too_dense = any(
        part.file_size > MEGABYTE and part.file_size > LARGEST_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    unpacked = sum(part.file_size for part in parts)
    largest = max((part.file_size for part in parts), default=0)
    if (
        len(parts) > MOST_PARTS
        or unpacked > LARGEST_UNPACKED
        or largest > LARGEST_PART
        or too_dense
    ):
        raise DomainError(
            _(
                "The file unpacks to far more than it should. Take the file downloaded here, fill "
                "it in and send it again."
            )
        )
    if any(part.flag_bits & 1 for part in parts):
        raise DomainError(_("The file is protected by a password. Save it without one."))
    if any(macro in name for name in names for macro in MACROS):
        raise DomainError(_("The file holds macros. Save it as .xlsx without them."))
    if CONTENT_TYPES not in archive.namelist() or WORKBOOK not in archive.read(CONTENT_TYPES):
        raise DomainError(
            _("Send an .xlsx or .csv file. Save .xls, .xlsm and .ods files as .xlsx first.")
        )


@contextmanager
def _xlsx(content: bytes) -> Iterator[Book]:
    """Sheets with formulas are read twice side by side: as they are, and with what was saved."""
    with _refusing_broken(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        _require_sound(archive)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        seen = {sheet.title: _seen(sheet) for sheet in book.worksheets}
        results = book
        if any(found.has_formulas for found in seen.values()):
            results = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        yield Book(
            [
                Table(
                    sheet.title,
                    _sheet_rows(sheet, results, seen[sheet.title]),
                    seen[sheet.title].merged,
                )
                for sheet in book.worksheets
            ]
        )
    finally:
        book.close()
        results.close()


@dataclass
class _Seen:
    """What stands in a sheet beside its rows: merged ranges; and whether anything is calculated."""

    merged: list[Merged] = field(default_factory=list)
    has_formulas: bool = False


def _sheet_rows(sheet: Any, results: Any, seen: _Seen) -> Iterator[tuple[int, list[Cell]]]:
    """Rows in which something stands, by their number."""
    epoch = sheet.parent.epoch
    with _refusing_broken():
        rows = _rows(sheet)
        pairs = (
            zip_longest(rows, _rows(results[sheet.title]), fillvalue=())
            if seen.has_formulas
            else ((row, row) for row in rows)
        )
        for number, (row, saved) in enumerate(pairs, start=1):
            if any(cell.value is not None for cell in row):
                yield number, [_cell(*pair, epoch) for pair in zip(row, saved, strict=True)]


def _rows(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()  # programs write wrong ones
    return sheet.iter_rows(max_col=MOST_COLUMNS)  # type: ignore[no-any-return]


def _cell(cell: Any, saved: Any, epoch: Any) -> Cell:
    if cell.value is None:
        return EMPTY
    return Cell(
        value=saved.value,
        name=cell.coordinate,
        is_formula=cell.data_type == "f",
        is_error=saved.data_type == "e",
        shape=cell.number_format or "",
        epoch=epoch,
    )


def _seen(sheet: Any) -> _Seen:
    """Looked for in the bytes: the reader of rows knows nothing of merged ranges."""
    found = _Seen()
    tail = b""
    with sheet._get_source() as part:
        while chunk := part.read(MEGABYTE):
            piece = tail + chunk
            found.has_formulas = found.has_formulas or bool(FORMULA.search(piece))
            for match in MERGED.finditer(piece):
                name = match[1].decode()
                left, top, right, bottom = (edge or 0 for edge in range_boundaries(name))
                place = (name, (left, top, right, bottom))
                if place not in found.merged and len(found.merged) < MOST_MERGED:
                    found.merged.append(place)
            tail = piece[-TAIL:]
    return found


def csv_text(content: bytes) -> str:
    """The text of a CSV file: UTF-16 and UTF-8 by their marks, else UTF-8, else Windows-1258.

    Windows-1258 writes tone marks as letters of their own, which are composed here.

    Raises:
        DomainError: none of them.
    """
    for code in _codes(content):
        try:
            return nfc(content.decode(code))
        except UnicodeDecodeError:
            continue
    raise DomainError(
        _(
            "The letters of the file cannot be read. Save it again as “CSV UTF-8 (comma "
            "delimited)” or as .xlsx."
        )
    )


def _codes(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "cp1258")


def csv_rows(text: str) -> Iterator[tuple[int, list[Cell]]]:
    """Records in which something stands, numbered as a spreadsheet program numbers them.

    Raises:
        DomainError: a quotation mark is open, or a cell is longer than the module takes.
    """
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            if any(value.strip() for value in record):
                yield (
                    number,
                    [
                        Cell(value, f"{get_column_letter(at)}{number}")
                        for at, value in enumerate(record[:MOST_COLUMNS], start=1)
                    ],
                )
    except csv.Error as error:
        raise DomainError(
            _("Line %d cannot be read: a quotation mark is open or out of place.") % reader.line_num
        ) from error
