"""The empty DOCX every report starts from: page, named styles, language.

Made once per process. The styles carry Vietnamese names because the officials who edit a draft
pick them from Word's list.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import docx
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT: Final = "Times New Roman"
FIRST_LINE: Final = Mm(12.7)

LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT
CENTER: Final = WD_ALIGN_PARAGRAPH.CENTER
JUSTIFY: Final = WD_ALIGN_PARAGRAPH.JUSTIFY


@dataclass(frozen=True, kw_only=True)
class StyleRule:
    """How one named paragraph style looks; sizes and spaces in points."""

    size: float = 14
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = LEFT
    before: float = 0
    after: float = 0
    spacing: float = 1.0
    is_indented: bool = False
    keep_with_next: bool = False


BODY: Final = "Nội dung"
BASIS: Final = "Căn cứ"
HEAD: Final = "Đầu văn bản"
TITLE: Final = "Tên văn bản"
ADDRESSEE: Final = "Kính gửi"
CAPTION: Final = "Tên bảng"
CELL: Final = "Ô bảng"
CELL_HEAD: Final = "Đầu bảng"
NOTE: Final = "Ghi chú"
SIGNATURE: Final = "Chữ ký"
RECIPIENTS_HEAD: Final = "Nơi nhận"
RECIPIENT: Final = "Nơi nhận chi tiết"
RULE: Final = "Đường kẻ"
PICTURE: Final = "Biểu đồ"
PAGE_NUMBER: Final = "Số trang"
FOOT: Final = "Chân trang"

RULES: Final = {
    "Normal": StyleRule(),
    "Heading 1": StyleRule(
        bold=True,
        align=JUSTIFY,
        after=6,
        spacing=1.15,
        is_indented=True,
        keep_with_next=True,
    ),
    "Heading 2": StyleRule(
        bold=True,
        align=JUSTIFY,
        after=6,
        spacing=1.15,
        is_indented=True,
        keep_with_next=True,
    ),
    BODY: StyleRule(align=JUSTIFY, after=6, spacing=1.15, is_indented=True),
    BASIS: StyleRule(italic=True, align=JUSTIFY, after=6, spacing=1.15, is_indented=True),
    HEAD: StyleRule(size=13, align=CENTER),
    TITLE: StyleRule(bold=True, align=CENTER, keep_with_next=True),
    ADDRESSEE: StyleRule(after=3),
    CAPTION: StyleRule(size=13, bold=True, align=CENTER, before=6, after=4, keep_with_next=True),
    CELL: StyleRule(size=12, before=2, after=2),
    CELL_HEAD: StyleRule(size=12, bold=True, align=CENTER, before=2, after=2),
    NOTE: StyleRule(size=11, italic=True, before=2, after=6),
    SIGNATURE: StyleRule(bold=True, align=CENTER, spacing=1.15),
    RECIPIENTS_HEAD: StyleRule(size=12, bold=True, italic=True),
    RECIPIENT: StyleRule(size=11),
    RULE: StyleRule(size=3, align=CENTER, after=4),
    PICTURE: StyleRule(align=CENTER, after=9),
    PAGE_NUMBER: StyleRule(align=CENTER),
    FOOT: StyleRule(size=9, align=WD_ALIGN_PARAGRAPH.RIGHT),
}
#: Styles that others are built on, and the borders of data tables.
KEPT_STYLES: Final = frozenset(
    {"Default Paragraph Font", "Normal Table", "No List", "Table Grid", "Header", "Footer"}
)
UNUSED_PARTS: Final = frozenset({"thumbnail", "stylesWithEffects", "customXml", "numbering"})


def new_docx() -> DocxDocument:
    """Return an empty document with the page and the styles of Decree 30."""
    return docx.Document(io.BytesIO(_blank()))


@lru_cache(maxsize=1)
def _blank() -> bytes:
    """The empty document as bytes: opening these is quicker than styling anew."""
    document = docx.Document()
    _set_page(document)
    for name, rule in RULES.items():
        _apply(_style(document, name), rule)
    _drop_unused(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def style_ids() -> dict[str, str]:
    """The identifier of each style by its name; asking python-docx takes a search every time."""
    return {name: new_docx().styles[name].style_id for name in RULES}


def _drop_unused(document: DocxDocument) -> None:
    """Remove what python-docx's own template carries and no report needs.

    That is the picture of another document, a second copy of all styles and a hundred styles,
    together nine tenths of the file.
    """
    for relations in (document.part.package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in UNUSED_PARTS:
                del relations[key]
    for style in list(document.styles):
        if style.name not in RULES and style.name not in KEPT_STYLES:
            style.delete()
    # The character twins of headings are gone too.
    for link in document.styles.element.findall(f"*/{qn('w:link')}"):
        link.getparent().remove(link)


def _set_page(document: DocxDocument) -> None:
    """A4 portrait with the margins of the decree; page 1 has a head and foot of its own."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(9)
    section.different_first_page_header_footer = True


def _style(document: DocxDocument, name: str) -> ParagraphStyle:
    """The style called ``name``, added when the blank document lacks it."""
    styles = document.styles
    if name in styles:
        style = styles[name]
    else:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.quick_style = True
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no paragraph style.")
    return style


def _apply(style: ParagraphStyle, rule: StyleRule) -> None:
    """Give ``style`` the look of ``rule``: black Times New Roman, Vietnamese."""
    font = style.font
    font.name, font.size = FONT, Pt(rule.size)
    font.bold, font.italic = rule.bold, rule.italic
    font.color.rgb = RGBColor(0, 0, 0)
    _set_script_fonts(style)
    shape = style.paragraph_format
    shape.alignment = rule.align
    shape.space_before, shape.space_after = Pt(rule.before), Pt(rule.after)
    shape.first_line_indent = FIRST_LINE if rule.is_indented else None
    shape.keep_with_next = rule.keep_with_next
    shape.widow_control = True
    if style.name == RULE:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    else:
        shape.line_spacing = rule.spacing


def _set_script_fonts(style: ParagraphStyle) -> None:
    """Name the font for every script, drop the theme's fonts, and set the language."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = properties.makeelement(
        qn("w:lang"), {qn("w:val"): "vi-VN", qn("w:eastAsia"): "vi-VN", qn("w:bidi"): "vi-VN"}
    )
    properties.append(language)
