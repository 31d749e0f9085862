"""Where a relationship or a field of an office file leads: into the file, to the own disk, or away."""

import re
from urllib.parse import unquote

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel", "about"})
INSIDE_SCHEMES = frozenset({"cid"})  # what a letter left behind
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*[a-z]):")  # one letter is a drive, R1C1: a range
_OWN_DISK = re.compile(r"(?:file:)?[\\/]{0,3}[a-z][:|]")


def plain(target: str) -> str:
    """A target as programs read it: without escapes, blanks and capitals."""
    return "".join(unquote(target).lower().split())


def is_elsewhere(target: str) -> bool:
    """Fetched from another machine when the file is opened; what lies on the own disk is not."""
    target = plain(target)
    if target.startswith(("\\\\", "//", "/\\", "\\/")):
        return True
    scheme = _SCHEME.match(target)
    if scheme is None or scheme[1] in INSIDE_SCHEMES:
        return False
    return scheme[1] != "file" or not _OWN_DISK.match(target)


def is_harmless_link(target: str) -> bool:
    """What a person may click: a page, an address, a place in the file or a file beside it."""
    target = plain(target)
    scheme = _SCHEME.match(target)
    if scheme:
        return scheme[1] in LINK_SCHEMES
    return not target.startswith(("\\\\", "//", "/\\", "\\/")) and not _OWN_DISK.match(target)
