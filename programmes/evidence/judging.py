"""What a file is, told by its bytes."""

from typing import BinaryIO

from programmes.evidence import office, pictures, texts
from programmes.evidence.archives import has_end_of_archive
from programmes.evidence.faults import Code, Fault
from programmes.evidence.kinds import JPEG, PDF, PNG, TEXT, Kind

HEAD, TAIL = 1024, 0x10000 + 22
ZIP = b"PK\x03\x04"
# Beginnings of what is never taken, with what there is to say of it.
REFUSED = {
    Code.OLD_OFFICE: (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    Code.ARCHIVE: (
        b"PK\x05\x06", b"PK\x07\x08", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh",
        b"\xfd7zXZ", b"MSCF", b"\x28\xb5\x2f\xfd",
    ),
    Code.PROGRAM: (
        b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"dex\n",
        b"\x00asm", b"L\x00\x00\x00\x01\x14\x02\x00",
    ),
    Code.OTHER_PICTURE: (b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x01\x00"),
}  # fmt: skip
PHOTO_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif")


def judged(file: BinaryIO) -> Kind:
    """The kind of a file that may be kept.

    Raises:
        Fault: it may not.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Fault(Code.EMPTY)
    _refuse_by_beginning(head)
    if head.startswith(ZIP):
        return office.judge(file)
    kind = _judge_plain(file, head)
    length = file.seek(0, 2)
    file.seek(max(length - TAIL, 0))
    if has_end_of_archive(file.read()):
        raise Fault(Code.APPENDED)
    return kind


def _refuse_by_beginning(head: bytes) -> None:
    for code, beginnings in REFUSED.items():
        if head.startswith(beginnings) and not (code == Code.PROGRAM and _reads_as_text(head)):
            raise Fault(code)
    is_photo = head[4:8] == b"ftyp" and head[8:12] in PHOTO_BRANDS
    if is_photo or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        raise Fault(Code.OTHER_PICTURE)
    if b"%PDF-" in head[1:]:
        raise Fault(Code.JUNK_BEFORE)


def _reads_as_text(head: bytes) -> bool:
    """A text may begin with any two letters."""
    return not any(sign < 9 for sign in head)


def _judge_plain(file: BinaryIO, head: bytes) -> Kind:
    if head.startswith(b"%PDF-"):
        from programmes.evidence import pdf  # its library takes a third of a second to load

        pdf.judge(file)
        return PDF
    if head.startswith(pictures.PNG_BEGIN):
        pictures.judge_png(file)
        return PNG
    if head.startswith(pictures.JPEG_BEGIN):
        pictures.judge_jpeg(file)
        return JPEG
    texts.judge(file)
    return TEXT
