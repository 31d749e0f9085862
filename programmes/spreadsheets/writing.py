"""Writing a prefilled XLSX: every text is a text cell, whatever it begins with, never a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from dti_tracker.shared.spreadsheet import fill
from programmes.spreadsheets import layout
from programmes.spreadsheets.layout import Column, Kind, Sheet

LAST_ROW_OF_LISTS = 12_020
HEAD_ROW_HEIGHT = 32
A4 = 9  # the format's number for it
GREY, HEAD = PatternFill("solid", fgColor="EDEDED"), PatternFill("solid", fgColor="D9E6F2")
LINE = Side(style="thin", color="BFBFBF")
FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
FONT, BOLD = Font(name="Times New Roman", size=12), Font(name="Times New Roman", size=12, bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
FORMATS = {Kind.DAY: "dd/mm/yyyy", Kind.TEXT: "@", Kind.KEY: "@"}
LISTS = {
    Kind.COLOUR: tuple(layout.COLOURS.values()),
    Kind.VALUE_KIND: tuple(layout.VALUE_KINDS.values()),
    Kind.MARK: (layout.MARK,),
}
Row = Mapping[str, Any]


def workbook_of(
    sheets: Iterable[tuple[Sheet, Iterable[Row]]], *, guide: Sequence[str], title: str
) -> bytes:
    """An XLSX with these sheets and rows, and a sheet that explains them.

    Args:
        sheets: each with its rows; a row maps columns to text, numbers, days, truth values or None.
        guide: sentences of the last sheet.
        title: what stands above them and in the file's properties.
    """
    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = ""
    for sheet, rows in sheets:
        _write_sheet(book, sheet, rows)
    _write_guide(book, title, guide)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_sheet(book: Workbook, sheet: Sheet, rows: Iterable[Row]) -> None:
    page = book.create_sheet(sheet.title)
    page.freeze_panes = f"{get_column_letter(_first_scrolled(sheet))}2"
    for at, column in enumerate(sheet.columns, start=1):
        width = page.column_dimensions[get_column_letter(at)]
        width.width, width.hidden = column.width, column.is_hidden
    page.row_dimensions[1].height = HEAD_ROW_HEIGHT
    _print_well(page)
    _protect(page)
    for validation in _validations(sheet):
        page.data_validations.append(validation)
    page.append([_head(page, column) for column in sheet.columns])
    for row in rows:
        page.append([_cell(page, column, row.get(column.name)) for column in sheet.columns])


def _first_scrolled(sheet: Sheet) -> int:
    """The column after the task's code, which stays in view."""
    return next(at for at, c in enumerate(sheet.columns, start=1) if c.name == "task") + 1


def _print_well(page: Any) -> None:
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _protect(page: Any) -> None:
    """Against slips, without a password: locked cells stay, rows may be sorted, columns widened."""
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.protection.sort = False
    page.protection.autoFilter = False


def _validations(sheet: Sheet) -> Iterable[DataValidation]:
    for at, column in enumerate(sheet.columns, start=1):
        if column.is_locked or not (column.kind in LISTS or column.prompt):
            continue
        validation = (
            DataValidation(type="list", formula1=f'"{",".join(LISTS[column.kind])}"')
            if column.kind in LISTS
            else DataValidation()
        )
        validation.allow_blank = True
        validation.showInputMessage = bool(column.prompt)
        validation.promptTitle, validation.prompt = column.head[:32], column.prompt or None
        letter = get_column_letter(at)
        validation.add(f"{letter}2:{letter}{LAST_ROW_OF_LISTS}")
        yield validation


def _head(page: Any, column: Column) -> Cell:
    cell = WriteOnlyCell(page, column.head)
    cell.font, cell.fill, cell.border, cell.alignment = BOLD, HEAD, FRAME, CENTRED
    return cell


def _cell(page: Any, column: Column, value: Any) -> Cell:
    """A cell as its column wants it; locked ones are grey."""
    cell = WriteOnlyCell(page)
    if column.is_locked:
        cell.fill = GREY
    else:
        cell.protection = UNLOCKED
    cell.font, cell.border, cell.alignment = FONT, FRAME, WRAPPED
    cell.number_format = FORMATS.get(column.kind, "General")
    fill(cell, _as_written(column, value))
    return cell


UNLOCKED = Protection(locked=False)


def _as_written(column: Column, value: Any) -> Any:
    if column.kind == Kind.COLOUR:
        return layout.COLOURS.get(value, "")
    if column.kind == Kind.VALUE_KIND:
        return layout.VALUE_KINDS.get(value, "")
    if column.kind == Kind.MARK:
        return layout.MARK if value else ""
    return value


def _write_guide(book: Workbook, title: str, sentences: Sequence[str]) -> None:
    page = book.create_sheet(layout.GUIDE)
    page.column_dimensions["A"].width = 110
    page.page_setup.paperSize = A4
    heading = WriteOnlyCell(page)
    heading.font = BOLD
    fill(heading, title)
    page.append([heading])
    for number, sentence in enumerate(sentences, start=1):
        cell = WriteOnlyCell(page, f"{number}. {sentence}")
        cell.font, cell.alignment = FONT, WRAPPED
        page.append([cell])
