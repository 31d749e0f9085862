"""Reading a sheet by its heads: rows and columns may be reordered, added, hidden or left out.

What is wrong is collected cell by cell; reading goes on, so that everything is told at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.text import search_key
from programmes.spreadsheets.cells import EMPTY, READERS, Cell, CellFault, plain, shown_of
from programmes.spreadsheets.layout import Column, Sheet
from programmes.spreadsheets.opening import Book, Table

LAST_HEAD_ROW = 20
MOST_LINES = 12_000  # more would take longer than a job may


@dataclass(frozen=True)
class Fault:
    """A cell that is wrong: in which sheet, its name, what stands there, what is wrong."""

    sheet: str
    cell: str
    value: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(slots=True)
class Line:
    """A row below the heads: what was read from it, and what is wrong.

    A column that the file does not have is in neither. `of` is the title that the format gives
    the sheet, `sheet` the one it has in the file; `places` says in which column what stands.
    """

    of: str
    sheet: str
    number: int
    places: Mapping[str, int]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def cell(self, column: str) -> str:
        """The name of a cell of this row; of its first where it has no such column."""
        at = self.places.get(column, min(self.places.values()))
        return f"{get_column_letter(at + 1)}{self.number}"

    def blame(self, column: str, sentence: str, shown: str | None = None) -> None:
        """Say that a cell of this row is wrong.

        Args:
            shown: what stands there; what was read from it where nothing is given.
        """
        text = shown_of(self.values.get(column)) if shown is None else shown
        self.faults.append(Fault(self.sheet, self.cell(column), text, str(sentence)))


def table_of(book: Book, sheet: Sheet) -> Table | None:
    """The sheet of a title, whatever its case and blanks; of a CSV the only one there is."""
    wanted = search_key(sheet.title)
    for table in book.tables:
        if not table.title or search_key(table.title) == wanted:
            return table
    return None


def lines_of(table: Table, sheet: Sheet) -> Iterator[Line]:
    """The rows below the heads, each with what is wrong in it.

    Raises:
        DomainError: no row holds the heads, one stands twice, or there are too many rows.
    """
    title = table.title or "CSV"
    heads_at, places = _columns(table, sheet, title)
    found = 0
    for number, row in table.rows:
        line = _line(title, number, row, places, sheet)
        if line is None:
            continue
        found += 1
        if found > MOST_LINES:
            raise DomainError(
                _("Sheet “%(sheet)s” has more than %(count)s rows. Split the file into several.")
                % {"sheet": title, "count": f"{MOST_LINES:,}".replace(",", ".")}
            )
        _blame_merged(line, table, places, heads_at)
        yield line


def _columns(table: Table, sheet: Sheet, title: str) -> tuple[int, dict[str, int]]:
    """In which row the heads stand, and each column's place."""
    wanted = {_head_key(column.head): column.name for column in sheet.columns}
    for number, row in table.rows:
        if number > LAST_HEAD_ROW:
            break
        found = [(wanted.get(_head_key(plain(cell.value))), at) for at, cell in enumerate(row)]
        known = [name for name, _at in found if name]
        if set(sheet.needed) <= set(known):
            twice = next((name for name in known if known.count(name) > 1), None)
            if twice is not None:
                raise DomainError(
                    _("Sheet “%(sheet)s” has two columns “%(head)s”. Delete one of them.")
                    % {"sheet": title, "head": sheet.column(twice).head}
                )
            return number, {name: at for name, at in found if name}
    heads = ", ".join(f"“{sheet.column(name).head}”" for name in sheet.needed)
    raise DomainError(
        _(
            "Sheet “%(sheet)s” has no column %(heads)s. Take the file downloaded here and fill it in."
        )
        % {"sheet": title, "heads": heads}
    )


def _head_key(text: str) -> str:
    return search_key(text).rstrip(" *:")


def _line(
    title: str, number: int, row: list[Cell], places: Mapping[str, int], sheet: Sheet
) -> Line | None:
    """A row, None where nothing stands in the columns that count."""
    cells = {name: row[at] if at < len(row) else EMPTY for name, at in places.items()}
    if all(cell.is_empty for cell in cells.values()):
        return None
    line = Line(sheet.title, title, number, places)
    for name, cell in cells.items():
        _read(line, sheet.column(name), cell)
    return line


def _read(line: Line, column: Column, cell: Cell) -> None:
    if column.is_locked and column.name not in ("task", "period", "key", "version"):
        return  # shown for comparison, never read
    try:
        line.values[column.name] = READERS[column.kind](cell)
    except CellFault as fault:
        line.blame(column.name, str(fault), cell.shown)


def _blame_merged(line: Line, table: Table, places: Mapping[str, int], heads_at: int) -> None:
    """A merged range holds one value for several cells, and nobody knows for which."""
    for name, (left, top, right, bottom) in table.merged:
        if not top <= line.number <= bottom or top <= heads_at:
            continue
        for column, at in places.items():
            if left <= at + 1 <= right:
                line.blame(
                    column, _("Cells %s are merged. Unmerge them and fill in each cell.") % name
                )
                break
