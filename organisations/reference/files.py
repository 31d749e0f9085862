"""Reading CSV and JSON data files: every fault is collected, none is raised."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dti_tracker.shared.text import nfc
from organisations.reference.problems import Place, Problem


@dataclass(frozen=True)
class Line:
    """One record of a CSV file: where it begins, and its cells by column."""

    place: Place
    cells: dict[str, str]


@dataclass
class DataFiles:
    """The data files of all floors, and everything that was found wrong with them.

    Args:
        folder: where the files lie instead of beside their apps, under the same names.
    """

    folder: Path | None = None
    problems: list[Problem] = field(default_factory=list)

    def complain(self, place: Place, reason: str) -> None:
        self.problems.append(Problem(place, reason))

    def csv(self, path: Path, columns: Sequence[str]) -> list[Line]:
        """The records of a file that has exactly these columns, in any order."""
        text = self._text(path)
        if text is None:
            return []
        reader = csv.reader(StringIO(text, newline=""), strict=True)
        try:
            return self._records(reader, path.name, columns)
        except csv.Error as error:
            place = Place(path.name, reader.line_num)
            self.complain(place, _("not readable as CSV: %(error)s") % {"error": error})
            return []

    def json(self, path: Path) -> dict[str, Any]:
        """The object in a file; empty when it is not readable."""
        text = self._text(path)
        if text is None:
            return {}
        try:
            content = json.loads(text, parse_float=Decimal)
        except json.JSONDecodeError as error:
            place = Place(path.name, error.lineno, str(error.colno))
            self.complain(place, _("not readable as JSON: %(error)s") % {"error": error.msg})
            return {}
        if not isinstance(content, dict):
            self.complain(Place(path.name), _("must be an object"))
            return {}
        return content

    def _text(self, path: Path) -> str | None:
        actual = self.folder / path.name if self.folder else path
        try:
            content = actual.read_bytes()
        except OSError:
            self.complain(Place(path.name), _("the file is missing or cannot be read"))
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.complain(Place(path.name, line), _("not encoded in UTF-8"))
            return None
        if "\0" in text:
            self.complain(Place(path.name), _("contains a NUL character"))
            return None
        return nfc(text)

    def _records(self, reader: Any, name: str, columns: Sequence[str]) -> list[Line]:
        header = [cell.strip() for cell in next(reader, [])]
        if not self._header_fits(header, name, columns):
            return []
        lines: list[Line] = []
        first = reader.line_num + 1
        for cells in reader:
            place, first = Place(name, first), reader.line_num + 1
            if not cells:
                continue
            if len(cells) != len(header):
                counts = {"found": len(cells), "wanted": len(header)}
                self.complain(place, _("%(found)d cells instead of %(wanted)d") % counts)
                continue
            values = (cell.strip() for cell in cells)
            lines.append(Line(place, dict(zip(header, values, strict=True))))
        return lines

    def _header_fits(self, header: list[str], name: str, columns: Sequence[str]) -> bool:
        faults = [(c, _("the column is missing")) for c in columns if c not in header]
        faults += [(c, _("the column is unknown")) for c in header if c not in columns]
        faults += [
            (c, _("the column stands there twice"))
            for c in dict.fromkeys(header)
            if header.count(c) > 1
        ]
        for column, reason in faults:
            self.complain(Place(name, 1, column), reason)
        return not faults
