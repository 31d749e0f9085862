"""Names of files as they are kept: one line that every system can store and nobody misreads."""

import re
import unicodedata

from dti_tracker.shared.text import has_invisible, nfc
from programmes.evidence.kinds import ENDINGS, Kind

MAX_LETTERS, MAX_BYTES = 150, 240  # file systems take 255 bytes
NAMELESS = "minh-chung"
_PATH = re.compile(r"[/\\]")
_RESERVED_SIGNS = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
# Inner endings that make a system hide the last one, or a server run the file.
_ACTING = frozenset(
    {
        "exe",
        "com",
        "scr",
        "bat",
        "cmd",
        "ps1",
        "vbs",
        "js",
        "jse",
        "wsf",
        "hta",
        "msi",
        "lnk",
        "jar",
    }
    | {"htm", "html", "svg", "php", "phtml", "asp", "aspx", "jsp", "cgi", "py", "sh", "zip", "rar"}
)


def ending_of(name: str) -> str:
    """What stands behind the last dot, in lower case; "" without one."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def cleaned(name: str, kind: Kind) -> str:
    """A name for a file of a kind, as near to the given one as can be.

    >>> cleaned("C:\\\\tai lieu\\\\Báo  cáo?.pdf", PDF)
    'Báo cáo-.pdf'
    """
    line = "".join(c for c in nfc(_PATH.split(name)[-1]) if c.isspace() or not has_invisible(c))
    line = _BLANKS.sub(" ", _RESERVED_SIGNS.sub("-", line)).strip().rstrip(" .")
    ending = ending_of(line)
    stem = line[: -len(ending)] if ending in ENDINGS else line
    if ending not in kind.endings:
        ending = kind.endings[0]
    stem = _calmed(stem.strip(" ."))
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return f"{_cut(stem) or NAMELESS}.{ending}"


def _calmed(stem: str) -> str:
    """Inner endings of programs and pages are none any more: `bao-cao.exe` → `bao-cao-exe`."""
    first, *parts = stem.split(".")
    return first + "".join(
        f"-{part}" if part.strip().lower() in _ACTING else f".{part}" for part in parts
    )


def _cut(stem: str) -> str:
    """As long as may be, without half a letter at the end."""
    stem = stem[:MAX_LETTERS]
    while len(stem.encode()) > MAX_BYTES or (stem and unicodedata.combining(stem[-1])):
        stem = stem[:-1]
    return stem.strip(" .")
