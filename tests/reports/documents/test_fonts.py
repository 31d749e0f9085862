"""The fonts of the reports: complete, reproducible, quick to check."""

from __future__ import annotations

import hashlib
import io
import shutil
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reports.documents.pdf import FONT_DIRECTORY, FONT_FILES, font_hashes
from tools.build_fonts import DEFAULT_SOURCE, FontSourceError, build, main, merged, sources

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def vietnamese_letters() -> str:
    """The 134 letters outside ASCII: 12 vowels in 6 tones and đ, both cases."""
    small = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES}
    letters = {letter for letter in small | {"đ"} if not letter.isascii()}
    return "".join(sorted(letters | {letter.upper() for letter in letters}))


def subsets() -> Path:
    """The folder of subsets, which the npm packages bring."""
    if not DEFAULT_SOURCE.is_dir():
        pytest.skip("the npm packages are not installed")
    return DEFAULT_SOURCE


def fingerprints(folder: Path) -> list[str]:
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FONT_FILES]


def test_there_are_134_vietnamese_letters_outside_ascii() -> None:
    assert len(vietnamese_letters()) == 134


@pytest.mark.parametrize("name", FONT_FILES)
def test_every_font_has_all_letters_and_signs_of_a_report(name: str) -> None:
    covered = TTFont(FONT_DIRECTORY / name).getBestCmap()
    wanted = vietnamese_letters() + "₫–…“”‘’·×−±½²°§\u00a0" + "".join(map(chr, range(32, 127)))
    assert [sign for sign in wanted if ord(sign) not in covered] == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of fonts built once for this file's tests, which do not change it."""
    target = tmp_path_factory.mktemp("fonts")
    assert build(subsets(), target)
    return target


def test_two_builds_have_equal_bytes(built: Path, tmp_path: Path) -> None:
    assert build(subsets(), tmp_path)
    assert fingerprints(tmp_path) == fingerprints(built)


def test_the_epoch_is_written_into_the_fonts() -> None:
    font = merged(sources(subsets())["Tinos-Regular.ttf"], 1_700_000_000)
    assert TTFont(io.BytesIO(font))["head"].modified == 1_700_000_000 + 2_082_844_800


def test_a_second_run_writes_nothing_until_a_font_is_damaged(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    assert not build(subsets(), tmp_path)
    (tmp_path / FONT_FILES[0]).write_bytes(b"damaged")
    assert build(subsets(), tmp_path)
    assert fingerprints(tmp_path) == fingerprints(built)


def test_a_missing_subset_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(subsets(), tmp_path / "files")
    (tmp_path / "files" / "tinos-vietnamese-700-italic.woff2").unlink()
    with pytest.raises(FontSourceError, match=r"tinos-vietnamese-700-italic\.woff2 is missing"):
        build(tmp_path / "files", tmp_path / "out")
    assert main([str(tmp_path / "files"), str(tmp_path / "out")]) == 1
    assert "npm ci" in capsys.readouterr().err


def test_the_hashes_are_those_of_the_files() -> None:
    assert list(font_hashes().values()) == fingerprints(FONT_DIRECTORY)
