"""PDF: one document, without scripts, programs to launch, calls elsewhere or attached files.

An address that a person clicks is harmless; one that is called when a page is opened is not.
"""

import re
from typing import BinaryIO

import pikepdf

from programmes.evidence.archives import Budget
from programmes.evidence.faults import Code, Fault
from programmes.evidence.inflating import spend
from programmes.evidence.pictures import refuse_giant_size
from programmes.evidence.texts import refuse_markup

BEGIN = b"%PDF-"
MAX_OBJECTS = 30_000  # of 1 kB each while they are looked at
MAX_INFLATED = 100 * 1024 * 1024  # pages, fonts and forms together; pictures count by their pixels
MAX_PIXEL, SMALL = 8, 64 * 1024  # bytes of a pixel, and what any picture may have besides
MAX_CHAIN = 100
TAIL = 2048
_HEAD = 1024
_END = b"%%EOF"
_NOT_IN_NAME = rb"(?![^\s()<>\[\]{}/%])"
_SCRIPTS = re.compile(
    rb"/(?:JS|JavaScript|Launch|XFA|RichMedia|ImportData|SubmitForm|GoToR)" + _NOT_IN_NAME
)
_STARTS = re.compile(rb"/(?:OpenAction|AA)" + _NOT_IN_NAME)
_ATTACHMENTS = re.compile(rb"/(?:EmbeddedFiles?|GoToE|FileAttachment)" + _NOT_IN_NAME)


def judge(file: BinaryIO) -> None:
    """Raises Fault where a PDF is broken, locked, hides another file or would do something."""
    _judge_ends(file)
    file.seek(0)
    try:
        with pikepdf.open(file, suppress_warnings=True) as document:
            if document.is_encrypted:
                raise Fault(Code.PASSWORD)
            _judge_objects(document)
    except pikepdf.PasswordError as error:
        raise Fault(Code.PASSWORD) from error
    except pikepdf.PdfError as error:
        raise Fault(Code.BROKEN) from error


def _judge_ends(file: BinaryIO) -> None:
    """It begins as a PDF and ends as one; nothing that another program would read stands outside."""
    length = file.seek(0, 2)
    file.seek(0)
    refuse_markup(file.read(_HEAD))
    file.seek(max(length - TAIL, 0))
    _before, end, behind = file.read().rpartition(_END)
    if not end:
        raise Fault(Code.BROKEN)
    if behind.strip(b" \t\r\n\f\0"):
        raise Fault(Code.APPENDED)


def _judge_objects(document: pikepdf.Pdf) -> None:
    """Every object, also those that nothing refers to; names are written out without escapes."""
    if int(document.trailer.get("/Size", 0)) > MAX_OBJECTS:
        raise Fault(Code.TOO_MUCH)
    budget = Budget(MAX_INFLATED)
    _judge_plain(document.trailer)
    for thing in document.objects:
        if isinstance(thing, pikepdf.Stream):
            _judge_stream(thing, budget)
        elif isinstance(thing, pikepdf.Object):  # numbers come as Python's own
            _judge_plain(thing)
    if not len(document.pages):
        raise Fault(Code.BROKEN)


def _judge_stream(stream: pikepdf.Stream, budget: Budget) -> None:
    words = stream.stream_dict
    _judge_plain(words)
    if "/F" in words:
        raise Fault(Code.REMOTE)
    layers = _layers(words.get("/Filter"))
    if words.get("/Subtype") == pikepdf.Name.Image:
        width, height = int(words.get("/Width", 0)), int(words.get("/Height", 0))
        refuse_giant_size(width, height)
        if layers < 2 and int(words.get("/Length", 0)) <= width * height * MAX_PIXEL + SMALL:
            return  # it becomes as large as its pixels, which takes too long to see
    if layers:
        spend(memoryview(stream.get_raw_stream_buffer()), layers, budget)


def _layers(filters: pikepdf.Object | None) -> int:
    """How often a stream is deflated, as far as this is its outside."""
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    deflated = [name in (pikepdf.Name.FlateDecode, pikepdf.Name.Fl) for name in names]
    return deflated.index(False) if False in deflated else len(deflated)


def _judge_plain(thing: pikepdf.Object) -> None:
    written = thing.unparse(resolved=True)
    _judge_words(written)
    if _STARTS.search(written):
        _judge_starts(thing)


def _judge_starts(thing: pikepdf.Object) -> None:
    """What happens by itself, in a dictionary and those that stand inside it."""
    todo = [thing]
    while todo:
        holder = todo.pop()
        inside: list[pikepdf.Object] = []
        if isinstance(holder, pikepdf.Dictionary):
            events = holder.get("/AA")
            _judge_chain(holder.get("/OpenAction"))
            for action in events.values() if isinstance(events, pikepdf.Dictionary) else ():
                _judge_chain(action)
            inside = list(holder.values())
        elif isinstance(holder, pikepdf.Array):
            inside = list(holder)
        todo += [
            part for part in inside if isinstance(part, pikepdf.Object) and not part.is_indirect
        ]


def _judge_chain(first: object) -> None:
    """An action and those it brings about."""
    todo, count = [first], 0
    while todo:
        action = todo.pop()
        count += 1
        if count > MAX_CHAIN:
            raise Fault(Code.TOO_MUCH)
        if isinstance(action, pikepdf.Dictionary):
            if action.get("/S") == pikepdf.Name.URI:
                raise Fault(Code.PDF_SCRIPT)
            following = action.get("/Next")
            todo += list(following) if isinstance(following, pikepdf.Array) else [following]


def _judge_words(written: bytes) -> None:
    if _SCRIPTS.search(written):
        raise Fault(Code.PDF_SCRIPT)
    if _ATTACHMENTS.search(written):
        raise Fault(Code.PDF_ATTACHMENT)
