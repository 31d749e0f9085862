"""Set a document as PDF with typst: PDF/A-2a (archive) and PDF/UA-1 (accessible) at once.

The bytes depend on nothing but the document, the template, the fonts and typst itself, whose
versions ``renderer_version`` and ``font_hashes`` name: store them beside each report. Fonts of
the system are never used.

typst keeps threads, which a forked child does not inherit: it would wait for them for ever. So a
process that has rendered must not fork to render again; ``ForkedRendererError`` says so at once.
"""

from __future__ import annotations

import hashlib
import os
import threading
import unicodedata
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reports.documents.layout import REPLACEMENT, Document, map_text, tidy, to_json
from reports.documents.printed import PrintedChart, as_printed

TEMPLATE: Final = Path(__file__).with_name("administrative.typ")
FONT_DIRECTORY: Final = Path(__file__).resolve().parents[2] / "build" / "fonts"
FONT_FILES: Final = (
    "Tinos-Bold.ttf",
    "Tinos-BoldItalic.ttf",
    "Tinos-Italic.ttf",
    "Tinos-Regular.ttf",
)
#: Signs that Tinos lacks and the serif font inside typst has.
EXTRA_SIGNS: Final = frozenset("≥≤≈≠→←↑↓↗↘√∞‰●○■□▲△▼◆◇✓")
#: Dots per inch of a chart in the DOCX.
CHART_PPI: Final = 200

#: A compiler serves one thread at a time.
_compiling = threading.Lock()


class FontsMissingError(RuntimeError):
    """The fonts of the reports have not been built."""


class ForkedRendererError(RuntimeError):
    """This process was forked from one that had rendered already, and would hang."""


def render_pdf(document: Document) -> bytes:
    """Return the document as PDF/A-2a and PDF/UA-1; equal documents give equal bytes.

    Signs that no font can print become ``□``; ``unprintable`` names them beforehand. Raises
    ``FontsMissingError`` when the set-up step that builds the fonts has not been run.
    """
    words = map_text(as_printed(document), printable)
    return _compiled({"document": to_json(words).decode()}, "pdf")


def chart_png(chart: PrintedChart) -> bytes:
    """Return one chart, 165 mm wide, as PNG."""
    words = map_text(chart, printable)
    return _compiled({"chart": to_json(words).decode()}, "png")


def unprintable(text: str) -> frozenset[str]:
    """The signs of a typed text that the PDF shows as ``□`` because no font has them."""
    signs = frozenset(unicodedata.normalize("NFC", text)) - {REPLACEMENT}
    return frozenset(sign for sign in signs if printable(tidy(sign)) == REPLACEMENT)


def printable(text: str) -> str:
    """Return ``text`` with each sign that the fonts lack replaced by ``□``."""
    signs = printable_signs()
    return "".join(
        sign if sign in signs else " " if sign.isspace() else REPLACEMENT for sign in text
    )


@lru_cache(maxsize=1)
def printable_signs() -> frozenset[str]:
    """Every sign that all four fonts, or the one inside typst, can print."""
    covered = [set(TTFont(path)["cmap"].getBestCmap()) for path in font_paths()]
    return frozenset(map(chr, set.intersection(*covered))) | EXTRA_SIGNS


def font_paths() -> list[Path]:
    """The font files; raise ``FontsMissingError`` when one is not there."""
    paths = [FONT_DIRECTORY / name for name in FONT_FILES]
    if not all(path.is_file() for path in paths):
        message = (
            f"The fonts of the reports are missing in {FONT_DIRECTORY}: run tools/build_fonts.py."
        )
        raise FontsMissingError(message)
    return paths


@lru_cache(maxsize=1)
def font_hashes() -> dict[str, str]:
    """SHA-256 of each font file by its name, to be stored beside a report."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in font_paths()}


@lru_cache(maxsize=1)
def renderer_version() -> str:
    """Version of typst and the start of the template's SHA-256: ``typst 0.15.2 template 1a2b…``."""
    template = hashlib.sha256(TEMPLATE.read_bytes()).hexdigest()
    return f"typst {version('typst')} template {template[:16]}"


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """The one compiler of this process; it keeps the template and the fonts parsed."""
    font_paths()
    return typst.Compiler(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONT_DIRECTORY],
        ignore_system_fonts=True,
    )


@lru_cache(maxsize=1)
def _first_process() -> int:
    """The process that rendered first, to be asked before each rendering."""
    return os.getpid()


def _compiled(inputs: dict[str, str], form: Literal["pdf", "png"]) -> bytes:
    """Run typst over the template with ``inputs``; one page at least is the result."""
    if _first_process() != os.getpid():
        raise ForkedRendererError("Render reports in a process that starts afresh.")
    with _compiling:
        result, warnings = _compiler().compile_with_warnings(
            format=form,
            sys_inputs=inputs,
            pdf_standards=["a-2a", "ua-1"] if form == "pdf" else [],
            ppi=CHART_PPI if form == "png" else None,
        )
    if warnings:
        # "Unknown font family" is only a warning to typst: the page would stand in another font.
        raise RuntimeError(f"typst warns: {warnings[0].message}.")
    if not isinstance(result, bytes):
        raise TypeError("typst returned no single file.")
    return result
