"""The bullet bar: where an indicator began, where it should be, where it stands, as one SVG.

The same drawing serves web pages, the PDF and (rendered to pixels) the DOCX. It carries no
words, so it needs no font; what it shows is said in its ``<title>`` and printed beside it. Every
state differs in shape, not in colour alone: a black-and-white print loses nothing.

Classes for style sheets: ``bullet-bar`` on the root, ``bullet-line``, ``bullet-baseline``,
``bullet-target``, ``bullet-expected``, ``bullet-run`` (outside baseline and target),
``bullet-actual``, ``bullet-worse``, ``bullet-beyond``, ``bullet-unknown`` on the parts. Colours
are presentation attributes, which any style sheet overrides.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from html import escape
from typing import Final

from reports.documents.layout import tidy

WIDTH: Final = 240
HEIGHT: Final = 20
#: Space left and right of the scale for a mark at its very end.
MARGIN: Final = 15
MIDDLE: Final = HEIGHT // 2
#: The scale in shares of the way from baseline (0) to target (1); what lies outside is drawn at
#: the end, with an arrow head.
FROM: Final = Decimal("-0.25")
TO: Final = Decimal("1.25")
#: Where the ticks of baseline and target stand, as a share of the drawing's width.
BASELINE_SHARE: Final = (MARGIN + (WIDTH - 2 * MARGIN) * (0 - FROM) / (TO - FROM)) / WIDTH
TARGET_SHARE: Final = (MARGIN + (WIDTH - 2 * MARGIN) * (1 - FROM) / (TO - FROM)) / WIDTH


@dataclass(frozen=True, kw_only=True)
class Colours:
    """The inks of a bullet bar as CSS colours."""

    line: str = "#52606d"
    faint: str = "#7b8794"
    actual: str = "#0f4c81"
    worse: str = "#b3261e"


PRINT_COLOURS: Final = Colours()


def bullet_chart_svg(
    *,
    title: str,
    baseline: Decimal | None,
    target: Decimal | None,
    actual: Decimal | None,
    expected: Decimal | None = None,
    colours: Colours = PRINT_COLOURS,
) -> str:
    """Draw one indicator; all four values share its unit, ``None`` is unknown.

    ``expected`` is where an even pace over the trial period would stand. Without baseline and
    target, or where they are equal, there is no scale and only a dash is drawn.
    """
    if baseline is None or target is None or baseline == target:
        return _svg(title, _dash(colours))
    parts = _scale(colours)
    if expected is not None:
        parts += _tick("expected", _share(expected, baseline, target), 6, colours.faint, "1.2")
    if actual is None:
        return _svg(title, parts + _dash(colours))
    return _svg(title, parts + _mark(_share(actual, baseline, target), colours))


def _share(value: Decimal, baseline: Decimal, target: Decimal) -> Decimal:
    """The part of the way from baseline to target, 0 to 1; negative when worse than baseline."""
    return (value - baseline) / (target - baseline)


def _x(share: Decimal) -> str:
    """The horizontal place of a share, kept on the scale, with a decimal point."""
    held = min(max(share, FROM), TO)
    x = MARGIN + (WIDTH - 2 * MARGIN) * (held - FROM) / (TO - FROM)
    return format(x.quantize(Decimal("0.01"), ROUND_HALF_EVEN), "f")


def _scale(colours: Colours) -> str:
    """The line from the baseline's tick to the target's taller one."""
    line = _line("line", (_x(Decimal(0)), _x(Decimal(1))), colours.line, "1.5")
    baseline = _tick("baseline", Decimal(0), 4, colours.line, "1.5")
    return line + baseline + _tick("target", Decimal(1), 8, colours.line, "2.5")


def _line(name: str, ends: tuple[str, str], colour: str, width: str) -> str:
    """A horizontal stroke between two places."""
    return (
        f'<line class="bullet-{name}" x1="{ends[0]}" y1="{MIDDLE}" x2="{ends[1]}" y2="{MIDDLE}" '
        f'stroke="{escape(colour)}" stroke-width="{width}"/>'
    )


def _tick(name: str, share: Decimal, reach: int, colour: str, width: str) -> str:
    """An upright stroke reaching ``reach`` above and below the line; the expected one is dashed."""
    x = _x(share)
    dashes = ' stroke-dasharray="2 1.5"' if name == "expected" else ""
    return (
        f'<line class="bullet-{name}" x1="{x}" y1="{MIDDLE - reach}" x2="{x}" '
        f'y2="{MIDDLE + reach}" stroke="{escape(colour)}" stroke-width="{width}"{dashes}/>'
    )


def _mark(share: Decimal, colours: Colours) -> str:
    """The mark at the actual value: a dot, or left of the baseline a red square."""
    x = _x(share)
    if share < 0:
        run = _line("run", (x, _x(Decimal(0))), colours.worse, "1.5")
        left = format(Decimal(x) - 4, "f")
        square = (
            f'<rect class="bullet-actual bullet-worse" x="{left}" y="{MIDDLE - 4}" width="8" '
            f'height="8" fill="{escape(colours.worse)}"/>'
        )
        return run + square + _arrow(share, colours.worse)
    run = _line("run", (_x(Decimal(1)), x), colours.actual, "1.5") if share > 1 else ""
    dot = f'<circle class="bullet-actual" cx="{x}" cy="{MIDDLE}" r="4.5" fill="{escape(colours.actual)}"/>'
    return run + dot + _arrow(share, colours.actual)


def _arrow(share: Decimal, colour: str) -> str:
    """An arrow head at the end of the scale for a value that lies beyond it."""
    if FROM <= share <= TO:
        return ""
    tip, back = (2, 7) if share < FROM else (WIDTH - 2, WIDTH - 7)
    return (
        f'<path class="bullet-beyond" d="M{back} {MIDDLE - 4}L{tip} {MIDDLE}L{back} {MIDDLE + 4}" '
        f'fill="none" stroke="{escape(colour)}" stroke-width="1.5"/>'
    )


def _dash(colours: Colours) -> str:
    """A dash at the right end: the value is unknown."""
    return _line("unknown", (str(WIDTH - 12), str(WIDTH - 4)), colours.line, "1.5")


def _svg(title: str, parts: str) -> str:
    """Wrap the parts; no style attributes, so a strict content security policy lets it pass."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bullet-bar" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"<title>{escape(tidy(title))}</title>{parts}</svg>"
    )
