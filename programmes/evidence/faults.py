"""Why a file is refused, as a code; the sentence for it stands in `sentences`."""

from enum import StrEnum


class Code(StrEnum):
    EMPTY = "empty"
    TYPE = "type"
    ARCHIVE = "archive"
    PROGRAM = "program"
    MARKUP = "markup"
    OTHER_PICTURE = "other_picture"
    OLD_OFFICE = "old_office"
    BROKEN = "broken"
    PASSWORD = "password"  # noqa: S105 - why a file is refused
    MACRO = "macro"
    ACTIVE = "active"
    EMBEDDED = "embedded"
    REMOTE = "remote"
    ODD_ENTRY = "odd_entry"
    ENTITIES = "entities"
    BOMB = "bomb"
    TOO_MUCH = "too_much"
    APPENDED = "appended"
    JUNK_BEFORE = "junk_before"
    GIANT_PICTURE = "giant_picture"
    PDF_SCRIPT = "pdf_script"
    PDF_ATTACHMENT = "pdf_attachment"


class Fault(Exception):
    """A file is not taken.

    Args:
        code: why.
        where: the part of the file to blame, as its program names it; "" where it is the whole.
    """

    def __init__(self, code: Code, where: str = "") -> None:
        super().__init__(code, where)
        self.code = code
        self.where = where
