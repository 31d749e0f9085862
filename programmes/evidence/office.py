"""Office files (DOCX, XLSX, PPTX, ODT, ODS): containers that hold documents and nothing that acts.

Refused are macros, embedded programs and objects, controls, what is fetched from elsewhere when the
file is opened, and XML that swells. What is embedded as an office file itself (the figures behind a
chart) is judged like the whole, one level deep.
"""

import io
import re
from collections.abc import Iterable
from typing import BinaryIO
from xml.parsers import expat

from programmes.evidence.archives import STORED, Budget, Entry, directory, pieces
from programmes.evidence.faults import Code, Fault
from programmes.evidence.fields import SIGNS, judge_fields
from programmes.evidence.kinds import DOCX, ODS, ODT, PPTX, XLSX, Kind
from programmes.evidence.pictures import refuse_giant
from programmes.evidence.targets import is_elsewhere, is_harmless_link, plain

CONTENT_TYPES, MIME_TYPE, MANIFEST = "[Content_Types].xml", "mimetype", "META-INF/manifest.xml"
MAX_READ_WHOLE = 1024 * 1024
MAX_NESTED = 8 * 1024 * 1024

# What an entry may be called; pictures, fonts, sounds and printer settings act on nothing.
XML = frozenset({"xml", "rels", "vml", "svg", "rdf"})
PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp"})
SOUNDS = frozenset({"mp3", "mp4", "m4a", "m4v", "wav", "mov"})
INERT = PICTURES | SOUNDS | {"bin", "odttf", "fntdata"}
NESTED = frozenset({"docx", "xlsx", "pptx"})
BEGINNINGS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!", b"Rar!", b"7z\xbc\xaf", b"%PDF", b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
)  # fmt: skip

NEEDLES = {
    b"<!doctype": Code.ENTITIES,
    b"<!entity": Code.ENTITIES,
    b"ddeauto": Code.ACTIVE,
    b"ddeservice": Code.ACTIVE,
    b"dde-connection-decl ": Code.ACTIVE,
    b"dde-source": Code.ACTIVE,
    b"<script": Code.MACRO,
    b"vnd.sun.star.script": Code.MACRO,
    b"<draw:applet": Code.ACTIVE,
    b"<draw:plugin": Code.ACTIVE,
    b"<draw:floating-frame": Code.REMOTE,
}
OVERLAP = max(map(len, (*NEEDLES, *SIGNS))) - 1

MACRO_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/", "xl/dialogsheets/")
MACRO_NAMES = ("vbaproject", "vbadata")
ACTIVE_FOLDERS = ("word/activex/", "xl/activex/", "ppt/activex/", "xl/ctrlprops/")
MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet", "vbadata")
MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
}
OPEN_TYPES = {kind.media_type.encode(): kind for kind in (ODT, ODS)}
# Relationships that bring code or foreign objects, inside the file or from elsewhere.
ACTING = frozenset(
    {"oleobject", "control", "activexcontrolbinary", "afchunk", "subdocument", "frame"}
)
BRINGING_MACROS = frozenset({"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"})
SCRIPT_SCHEMES = ("javascript:", "vbscript:", "mhtml:", "ms-msdt:", "search-ms:", "data:")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8|us-ascii|ascii)")


def judge(file: BinaryIO, budget: Budget | None = None, *, is_nested: bool = False) -> Kind:
    """Which office file it is.

    Raises:
        Fault: none, or it holds what no document needs.
    """
    budget = budget or Budget()
    entries = directory(file)
    names = {entry.name for entry in entries}
    if CONTENT_TYPES not in names and entries[0].name != MIME_TYPE:
        raise Fault(Code.ARCHIVE)
    kept: dict[str, bytes] = {}
    for entry in entries:
        if not entry.name.endswith("/"):
            _judge_entry(file, entry, budget, kept, is_nested=is_nested)
        elif entry.size or entry.packed:
            raise Fault(Code.ODD_ENTRY, entry.name)
    return _microsoft(kept) if CONTENT_TYPES in names else _open_document(kept, entries[0])


def _judge_entry(
    file: BinaryIO, entry: Entry, budget: Budget, kept: dict[str, bytes], *, is_nested: bool
) -> None:
    ending = _ending(entry)
    _judge_name(entry, ending)
    if ending in NESTED:
        _judge_nested(
            _whole(pieces(file, entry, budget), MAX_NESTED, entry), budget, entry, is_nested
        )
    elif ending in XML or entry.name == MIME_TYPE:
        keeps = entry.name in {CONTENT_TYPES, MIME_TYPE, MANIFEST} or ending == "rels"
        signs: set[bytes] = set()
        read = _without_needles(pieces(file, entry, budget), entry, signs)
        text = _whole(read, MAX_READ_WHOLE, entry) if keeps else _drained(read)
        if ending == "rels":
            _judge_relationships(text, entry)
        elif keeps:
            kept[entry.name] = text
        if signs:  # a second reading of its own budget, because few parts need it
            judge_fields(pieces(file, entry, Budget(entry.size)), entry.name)
    else:
        _judge_inert(pieces(file, entry, budget), entry)


def _ending(entry: Entry) -> str:
    last = entry.name.rsplit("/", 1)[-1]
    return last.rpartition(".")[2].lower() if "." in last else ""


def _judge_name(entry: Entry, ending: str) -> None:
    name = entry.name.lower()
    if name.startswith(MACRO_FOLDERS) or any(word in name for word in MACRO_NAMES):
        raise Fault(Code.MACRO, entry.name)
    if name.startswith(ACTIVE_FOLDERS):
        raise Fault(Code.ACTIVE, entry.name)
    if ending and ending not in XML | INERT | NESTED:
        raise Fault(Code.EMBEDDED, entry.name)


def _judge_nested(content: bytes, budget: Budget, entry: Entry, is_nested: bool) -> None:
    if is_nested:
        raise Fault(Code.EMBEDDED, entry.name)
    try:
        judge(io.BytesIO(content), budget, is_nested=True)
    except Fault as fault:
        raise Fault(fault.code, "/".join(filter(None, (entry.name, fault.where)))) from fault


def _judge_inert(read: Iterable[bytes], entry: Entry) -> None:
    """Pictures and such: no program, archive or object, and no picture too large to be shown."""
    for number, piece in enumerate(read):
        if number == 0:
            if piece.startswith(BEGINNINGS):
                raise Fault(Code.EMBEDDED, entry.name)
            refuse_giant(piece, entry.name)


def _without_needles(read: Iterable[bytes], entry: Entry, signs: set[bytes]) -> Iterable[bytes]:
    """The pieces of an XML part, once nothing is found in them; also across two pieces.

    Args:
        signs: receives those of fields that were met.
    """
    before = b""
    for number, piece in enumerate(read):
        if number == 0:
            _require_readable(piece, entry)
        text = (before + piece).lower()
        for needle, code in NEEDLES.items():
            if needle in text:
                raise Fault(code, entry.name)
        signs.update(sign for sign in SIGNS if sign in text)
        before = text[-OVERLAP:]
        yield piece


def _require_readable(beginning: bytes, entry: Entry) -> None:
    """UTF-8, so that what is searched for cannot hide in another encoding."""
    head = beginning[:200].lower()
    is_other = _ENCODING.search(head.partition(b"?>")[0])
    if beginning.startswith((b"\xfe\xff", b"\xff\xfe")) or b"\0" in head or is_other:
        raise Fault(Code.BROKEN, entry.name)


def _whole(read: Iterable[bytes], limit: int, entry: Entry) -> bytes:
    found = bytearray()
    for piece in read:
        found += piece
        if len(found) > limit:
            raise Fault(Code.BOMB, entry.name)
    return bytes(found)


def _drained(read: Iterable[bytes]) -> bytes:
    for _piece in read:
        pass
    return b""


def _microsoft(kept: dict[str, bytes]) -> Kind:
    types = {
        given["ContentType"].strip().lower()
        for _name, given in _elements(kept[CONTENT_TYPES], CONTENT_TYPES)
        if "ContentType" in given
    }
    for found in types:
        if any(word in found for word in MACRO_TYPES):
            raise Fault(Code.MACRO, CONTENT_TYPES)
        if "activex" in found:
            raise Fault(Code.ACTIVE, CONTENT_TYPES)
    kinds = [kind for name, kind in MAIN_TYPES.items() if name in types]
    if len(kinds) != 1:
        raise Fault(Code.TYPE)
    return kinds[0]


def _open_document(kept: dict[str, bytes], first: Entry) -> Kind:
    kind = OPEN_TYPES.get(kept[MIME_TYPE])
    if kind is None or first.method != STORED:
        raise Fault(Code.TYPE)
    if b"encryption-data" in kept.get(MANIFEST, b""):
        raise Fault(Code.PASSWORD)
    return kind


def _judge_relationships(text: bytes, entry: Entry) -> None:
    for _name, given in _elements(text, entry.name):
        what = given.get("Type", "").rsplit("/", 1)[-1].lower()
        target = given.get("Target", "")
        if what in BRINGING_MACROS:
            raise Fault(Code.MACRO, entry.name)
        if what in ACTING:
            raise Fault(Code.ACTIVE, entry.name)
        if plain(target).startswith(SCRIPT_SCHEMES):
            raise Fault(Code.ACTIVE, entry.name)
        if not is_harmless_link(target) if what == "hyperlink" else is_elsewhere(target):
            raise Fault(Code.REMOTE, entry.name)


def _elements(text: bytes, where: str) -> list[tuple[str, dict[str, str]]]:
    """Every element with its attributes; entities were refused before."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: found.append((name, given))
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise Fault(Code.BROKEN, where) from error
    return found
