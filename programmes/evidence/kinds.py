"""The types that are taken, told by the content."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A type of file: how it is served, and the endings a name of it may have, the usual one first."""

    code: str
    media_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
PDF = Kind("pdf", "application/pdf", ("pdf",))
JPEG = Kind("jpeg", "image/jpeg", ("jpg", "jpeg"))
PNG = Kind("png", "image/png", ("png",))
DOCX = Kind("docx", f"{_OFFICE}.wordprocessingml.document", ("docx",))
XLSX = Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",))
PPTX = Kind("pptx", f"{_OFFICE}.presentationml.presentation", ("pptx",))
ODT = Kind("odt", f"{_OPEN}.text", ("odt",))
ODS = Kind("ods", f"{_OPEN}.spreadsheet", ("ods",))
TEXT = Kind("text", "text/plain", ("txt", "csv"))

KINDS = {kind.code: kind for kind in (PDF, JPEG, PNG, DOCX, XLSX, PPTX, ODT, ODS, TEXT)}
ENDINGS = tuple(ending for kind in KINDS.values() for ending in kind.endings)
