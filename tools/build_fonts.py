"""Join the Tinos web-font subsets into the four TrueType files the reports are set in.

The npm package ``@fontsource/tinos`` ships Tinos (SIL Open Font License, the widths of Times New
Roman) cut into one WOFF2 per script. A PDF needs a font that holds Latin and Vietnamese together,
so the subsets are merged once at set-up::

    python tools/build_fonts.py [SOURCE] [TARGET]

``SOURCE`` is the package's folder ``files`` (default ``node_modules/@fontsource/tinos/files``),
``TARGET`` the folder to fill (default ``build/fonts``). A second run with unchanged sources writes
nothing. The same sources always give the same bytes: the stored hashes of the fonts stay true
on every machine.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Final

from fontTools.merge import Merger  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

ROOT: Final = Path(__file__).resolve().parents[1]
DEFAULT_SOURCE: Final = ROOT / "node_modules" / "@fontsource" / "tinos" / "files"
DEFAULT_TARGET: Final = ROOT / "build" / "fonts"

#: Latin first: the merged font takes its names and vertical metrics from the first subset.
SUBSETS: Final = (
    "latin",
    "latin-ext",
    "vietnamese",
    "cyrillic",
    "cyrillic-ext",
    "greek",
    "greek-ext",
)
#: File name to the weight and style in the names of the subsets.
STYLES: Final = {
    "Tinos-Regular.ttf": "400-normal",
    "Tinos-Bold.ttf": "700-normal",
    "Tinos-Italic.ttf": "400-italic",
    "Tinos-BoldItalic.ttf": "700-italic",
}
#: Screen hints and layout tables: hints play no part in a PDF, and each subset kerns only its own
#: letters, so "To" would be kerned and "Tơ" not. Word does not kern by default either.
DROPPED_TABLES: Final = ("fpgm", "prep", "cvt ", "gasp", "GPOS", "GSUB", "GDEF", "DSIG")
STAMP: Final = "sources.json"
#: Seconds from the epoch of TrueType (1904) to that of Unix (1970).
MAC_EPOCH: Final = 2_082_844_800
#: 1 January 2026: a fixed date in the fonts unless SOURCE_DATE_EPOCH says otherwise.
DEFAULT_EPOCH: Final = 1_767_225_600


class FontSourceError(Exception):
    """The folder of subsets is missing or incomplete; the message says which file."""


def sources(source: Path) -> dict[str, list[Path]]:
    """Return the subset files of each style; raise ``FontSourceError`` when one is missing."""
    found = {
        name: [source / f"tinos-{subset}-{style}.woff2" for subset in SUBSETS]
        for name, style in STYLES.items()
    }
    missing = [path for paths in found.values() for path in paths if not path.is_file()]
    if missing:
        message = f"{missing[0]} is missing: install the npm packages first (npm ci)."
        raise FontSourceError(message)
    return found


def font_epoch() -> int:
    """The Unix time written into the fonts: SOURCE_DATE_EPOCH, or a fixed day."""
    return int(os.environ.get("SOURCE_DATE_EPOCH", DEFAULT_EPOCH))


def stripped(path: Path, taken: set[int]) -> io.BytesIO:
    """Return one subset as TrueType without hints and without code points already ``taken``."""
    font = TTFont(path)
    for tag in DROPPED_TABLES:
        if tag in font:
            del font[tag]
    glyphs = font["glyf"]
    for name in glyphs.keys():  # noqa: SIM118 - the table is no mapping
        glyphs[name].removeHinting()
    for table in font["cmap"].tables:
        table.cmap = {code: name for code, name in table.cmap.items() if code not in taken}
    taken.update(font.getBestCmap())
    font.flavor = None
    buffer = io.BytesIO()
    font.save(buffer)
    buffer.seek(0)
    return buffer


def merged(paths: list[Path], epoch: int) -> bytes:
    """Return the subsets in ``paths`` as one TrueType font stamped with ``epoch``."""
    taken: set[int] = set()
    font = Merger().merge([stripped(path, taken) for path in paths])
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = epoch + MAC_EPOCH
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(found: dict[str, list[Path]]) -> str:
    """One hash over everything the result depends on: subsets, this program, the epoch."""
    parts = [digest(path.read_bytes()) for paths in found.values() for path in paths]
    parts += [digest(Path(__file__).read_bytes()), str(font_epoch())]
    return digest("\n".join(parts).encode())


def is_current(target: Path, wanted: str) -> bool:
    """True when ``target`` was built from the sources ``wanted`` and no font changed since."""
    try:
        stamp = json.loads((target / STAMP).read_text())
        fonts: dict[str, str] = stamp["fonts"]
        unchanged = all(digest((target / name).read_bytes()) == fonts[name] for name in STYLES)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return unchanged and stamp["sources"] == wanted


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_bytes(data)
    draft.replace(path)


def build(source: Path = DEFAULT_SOURCE, target: Path = DEFAULT_TARGET) -> bool:
    """Fill ``target`` with the fonts; return False when they were already up to date."""
    found = sources(source)
    wanted = fingerprint(found)
    if is_current(target, wanted):
        return False
    target.mkdir(parents=True, exist_ok=True)
    fonts = {name: merged(paths, font_epoch()) for name, paths in found.items()}
    for name, data in fonts.items():
        write_whole(target / name, data)
    licence = source.parent / "LICENSE"
    if licence.is_file():
        write_whole(target / "LICENSE", licence.read_bytes())
    stamp = {"sources": wanted, "fonts": {name: digest(data) for name, data in fonts.items()}}
    write_whole(target / STAMP, json.dumps(stamp, indent=2, sort_keys=True).encode())
    return True


def main(arguments: list[str]) -> int:
    """Command line: ``build_fonts.py [SOURCE] [TARGET]``; returns the exit status."""
    paths = [Path(argument) for argument in arguments]
    try:
        written = build(*paths)
    except FontSourceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("Fonts built.\n" if written else "Fonts are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
