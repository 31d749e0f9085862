"""Plain text and CSV: readable characters, no markup, no script."""

import codecs
import re
from typing import BinaryIO

from programmes.evidence.faults import Code, Fault

PIECE = 1024 * 1024
MARKUP = (
    b"<script", b"<html", b"<!doctype", b"<svg", b"<iframe", b"<object", b"<embed", b"<body",
    b"<?php", b"<?xml", b"<%@",
)  # fmt: skip
OVERLAP = max(map(len, MARKUP)) - 1
SCRIPTS = (b"#!", b"@echo", b"{\\rtf", b"<")
# Controls that no text holds; tab, line feed, form feed and carriage return are left out.
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROL_SIGNS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
# A cell that makes a spreadsheet program start another one (DDE).
_CALLS = re.compile(rb"[=+\-@][ \t]{0,9}['\"]?[a-z0-9_.\\ ]{1,40}['\"]?\|[^\r\n]{0,200}!")
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def judge(file: BinaryIO) -> None:
    """Raises Fault where a file is no plain text, or is a text that a browser or shell would run."""
    file.seek(0)
    beginning = file.read(PIECE)
    encoding = _UTF16.get(beginning[:2], "")
    first = beginning.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if first.startswith(SCRIPTS):
        raise Fault(Code.MARKUP)
    file.seek(2 if encoding else 0)
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    before = b""
    while piece := file.read(PIECE):
        if decoder is not None:
            piece = _plain(decoder.decode(piece))
        elif _CONTROLS.search(piece):
            raise Fault(Code.TYPE)
        text = before + piece.lower()
        refuse_markup(text)
        if b"|" in text and _CALLS.search(text):
            raise Fault(Code.ACTIVE)
        before = text[-OVERLAP:]


def refuse_markup(text: bytes) -> None:
    """Raises Fault where a browser would find a page or a script."""
    text = text.lower()
    if any(sign in text for sign in MARKUP):
        raise Fault(Code.MARKUP)


def _plain(text: str) -> bytes:
    if _CONTROL_SIGNS.search(text) or "\ufffd" in text:
        raise Fault(Code.TYPE)
    return text.encode()
