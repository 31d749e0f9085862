"""Whatever people type, both files are made: nobody's report fails over a strange sign."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.documents.docx import render_docx
from reports.documents.layout import (
    BulletChart,
    BulletRow,
    Column,
    Document,
    Heading1,
    Heading2,
    LayoutError,
    Paragraph,
    Points,
    Signature,
    Table,
    tidy,
)
from reports.documents.pdf import printable, render_pdf
from tests.reports.documents.samples import make_document

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
VALUE = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=2)


@st.composite
def charts(draw: st.DrawFn) -> BulletChart:
    rows = tuple(
        BulletRow(
            label=draw(TEXT),
            baseline=draw(VALUE),
            target=draw(VALUE),
            actual=draw(VALUE),
            expected=draw(VALUE),
            baseline_label=draw(TEXT),
            target_label=draw(TEXT),
            actual_label=draw(TEXT),
        )
        for _ in range(draw(st.integers(1, 3)))
    )
    return BulletChart(caption=draw(TEXT), rows=rows)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 8))
    columns = tuple(
        Column(title=draw(TEXT), width_share=draw(st.integers(1, 40))) for _ in range(width)
    )
    row = st.tuples(*[TEXT] * width)
    return Table(caption=draw(TEXT), columns=columns, rows=tuple(draw(st.lists(row, max_size=4))))


BLOCKS = st.one_of(
    st.builds(Heading1, text=TEXT),
    st.builds(Heading2, text=TEXT),
    st.builds(Paragraph, text=TEXT),
    st.builds(Points, items=st.lists(TEXT, max_size=3).map(tuple)),
    charts(),
    tables(),
)
LINES = st.lists(TEXT, max_size=3).map(tuple)
DOCUMENTS = st.builds(
    Document,
    superior=LINES,
    issuer=st.lists(TEXT, min_size=1, max_size=2).map(tuple),
    number=st.none() | TEXT,
    code=TEXT,
    place=TEXT,
    day=st.none() | st.integers(1, 28),
    month=st.integers(1, 12),
    year=st.integers(2000, 2100),
    type_name=TEXT,
    subject=TEXT.filter(lambda text: bool(tidy(text))),
    addressees=LINES,
    bases=LINES,
    blocks=st.tuples(BLOCKS, BLOCKS, st.builds(Paragraph, text=TEXT)),
    signature=st.builds(
        Signature, lines=st.lists(TEXT, min_size=1, max_size=3).map(tuple), name=st.none() | TEXT
    ),
    recipients=LINES,
    notice=st.none() | TEXT,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(DOCUMENTS)
def test_any_text_makes_a_pdf_and_a_docx(document: Document) -> None:
    assert render_pdf(document).startswith(b"%PDF-")
    assert render_docx(document).startswith(b"PK")


@given(st.text())
def test_printable_text_is_as_long_as_the_text_and_stays_printable(text: str) -> None:
    assert len(printable(text)) == len(text)
    assert printable(printable(text)) == printable(text)


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("subject", ["\u200b\u200d", "\x00"])
def test_a_subject_of_invisible_signs_is_no_subject(subject: str) -> None:
    with pytest.raises(LayoutError):
        make_document(subject=subject)
