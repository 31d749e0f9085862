"""PDF: one document, without scripts, programs to launch or attached files."""

import re
from typing import BinaryIO

import pikepdf

from programmes.evidence.faults import Code, Fault
from programmes.evidence.pictures import refuse_giant_size
from programmes.evidence.texts import refuse_markup

BEGIN = b"%PDF-"
MAX_OBJECTS = 30_000  # of 1 kB each while they are looked at
TAIL = 2048
_HEAD = 1024
_END = b"%%EOF"
_NOT_IN_NAME = rb"(?![^\s()<>\[\]{}/%])"
_SCRIPTS = re.compile(rb"/(?:JS|JavaScript|Launch|XFA|RichMedia|ImportData)" + _NOT_IN_NAME)
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
    for thing in document.objects:
        if isinstance(thing, pikepdf.Stream):
            _judge_stream(thing)
        elif isinstance(thing, pikepdf.Object):  # numbers come as Python's own
            _judge_words(thing.unparse(resolved=True))
    if not len(document.pages):
        raise Fault(Code.BROKEN)


def _judge_stream(stream: pikepdf.Stream) -> None:
    words = stream.stream_dict
    _judge_words(words.unparse(resolved=True))
    if "/F" in words:
        raise Fault(Code.REMOTE)
    if words.get("/Subtype") == pikepdf.Name.Image:
        refuse_giant_size(int(words.get("/Width", 0)), int(words.get("/Height", 0)))


def _judge_words(written: bytes) -> None:
    if _SCRIPTS.search(written):
        raise Fault(Code.PDF_SCRIPT)
    if _ATTACHMENTS.search(written):
        raise Fault(Code.PDF_ATTACHMENT)
