"""The DOCX: same words as the PDF, real layout, and LibreOffice keeps all of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn

from reports.documents.docx import render_docx
from reports.documents.layout import Document, Paragraph, Signature
from reports.documents.pdf import render_pdf
from reports.documents.printed import MOTTO, NATION, as_printed
from tests.reports.documents.conftest import flat, one_line, page_texts, run, tool
from tests.reports.documents.samples import (
    make_chart,
    make_committee_document,
    make_coordinator_document,
    make_document,
    make_table,
)

WHOLE_ROW = f"{qn('w:trPr')}/{qn('w:cantSplit')}"
SAMPLES = (make_document, make_coordinator_document, make_committee_document)


def opened(document: Document) -> docx.document.Document:
    return docx.Document(io.BytesIO(render_docx(document)))


def all_text(document: Document) -> str:
    """Every word of the body, tables included, in document order."""
    return "\n".join(node.text or "" for node in opened(document).element.iter(qn("w:t")))


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Document], list[str]]:
    """Open a DOCX in LibreOffice and read the pages it prints."""
    folder = tmp_path_factory.mktemp("office")

    def convert(document: Document) -> list[str]:
        path = folder / "document.docx"
        path.write_bytes(render_docx(document))
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ("--headless", profile, "--convert-to", "pdf", "--outdir", str(folder))
        run(tool("soffice"), *command, str(path))
        return page_texts(path.with_suffix(".pdf").read_bytes(), folder)

    return convert


@pytest.mark.parametrize("make", SAMPLES)
def test_libreoffice_keeps_words_and_single_lines(
    make: Callable[[], Document], converted: Callable[[Document], list[str]]
) -> None:
    words = as_printed(make())
    pages = converted(make())
    assert one_line(pages[0], NATION)
    assert one_line(pages[0], MOTTO)
    assert one_line(pages[0], flat(words.number_line), flat(words.place_and_date))
    text = "".join("".join(pages).split())
    for line in (block.text for block in words.blocks if hasattr(block, "text")):
        assert "".join(line.split())[:60] in text
    assert [page.split()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]


def test_libreoffice_repeats_heads_and_keeps_the_signature_whole(
    converted: Callable[[Document], list[str]],
) -> None:
    pages = converted(make_coordinator_document())
    assert all("Ban đầu" in page for page in pages if "12,0%" in page)
    last = next(page for page in pages if "Nơi nhận" in page)
    assert "Nguyễn Thị Hồng Nhung" in last
    assert "./." in last


@pytest.mark.parametrize("make", SAMPLES)
def test_pdf_and_docx_say_the_same(make: Callable[[], Document], tmp_path: Path) -> None:
    words = as_printed(make())
    in_docx = all_text(make())
    in_pdf = "".join("".join(page_texts(render_pdf(make()), tmp_path)).split())
    for text in (
        *words.issuer,
        words.number_line,
        words.place_and_date,
        *words.addressees,
        *words.bases,
        *words.signature,
        *words.recipients,
        *(block.text for block in words.blocks if hasattr(block, "text")),
    ):
        assert text in in_docx
        # Lines of neighbouring columns mix on paper: the beginning is enough to know a text by.
        assert "".join(text.split())[:12] in in_pdf


def test_equal_documents_give_equal_bytes() -> None:
    assert render_docx(make_document()) == render_docx(make_document())
    assert render_docx(make_document()) != render_docx(make_document(number="5"))


def test_properties_tell_title_issuer_and_date() -> None:
    core = opened(make_document(number="3", day=20)).core_properties
    assert core.title == as_printed(make_document()).title[:255]
    assert core.author == "SỞ CÔNG THƯƠNG"
    assert core.language == "vi-VN"
    assert core.created is not None
    assert core.created.date().isoformat() == "2026-11-20"
    assert core.comments == ""


def test_every_style_is_black_times_new_roman_in_vietnamese() -> None:
    for style in opened(make_document()).styles:
        if style.name in {"Nội dung", "Heading 1", "Heading 2", "Ô bảng", "Normal"}:
            properties = style.element.rPr
            assert properties.rFonts.get(qn("w:ascii")) == "Times New Roman"
            assert properties.rFonts.get(qn("w:asciiTheme")) is None
            assert properties.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
            assert str(style.font.color.rgb) == "000000"


def test_grid_and_cells_have_the_same_widths() -> None:
    for table in opened(make_document()).tables:
        grid = [column.w or 0 for column in table._tbl.tblGrid.gridCol_lst]
        assert sum(grid) == pytest.approx(docx.shared.Mm(165), rel=0.001)
        for row in table._tbl.tr_lst:
            assert [cell.width for cell in row.tc_lst] == grid


def test_lines_are_borders_and_never_underscores() -> None:
    document = opened(make_document())
    borders = document.element.findall(f".//{qn('w:pBdr')}")
    assert len(borders) == 3
    assert "__" not in all_text(make_document())
    assert not document.element.findall(f".//{qn('w:u')}")


def test_data_tables_repeat_their_head_and_keep_rows_whole() -> None:
    document = make_document(blocks=(make_table(25), Paragraph(text="Hết")))
    rows = opened(document).tables[1]._tbl.tr_lst
    assert len(rows) == 26
    assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    assert all(row.find(WHOLE_ROW) is not None for row in rows)


def test_the_last_text_is_kept_with_a_signature_that_cannot_split() -> None:
    document = opened(make_document())
    assert document.paragraphs[-1].text.endswith("./.")
    assert document.paragraphs[-1].paragraph_format.keep_with_next
    assert document.tables[-1]._tbl.tr_lst[0].find(WHOLE_ROW) is not None


def test_the_page_number_stands_in_the_head_from_page_two() -> None:
    section = opened(make_document()).sections[0]
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    field = section.header.paragraphs[0]._p.find(qn("w:fldSimple"))
    assert field is not None
    assert field.get(qn("w:instr")) == "PAGE"
    assert section.first_page_footer.paragraphs[0].text == as_printed(make_document()).foot


def test_the_chart_is_a_picture_with_its_words_beside_it() -> None:
    document = opened(make_document())
    picture = document.inline_shapes[0]._inline.docPr
    assert "Số gian hàng mới: ban đầu 12%" in picture.get("descr")
    assert document.inline_shapes[0].width == docx.shared.Mm(165)


def test_markup_and_control_characters_are_plain_text() -> None:
    text = "<b>{{ x }}</b> & - # * _ \\ ]]>"
    document = make_document(
        subject=text,
        blocks=(Paragraph(text=f"a\x00\x0b{text}\nhết"),),
        signature=Signature(lines=("GIÁM ĐỐC",), name=text),
    )
    assert f"a {text} hết./." in all_text(document)


def test_what_is_left_out_leaves_no_empty_words() -> None:
    bare = make_document(
        superior=(),
        addressees=(),
        bases=(),
        recipients=(),
        blocks=(
            replace(make_table(2), caption="", notes=()),
            replace(make_chart(), caption=""),
            Paragraph(text="Hết"),
        ),
    )
    text = all_text(bare)
    assert "Kính gửi" not in text
    assert "Nơi nhận" not in text
    assert "Bảng 1." not in text
    assert "Hết./." in text


def test_every_part_is_well_formed_and_nothing_of_the_template_is_left() -> None:
    with zipfile.ZipFile(io.BytesIO(render_docx(make_document()))) as package:
        names = package.namelist()
        for name in names:
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(package.read(name))  # noqa: S314 - our own file
    assert not [name for name in names if "thumbnail" in name or "WithEffects" in name]
