"""What a person is told of a file that was not taken: what is wrong, where, what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.evidence.faults import Code, Fault
from programmes.evidence.kinds import ENDINGS, Kind

SENTENCES: dict[str, Promise | str] = {
    Code.EMPTY: gettext_lazy("the file is empty. Choose it again, or save it again first."),
    Code.TYPE: gettext_lazy(
        "it is of none of the types that are taken. Save it as PDF and upload that."
    ),
    Code.ARCHIVE: gettext_lazy("it is an archive. Unpack it and upload each document by itself."),
    Code.PROGRAM: gettext_lazy("it is a program. Upload documents and pictures only."),
    Code.MARKUP: gettext_lazy("it holds a web page or a script. Save it as PDF and upload that."),
    Code.OTHER_PICTURE: gettext_lazy(
        "pictures of this type are not taken. Save it as JPEG or PNG."
    ),
    Code.OLD_OFFICE: gettext_lazy(
        "it is of an old type (DOC, XLS, PPT) or locked by a password. Open it and save it as DOCX, "
        "XLSX, PPTX or PDF without a password."
    ),
    Code.BROKEN: gettext_lazy(
        "it is damaged or built in an unusual way. Open it, save or print it as PDF, and upload that."
    ),
    Code.PASSWORD: gettext_lazy(
        "it is locked by a password. Take the password off and upload it again."
    ),
    Code.MACRO: gettext_lazy(
        "it holds macros. Save it without macros (DOCX, XLSX, ODT) or as PDF."
    ),
    Code.ACTIVE: gettext_lazy(
        "it holds controls or commands that could start a program. Save it as PDF and upload that."
    ),
    Code.EMBEDDED: gettext_lazy(
        "another file is embedded in it. Upload that file by itself, or save the document as PDF."
    ),
    Code.REMOTE: gettext_lazy(
        "it would fetch something from another machine when it is opened. Save it as PDF."
    ),
    Code.ODD_ENTRY: gettext_lazy("one of its parts has a forged name. Save it again or as PDF."),
    Code.ENTITIES: gettext_lazy(
        "its XML holds definitions that could swell. Save it again or as PDF."
    ),
    Code.BOMB: gettext_lazy(
        "it becomes far too large when it is unpacked. Split it, or save it as PDF."
    ),
    Code.TOO_MUCH: gettext_lazy(
        "it is too complicated to be judged. Print it to PDF anew, or split it."
    ),
    Code.APPENDED: gettext_lazy("something else stands behind its end. Open it, save it again."),
    Code.JUNK_BEFORE: gettext_lazy(
        "something else stands before its beginning. Print it to PDF anew."
    ),
    Code.GIANT_PICTURE: gettext_lazy(
        "a picture has more than 100 million pixels. Make it smaller."
    ),
    Code.PDF_SCRIPT: gettext_lazy("it holds scripts or forms that act. Print it to PDF anew."),
    Code.PDF_ATTACHMENT: gettext_lazy("files are attached inside it. Upload those by themselves."),
}
SHOWN_NAME, SHOWN_PART = 80, 60


def sentence(fault: Fault, name: str) -> str:
    """Why a file of a name was not taken."""
    words = {
        "name": name[:SHOWN_NAME],
        "why": SENTENCES[fault.code],
        "part": fault.where[:SHOWN_PART],
    }
    if fault.where:
        return _("“%(name)s” was not taken (part “%(part)s”): %(why)s") % words
    return _("“%(name)s” was not taken: %(why)s") % words


def wrong_ending(name: str, kind: Kind) -> str:
    """The name says one type, the content is another."""
    return _(
        "“%(name)s” was not taken: its content is %(kind)s, its name says otherwise. Give it the "
        "ending .%(ending)s, or check that it is the right file."
    ) % {"name": name[:SHOWN_NAME], "kind": kind.code.upper(), "ending": kind.endings[0]}


def unknown_ending(name: str) -> str:
    """The name has an ending that no file taken here has."""
    return _("“%(name)s” was not taken: types that are taken are %(types)s.") % {
        "name": name[:SHOWN_NAME],
        "types": ", ".join(ending.upper() for ending in ENDINGS),
    }
