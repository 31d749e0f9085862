"""JPEG and PNG, read by their headers alone: no picture is decoded, so that none can swell here.

What a PNG packs beside its picture (texts, a colour profile) may swell in others and is measured.
"""

import re
import struct
from collections import Counter
from typing import BinaryIO

from programmes.evidence.archives import Budget
from programmes.evidence.faults import Code, Fault
from programmes.evidence.inflating import spend
from programmes.evidence.texts import refuse_markup

MAX_PIXELS = 100_000_000  # five times what a telephone takes; a browser shows it in 400 MB
MAX_SCANS = 100
MAX_BESIDE = 8 * 1024 * 1024  # of texts and colour profiles; real ones take a tenth
PNG_BEGIN, JPEG_BEGIN = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_PNG_HEAD = struct.Struct(">4sLL")
# A marker after compressed data; what looks like one inside is followed by 00, RST0-7 or fill.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PACKED = frozenset({b"zTXt", b"iTXt", b"iCCP"})
_SCAN, _END, _COMMENT, _APPS = 0xDA, 0xD9, 0xFE, range(0xE0, 0xF0)


def judge_png(file: BinaryIO) -> None:
    """Raises Fault where a PNG is broken, too large, or something stands behind its end."""
    length = file.seek(0, 2)
    refuse_giant(_at(file, 0, 32))
    at, name, budget = len(PNG_BEGIN), b"", Budget(MAX_BESIDE)
    while name != b"IEND":
        head = _at(file, at, 8)
        if len(head) < 8:
            raise Fault(Code.BROKEN)
        size, name = struct.unpack(">L4s", head)
        at += 12 + size
        if at > length or not name.isalpha():
            raise Fault(Code.BROKEN)
        if name in {b"tEXt", b"iTXt"}:
            refuse_markup(file.read(size))
        if name in _PACKED:
            spend(_packed(name, _at(file, at - 4 - size, size)), 1, budget)
    if at != length:
        raise Fault(Code.APPENDED)


def judge_jpeg(file: BinaryIO) -> None:
    """Raises Fault where a JPEG is broken, too large, or something stands behind its end."""
    length = file.seek(0, 2)
    file.seek(0)
    content = file.read()
    at, marker, seen = 2, 0, Counter[int]()
    while marker != _END:
        marker, at, body = _segment(content, at)
        seen[marker] += 1
        if marker in _FRAMES:
            refuse_giant_size(*struct.unpack_from(">HH", body, 1)[::-1])
        elif marker == _COMMENT or marker in _APPS:
            refuse_markup(bytes(body))
        elif marker == _SCAN:
            at = _behind_scan(content, at)
    if seen[_SCAN] > MAX_SCANS:
        raise Fault(Code.BOMB)
    if not seen[_SCAN] or not _FRAMES & seen.keys():
        raise Fault(Code.BROKEN)
    if at != length and content[at:].strip(b"\0"):
        raise Fault(Code.APPENDED)


def refuse_giant(beginning: bytes, where: str = "") -> None:
    """Raises Fault where a picture that begins like this has too many pixels."""
    if beginning.startswith(PNG_BEGIN):
        if len(beginning) < 24:
            raise Fault(Code.BROKEN, where)
        name, width, height = _PNG_HEAD.unpack_from(beginning, 12)
        if name != b"IHDR":
            raise Fault(Code.BROKEN, where)
        refuse_giant_size(width, height, where)
    elif beginning.startswith(JPEG_BEGIN):
        frame = re.search(rb"\xff[\xc0-\xc3]\x00.{6}", beginning, re.DOTALL)
        if frame:
            height, width = struct.unpack_from(">HH", beginning, frame.start() + 5)
            refuse_giant_size(width, height, where)


def refuse_giant_size(width: int, height: int, where: str = "") -> None:
    """Raises Fault for pictures that fill a reader's memory when they are shown."""
    if width * height > MAX_PIXELS:
        raise Fault(Code.GIANT_PICTURE, where)


def _packed(name: bytes, chunk: bytes) -> bytes:
    """The deflated bytes of a chunk: behind its keyword, for iTXt also behind languages."""
    rest = chunk.partition(b"\0")[2]
    if name != b"iTXt":
        return rest[1:]
    return rest[2:].split(b"\0", 2)[-1] if rest[:1] == b"\1" else b""


def _segment(content: bytes, at: int) -> tuple[int, int, memoryview]:
    """A marker, the place behind its segment, and what the segment holds."""
    while content[at : at + 2] == b"\xff\xff":
        at += 1
    if len(content) < at + 2 or content[at] != 0xFF:
        raise Fault(Code.BROKEN)
    marker = content[at + 1]
    if marker == _END:
        return marker, at + 2, memoryview(b"")
    size = int.from_bytes(content[at + 2 : at + 4], "big")
    behind = at + 2 + size
    if size < 2 or behind > len(content) or (marker in _FRAMES and size < 8):
        raise Fault(Code.BROKEN)
    return marker, behind, memoryview(content)[at + 4 : behind]


def _behind_scan(content: bytes, at: int) -> int:
    found = _MARKER.search(content, at)
    if found is None:
        raise Fault(Code.BROKEN)
    return found.start()


def _at(file: BinaryIO, place: int, count: int) -> bytes:
    file.seek(place)
    return file.read(count)
