"""The PDF: archive and accessibility standards, layout by the decree, literal text, equal bytes."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reports.documents import pdf
from reports.documents.layout import Column, Document, Paragraph, Points, Signature, Table
from reports.documents.printed import MOTTO, NATION, as_printed
from tests.reports.documents.conftest import flat, one_line, page_texts, run, tool
from tests.reports.documents.samples import (
    make_committee_document,
    make_coordinator_document,
    make_document,
    make_table,
)
from tests.reports.documents.test_fonts import vietnamese_letters

SAMPLES = (make_document, make_coordinator_document, make_committee_document)
PDF_A = "{http://www.aiim.org/pdfa/ns/id/}"
PDF_UA = "{http://www.aiim.org/pdfua/ns/id/}"


def body(*texts: str) -> Document:
    return make_document(blocks=tuple(Paragraph(text=text) for text in texts))


@pytest.mark.parametrize("make", SAMPLES)
def test_the_file_is_archival_accessible_tagged_and_vietnamese(make: type) -> None:
    with pikepdf.open(io.BytesIO(pdf.render_pdf(make()))) as file:
        with file.open_metadata() as metadata:
            assert (metadata[f"{PDF_A}part"], metadata[f"{PDF_A}conformance"]) == ("2", "A")
            assert metadata[f"{PDF_UA}part"] == "1"
            assert metadata["dc:title"] == as_printed(make()).title
        assert file.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in file.Root
        assert str(file.Root.Lang).lower().startswith("vi")


def test_every_font_is_embedded_and_the_text_stands_in_tinos() -> None:
    with pikepdf.open(io.BytesIO(pdf.render_pdf(make_document()))) as file:
        fonts = [
            descendant.FontDescriptor
            for item in file.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0"
            for descendant in item.DescendantFonts
        ]
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert {str(font.FontName).rpartition("+")[2] for font in fonts} >= {
        "Tinos-Regular",
        "Tinos-Bold",
        "Tinos-Italic",
    }


def test_equal_documents_give_equal_bytes_in_another_process_too() -> None:
    code = (
        "import hashlib; from reports.documents.pdf import render_pdf;"
        "from tests.reports.documents.samples import make_document;"
        "print(hashlib.sha256(render_pdf(make_document())).hexdigest())"
    )
    here = hashlib.sha256(pdf.render_pdf(make_document())).hexdigest()
    pdf.render_pdf(make_committee_document())
    assert hashlib.sha256(pdf.render_pdf(make_document())).hexdigest() == here
    assert run(sys.executable, "-c", code).strip() == here


def test_the_file_carries_the_documents_date_and_not_todays() -> None:
    data = pdf.render_pdf(make_document(number="3", day=20))
    with pikepdf.open(io.BytesIO(data)) as file:
        assert str(file.docinfo["/CreationDate"]).startswith("D:20261120")


@pytest.mark.parametrize("make", SAMPLES)
def test_nation_motto_number_and_date_each_keep_to_one_line(make: type, tmp_path: Path) -> None:
    document: Document = make()
    words = as_printed(document)
    first = page_texts(pdf.render_pdf(document), tmp_path)[0]
    assert one_line(first, NATION)
    assert one_line(first, MOTTO)
    assert one_line(first, flat(words.number_line), flat(words.place_and_date))


def test_a_draft_shows_room_for_number_and_day(tmp_path: Path) -> None:
    first = page_texts(pdf.render_pdf(make_document()), tmp_path)[0]
    assert one_line(first, "Số: /BC-SCT", "Gia Lai, ngày tháng 11 năm 2026")


def test_the_line_below_the_motto_is_as_long_as_the_motto(tmp_path: Path) -> None:
    """Measured on the page: the words' box against the drawn line."""
    path = tmp_path / "drawn.pdf"
    path.write_bytes(pdf.render_pdf(make_committee_document()))
    boxes = run(tool("pdftotext"), "-bbox", "-l", "1", str(path), "-")
    words = [line for line in boxes.splitlines() if ">Độc<" in line or ">phúc<" in line]
    left = float(words[0].split('xMin="')[1].split('"')[0])
    right = float(words[1].split('xMax="')[1].split('"')[0])
    assert any(abs(length - (right - left)) < 1.5 for length in drawn_lines(path))


def drawn_lines(path: Path) -> list[float]:
    """The lengths of the horizontal strokes on page 1, in points."""
    lengths: list[float] = []
    start = 0.0
    with pikepdf.open(path) as file:
        for step in pikepdf.parse_content_stream(file.pages[0], "m l"):
            x = float(step.operands[0])
            if str(step.operator) == "l":
                lengths.append(abs(x - start))
            start = x
    return lengths


def test_all_letters_and_signs_survive_extraction(tmp_path: Path) -> None:
    signs = vietnamese_letters() + "₫≥≤–…“”→≈"
    pages = page_texts(pdf.render_pdf(body(" ".join(signs))), tmp_path)
    assert signs in "".join("".join(pages).split())
    assert pdf.unprintable(signs) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "- gạch đầu dòng",
        "+ cộng",
        "= Tiêu đề",
        "1. số",
        "/ Mục: từ",
        "# * _ $ @ < > \\ ` ~ ' \" [x] {y} // /* */ --- -- ...",
        "#panic() #sys.inputs *đậm* _nghiêng_ $x^2$ @nhãn <nhãn> \\u{41}",
        "https://example.vn/a_b?c=1&d=<e>",
        "{{ x }} {% y %} &amp; <b>không</b>",
    ],
)
def test_text_is_never_read_as_markup(text: str, tmp_path: Path) -> None:
    document = make_document(
        subject=text,
        addressees=(text, text),
        blocks=(Points(items=(text, f"{text} hết")),),
        signature=Signature(lines=("GIÁM ĐỐC",), name=text),
    )
    printed = flat(" ".join(page_texts(pdf.render_pdf(document), tmp_path)))
    assert f"a) {text}" in printed
    assert f"b) {text} hết./." in printed


def test_a_sign_no_font_has_becomes_a_visible_box_and_is_reported(tmp_path: Path) -> None:
    text = "Nội dung 漢 và 😀."
    assert pdf.unprintable(text) == {"漢", "😀"}
    assert "Nội dung □ và □./." in flat(page_texts(pdf.render_pdf(body(text)), tmp_path)[0])


def test_table_heads_repeat_on_every_page_and_no_row_is_lost(tmp_path: Path) -> None:
    document = make_document(blocks=(make_table(60), Paragraph(text="Hết")))
    pages = page_texts(pdf.render_pdf(document), tmp_path)
    with_rows = [page for page in pages if "12,0%" in page]
    assert len(with_rows) >= 2
    assert all("Kết quả" in page and "Ban đầu" in page for page in with_rows)
    rows = [row for page in pages for row in page.splitlines() if "12,0%" in row]
    assert [int(row.split()[0]) for row in rows] == list(range(1, 61))


def test_a_table_begins_with_its_caption_and_first_rows(tmp_path: Path) -> None:
    for filler in range(14, 30):
        blocks = (*[Paragraph(text="Một dòng.")] * filler, make_table(40), Paragraph(text="Hết"))
        pages = page_texts(pdf.render_pdf(make_document(blocks=blocks)), tmp_path)
        page = next(page for page in pages if "Bảng 1." in page)
        assert "tại 2 xã" in page


def test_the_signature_is_whole_and_never_without_text(tmp_path: Path) -> None:
    signature = Signature(lines=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), name="Nguyễn Thị Hồng Nhung")
    for filler in range(8, 26):
        blocks = (*[Paragraph(text="Một dòng.")] * filler, Paragraph(text="Câu cuối của văn bản"))
        document = make_document(blocks=blocks, signature=signature, bases=())
        pages = page_texts(pdf.render_pdf(document), tmp_path)
        page = next(page for page in pages if "Nơi nhận" in page)
        assert "Nguyễn Thị Hồng Nhung" in page
        assert "Lưu: VT, QLTM." in page
        assert "Câu cuối của văn bản./." in page


def test_page_numbers_begin_on_the_second_page(tmp_path: Path) -> None:
    pages = page_texts(pdf.render_pdf(make_coordinator_document()), tmp_path)
    firsts = [page.split()[0] for page in pages]
    assert firsts[0] == "UBND"
    assert firsts[1:] == [str(number) for number in range(2, len(pages) + 1)]


def test_the_notice_stands_on_every_page(tmp_path: Path) -> None:
    pages = page_texts(pdf.render_pdf(make_document()), tmp_path)
    assert len(pages) > 1
    assert all("có dữ liệu minh họa" in page for page in pages)


def test_long_names_wrap_and_stay_whole(tmp_path: Path) -> None:
    name = "Ban Chỉ đạo triển khai các nền tảng số dùng chung phục vụ phát triển kinh tế - xã hội"
    address = "https://vi-du.gialai.gov.vn/" + "a" * 150
    crowded = Table(
        caption="",
        columns=(Column(title="TT"), Column(title="Địa chỉ", width_share=4)),
        rows=(("1234567890123", address),),
    )
    document = make_document(
        issuer=(name,),
        addressees=(name * 2,),
        recipients=(name, address),
        blocks=(crowded, Paragraph(text=f"{address} hết")),
        signature=Signature(lines=(name,), name=name),
    )
    pages = page_texts(pdf.render_pdf(document), tmp_path)
    joined = "".join("".join(pages).split())
    assert address in joined
    assert "\u200b" not in joined
    assert drawn_right_edge(tmp_path / "read.pdf") <= 210 - 15 + 0.5
    assert one_line(pages[0], NATION)


def drawn_right_edge(path: Path) -> float:
    """How far right the words of a file reach, in millimetres."""
    boxes = run(tool("pdftotext"), "-bbox", str(path), "-")
    edges = [float(part.split('"')[0]) for part in boxes.split('xMax="')[1:]]
    return max(edges) / 72 * 25.4


def test_no_addressee_and_no_recipients_leave_no_empty_words(tmp_path: Path) -> None:
    document = make_document(addressees=(), recipients=(), bases=(), superior=())
    text = " ".join(page_texts(pdf.render_pdf(document), tmp_path))
    assert "Kính gửi" not in text
    assert "Nơi nhận" not in text


def test_hundreds_of_recipients_all_print(tmp_path: Path) -> None:
    names = tuple(f"UBND xã số {number}" for number in range(1, 201))
    text = flat(" ".join(page_texts(pdf.render_pdf(make_document(recipients=names)), tmp_path)))
    assert all(f"- {name};" in text for name in names[:-1])


def test_missing_fonts_are_one_clear_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "FONT_DIRECTORY", tmp_path)
    pdf.printable_signs.cache_clear()
    with pytest.raises(pdf.FontsMissingError, match=r"run tools/build_fonts\.py"):
        pdf.render_pdf(make_document())
    pdf.printable_signs.cache_clear()


@pytest.fixture
def _own_compiler() -> Iterator[None]:
    """Let a test change template or fonts and leave nothing of it behind."""
    pdf._compiler.cache_clear()
    yield
    pdf._compiler.cache_clear()


@pytest.mark.usefixtures("_own_compiler")
def test_a_page_in_another_font_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in pdf.FONT_FILES:
        font = TTFont(pdf.FONT_DIRECTORY / name)
        for record in font["name"].names:
            record.string = "Other"
        font.save(tmp_path / name)
    monkeypatch.setattr(pdf, "FONT_DIRECTORY", tmp_path)
    with pytest.raises(RuntimeError, match="unknown font family: tinos"):
        pdf.render_pdf(make_document())


def test_a_forked_child_is_told_instead_of_hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.render_pdf(make_committee_document())
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(pdf.ForkedRendererError, match="starts afresh"):
        pdf.render_pdf(make_committee_document())


@pytest.mark.usefixtures("_own_compiler")
@pytest.mark.parametrize(
    ("rule", "broken", "check"),
    [
        (
            "block(sticky: true, above: between, below: between, running(",
            "block(above: between, below: between, running(",
            test_the_signature_is_whole_and_never_without_text,
        ),
        ("sum(default: 0) > 35", "sum() > 0", test_the_signature_is_whole_and_never_without_text),
        ("repeat: true", "repeat: false", test_table_heads_repeat_on_every_page_and_no_row_is_lost),
        (
            "let needed = calc.min(",
            "let needed = 0 * calc.min(",
            test_a_table_begins_with_its_caption_and_first_rows,
        ),
        ("join(box())", "join()", test_long_names_wrap_and_stay_whole),
        (
            "rule(measure(motto).width)",
            "rule(40mm)",
            test_the_line_below_the_motto_is_as_long_as_the_motto,
        ),
        ("page-number > 1", "page-number > 2", test_page_numbers_begin_on_the_second_page),
    ],
)
def test_each_check_fails_on_a_template_without_its_rule(
    rule: str,
    broken: str,
    check: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = pdf.TEMPLATE.read_text()
    assert template.count(rule) == 1
    copy = tmp_path / "broken.typ"
    copy.write_text(template.replace(rule, broken))
    monkeypatch.setattr(pdf, "TEMPLATE", copy)
    with pytest.raises(AssertionError):
        check(tmp_path)


def test_the_renderer_names_its_version_and_template() -> None:
    name, number, word, template = pdf.renderer_version().split()
    assert (name, word) == ("typst", "template")
    assert number[0].isdigit()
    assert len(template) == 16


def test_the_file_passes_qpdf(tmp_path: Path) -> None:
    path = tmp_path / "checked.pdf"
    path.write_bytes(pdf.render_pdf(make_document()))
    done = subprocess.run([tool("qpdf"), "--check", str(path)], check=False, capture_output=True)  # noqa: S603
    assert done.returncode == 0, done.stdout
