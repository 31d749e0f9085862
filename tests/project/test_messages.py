"""The check of the translations notices what is missing, and compiles what is there."""

import gettext
from pathlib import Path

import pytest

from tools.messages import check, compile_all, missing

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
CODE = 'from django.utils.translation import gettext_lazy as _, pgettext\nSTATE = _("On trial")\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one app and one template, completely translated."""
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "choices.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}\n  <p title="{% translate "Deadline" %}">\n'
        "{% blocktranslate trimmed count days=n %}\n    {{ days }} day\n{% plural %}"
        "\n    {{ days }} days\n{% endblocktranslate %}</p>",
        encoding="utf-8",
    )
    translate(
        tmp_path,
        'msgid "On trial"\nmsgstr "Đang thử nghiệm"\n\nmsgid "Deadline"\nmsgstr "Thời hạn"\n\n'
        'msgid "%(days)s day"\nmsgid_plural "%(days)s days"\nmsgstr[0] "%(days)s ngày"\n',
    )
    return tmp_path


def translate(project: Path, entries: str) -> None:
    folder = project / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "django.po").write_text(HEADER + entries, encoding="utf-8")


def replace(project: Path, old: str, new: str) -> None:
    file = project / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_complete_translation_has_nothing_to_complain_of(project: Path) -> None:
    assert check(project) == []
    assert missing(project) == []


def test_compiled_translations_are_found(project: Path) -> None:
    compile_all(project)
    catalog = gettext.translation("django", project / "locale", ["vi"])
    assert catalog.gettext("On trial") == "Đang thử nghiệm"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"Thời hạn"', '""', "'Deadline' is empty"),
        ('msgid "Deadline"', '#, fuzzy\nmsgid "Deadline"', "'Deadline' is marked fuzzy"),
        ('msgid "Deadline"', 'msgid "Dead line"', "no translation of 'Deadline'"),
        ('msgid "Deadline"', 'msgid "Dead line"', "'Dead line' is not in the code any more"),
        ("%(days)s ngày", "%(day)s ngày", "has other placeholders"),
        ("%(days)s ngày", "ngày", "has other placeholders"),
        ('msgid "Deadline"', 'msgid "Deadline"\nmsgstr "Hạn"\n\nmsgid "Deadline"', "stands twice"),
        ('msgid "Deadline"', '#~ msgid "Old"\n#~ msgstr "Cũ"\n\nmsgid "Deadline"', "obsolete"),
    ],
)
def test_a_fault_of_the_translation_is_named(
    project: Path, old: str, new: str, complaint: str
) -> None:
    replace(project, old, new)
    assert any(complaint in line for line in check(project)), check(project)


def test_the_same_words_in_another_context_stand_twice_by_right(project: Path) -> None:
    replace(
        project,
        'msgid "Deadline"',
        'msgctxt "task"\nmsgid "On trial"\nmsgstr "Đang chạy"\n\nmsgid "Deadline"',
    )
    assert not any("twice" in line for line in check(project))


def test_missing_messages_come_ready_to_paste(project: Path) -> None:
    replace(project, 'msgid "On trial"', 'msgid "On  trial"')
    assert missing(project) == ['#: programmes/choices.py:2\nmsgid "On trial"\nmsgstr ""\n']
