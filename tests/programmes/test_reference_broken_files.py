"""A broken file is refused whole: nothing is written, and every fault has its place."""

import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from organisations.models import Organisation, ReferenceRow
from organisations.reference.problems import BrokenFiles
from programmes.reference import load_reference
from tests.programmes.reference_files import copy_files, rewrite, set_cell

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return copy_files(tmp_path)


def add_cell(records: list[list[str]]) -> None:
    for record in records:
        record.append("x")


def drop_cell(records: list[list[str]]) -> None:
    for record in records:
        record.pop()


def repeat_cell(records: list[list[str]]) -> None:
    for record in records:
        record.append(record[0])


def refused(folder: Path) -> list[str]:
    """The sentences with which a folder is refused."""
    with pytest.raises(BrokenFiles) as caught:
        load_reference(folder)
    assert not Organisation.objects.exists()
    assert not ReferenceRow.objects.exists()
    return [str(problem) for problem in caught.value.problems]


def test_an_unknown_column_is_named(folder):
    rewrite(folder / "figures.csv", add_cell)
    assert "figures.csv, dòng 1, cột x: cột không có trong mẫu" in refused(folder)


def test_a_missing_column_is_named(folder):
    rewrite(folder / "figures.csv", drop_cell)
    assert "figures.csv, dòng 1, cột source: thiếu cột" in refused(folder)


def test_a_column_that_stands_there_twice_is_named(folder):
    rewrite(folder / "figures.csv", repeat_cell)
    assert "figures.csv, dòng 1, cột key: cột bị lặp" in refused(folder)


def test_a_record_with_too_few_cells_is_named_by_its_line(folder):
    rewrite(folder / "successions.csv", lambda records: records[3].remove("inferred"))
    assert refused(folder) == ["successions.csv, dòng 4: có 5 ô, phải là 6"]


@pytest.mark.parametrize(
    ("file", "key", "column", "value", "said"),
    [
        (
            "organisations.csv",
            "stttt",
            "valid_to",
            "28/02/2025",
            "dòng 6, cột valid_to: không phải ngày dạng YYYY-MM-DD",
        ),
        (
            "organisations.csv",
            "stttt",
            "kind",
            "ministry",
            "dòng 6, cột kind: không thuộc committee, department, central_agency, locality, "
            "enterprise, enterprise_unit, association, party",
        ),
        (
            "organisations.csv",
            "stttt",
            "parent",
            "nobody",
            "dòng 6, cột parent: không có “nobody”",
        ),
        (
            "organisations.csv",
            "stttt",
            "valid_from",
            "2025-03-01",
            "dòng 6, cột valid_to: sớm hơn valid_from",
        ),
        (
            "organisations.csv",
            "stttt",
            "code",
            "skhcn",
            "dòng 7: “skhcn” đã có tại: organisations.csv, dòng 6",
        ),
        ("organisations.csv", "stttt", "name", "", "dòng 6, cột name: không được để trống"),
        (
            "organisations.csv",
            "stttt",
            "is_office",
            "maybe",
            "dòng 6, cột is_office: phải là 1 hoặc 0",
        ),
        (
            "organisations.csv",
            "stttt",
            "short_name",
            "x" * 101,
            "dòng 6, cột short_name: dài quá 100 ký tự",
        ),
        (
            "organisations.csv",
            "stttt",
            "exchange_code",
            "21",
            "dòng 6, cột exchange_code: giá trị không hợp lệ",
        ),
        ("figures.csv", "sme-2023", "value", "30,5", "dòng 2, cột value: không phải số phù hợp"),
        (
            "figures.csv",
            "sme-2023",
            "value",
            "NaN",
            "dòng 2, cột value: không phải số phù hợp",
        ),
        (
            "results.csv",
            "Đà Nẵng",
            "rank",
            "64",
            "dòng 2, cột rank: hạng 64 không nằm trong 1–63",
        ),
        (
            "results.csv",
            "Đà Nẵng",
            "assessment_year",
            "-1",
            "dòng 2, cột assessment_year: ngoài khoảng cho phép",
        ),
        (
            "results.csv",
            "CQS",
            "measure_code",
            "XYZ",
            "dòng 3, cột measure_code: không có “DTI-1726-2020/XYZ”",
        ),
        (
            "successions.csv",
            "stttt",
            "successor",
            "stttt",
            "dòng 2, cột successor: một cơ quan không kế thừa chính mình",
        ),
        (
            "documents.csv",
            "cv-2956",
            "issued_on",
            "",
            "dòng 2, cột issued_on_precision: văn bản không rõ ngày phải ghi độ chính xác “unknown”",
        ),
        (
            "tasks.csv",
            "GL-2023-01",
            "lead",
            "nobody",
            "dòng 2, cột organisation: không có “nobody”",
        ),
        (
            "links.csv",
            "GL-2023-01",
            "sub_indicator",
            "922-7-p99",
            "dòng 2, cột sub_indicator: không có “922-7-p99”",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_its_reason(folder, file, key, column, value, said):
    set_cell(folder / file, key, column, value)
    assert f"{file}, {said}" in refused(folder)


def test_all_faults_of_all_files_are_told_at_once(folder):
    set_cell(folder / "figures.csv", "sme-2023", "value", "x")
    set_cell(folder / "figures.csv", "sme-2025", "role", "x")
    set_cell(folder / "tasks.csv", "GL-2023-01", "number", "x")
    assert len(refused(folder)) == 3


def test_a_file_that_cannot_be_read_is_told_once(folder):
    (folder / "organisations.csv").write_bytes(b"\xff")
    assert refused(folder) == ["organisations.csv, dòng 1: không phải mã hóa UTF-8"]


def test_a_missing_file_is_named(folder):
    (folder / "links.csv").unlink()
    assert refused(folder) == ["links.csv: thiếu tệp hoặc không đọc được"]


def test_a_file_in_another_encoding_is_refused_with_its_line(folder):
    path = folder / "items.csv"
    lines = path.read_bytes().split(b"\n")
    lines[2] = "Sở".encode("utf-16")
    path.write_bytes(b"\n".join(lines))
    assert "items.csv, dòng 3: không phải mã hóa UTF-8" in refused(folder)


def test_a_nul_character_is_refused(folder):
    path = folder / "criteria.csv"
    path.write_bytes(path.read_bytes() + b"\0")
    assert "criteria.csv: chứa ký tự NUL" in refused(folder)


def test_an_open_quote_is_refused(folder):
    with (folder / "criteria.csv").open("a", encoding="utf-8") as file:
        file.write('GL-2023,"x')
    assert refused(folder)[0].startswith("criteria.csv, dòng 7: không đọc được CSV")


def test_a_syntax_error_in_json_has_line_and_column(folder):
    (folder / "frameworks.json").write_text('{"frameworks": [\n  {]}', encoding="utf-8")
    assert refused(folder)[0].startswith("frameworks.json, dòng 2, cột 4: không đọc được JSON")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"scale_points": 1000',
            '"scale_points": "many"',
            "cột frameworks[0].scale_points: không phải số phù hợp",
        ),
        (
            '"scale_points"',
            '"scale"',
            "cột frameworks[0].scale_points: bị thiếu",
        ),
        ('"scale_points"', '"scale"', "cột frameworks[0].scale: không có trong mẫu"),
        (
            '"superseded_by": "DTI-922-2022"',
            '"superseded_by": "DTI-X"',
            "cột frameworks[0]: không có “DTI-X”",
        ),
        (
            '"sub_indicators": []',
            '"sub_indicators": [7]',
            "cột frameworks[0].main_indicators[3].sub_indicators: phải là danh sách đối tượng",
        ),
    ],
)
def test_a_wrong_value_in_json_is_named_by_its_path(folder, old, new, said):
    path = folder / "frameworks.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert f"frameworks.json, {said}" in refused(folder)


@pytest.mark.parametrize("content", ["[]", '{"frameworks": 1}'])
def test_json_of_another_shape_is_refused(folder, content):
    (folder / "frameworks.json").write_text(content, encoding="utf-8")
    assert any(said.startswith("frameworks.json") for said in refused(folder))


def test_bodies_above_each_other_in_a_circle_are_refused(folder):
    set_cell(folder / "organisations.csv", "vnpt", "parent", "vnpt-gl")
    assert refused(folder) == ["organisations.csv, dòng 16: các dòng tham chiếu vòng tròn lẫn nhau"]


def test_a_rule_of_the_database_refuses_the_file(folder):
    set_cell(folder / "tasks.csv", "GL-2023-02", "number", "1")
    assert refused(folder) == [
        "tasks.csv: trái với ràng buộc của cơ sở dữ liệu: one_task_for_each_number"
    ]


def test_decomposed_letters_are_composed_silently(folder):
    path = folder / "organisations.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    load_reference(folder)
    assert Organisation.objects.get(code="sct").name == "Sở Công Thương"


def test_a_byte_order_mark_is_no_fault(folder):
    path = folder / "organisations.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    load_reference(folder)
    assert Organisation.objects.exists()


def test_the_command_tells_the_faults_and_fails(folder):
    set_cell(folder / "figures.csv", "sme-2023", "value", "x")
    with pytest.raises(CommandError, match=r"figures\.csv, dòng 2, cột value"):
        call_command("load_reference", folder=folder)
