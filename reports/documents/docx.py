"""Set a document as DOCX with python-docx: the same words and layout as the PDF, to be edited.

The file names "Times New Roman", which every office computer has. Lines under titles are borders
of 3 pt paragraphs, column widths are given twice (Word reads the cells, LibreOffice the grid),
and all dates inside are the document's own: equal documents give equal bytes.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.table import CT_Tc
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from reports.documents import docx_styles as styles
from reports.documents.layout import Align, Document, Table
from reports.documents.pdf import chart_png
from reports.documents.printed import Line, PrintedChart, PrintedDocument, as_printed

TEXT_WIDTH: Final = Mm(165)
HEAD_WIDTHS: Final = (Mm(62), Mm(103))
HALVES: Final = (Mm(82.5), Mm(82.5))
TITLE_INDENT: Final = Mm(7.5)
#: Left and right in the cells of a data table, in twips (4 pt).
CELL_MARGIN: Final = 80
#: Room below the position for a signature and the seal, in lines.
SIGNATURE_LINES: Final = 4
#: Mean widths of bold letters in Times New Roman, in thousandths of the type size: good enough
#: for a line that is to be a third to a half as long as the text above it.
CAPITAL_WIDTH: Final = 700
SMALL_WIDTH: Final = 490
#: The motto (tiêu ngữ) in bold 14 pt.
MOTTO_WIDTH: Final = Mm(60.3)
ALIGNMENTS: Final[dict[Align, WD_ALIGN_PARAGRAPH]] = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def render_docx(document: Document) -> bytes:
    """Return the document as an Office Open XML file for Word and LibreOffice."""
    words = as_printed(document)
    paper = styles.new_docx()
    _set_properties(paper, words)
    _write_margins(paper, words)
    _write_head(paper, words)
    _write_title(paper, words)
    _write_addressees(paper, words)
    for basis in words.bases:
        _add(paper, basis, styles.BASIS)
    _write_blocks(paper, words)
    _write_signature(paper, words)
    return _stable(paper)


def _add(paper: DocxDocument, text: str, style: str) -> DocxParagraph:
    """Append a paragraph of a named style."""
    return _Writer(paper, style).add(text)


def _set_style(paragraph: DocxParagraph, name: str) -> None:
    """Give a paragraph a style by its name."""
    paragraph._p.style = styles.style_ids()[name]


def _set_properties(paper: DocxDocument, words: PrintedDocument) -> None:
    """Title, issuer, code and date of the document as file properties."""
    year, month, day = words.date
    made = datetime.datetime(year, month, day, tzinfo=datetime.UTC)
    core = paper.core_properties
    # The properties hold 255 characters each at most.
    core.title, core.author = words.title[:255], words.author[:255]
    core.subject, core.keywords = words.subject[:255], ", ".join(words.keywords)[:255]
    core.last_modified_by = words.author[:255]
    core.created = core.modified = made
    core.comments, core.language, core.revision = "", "vi-VN", 1


def _write_margins(paper: DocxDocument, words: PrintedDocument) -> None:
    """The page number in the top margin from page 2 on, the notice in every foot margin."""
    section = paper.sections[0]
    number = section.header.paragraphs[0]
    _set_style(number, styles.PAGE_NUMBER)
    _add_field(number, "PAGE")
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]
        _set_style(paragraph, styles.FOOT)
        paragraph.add_run(words.foot)


def _add_field(paragraph: DocxParagraph, code: str) -> None:
    """Append a field that Word and LibreOffice work out themselves."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "2"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _write_head(paper: DocxDocument, words: PrintedDocument) -> None:
    """The two columns at the top: who issues it, the nation; number, place and date."""
    table = _plain_table(paper, 2, HEAD_WIDTHS)
    (left, right), (below_left, below_right) = (_cells(table, row) for row in range(2))
    issuer = _Writer(left, styles.HEAD)
    for line in words.superior:
        issuer.add(line)
    for line in words.issuer:
        issuer.add(line, bold=True)
    length = _text_width(words.issuer[-1], 13, CAPITAL_WIDTH, HEAD_WIDTHS[0])
    issuer.add_rule(HEAD_WIDTHS[0], Length(length * 42 // 100))
    nation = _Writer(right, styles.HEAD)
    nation.add(words.nation, bold=True)
    nation.add(words.motto, style=styles.TITLE)
    nation.add_rule(HEAD_WIDTHS[1], MOTTO_WIDTH)
    number = _Writer(below_left, styles.HEAD)
    number.add(words.number_line)
    if words.letter_subject:
        number.add(words.letter_subject, size=Pt(12))
    _Writer(below_right, styles.HEAD).add(words.place_and_date, italic=True, size=Pt(14))


def _write_title(paper: DocxDocument, words: PrintedDocument) -> None:
    """Type and subject with the line below; an official letter has its subject above."""
    writer = _Writer(paper, styles.TITLE)
    if not words.type_name:
        return
    writer.add(words.type_name).paragraph_format.space_before = Pt(14)
    subject = writer.add(words.subject).paragraph_format
    subject.left_indent = subject.right_indent = TITLE_INDENT
    width = Length(TEXT_WIDTH - 2 * TITLE_INDENT)
    length = _text_width(words.subject, 14, SMALL_WIDTH, width)
    writer.add_rule(TEXT_WIDTH, Length(length * 40 // 100))


def _write_addressees(paper: DocxDocument, words: PrintedDocument) -> None:
    """One addressee on the line of ``Kính gửi``; several below its colon, a line each."""
    names = words.addressees
    writer = _Writer(paper, styles.ADDRESSEE)
    single = f" {names[0]}" if len(names) == 1 else ""
    if names:
        first = writer.add(f"Kính gửi:{single}")
        first.paragraph_format.space_before = Pt(14)
        if single:
            first.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            first.paragraph_format.left_indent = Mm(25.4)
    for name in names if not single else ():
        shape = writer.add(name).paragraph_format
        shape.left_indent, shape.first_line_indent = Mm(47), Mm(-2.7)
    writer.add("", style=styles.RULE)


def _write_blocks(paper: DocxDocument, words: PrintedDocument) -> None:
    """The body; its last text stays on the page of the signature."""
    headings = {"heading1": "Heading 1", "heading2": "Heading 2"}
    for block in words.blocks:
        if isinstance(block, Line):
            _add(paper, block.text, headings.get(block.style, styles.BODY))
        elif isinstance(block, Table):
            _write_table(paper, block)
        else:
            _write_chart(paper, block)
    paper.paragraphs[-1].paragraph_format.keep_with_next = True


def _write_table(paper: DocxDocument, part: Table) -> None:
    """A bordered table whose head repeats and whose rows stay whole."""
    if part.caption:
        _add(paper, part.caption, styles.CAPTION)
    total = sum(column.width_share for column in part.columns)
    widths = [Length(TEXT_WIDTH * column.width_share // total) for column in part.columns]
    table = paper.add_table(len(part.rows) + 1, len(widths), style="Table Grid")
    _set_widths(table, widths)
    _set_cell_margins(table, CELL_MARGIN)
    for cell, column in zip(_cells(table, 0), part.columns, strict=True):
        _Writer(cell, styles.CELL_HEAD).add(column.title)
    _mark_row(table, 0, "w:cantSplit", "w:tblHeader")
    for place, row in enumerate(part.rows, start=1):
        _mark_row(table, place, "w:cantSplit")
        for cell, text, column in zip(_cells(table, place), row, part.columns, strict=True):
            written = _Writer(cell, styles.CELL).add(text)
            if column.align != "left":
                written.alignment = ALIGNMENTS[column.align]
    _write_notes(paper, part.notes)


def _write_notes(paper: DocxDocument, notes: Iterable[str]) -> None:
    """The notes below a table, or the space that parts it from the text."""
    written = [_add(paper, note, styles.NOTE) for note in notes]
    if not written:
        _add(paper, "", styles.RULE)


def _write_chart(paper: DocxDocument, part: PrintedChart) -> None:
    """The chart as a picture with its words as alternative text."""
    if part.caption:
        _add(paper, part.caption, styles.CAPTION)
    run = _add(paper, "", styles.PICTURE).add_run()
    picture = run.add_picture(io.BytesIO(chart_png(part)), width=TEXT_WIDTH)
    inline = picture._inline
    for side in ("distT", "distB", "distL", "distR"):
        # Unsaid, LibreOffice adds 3 mm and moves the chart out of the text.
        inline.set(side, "0")
    properties = inline.docPr
    properties.set("descr", part.alt)
    properties.set("title", part.caption)


def _write_signature(paper: DocxDocument, words: PrintedDocument) -> None:
    """Recipients at the left, level with position and signer at the right, in one whole row."""
    table = _plain_table(paper, 1, HALVES)
    _mark_row(table, 0, "w:cantSplit")
    left, right = _cells(table, 0)
    recipients = _Writer(left, styles.RECIPIENT)
    if words.recipients:
        recipients.add("Nơi nhận:", style=styles.RECIPIENTS_HEAD)
    for recipient in words.recipients:
        shape = recipients.add(recipient).paragraph_format
        shape.left_indent, shape.first_line_indent = Mm(2.2), Mm(-2.2)
    signature = _Writer(right, styles.SIGNATURE)
    for line in (*words.signature, *[""] * SIGNATURE_LINES, words.signer):
        signature.add(line)
    for cell in _cells(table, 0):
        cell.paragraphs[0].paragraph_format.space_before = Pt(8)


@dataclass
class _Writer:
    """Adds paragraphs of one style to a cell or the paper; a cell's empty first one is used up."""

    place: _Cell | DocxDocument
    style: str
    is_begun: bool = False

    def add(
        self,
        text: str,
        *,
        style: str | None = None,
        bold: bool | None = None,
        italic: bool | None = None,
        size: Length | None = None,
    ) -> DocxParagraph:
        """Append ``text`` as a paragraph of its own."""
        if isinstance(self.place, _Cell) and not self.is_begun:
            paragraph: DocxParagraph = self.place.paragraphs[0]
        else:
            paragraph = self.place.add_paragraph()
        self.is_begun = True
        _set_style(paragraph, style or self.style)
        run = paragraph.add_run(text)
        if bold or italic:
            run.bold, run.italic = bold, italic
        if size is not None:
            run.font.size = size
        return paragraph

    def add_rule(self, room: Length, length: Length) -> None:
        """Draw a line of ``length`` in the middle of ``room``: the border of a 3 pt paragraph."""
        paragraph = self.add("", style=styles.RULE)
        shape = paragraph.paragraph_format
        shape.left_indent = shape.right_indent = Length(max(0, room - length) // 2)
        border = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders = OxmlElement("w:pBdr")
        borders.append(border)
        _insert_border(paragraph._p.get_or_add_pPr(), borders)


def _insert_border(properties: BaseOxmlElement, borders: BaseOxmlElement) -> None:
    """Put ``w:pBdr`` where the schema wants it: before shading, spacing, indents, alignment."""
    later = {qn(f"w:{name}") for name in ("shd", "tabs", "spacing", "ind", "jc", "rPr")}
    for place, child in enumerate(properties):
        if child.tag in later:
            properties.insert(place, borders)
            return
    properties.append(borders)


def _text_width(text: str, size: int, letter: int, limit: Length) -> Length:
    """About how wide ``text`` runs in ``size`` points, one line of ``limit`` at most."""
    return Length(min(limit, Pt(size) * len(text) * letter // 1000))


def _plain_table(paper: DocxDocument, rows: int, widths: tuple[Length, ...]) -> DocxTable:
    """A table without borders and cell margins that only holds things side by side."""
    table: DocxTable = paper.add_table(rows, len(widths))
    _set_widths(table, widths)
    _set_cell_margins(table, 0)
    return table


def _set_cell_margins(table: DocxTable, twips: int) -> None:
    """Space left and right in every cell; the table moves in by as much, to end at the margin."""
    indent = OxmlElement("w:tblInd")
    margins = OxmlElement("w:tblCellMar")
    sides = [OxmlElement(f"w:{side}") for side in ("left", "right")]
    margins.extend(sides)
    for element in (indent, *sides):
        element.set(qn("w:w"), str(twips))
        element.set(qn("w:type"), "dxa")
    # The order of the schema: … tblInd, tblBorders, shd, tblLayout, tblCellMar, tblLook.
    properties = table._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    if layout is None:
        raise TypeError("The layout of the table is fixed first.")
    layout.addprevious(indent)
    layout.addnext(margins)


def _set_widths(table: DocxTable, widths: Iterable[Length]) -> None:
    """Fix the widths in the grid (for LibreOffice) and in every cell (for Word)."""
    table.autofit = False
    wanted = list(widths)
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, wanted, strict=True):
        column.w = width
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, wanted, strict=True):
            cell.width = width


def _cells(table: DocxTable, row: int) -> Iterator[_Cell]:
    """The cells of one row; python-docx's own way walks the whole table for each."""
    cells: list[CT_Tc] = table._tbl.tr_lst[row].tc_lst
    return (_Cell(cell, table) for cell in cells)


def _mark_row(table: DocxTable, row: int, *marks: str) -> None:
    """Set on/off properties of a row, such as ``w:cantSplit`` and ``w:tblHeader``."""
    properties = table._tbl.tr_lst[row].get_or_add_trPr()
    for mark in marks:
        properties.append(OxmlElement(mark))


def _stable(paper: DocxDocument) -> bytes:
    """Save with one fixed time for every part, so that equal documents give equal bytes."""
    draft, final = io.BytesIO(), io.BytesIO()
    paper.save(draft)
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(final, "w") as target:
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            # A PNG is compressed already.
            is_packed = name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return final.getvalue()
