"""The list as CSV and XLSX: exactly what the page shows, and nothing that a spreadsheet runs."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from organisations.models import User
from programmes.models import Task
from tests.builders import make_organisation, make_task, make_trial_period, make_update
from tests.programmes.asking import LIST, signed_in
from tests.programmes.cast import TODAY, Cast

CSV, XLSX = "/tasks.csv", "/tasks.xlsx"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "  =1+1", "＝1+1"]


def csv_of(user: User, **query: str) -> list[dict[str, str]]:
    answer = signed_in(user).get(CSV, query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def sheet_of(user: User, **query: str) -> list[dict[str, Any]]:
    answer = signed_in(user).get(XLSX, query)
    assert answer.status_code == 200
    page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    heads, *rows = list(page.iter_rows(values_only=True))
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def codes_on_the_page(user: User, **query: str) -> list[str]:
    page = signed_in(user).get(LIST, query).text
    return re.findall(r'class="name"><a href="/tasks/([\w-]+)/', page)


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Tasks that differ in everything one can filter and order by."""
    bodies = [make_organisation(f"b{number}", short_name=f"Sở {number}") for number in range(3)]
    for number, name in enumerate(["Ấn", "Án", "Đo", "Du", "Êm", "Em"]):
        task = make_task(
            cast.programme, name=name, lead=bodies[number % 3], partners=(cast.viettel,)
        )
        if number:
            make_trial_period(task, dt.date(2026, 1, 1), dt.date(2026, 6 + number, 1))
        if number % 2:
            make_update(task, dt.date(2026, 6, 14), percent=Decimal(number * 10))
    return cast


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"search": "em"},
        {"health": "grey"},
        {"lead_organisation": "b1"},
        {"order": "name"},
        {"order": "-name"},
        {"order": "-ends"},
        {"order": "percent", "partner": "viettel-gl"},
        {"order": "lead", "as_of": "2026-07-01"},
        {"order": "state", "state": "on_trial"},
        {"order": "<odd>"},
    ],
)
def test_both_files_hold_the_rows_of_the_page_in_its_order(many, query):
    shown = codes_on_the_page(many.staff, **query)

    assert shown
    assert [row["Mã"] for row in csv_of(many.staff, **query)] == shown
    assert [row["Mã"] for row in sheet_of(many.staff, **query)] == shown


def test_names_stand_in_the_order_of_the_vietnamese_alphabet(many):
    names = [row["Nhiệm vụ"] for row in csv_of(many.staff, order="name")]

    assert names[:6] == ["Án", "Ấn", "Du", "Đo", "Em", "Êm"]


@pytest.mark.parametrize("order", ["percent", "-percent", "ends", "-ends"])
def test_what_is_unknown_comes_last_in_either_direction(many, order):
    column = "Đạt (%)" if "percent" in order else "Ngày kết thúc thử nghiệm"
    unknown = ("chưa báo cáo", "chưa rõ")

    values = [row[column] in unknown for row in csv_of(many.staff, order=order)]

    assert values == sorted(values)
    assert True in values
    assert False in values


def test_numbers_and_days_are_numbers_and_days(cast):
    make_update(cast.task, dt.date(2026, 9, 14), percent=Decimal("62.50"))

    (row,) = sheet_of(cast.staff)

    assert row["Đạt (%)"] == 62.5
    assert row["Ngày kết thúc thử nghiệm"] == dt.datetime(2027, 1, 31)  # noqa: DTZ001
    assert row["Số liệu đến ngày"] == dt.datetime(2026, 9, 14)  # noqa: DTZ001
    (line,) = csv_of(cast.staff)
    assert line["Đạt (%)"] == "62,5"
    assert line["Ngày kết thúc thử nghiệm"] == "31/01/2027"


def test_not_reported_is_not_nought(cast):
    assert csv_of(cast.staff)[0]["Đạt (%)"] == "chưa báo cáo"
    assert sheet_of(cast.staff)[0]["Đạt (%)"] == "chưa báo cáo"

    make_update(cast.task, dt.date(2026, 9, 14), percent=Decimal(0))

    assert csv_of(cast.staff)[0]["Đạt (%)"] == "0"
    assert sheet_of(cast.staff)[0]["Đạt (%)"] == 0


def test_what_is_inferred_or_made_up_says_so(cast):
    cast.period.certainty = "example"
    cast.period.save()

    (row,) = csv_of(cast.staff)

    assert row["Độ chắc chắn của đơn vị chủ trì"] == "suy luận"
    assert row["Độ chắc chắn của thời gian"]
    assert row["Độ chắc chắn của số liệu"] == ""


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_ever_calculated(cast, text):
    Task.objects.update(name=text)

    (line,) = csv_of(cast.staff)
    answer = signed_in(cast.staff).get(XLSX)
    cell = load_workbook(io.BytesIO(answer.content)).worksheets[0]["B2"]

    assert line["Nhiệm vụ"].startswith("'")
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_the_names_of_the_files_say_day_and_filter(cast):
    person = signed_in(cast.staff)

    assert 'filename="danh-sach-nhiem-vu_2026-11-21.csv"' in person.get(CSV)["Content-Disposition"]
    named = person.get(XLSX, {"as_of": "2026-06-30", "search": "x"})["Content-Disposition"]
    assert 'filename="danh-sach-nhiem-vu_2026-06-30_loc.xlsx"' in named


def test_the_second_sheet_says_what_was_asked(cast):
    answer = signed_in(cast.staff).get(XLSX, {"state": "on_trial", "order": "-name"})
    terms = dict(load_workbook(io.BytesIO(answer.content)).worksheets[1].values)

    assert terms["Giai đoạn"] == "Đang thử nghiệm"
    assert terms["Sắp xếp theo"] == "Nhiệm vụ, giảm dần"
    assert terms["Số nhiệm vụ"] == 1


def test_an_enterprise_takes_its_own_tasks_and_reads_nothing_of_its_rival(cast):
    make_task(cast.programme, code="GL-2023-04", partners=(cast.viettel,))

    for rows in (csv_of(cast.liaison_vnpt), sheet_of(cast.liaison_vnpt)):
        assert [row["Mã"] for row in rows] == ["GL-2023-09"]
        assert "Viettel" not in str(rows)
    assert "Viettel" in str(csv_of(cast.staff))


@pytest.mark.parametrize("address", [CSV, XLSX])
def test_a_filter_by_the_rival_is_refused_and_names_nobody(cast, address):
    answer = signed_in(cast.liaison_vnpt).get(address, {"partner": "viettel-gl"})

    assert answer.status_code == 400
    assert "Viettel Gia Lai" not in answer.text


@pytest.mark.parametrize("address", [CSV, XLSX])
def test_who_may_not_export_is_told_so(cast, address):
    assert signed_in(cast.administrator).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert f'href="{address}"' not in signed_in(cast.administrator).get(LIST).text
    assert f'href="{address}"' in signed_in(cast.staff).get(LIST).text


def test_the_order_of_what_one_may_not_see_is_not_told(many):
    """An administrator's list keeps its numbers, whatever the address asks."""
    plain = codes_on_the_page(many.administrator)

    assert codes_on_the_page(many.administrator, order="percent") == plain
    assert codes_on_the_page(many.administrator, order="-state") == plain
    assert codes_on_the_page(many.administrator, order="name") != plain


def test_the_past_is_exported_as_the_past(cast):
    make_update(cast.task, dt.date(2026, 6, 14), percent=Decimal(30))
    make_update(cast.task, TODAY, percent=Decimal(60))

    assert csv_of(cast.staff, as_of="2026-07-01")[0]["Đạt (%)"] == "30"
    assert csv_of(cast.staff)[0]["Đạt (%)"] == "60"
