"""A file is judged by its bytes: what people bring is taken, what could harm is refused with a sentence."""

import io
import json
import re

import pytest
from django.utils import translation

from dti_tracker.shared.errors import DomainError
from programmes.evidence import child, office, texts
from programmes.evidence.faults import Code, Fault
from programmes.evidence.inspecting import PROGRAM, inspected, judged_apart
from programmes.evidence.judging import judged
from programmes.evidence.kinds import DOCX, PDF
from programmes.evidence.names import cleaned
from programmes.evidence.sentences import SENTENCES
from tests.programmes import evidence_files as files
from tests.programmes.evidence_files import HONEST, HOSTILE


def kind_of(content: bytes) -> str:
    return judged(io.BytesIO(content)).code


@pytest.fixture
def stored(tmp_path):
    def store(content: bytes):
        path = tmp_path / "upload"
        path.write_bytes(content)
        return path.open("rb")

    return store


@pytest.mark.parametrize("name", HONEST)
def test_what_people_bring_is_taken_as_what_it_is(name):
    ending = name.rpartition(".")[2]
    expected = {"jpg": "jpeg", "csv": "text", "txt": "text"}.get(ending, ending)

    assert kind_of(HONEST[name]) == expected


@pytest.mark.parametrize("what", HOSTILE)
def test_what_could_harm_is_refused(what):
    code, make = HOSTILE[what]

    with pytest.raises(Fault) as refused:
        kind_of(make())

    assert refused.value.code == code


@pytest.mark.parametrize("code", Code)
def test_every_refusal_has_a_sentence_in_vietnamese_that_says_what_to_do(code):
    assert re.search(r"đề nghị|chỉ tải lên", str(SENTENCES[code]), re.IGNORECASE)
    with translation.override("en"):
        assert str(SENTENCES[code]).endswith(".")


def test_the_part_to_blame_is_named(stored):
    file = stored(files.office(more={"word/vbaProject.bin": b"\0"}))

    with file, pytest.raises(DomainError) as refused:
        inspected(file, "Báo cáo.docx")

    assert refused.value.message == (
        "Không tiếp nhận tệp “Báo cáo.docx” (phần “word/vbaProject.bin”): tệp chứa macro. Đề nghị "
        "lưu thành tệp không có macro (DOCX, XLSX, ODT) hoặc PDF."
    )
    assert set(refused.value.fields) == {"file"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bao-cao.docx", files.pdf()),
        ("bao-cao.pdf", files.office()),
        ("so-lieu.docx", files.office("xlsx")),
        ("anh.png", files.jpeg()),
        ("anh.pdf", b"a;b\n"),
        ("bao-cao.exe", files.pdf()),
        ("bao-cao", files.pdf()),
        ("bao-cao.html", files.pdf()),
        ("bao-cao.pdf.zip", files.pdf()),
    ],
)
def test_a_name_that_says_another_type_is_refused(stored, name, content):
    with stored(content) as file, pytest.raises(DomainError, match=r"Không tiếp nhận tệp"):
        inspected(file, name)


def test_a_file_is_taken_under_its_cleaned_name(stored):
    with stored(files.pdf()) as file:
        found = inspected(file, "C:\\Users\\a\\Biên bản\u202e số 5.PDF")

    assert (found.kind, found.name) == (PDF, "Biên bản số 5.pdf")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\tài liệu\\a.pdf", "a.pdf"),
        ("a\u202efdp.exe.pdf", "afdp-exe.pdf"),
        ("báo cáo.exe.pdf", "báo cáo-exe.pdf"),
        ("phiên bản 1.2.pdf", "phiên bản 1.2.pdf"),
        ("So\u031b\u0309.pdf", "Sở.pdf"),
        ("a\0b\r\nSet-Cookie: x.pdf", "ab Set-Cookie- x.pdf"),
        ('"><img>.pdf', "---img-.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul.pdf", "_nul.pdf"),
        (".pdf", "minh-chung.pdf"),
        (" .. .pdf", "minh-chung.pdf"),
        ("", "minh-chung.pdf"),
        ("ảnh.PDF", "ảnh.pdf"),
    ],
)
def test_odd_names_become_plain_ones(given, kept):
    assert cleaned(given, PDF) == kept


def test_a_long_name_is_cut_to_what_every_system_stores():
    name = cleaned("Sở " * 400 + ".docx", DOCX)

    assert name.endswith(".docx")
    assert len(name.encode()) <= 255
    assert "\ufffd" not in name


def test_a_second_file_inside_the_embedded_one_is_not_looked_for_in_vain():
    """What is embedded is judged by the same rules, and the budget of unpacked bytes is one."""
    inner = files.office("xlsx", {"xl/vbaProject.bin": b"\0"})

    with pytest.raises(Fault) as refused:
        kind_of(files.office("pptx", {"ppt/embeddings/a.xlsx": inner}))

    assert (refused.value.code, refused.value.where) == (
        "macro",
        "ppt/embeddings/a.xlsx/xl/vbaProject.bin",
    )


def test_without_the_search_for_entities_the_bomb_is_taken(monkeypatch):
    """Twin: it is the search that refuses it."""
    monkeypatch.setattr(office, "NEEDLES", {b"\0never": Code.ENTITIES})

    assert kind_of(HOSTILE["entities that swell"][1]()) == "docx"


def test_without_the_search_for_markup_the_page_is_taken(monkeypatch):
    """Twin."""
    monkeypatch.setattr(texts, "MARKUP", ())

    assert kind_of(HOSTILE["a page after much text"][1]()) == "text"


def test_a_process_that_ends_badly_takes_nothing(stored, monkeypatch, caplog):
    monkeypatch.setattr("programmes.evidence.inspecting.PROGRAM", [PROGRAM[0], "-c", "exit(3)"])

    with stored(files.pdf()) as file, pytest.raises(Fault) as refused:
        judged_apart(file)

    assert refused.value.code == Code.TOO_MUCH
    assert "ended with 3" in caplog.text


def test_a_machine_too_busy_to_judge_says_so(stored, monkeypatch):
    monkeypatch.setattr("programmes.evidence.inspecting.PATIENCE_S", 0.2)
    sleeping = [PROGRAM[0], "-c", "import time; time.sleep(9)"]
    monkeypatch.setattr("programmes.evidence.inspecting.PROGRAM", sleeping)

    with stored(files.pdf()) as file, pytest.raises(DomainError, match="Máy chủ đang bận"):
        judged_apart(file)


def test_a_lack_of_memory_is_a_refusal(monkeypatch):
    def exhaust(file):
        raise MemoryError

    monkeypatch.setattr(child, "judged", exhaust)

    assert child.verdict(io.BytesIO(b"a"))["fault"] == Code.TOO_MUCH


def test_the_answer_of_the_process_is_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(child, "limit", lambda: None)
    monkeypatch.setattr(child, "verdict", lambda file: {"kind": "pdf"})
    monkeypatch.setattr("builtins.open", lambda *a, **k: io.BytesIO(b""))

    child.main()

    assert json.loads(capsys.readouterr().out) == {"kind": "pdf"}
