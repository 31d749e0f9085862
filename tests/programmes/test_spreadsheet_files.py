"""Files as they come: from Excel, LibreOffice and old Windows, reordered, broken, hostile."""

import datetime as dt
import io
import struct
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from dti_tracker.shared.errors import DomainError
from programmes.choices import SheetState
from programmes.models import ProgressUpdate, Spreadsheet
from programmes.spreadsheets import layout, opening
from tests.builders import make_link, make_milestone, make_sub_indicator, make_task
from tests.programmes.cast import TODAY
from tests.programmes.sheets import (
    changed,
    csv_of,
    differences,
    edited,
    in_cp1258,
    prefilled,
    problems,
    sent,
    written,
)
from tests.reports.documents.conftest import run, tool

SENTENCE = "Đã tập huấn 3 xã; đường truyền ổn định, người dùng hài lòng."
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>"""
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(98, 108)
    )
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&k;</t></is></c></row></sheetData></worksheet>'
)


def with_part(content: bytes, name: str, part: bytes, **options) -> bytes:
    """A zip with one part exchanged or added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for known in old.namelist():
            if known != name:
                new.writestr(known, old.read(known))
        new.writestr(name, part, **options)
    return file.getvalue()


# Shapes that people make ----------------------------------------------------------------------
def test_columns_and_rows_may_move_be_added_hidden_or_left_out(cast):
    other = make_task(cast.programme, lead=cast.sct)

    def shuffle(book):
        page = book["Tiến độ"]
        page.move_range("F1:F3", cols=10)
        page["R1"], page["R2"] = "Ghi chú riêng", "không đọc"
        page.delete_cols(8, 2)
        page.insert_rows(1, 2)
        page["B1"] = "SỞ CÔNG THƯƠNG"
        page.row_dimensions[4].hidden = True
        page["N4"] = 40
        page["N5"] = "50,00%"
        del book["Mốc"], book["Chỉ số"], book["Hướng dẫn"]

    cast.save(fields={"percent": 10, "difficulties": "Giữ nguyên."})
    sheet = sent(cast, edited(prefilled(cast.sct), shuffle))
    assert not sheet.problems
    written(sheet, cast.staff)
    assert ProgressUpdate.objects.get(task=cast.task).difficulties == "Giữ nguyên."
    assert set(ProgressUpdate.objects.values_list("task__code", "percent")) == {
        (cast.task.code, 40),
        (other.code, 50),
    }


def test_empty_rows_between_and_far_below_mean_nothing(cast):
    def pad(book):
        book["Tiến độ"].insert_rows(2, 50)
        book["Tiến độ"]["F5000"] = "   "

    assert sent(cast, edited(prefilled(cast.sct), pad)).rows == 1


def test_a_percentage_that_the_program_shows_as_one_is_one(cast):
    def as_percent(book):
        book["Tiến độ"]["F2"] = 0.5
        book["Tiến độ"]["F2"].number_format = "0.00%"

    sheet = sent(cast, edited(prefilled(cast.sct), as_percent))
    assert differences(sheet) == {"Hoàn thành (%)": ("–", "50")}


def test_days_of_the_1904_system_are_the_same_days(cast):
    make_milestone(cast.period, dt.date(2026, 12, 1))

    def mac(book):
        book.epoch = CALENDAR_MAC_1904
        book["Mốc"]["F2"] = dt.date(2026, 11, 20)

    assert differences(sent(cast, edited(prefilled(cast.sct), mac))) == {
        "Mốc 1: Mốc 1": ("–", "20/11/2026")
    }


def test_a_formula_without_a_result_and_one_among_words_are_named(cast):
    sheet = sent(cast, changed(prefilled(cast.sct), percent="=10*4", narrative='="Đã"&" làm"'))
    assert set(problems(sheet)) == {"F2", "G2"}


def test_a_formula_counts_with_the_result_that_was_saved_with_it(cast):
    content = changed(prefilled(cast.sct), percent="=10*4")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    part = part.replace(b"<f>10*4</f><v></v>", b"<f>10*4</f><v>40</v>")
    part = part.replace(b"<f>10*4</f><v />", b"<f>10*4</f><v>40</v>").replace(
        b"<f>10*4</f><v/>", b"<f>10*4</f><v>40</v>"
    )
    sheet = sent(cast, with_part(content, "xl/worksheets/sheet1.xml", part))
    assert differences(sheet) == {"Hoàn thành (%)": ("–", "40")}


def test_merged_cells_are_named_with_their_range(cast):
    make_task(cast.programme, lead=cast.sct)
    content = edited(prefilled(cast.sct), lambda book: book["Tiến độ"].merge_cells("G2:G3"))
    assert set(problems(sent(cast, content))) == {"G2", "G3"}
    assert "G2:G3" in problems(sent(cast, content))["G2"]


def test_a_column_that_stands_twice_or_lacks_is_told(cast):
    twice = sent(cast, changed(prefilled(cast.sct), {"M1": "Hoàn thành (%)"}))
    assert "hai cột" in problems(twice)[""]
    lacks = sent(cast, changed(prefilled(cast.sct), {"B1": "Khác"}))
    assert "Mã nhiệm vụ" in problems(lacks)[""]
    other = sent(cast, edited(Workbook_with("Khác"), lambda book: None))
    assert "Tiến độ" in problems(other)[""]


def Workbook_with(title: str) -> bytes:  # noqa: N802
    book = Workbook()
    assert book.active is not None
    book.active.title = title
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# CSV -------------------------------------------------------------------------------------------
def rows(cast, **values):
    return [{"task": cast.task.code, "percent": "50,00%", "narrative": SENTENCE, **values}]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "coded",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: unicodedata.normalize("NFD", text).encode(),
        in_cp1258,
    ],
    ids=["utf8", "bom", "utf16", "nfd", "cp1258"],
)
def test_a_csv_is_read_in_the_codes_that_programs_write(cast, coded, delimiter):
    sheet = sent(cast, coded(csv_of(rows(cast), delimiter)), "tien-do.csv")
    assert differences(sheet) == {
        "Hoàn thành (%)": ("–", "50"),
        "Kết quả đã thực hiện": ("–", SENTENCE),
    }


def test_a_csv_names_the_wrong_cells_like_a_spreadsheet(cast):
    text = csv_of([*rows(cast, narrative="Dòng một\ndòng hai"), *rows(cast, task="X", percent="?")])
    assert set(problems(sent(cast, text.encode(), "a.csv"))) == {"A3", "B3"} or set(
        problems(sent(cast, text.encode(), "a.csv"))
    ) == {"B3"}


def test_a_csv_with_an_open_quotation_mark_is_told(cast):
    sheet = sent(cast, csv_of(rows(cast)).encode() + b'x;"open', "a.csv")
    assert (sheet.state, sheet.faults) == (SheetState.FAULTY, 1)


# Programs --------------------------------------------------------------------------------------
def test_what_libreoffice_saves_is_read_and_changes_nothing(cast, tmp_path):
    make_milestone(cast.period, dt.date(2026, 12, 1))
    make_link(cast.task, make_sub_indicator(unit="%"))
    cast.save(
        fields={"percent": "62.5", "narrative": "=1+1\nĐã tập huấn.", "declared_health": "amber"}
    )
    content = changed(prefilled(cast.sct), sheet="Mốc", reached_on=dt.date(2026, 11, 20))
    written(sent(cast, content), cast.staff)
    saved = through_libreoffice(prefilled(cast.sct), tmp_path)
    sheet = sent(cast, saved)
    assert (sheet.state, sheet.rows, sheet.changed, sheet.problems) == (SheetState.READ, 3, 0, [])
    typed = through_libreoffice(
        changed(prefilled(cast.sct), percent="=25*2", difficulties="Mới"), tmp_path
    )
    assert differences(sent(cast, typed)) == {
        "Hoàn thành (%)": ("62,5", "50"),
        "Khó khăn, vướng mắc": ("–", "Mới"),
    }


def through_libreoffice(content: bytes, folder: Path) -> bytes:
    """A file opened and saved by LibreOffice."""
    path = folder / "sheet.xlsx"
    path.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    out = folder / "saved"
    command = ("--headless", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir")
    run(tool("soffice"), *command, str(out), str(path))
    return (out / "sheet.xlsx").read_bytes()


# Hostile ---------------------------------------------------------------------------------------
def refused(cast, content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(DomainError) as refusal:
        sent(cast, content, name)
    assert not Spreadsheet.objects.exists()
    return refusal.value.message


def test_a_bomb_is_refused_at_once(cast):
    bomb = with_part(prefilled(cast.sct), "xl/worksheets/sheet1.xml", b" " * (300 * 1024**2))
    assert len(bomb) < 400_000
    began = time.process_time()
    assert "giải nén" in refused(cast, bomb)
    assert time.process_time() - began < 1


def test_a_part_that_declares_less_than_it_holds_is_cut_off(cast):
    bomb = bytearray(
        with_part(prefilled(cast.sct), "xl/worksheets/sheet1.xml", b" " * (60 * 1024**2))
    )
    size = struct.pack("<I", 60 * 1024**2)
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = struct.pack("<I", 1000)
    sheet = sent(cast, bytes(bomb))
    assert (sheet.state, sheet.faults) == (SheetState.FAULTY, 1)


def test_too_many_parts_are_refused(cast):
    file = io.BytesIO(prefilled(cast.sct))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(opening.MOST_PARTS):
            archive.writestr(f"xl/media/{number}", b"")
    assert "giải nén" in refused(cast, file.getvalue())


@pytest.mark.parametrize("part", [ENTITIES, LAUGHS], ids=["file", "laughs"])
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_never_resolved(cast, part, name):
    began = time.process_time()
    sheet = sent(cast, with_part(prefilled(cast.sct), name, part))
    assert time.process_time() - began < 5
    assert sheet.state == SheetState.FAULTY or sheet.rows == 0
    assert "root:" not in str(sheet.problems) + str(sheet.differences)


def test_macros_and_other_formats_are_refused(cast):
    content = prefilled(cast.sct)
    assert "macro" in refused(cast, with_part(content, "xl/vbaProject.bin", b"x"))
    assert "xlsm" in refused(cast, content, "a.xlsm")
    assert "xlsx" in refused(cast, b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "a.xls")
    assert "đuôi" in refused(cast, b"%PDF-1.7", "a.xlsx")
    assert "đuôi" in refused(cast, content, "a.csv")
    assert "đuôi" in refused(cast, b"MZ\x00\x00", "a.csv")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "xlsx" in refused(cast, file.getvalue())


def test_a_damaged_file_is_told(cast):
    content = prefilled(cast.sct)
    assert "hỏng" in refused(cast, content[: len(content) // 2])
    broken = sent(cast, with_part(content, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"))
    assert (broken.state, broken.faults) == (SheetState.FAULTY, 1)


def test_a_file_that_is_too_large_is_refused(cast, settings):
    settings.SPREADSHEET_MAX_MB = 0
    assert "lớn hơn" in refused(cast, prefilled(cast.sct))


def test_without_the_check_of_sizes_a_bomb_is_unpacked(cast, monkeypatch):
    """Twin: the check says yes to everything."""
    monkeypatch.setattr(opening, "_require_sound", lambda archive: None)
    bomb = with_part(prefilled(cast.sct), "xl/worksheets/sheet1.xml", b" " * (60 * 1024**2))
    began = time.process_time()
    assert sent(cast, bomb).state == SheetState.FAULTY
    assert time.process_time() - began > 0.05


def test_more_rows_than_a_file_may_have_are_told(cast, monkeypatch):
    monkeypatch.setattr("programmes.spreadsheets.reading.MOST_LINES", 3)
    text = csv_of(rows(cast) * 4)
    assert "3 dòng" in problems(sent(cast, text.encode(), "a.csv"))[""]


def test_the_name_of_a_file_is_kept_as_one_can_read_it(cast):
    sheet = sent(cast, prefilled(cast.sct), "C:\\Users\\a\u202e\\Tiến\x00 độ\u202e.xlsx")
    assert sheet.file_name == "Tiến độ.xlsx"


def test_the_sheet_out_is_locked_listed_and_printable(cast):
    cast.save()

    def look(book):
        page = book["Tiến độ"]
        heads = {c.value: c.column_letter for c in page[1]}
        assert page.freeze_panes == "C2"
        assert page.column_dimensions["A"].hidden
        assert page.protection.sheet
        assert page["B2"].protection.locked
        assert not page[f"{heads['Hoàn thành (%)']}2"].protection.locked
        lists = [v.formula1 for v in page.data_validations.dataValidation if v.type == "list"]
        assert any("Xanh" in words for words in lists)
        assert page.print_title_rows == "$1:$1"
        assert book.sheetnames == ["Tiến độ", "Mốc", "Chỉ số", layout.GUIDE]

    edited(prefilled(cast.sct), look)
    assert TODAY
