"""Fonts and foreign programs for the tests of the documents."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from reports.documents.pdf import FONT_DIRECTORY
from tools.build_fonts import build


@pytest.fixture(scope="session", autouse=True)
def _fonts() -> None:
    """Build the fonts when the set-up step has not been run."""
    if not (FONT_DIRECTORY / "sources.json").is_file():
        build()


def tool(name: str) -> str:
    """The path of a foreign program; skips the test without it, except where CI demands it."""
    path = shutil.which(name)
    if path is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed")
    return path or name


def run(*command: str) -> str:
    """What a program prints."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)  # noqa: S603
    return done.stdout


def page_texts(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page as it stands on paper."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    return run(tool("pdftotext"), "-layout", str(path), "-").split("\f")[:-1]


def one_line(text: str, *parts: str) -> bool:
    """True when one line of ``text`` holds all the parts, whatever the spacing."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return any(all(part in line for part in parts) for line in lines)


def flat(text: str) -> str:
    """Text with every run of blanks as one space."""
    return " ".join(text.split())
