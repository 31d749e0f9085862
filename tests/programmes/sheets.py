"""Spreadsheets for the tests: the prefilled file, changed as a person would, sent and read."""

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from openpyxl import Workbook, load_workbook

from organisations.choices import JobKind
from organisations.models import Job, Organisation, User
from organisations.selectors import Successions
from programmes.models import Spreadsheet
from programmes.services import spreadsheets
from programmes.spreadsheets import layout
from tests.programmes.cast import TODAY, Cast

QUARTER = TODAY.replace(month=12, day=14)
HEADS = [column.head for column in layout.PROGRESS.columns]


def prefilled(body: Organisation) -> bytes:
    """What a body downloads for the running quarter."""
    return spreadsheets.progress_file(body, QUARTER, successions=Successions.load(), on=TODAY)


def changed(
    content: bytes, cells: Mapping[str, Any] | None = None, sheet: str = "Tiến độ", **named: Any
) -> bytes:
    """A file after somebody typed in it, by names of cells or, in row 2, of columns."""
    return edited(content, lambda book: _typed(book[sheet], cells or {}, named))


def edited(content: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """A file after something was done to it."""
    book = load_workbook(io.BytesIO(content))
    edit(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _typed(page: Any, cells: Mapping[str, Any], named: Mapping[str, Any]) -> None:
    heads = {cell.value: cell.column_letter for cell in page[1]}
    by_name = {column.name: column for sheet in SHEETS for column in sheet.columns}
    for name, value in named.items():
        page[f"{heads[by_name[name].head]}2"] = value
    for name, value in cells.items():
        page[name] = value


SHEETS = (layout.VALUES, layout.MILESTONES, layout.TRIAL_DATES, layout.PROGRESS)


def csv_of(rows: list[Mapping[str, str]], delimiter: str = ";") -> str:
    """A CSV of progress with the columns that the rows have."""
    file = io.StringIO()
    names = list(rows[0])
    heads = [layout.PROGRESS.column(name).head for name in names]
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(heads)
    writer.writerows([row[name] for name in names] for row in rows)
    return file.getvalue()


def in_cp1258(text: str) -> bytes:
    """As Windows in Vietnam saves it: the letters with hats and horns, tone marks after them."""
    coded = bytearray()
    for letter in text:
        try:
            coded += letter.encode("cp1258")
        except UnicodeEncodeError:
            plain = unicodedata.normalize("NFD", letter)
            tone = next(c for c in plain if c in "\u0300\u0301\u0303\u0309\u0323")
            kept = unicodedata.normalize("NFC", plain.replace(tone, ""))
            coded += (kept + tone).encode("cp1258")
    return bytes(coded)


def sent(
    cast: Cast, content: bytes, name: str = "tien-do.xlsx", *, by: User | None = None
) -> Spreadsheet:
    """A file of progress of Sở Công Thương, received and read."""
    sheet = spreadsheets.receive_progress(
        body=cast.sct,
        period_ends_on=QUARTER,
        content=content,
        name=name,
        by=by or cast.staff,
        on=TODAY,
    )
    spreadsheets.read_spreadsheet(job_of(sheet).uid, on=TODAY)
    sheet.refresh_from_db()
    return sheet


def written(sheet: Spreadsheet, by: User) -> Spreadsheet:
    """The same, agreed to and written, if it can be."""
    spreadsheets.confirm_spreadsheet(sheet=sheet, by=by, on=TODAY)
    spreadsheets.write_spreadsheet(job_of(sheet, JobKind.SHEET_WRITE).uid, on=TODAY)
    sheet.refresh_from_db()
    return sheet


def job_of(sheet: Spreadsheet, kind: JobKind = JobKind.SHEET_READ) -> Job:
    return Job.objects.get(subject=sheet.uid, kind=kind)


def problems(sheet: Spreadsheet) -> dict[str, str]:
    """The wrong cells, by name."""
    return {fault["cell"]: fault["sentence"] for fault in sheet.problems}


def differences(sheet: Spreadsheet) -> dict[str, tuple[str, str]]:
    """What would change, old and new, by label; of all tasks together."""
    return {
        change["label"]: (change["old"], change["new"])
        for line in sheet.differences
        for change in line["changes"]
    }
