"""What the launcher says: one line per step, one sentence per refusal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 44


class Refusal(Exception):
    """Something a person must mend first; said in both languages, then the launcher ends with 1."""

    def __init__(self, english: str, vietnamese: str) -> None:
        super().__init__(english)
        self.vietnamese = vietnamese

    def __str__(self) -> str:
        return f"{self.args[0]}\n{self.vietnamese}"


def say(line: str = "") -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """A line with the step's name at its start and its seconds at its end."""
    sys.stdout.write(f"  {name:<{WIDTH}}")
    sys.stdout.flush()
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - began:6.1f} s")
