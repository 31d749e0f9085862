"""How much of the table of rights was walked, and how long it took; also by several workers at once.

A plugin, because the process that sums up for pytest-xdist's workers reads no test of this folder.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

HANDED_OVER = "rights"


@dataclass
class Tally:
    """How many cells were tried, at which addresses, and for how long."""

    cells: int = 0
    routes: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def add(self, cells: int, routes: list[str], seconds: float) -> None:
        """What another worker tried meanwhile."""
        self.cells += cells
        self.routes.update(routes)
        self.seconds = max(self.seconds, seconds)

    def __str__(self) -> str:
        return (
            f"Rights: {self.cells} cells at {len(self.routes)} addresses in {self.seconds:.0f} s."
        )


TALLY = Tally()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it tried."""
    handed = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed[HANDED_OVER] = [TALLY.cells, sorted(TALLY.routes), TALLY.seconds]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The process that started the workers adds it up; a worker that died hands over nothing."""
    handed = getattr(node, "workeroutput", {}).get(HANDED_OVER)
    if handed:
        TALLY.add(*handed)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line after the tests, if the table was walked."""
    if TALLY.cells:
        terminalreporter.write_line(str(TALLY))
