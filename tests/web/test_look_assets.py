"""What the browser loads: small, complete, readable, and nothing from anywhere else."""

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ASSETS = ROOT / "build" / "assets"
# A letter is no page: it meets no policy of ours, and mail programs want its style in it.
LETTERS = ROOT / "templates" / "account" / "email"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FIRST_VIEW_LIMIT, LATER_VIEW_LIMIT = 200_000, 40_000  # bytes over the wire, quality.md


def wire_size(path: Path) -> int:
    """Bytes of a file as the server sends it: fonts as they are, the rest by brotli."""
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(brotli.compress(data))


def test_the_files_of_a_first_view_leave_room_for_the_page_itself() -> None:
    files = [path for path in ASSETS.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"app.css", "app.js", "icons.svg", "mark.svg"}
    assert sum(map(wire_size, files)) <= FIRST_VIEW_LIMIT - LATER_VIEW_LIMIT


def test_nothing_is_loaded_from_another_host() -> None:
    for name in ("app.css", "app.js"):
        text = (ASSETS / name).read_text(encoding="utf-8")
        assert not re.search(r"(url\(|src=|import\()[\"']?(https?:)?//", text)


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_hold_nothing_that_the_content_security_policy_forbids(template: Path) -> None:
    if template.is_relative_to(LETTERS):
        return
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text)


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sprite = (ASSETS / "icons.svg").read_text(encoding="utf-8")
    present = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= present


def _colours() -> list[dict[str, str]]:
    """The tokens of the light and of the dark scheme."""
    text = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light_text, dark_text = text.split("@media")
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light_text))
    dark = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", dark_text))
    return [light, {**light, **dark}]


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours after WCAG, 1 to 21."""
    low, high = sorted([_luminance(one), _luminance(other)])
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *[(state, f"{state}-tint") for state in ("red", "amber", "green", "grey", "earth")],
    *[(text, ground) for text in ("ink", "quiet", "brand") for ground in ("canvas", "surface")],
    ("red", "surface"),
    ("on-brand", "brand"),
    ("brand-deep", "brand-tint"),
    *[("ink", f"{state}-tint") for state in ("red", "amber", "green", "grey")],
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(scheme: int, text: str, ground: str) -> None:
    colours = _colours()[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_borders_of_controls_can_be_seen(scheme: int) -> None:
    colours = _colours()[scheme]
    assert contrast(colours["edge"], colours["surface"]) >= 3
    assert contrast(colours["edge"], colours["canvas"]) >= 3
