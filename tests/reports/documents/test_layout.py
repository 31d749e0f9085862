"""The data of a document: what is refused, and its canonical form."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest

from reports.documents.layout import (
    BulletChart,
    Column,
    Heading1,
    LayoutError,
    Paragraph,
    Points,
    Signature,
    Table,
    tidy,
    to_json,
)
from tests.reports.documents.samples import make_document, make_row, make_table


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": ()}, "issuer"),
        ({"signature": Signature(lines=())}, "position"),
        ({"subject": " "}, "trích yếu"),
        ({"blocks": ()}, "ends with"),
        ({"blocks": (Heading1(text="Kết quả"),)}, "ends with"),
        ({"blocks": (make_table(),)}, "ends with"),
        ({"blocks": (Points(items=()),)}, "empty"),
        ({"month": 13}, "No such date"),
        ({"day": 31}, "No such date"),
        ({"year": 26}, "out of range"),
    ],
)
def test_a_document_without_its_parts_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(LayoutError, match=reason):
        make_document(**changes)


def test_a_table_whose_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(LayoutError, match="too many or too few"):
        Table(caption="Bảng", columns=(Column(title="TT"),), rows=(("1", "2"),))
    with pytest.raises(LayoutError, match="columns"):
        Table(caption="Bảng", columns=(), rows=())
    with pytest.raises(LayoutError, match="width share"):
        Table(caption="Bảng", columns=(Column(title="TT", width_share=0),), rows=())


def test_a_chart_without_rows_is_refused() -> None:
    with pytest.raises(LayoutError, match="one row"):
        BulletChart(caption="Biểu đồ", rows=())


def test_equal_documents_have_equal_json_whatever_their_unicode_form() -> None:
    composed = make_document(subject="Số hóa")
    decomposed = make_document(subject="Số  hóa\u200b")
    assert to_json(composed) == to_json(decomposed)
    assert to_json(composed) != to_json(make_document(subject="Số hoá"))


def test_json_has_sorted_keys_no_blanks_and_decimals_as_text() -> None:
    data = to_json(make_row(actual="41.50"))
    assert b'"actual":"41.50"' in data
    assert b'"kind":"BulletRow"' in data
    plain = json.loads(data)
    assert list(plain) == sorted(plain)
    assert to_json(Decimal("1E+3")) == b'"1000"'
    assert to_json(datetime.date(2026, 11, 14)) == b'"2026-11-14"'


def test_floats_have_no_canonical_form() -> None:
    with pytest.raises(TypeError, match="float"):
        to_json(0.5)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("dòng 1\r\ndòng\t2", "dòng 1 dòng 2"),
        ("a\x00b\x1bc\u200dd", "abcd"),
        ("a\ud800b\ue000c", "a□b□c"),
        ("Số:\u00a0\u00a0/BC", "Số:\u00a0\u00a0/BC"),
        ("- # * _ $ @ < > \\", "- # * _ $ @ < > \\"),
    ],
)
def test_text_is_freed_of_what_cannot_be_printed(given: str, kept: str) -> None:
    assert tidy(given) == kept


def test_typed_lines_become_paragraphs() -> None:
    assert Paragraph.split("Một\n\n Hai\n") == (Paragraph(text="Một"), Paragraph(text=" Hai"))


def test_a_draft_is_dated_by_its_data_and_an_issued_document_by_its_day() -> None:
    assert make_document().is_draft
    assert make_document().dated == datetime.date(2026, 11, 14)
    assert make_document(data_as_of=None).dated == datetime.date(2026, 11, 1)
    issued = make_document(number="12", day=20)
    assert not issued.is_draft
    assert issued.dated == datetime.date(2026, 11, 20)
