"""The parts of an administrative document (văn bản hành chính) as plain, frozen data.

The parts and their order follow Decree 30/2020/NĐ-CP, annexes I and III. The data say what the
document contains; numbering, punctuation, capitals and fonts belong to the renderers. Text is
plain text: no markup of any kind is read out of it.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeVar

Align = Literal["left", "center", "right"]
T = TypeVar("T")


class LayoutError(ValueError):
    """The parts do not make a document; the message says which rule is broken."""


@dataclass(frozen=True, kw_only=True)
class Heading1:
    """A main section; printed ``I. TÌNH HÌNH TRIỂN KHAI``. Give ``text`` without a number."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Heading2:
    """A subsection; printed ``1. Phạm vi``, counted anew under each main section."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """One paragraph of running text; a line break in ``text`` counts as a space."""

    text: str

    @staticmethod
    def split(text: str) -> tuple[Paragraph, ...]:
        """Return one paragraph for each non-empty line of ``text`` as somebody typed it."""
        return tuple(Paragraph(text=line) for line in text.splitlines() if line.strip())


@dataclass(frozen=True, kw_only=True)
class Points:
    """A run of points ``a) … b) … đ) …``, lettered anew each time."""

    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table; ``width_share`` is its part of the text width, relative to the others."""

    title: str
    width_share: int = 1
    align: Align = "left"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of printed strings; its head is repeated on every page it runs over."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table whose rows do not fit its columns."""
        if not self.columns or any(column.width_share < 1 for column in self.columns):
            raise LayoutError("A table needs columns, each with a width share of 1 or more.")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise LayoutError(f"A row of the table “{self.caption}” has too many or too few cells.")


@dataclass(frozen=True, kw_only=True)
class BulletRow:
    """One indicator of a bullet chart: where it began, where it should be, where it is.

    The four values share the indicator's own unit; ``None`` is unknown. ``expected`` is where an
    even pace would have brought the indicator on the day of the data. A target below the
    baseline means "lower is better". The labels are printed as given.
    """

    label: str
    baseline: Decimal | None
    target: Decimal | None
    actual: Decimal | None
    expected: Decimal | None = None
    baseline_label: str
    target_label: str
    actual_label: str


@dataclass(frozen=True, kw_only=True)
class BulletChart:
    """Indicators side by side, each on its own scale from baseline to target.

    ``alt`` is read aloud instead of the picture; left empty, it is made of the rows' labels.
    """

    caption: str
    rows: tuple[BulletRow, ...]
    alt: str = ""

    def __post_init__(self) -> None:
        """Refuse a chart without rows."""
        if not self.rows:
            raise LayoutError("A chart needs at least one row.")


Block = Heading1 | Heading2 | Paragraph | Points | Table | BulletChart


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Authority and position, a line each (``KT. GIÁM ĐỐC``, ``PHÓ GIÁM ĐỐC``), and the signer."""

    lines: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Document:
    """One administrative document.

    ``superior`` and ``issuer`` are lines as broken by the organisation itself, the superior ones
    possibly none. ``number`` and ``day`` are ``None`` on a draft: the clerk numbers and dates a
    document after it is signed. ``type_name`` (``BÁO CÁO``) is empty for an official letter (công
    văn), whose subject then stands as ``V/v …`` under the number. ``notice`` and ``data_as_of``
    are printed small in the foot margin.
    """

    superior: tuple[str, ...] = ()
    issuer: tuple[str, ...]
    number: str | None = None
    code: str
    place: str
    day: int | None = None
    month: int
    year: int
    type_name: str
    subject: str
    addressees: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    blocks: tuple[Block, ...]
    signature: Signature
    recipients: tuple[str, ...] = ()
    notice: str | None = None
    data_as_of: datetime.date | None = None
    keywords: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be set: no issuer, an impossible date, no closing text."""
        if not self.issuer or not self.signature.lines:
            raise LayoutError("A document needs an issuer and the signer's position.")
        if not tidy(self.subject):
            raise LayoutError("A document needs a subject (trích yếu).")
        if not self.blocks or not isinstance(self.blocks[-1], (Paragraph, Points)):
            raise LayoutError("A document ends with a paragraph or points: “./.” closes a text.")
        if isinstance(self.blocks[-1], Points) and not self.blocks[-1].items:
            raise LayoutError("The closing points are empty.")
        if not 1900 <= self.year <= 9999:
            raise LayoutError(f"The year {self.year} is out of range.")
        try:
            datetime.date(self.year, self.month, self.day or 1)
        except ValueError as error:
            raise LayoutError(f"No such date: {error}.") from error

    @property
    def is_draft(self) -> bool:
        """True while the document carries no number or no day."""
        return self.number is None or self.day is None

    @property
    def dated(self) -> datetime.date:
        """The day of issue; on a draft the day of the data, or the first of its month."""
        if self.day is None and self.data_as_of is not None:
            return self.data_as_of
        return datetime.date(self.year, self.month, self.day or 1)


#: Characters that only steer how text is set: kept, they would be invisible or upset a line.
UNPRINTED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
#: What stands for a private or unassigned character: visible, so that its loss is noticed.
REPLACEMENT: Final = "□"


def tidy(text: str) -> str:
    """Return ``text`` in NFC with single spaces and nothing that cannot be printed.

    Line breaks and tabs become spaces, control and formatting characters go, private and
    unassigned ones become ``□``. No-break spaces stay.
    """
    kept = "".join(_tidied_character(character) for character in unicodedata.normalize("NFC", text))
    return " ".join(part for part in kept.split(" ") if part)


def _tidied_character(character: str) -> str:
    """What stands for one character in a document."""
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    category = unicodedata.category(character)
    if category in {"Co", "Cn", "Cs"}:
        return REPLACEMENT
    return "" if category in UNPRINTED_CATEGORIES else character


def map_text(value: T, change: Callable[[str], str]) -> T:
    """Return a copy of a part, or a tuple of parts, with ``change`` applied to every string."""
    return _mapped(value, change)  # type: ignore[return-value]


def _mapped(value: object, change: Callable[[str], str]) -> object:
    """``map_text`` without its promise on types."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item, change) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return type(value)(**{f.name: _mapped(getattr(value, f.name), change) for f in fields})
    return value


def to_json(value: object) -> bytes:
    """Serialise a document, or any part, canonically: equal documents give equal bytes.

    UTF-8 in NFC, keys sorted, no blanks; decimals and dates are strings, there are no floats.
    Each part names its class under ``kind``.
    """
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _plain(value: object) -> object:
    """Return ``value`` made of what JSON knows; raise ``TypeError`` for anything unforeseen."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"kind": type(value).__name__, **fields}
    raise TypeError(f"{type(value).__name__} has no canonical form.")
