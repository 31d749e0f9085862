"""Numbering, punctuation, dates and capitals by Decree 30/2020/NĐ-CP."""

from __future__ import annotations

import pytest

from reports.documents.layout import Heading1, Heading2, Paragraph, Points
from reports.documents.printed import (
    BLANK,
    Line,
    PrintedChart,
    as_printed,
    point_letter,
    printed_chart,
    roman,
)
from tests.reports.documents.samples import make_chart, make_document


def lines(*blocks: object) -> list[str]:
    printed = as_printed(make_document(blocks=(*blocks, Paragraph(text="Hết"))))
    return [block.text for block in printed.blocks if isinstance(block, Line)][:-1]


def test_headings_are_numbered_by_level_and_the_second_level_starts_anew() -> None:
    first, second = Heading1(text="Kết quả"), Heading2(text="Phạm vi")
    assert lines(first, second, second, first, second) == [
        "I. KẾT QUẢ",
        "1. Phạm vi",
        "2. Phạm vi",
        "II. KẾT QUẢ",
        "1. Phạm vi",
    ]


def test_points_run_through_the_vietnamese_alphabet() -> None:
    points = lines(Points(items=tuple("x" * 24)))
    assert "".join(point[0] for point in points) == "abcdđeghiklmnopqrstuvxya"
    assert points[-1] == "aa) x"
    assert point_letter(46) == "aaa"


@pytest.mark.parametrize(
    ("count", "numeral"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (49, "XLIX")]
)
def test_sections_have_roman_numerals(count: int, numeral: str) -> None:
    assert roman(count) == numeral


def test_a_draft_leaves_number_and_day_blank() -> None:
    printed = as_printed(make_document())
    assert printed.number_line == f"Số: {BLANK}/BC-SCT"
    assert printed.place_and_date == f"Gia Lai, ngày {BLANK} tháng 11 năm 2026"


@pytest.mark.parametrize(
    ("day", "month", "written"),
    [
        (5, 1, "ngày 05 tháng 01 năm 2026"),
        (10, 2, "ngày 10 tháng 02 năm 2026"),
        (9, 3, "ngày 09 tháng 3 năm 2026"),
        (31, 12, "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_a_zero_leads_days_below_ten_and_months_one_and_two(
    day: int, month: int, written: str
) -> None:
    printed = as_printed(make_document(day=day, month=month))
    assert printed.place_and_date == f"Gia Lai, {written}"


@pytest.mark.parametrize(("number", "line"), [("7", "07"), ("22", "22"), ("7a", "7a")])
def test_a_zero_leads_numbers_below_ten(number: str, line: str) -> None:
    assert as_printed(make_document(number=number)).number_line == f"Số: {line}/BC-SCT"


@pytest.mark.parametrize("end", ["như sau", "như sau.", "như sau;", "như sau./.", "như sau ./."])
def test_the_last_text_ends_with_the_closing_mark_once(end: str) -> None:
    last = as_printed(make_document(blocks=(Points(items=("một", end)),))).blocks[-1]
    assert isinstance(last, Line)
    assert last.text == "b) như sau./."


def test_lists_end_with_semicolons_and_a_last_full_stop() -> None:
    printed = as_printed(make_document(addressees=("Sở A.", "Sở B"), bases=("Căn cứ X;", "Y")))
    assert printed.addressees == ("- Sở A;", "- Sở B.")
    assert printed.bases == ("Căn cứ X;", "Y.")
    assert printed.recipients[0] == "- Như trên;"
    assert printed.recipients[-1] == "- Lưu: VT, QLTM."


def test_one_addressee_stands_as_given_and_none_is_no_line() -> None:
    assert as_printed(make_document(addressees=("Sở A",))).addressees == ("Sở A",)
    assert as_printed(make_document(addressees=())).addressees == ()


def test_an_official_letter_has_its_subject_under_the_number() -> None:
    printed = as_printed(make_document(type_name="", subject="đôn đốc"))
    assert (printed.letter_subject, printed.subject, printed.title) == (
        "V/v đôn đốc",
        "",
        "V/v đôn đốc",
    )


def test_the_foot_tells_notice_and_day_of_the_data() -> None:
    assert as_printed(make_document()).foot == (
        "Dự thảo · có dữ liệu minh họa · Số liệu đến ngày 14/11/2026"
    )
    assert as_printed(make_document(notice=None, data_as_of=None)).foot == ""


def test_a_chart_says_in_words_what_it_draws() -> None:
    chart = printed_chart(make_chart())
    assert isinstance(chart, PrintedChart)
    assert "Số gian hàng mới: ban đầu 12%, chỉ tiêu 50%, kết quả 4%." in chart.alt
    assert "kết quả chưa có số liệu" in chart.alt
    assert chart.rows[4].actual_label == "–"
