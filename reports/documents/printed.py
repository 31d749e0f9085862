"""A document as its words stand on the page: numbered, lettered, punctuated, in capitals.

Both renderers set what ``as_printed`` returns, so the PDF and the DOCX cannot say different
things. The rules are those of Decree 30/2020/NĐ-CP, annexes I and III.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from reports.documents.chart import BASELINE_SHARE, TARGET_SHARE, bullet_chart_svg
from reports.documents.layout import (
    Block,
    BulletChart,
    BulletRow,
    Document,
    Heading1,
    Heading2,
    Paragraph,
    Points,
    Table,
    map_text,
    tidy,
)

NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
#: The letters of points: the Vietnamese alphabet without its marked vowels; no f, j, w, z.
POINT_LETTERS: Final = "abcdđeghiklmnopqrstuvxy"
ROMAN: Final = (
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
#: No-break spaces, which keep the room for what the clerk writes in by hand.
BLANK: Final = "\u00a0" * 6

LineStyle = Literal["heading1", "heading2", "paragraph", "point"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A numbered heading, a paragraph or a lettered point; ``level`` is that of the heading."""

    style: LineStyle
    text: str
    level: int = 0


@dataclass(frozen=True, kw_only=True)
class PrintedRow:
    """One indicator of a chart: its drawing and the words around it."""

    label: str
    svg: str
    baseline_label: str
    target_label: str
    actual_label: str


@dataclass(frozen=True, kw_only=True)
class PrintedChart:
    """A bullet chart; the shares say where on a bar its two ticks stand (text of a decimal)."""

    caption: str
    alt: str
    rows: tuple[PrintedRow, ...]
    baseline_share: str
    target_share: str


PrintedBlock = Line | Table | PrintedChart


@dataclass(frozen=True, kw_only=True)
class PrintedDocument:
    """The words of one document in the order of the page."""

    nation: str
    motto: str
    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    number_line: str
    letter_subject: str
    place_and_date: str
    type_name: str
    subject: str
    addressees: tuple[str, ...]
    bases: tuple[str, ...]
    blocks: tuple[PrintedBlock, ...]
    signature: tuple[str, ...]
    signer: str
    recipients: tuple[str, ...]
    foot: str
    title: str
    author: str
    keywords: tuple[str, ...]
    date: tuple[int, int, int]


def as_printed(document: Document) -> PrintedDocument:
    """Return the words of ``document`` as both renderers set them."""
    document = map_text(document, tidy)
    is_letter = not document.type_name
    title = f"V/v {document.subject}" if is_letter else document.subject
    dated = document.dated
    return PrintedDocument(
        nation=NATION,
        motto=MOTTO,
        superior=capitals(document.superior),
        issuer=capitals(document.issuer),
        number_line=f"Số: {number(document)}/{document.code}",
        letter_subject=title if is_letter else "",
        place_and_date=f"{document.place}, {written_date(document)}",
        type_name=document.type_name.upper(),
        subject="" if is_letter else document.subject,
        addressees=addressees(document.addressees),
        bases=tuple(listed(document.bases)),
        blocks=tuple(_closed(list(printed_blocks(document.blocks)))),
        signature=capitals(document.signature.lines),
        signer=document.signature.name or "",
        recipients=tuple(f"- {item}" for item in listed(document.recipients)),
        foot=foot(document),
        title=title if is_letter else f"{document.type_name.upper()} {title}",
        author=" ".join(capitals(document.issuer)),
        keywords=(document.code, *document.keywords),
        date=(dated.year, dated.month, dated.day),
    )


def capitals(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines in capital letters."""
    return tuple(line.upper() for line in lines)


def number(document: Document) -> str:
    """The document's number with a leading 0 below 10, or room for it."""
    if document.number is None:
        return BLANK
    return document.number.zfill(2) if document.number.isdecimal() else document.number


def written_date(document: Document) -> str:
    """``ngày 05 tháng 01 năm 2024``: a 0 before days under 10 and before months 1 and 2 only."""
    day = BLANK if document.day is None else f"{document.day:02d}"
    month = f"{document.month:02d}" if document.month <= 2 else str(document.month)
    return f"ngày {day} tháng {month} năm {document.year}"


def listed(items: tuple[str, ...]) -> Iterator[str]:
    """Yield the items ended with ``;``, the last with ``.``."""
    for place, item in enumerate(items, start=1):
        yield item.rstrip(" ;.,") + (";" if place < len(items) else ".")


def addressees(names: tuple[str, ...]) -> tuple[str, ...]:
    """One addressee as it is; several each with a dash, ``;`` and a last ``.``."""
    return names if len(names) < 2 else tuple(f"- {name}" for name in listed(names))


def foot(document: Document) -> str:
    """The small line in the foot margin: the notice and the day of the data."""
    as_of = document.data_as_of
    parts = [document.notice or ""]
    if as_of is not None:
        parts.append(f"Số liệu đến ngày {as_of.day:02d}/{as_of.month:02d}/{as_of.year:04d}")
    return " · ".join(part for part in parts if part)


def roman(count: int) -> str:
    """``count`` (from 1) in Roman numerals."""
    text = ""
    for value, letters in ROMAN:
        text += letters * (count // value)
        count %= value
    return text


def point_letter(place: int) -> str:
    """The letter of the point at ``place`` (from 0): a … y, then aa, bb …"""
    rounds, index = divmod(place, len(POINT_LETTERS))
    return POINT_LETTERS[index] * (rounds + 1)


def printed_blocks(blocks: Iterable[Block]) -> Iterator[PrintedBlock]:
    """Yield the blocks with numbers and letters in front of headings and points."""
    first = second = 0
    for block in blocks:
        if isinstance(block, Heading1):
            first, second = first + 1, 0
            yield Line(style="heading1", text=f"{roman(first)}. {block.text.upper()}", level=1)
        elif isinstance(block, Heading2):
            second += 1
            # Without a section above it the heading is of the first level to a screen reader.
            yield Line(style="heading2", text=f"{second}. {block.text}", level=2 if first else 1)
        else:
            yield from _body(block)


def _body(block: Paragraph | Points | Table | BulletChart) -> Iterator[PrintedBlock]:
    """Yield what a block without a number prints."""
    if isinstance(block, Paragraph):
        yield Line(style="paragraph", text=block.text)
    elif isinstance(block, Points):
        for place, item in enumerate(block.items):
            yield Line(style="point", text=f"{point_letter(place)}) {item}")
    elif isinstance(block, Table):
        yield block
    else:
        yield printed_chart(block)


def _closed(blocks: list[PrintedBlock]) -> list[PrintedBlock]:
    """End the last text with ``./.``, the mark that the document is complete."""
    last = blocks[-1]
    if not isinstance(last, Line):
        raise TypeError("The last block is a text by the rule of Document.")
    stem = last.text.rstrip(" ./;")
    return [*blocks[:-1], replace(last, text=f"{stem}./.")]


def printed_chart(chart: BulletChart) -> PrintedChart:
    """Draw the rows of a chart."""
    return PrintedChart(
        caption=chart.caption,
        alt=chart.alt or ". ".join(spoken(row) for row in chart.rows) + ".",
        rows=tuple(printed_row(row) for row in chart.rows),
        baseline_share=format(BASELINE_SHARE, ".4f"),
        target_share=format(TARGET_SHARE, ".4f"),
    )


def printed_row(row: BulletRow) -> PrintedRow:
    """Draw one row of a chart."""
    return PrintedRow(
        label=row.label,
        svg=bullet_chart_svg(
            title=spoken(row),
            baseline=row.baseline,
            target=row.target,
            actual=row.actual,
            expected=row.expected,
        ),
        baseline_label=row.baseline_label,
        target_label=row.target_label,
        actual_label=row.actual_label if row.actual is not None else "–",
    )


def spoken(row: BulletRow) -> str:
    """A row in words, for those who hear the chart instead of seeing it."""
    actual = row.actual_label if row.actual is not None else "chưa có số liệu"
    return (
        f"{row.label}: ban đầu {row.baseline_label}, chỉ tiêu {row.target_label}, kết quả {actual}"
    )
