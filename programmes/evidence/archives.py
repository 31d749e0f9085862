"""The zip container under office files, read so that nothing in it can hide or swell.

Stricter than zip programs are: the file begins with its first entry and ends with its directory,
entries lie one behind the other without gaps or overlaps, and what the directory says of them is true.
Whatever reads the file later therefore finds what was judged.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from programmes.evidence.faults import Code, Fault

MAX_ENTRIES = 3_000
MAX_DIRECTORY = 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
SUSPECT_UNPACKED, MAX_RATIO = 20 * 1024 * 1024, 200
PIECE = 256 * 1024

END, END_SIZE = b"PK\x05\x06", 22
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
STORED, DEFLATED = 0, 8
_ENCRYPTED, _DESCRIBED_BEHIND = 0x1, 0x8
_DESCRIPTORS = frozenset({12, 16, 20, 24})  # with or without signature, small or 64-bit sizes


@dataclass(frozen=True)
class Entry:
    """One part of the container: sizes in bytes, `at` the place of its own header."""

    name: str
    raw_name: bytes
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    at: int


@dataclass
class Budget:
    """How many bytes may still be unpacked, of the container and what lies in it together."""

    left: int = MAX_UNPACKED

    def take(self, count: int, where: str) -> None:
        self.left -= count
        if self.left < 0:
            raise Fault(Code.BOMB, where)


def directory(file: BinaryIO) -> list[Entry]:
    """Every entry, in the order of the file, once it is sure that they fill it exactly.

    Raises:
        Fault: broken, something stands behind the end, too many or too large when unpacked.
    """
    length = file.seek(0, 2)
    count, starts_at, size = _end(file, length)
    file.seek(starts_at)
    entries = list(_entries(file.read(size), count))
    _require_harmless_sizes(entries, starts_at)
    entries.sort(key=lambda entry: entry.at)
    _require_distinct(entries)
    _require_gapless(file, entries, starts_at)
    return entries


def pieces(file: BinaryIO, entry: Entry, budget: Budget) -> Iterator[bytes]:
    """The unpacked content of an entry, piece by piece; proves size and checksum on the way."""
    file.seek(_data_at(file, entry))
    unpacked, crc = 0, 0
    unpack = _stored if entry.method == STORED else _inflated
    for piece in unpack(file, entry):
        unpacked += len(piece)
        if unpacked > entry.size:
            raise Fault(Code.BOMB, entry.name)
        budget.take(len(piece), entry.name)
        crc = zlib.crc32(piece, crc)
        yield piece
    if unpacked != entry.size or crc != entry.crc:
        raise Fault(Code.BROKEN, entry.name)


def has_end_of_archive(tail: bytes) -> bool:
    """Whether zip programs would find an archive in a file that ends like this."""
    at = tail.rfind(END)
    return at >= 0 and len(tail) - at >= END_SIZE


def _end(file: BinaryIO, length: int) -> tuple[int, int, int]:
    """How many entries there are, where their directory begins and how long it is."""
    file.seek(max(length - END_SIZE, 0))
    last = file.read(END_SIZE)
    if len(last) < END_SIZE or not last.startswith(END):
        file.seek(max(length - 0x10000 - END_SIZE, 0))
        raise Fault(Code.APPENDED if has_end_of_archive(file.read()) else Code.BROKEN)
    _sign, disk, start_disk, here, count, size, starts_at, comment = _END.unpack(last)
    is_plain = not (disk or start_disk or comment) and here == count
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise Fault(Code.BOMB)
    if not is_plain or not count or starts_at + size != length - END_SIZE:
        raise Fault(Code.BROKEN)
    return count, starts_at, size


def _entries(raw: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _number in range(count):
        if len(raw) - at < _CENTRAL.size:
            raise Fault(Code.BROKEN)
        fields = _CENTRAL.unpack_from(raw, at)
        sign, flags, method = fields[0], fields[3], fields[4]
        crc, packed, size, name_length, extra, comment = fields[7:13]
        begin = at + _CENTRAL.size
        name = raw[begin : begin + name_length]
        if sign != b"PK\x01\x02" or len(name) != name_length:
            raise Fault(Code.BROKEN)
        yield _checked(Entry(_read(name), name, method, flags, crc, packed, size, fields[16]))
        at = begin + name_length + extra + comment
    if at != len(raw):
        raise Fault(Code.BROKEN)


def _read(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("cp437")


def _checked(entry: Entry) -> Entry:
    if entry.flags & _ENCRYPTED:
        raise Fault(Code.PASSWORD)
    if entry.method not in (STORED, DEFLATED):
        raise Fault(Code.BROKEN, entry.name)
    parts = entry.name.split("/")
    is_odd = ".." in parts or "" in parts[:-1] or any(c < " " or c in "\\:" for c in entry.name)
    if is_odd or not entry.name:
        raise Fault(Code.ODD_ENTRY, entry.name)
    return entry


def _require_harmless_sizes(entries: list[Entry], packed: int) -> None:
    unpacked = sum(entry.size for entry in entries)
    is_swollen = unpacked > SUSPECT_UNPACKED and unpacked > MAX_RATIO * packed
    if unpacked > MAX_UNPACKED or is_swollen:
        raise Fault(Code.BOMB)


def _require_distinct(entries: list[Entry]) -> None:
    seen = set()
    for entry in entries:
        if (name := entry.name.casefold()) in seen:
            raise Fault(Code.ODD_ENTRY, entry.name)
        seen.add(name)


def _require_gapless(file: BinaryIO, entries: list[Entry], ends_at: int) -> None:
    """Nothing before the first entry, between two, or behind the last."""
    if entries[0].at != 0:
        raise Fault(Code.BROKEN)
    for entry, next_at in zip(entries, [*(e.at for e in entries[1:]), ends_at], strict=True):
        gap = next_at - _data_at(file, entry) - entry.packed
        is_described = entry.flags & _DESCRIBED_BEHIND and gap in _DESCRIPTORS
        if gap and not is_described:
            raise Fault(Code.BOMB if gap < 0 else Code.BROKEN, entry.name)


def _data_at(file: BinaryIO, entry: Entry) -> int:
    """Where the content begins, once the entry's own header says what the directory says."""
    file.seek(entry.at)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        raise Fault(Code.BROKEN, entry.name)
    fields = _LOCAL.unpack(head)
    sign, flags, method, crc, packed, size, name_length, extra = (
        fields[0],
        *fields[2:4],
        *fields[6:],
    )
    is_same = (sign, method) == (b"PK\x03\x04", entry.method)
    if not flags & _DESCRIBED_BEHIND:
        is_same = is_same and (crc, packed, size) == (entry.crc, entry.packed, entry.size)
    if not is_same or flags & _ENCRYPTED or file.read(name_length) != entry.raw_name:
        raise Fault(Code.BROKEN, entry.name)
    return int(entry.at + _LOCAL.size + name_length + extra)


def _stored(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    left = entry.packed
    while left and (piece := file.read(min(left, PIECE))):
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in _stored(file, entry):
            while packed:
                yield inflater.decompress(packed, PIECE)
                packed = inflater.unconsumed_tail
            if inflater.unused_data:
                raise Fault(Code.BROKEN, entry.name)
        while not inflater.eof and (rest := inflater.decompress(b"", PIECE)):
            yield rest
    except zlib.error as error:
        raise Fault(Code.BROKEN, entry.name) from error
    if not inflater.eof:
        raise Fault(Code.BROKEN, entry.name)
