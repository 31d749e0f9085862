"""What is wrong with a data file, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError


@dataclass(frozen=True)
class Place:
    """Where in a data file something stands; in JSON the column is the path to the value."""

    file: str
    line: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(_("line %(line)d") % {"line": self.line})
        if self.column:
            parts.append(_("column %(column)s") % {"column": self.column})
        return ", ".join(parts)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with its reason in the user's language."""

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class BrokenFiles(DomainError):
    """The data files are refused as a whole; nothing was written."""

    code = "broken_files"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
