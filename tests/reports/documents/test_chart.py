"""The bullet bar: each state has a shape of its own and the drawing is safe to embed."""

from __future__ import annotations

from decimal import Decimal, localcontext
from xml.etree import ElementTree

import pytest

from reports.documents.chart import Colours, bullet_chart_svg

SVG = "{http://www.w3.org/2000/svg}"


def draw(**values: str | None) -> ElementTree.Element:
    texts = {"baseline": "0", "target": "100", "actual": "50", "expected": None, **values}
    numbers = {name: None if text is None else Decimal(text) for name, text in texts.items()}
    svg = bullet_chart_svg(
        title="Tỷ lệ",
        baseline=numbers["baseline"],
        target=numbers["target"],
        actual=numbers["actual"],
        expected=numbers["expected"],
    )
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def part(root: ElementTree.Element, name: str) -> ElementTree.Element | None:
    found = (node for node in root.iter() if f"bullet-{name}" in node.get("class", "").split())
    return next(found, None)


def place(root: ElementTree.Element, name: str, attribute: str = "x1") -> Decimal:
    node = part(root, name)
    assert node is not None
    return Decimal(node.get(attribute, ""))


def test_the_dot_stands_between_the_ticks_in_proportion() -> None:
    root = draw(actual="25")
    baseline, target = place(root, "baseline"), place(root, "target")
    assert place(root, "actual", "cx") == baseline + (target - baseline) / 4


def test_lower_is_better_runs_the_same_way() -> None:
    assert place(draw(baseline="100", target="0", actual="75"), "actual", "cx") == place(
        draw(actual="25"), "actual", "cx"
    )


def test_past_the_target_the_line_runs_on() -> None:
    root = draw(actual="110")
    assert place(root, "run", "x2") > place(root, "target")
    assert part(root, "worse") is None


def test_worse_than_the_baseline_is_a_square_to_the_left() -> None:
    root = draw(actual="-10")
    square = part(root, "worse")
    assert square is not None
    assert square.tag == f"{SVG}rect"
    assert place(root, "run") < place(root, "baseline")


@pytest.mark.parametrize("actual", ["1000", "-1000"])
def test_beyond_the_scale_an_arrow_says_so(actual: str) -> None:
    root = draw(actual=actual)
    assert part(root, "beyond") is not None
    dot = part(root, "actual")
    assert dot is not None
    assert 0 <= Decimal(dot.get("cx") or dot.get("x") or "-1") <= 240


def test_an_unknown_actual_is_a_dash_and_no_dot() -> None:
    root = draw(actual=None)
    assert part(root, "actual") is None
    assert part(root, "unknown") is not None
    assert part(root, "line") is not None


@pytest.mark.parametrize("scale", [("0", None), (None, "100"), ("50", "50")])
def test_without_a_scale_only_the_dash_is_drawn(scale: tuple[str | None, str | None]) -> None:
    root = draw(baseline=scale[0], target=scale[1])
    assert part(root, "line") is None
    assert part(root, "unknown") is not None


def test_an_even_pace_has_a_dashed_tick() -> None:
    tick = part(draw(expected="40"), "expected")
    assert tick is not None
    assert tick.get("stroke-dasharray")
    assert part(draw(), "expected") is None


def test_the_drawing_has_a_role_a_title_and_no_inline_style() -> None:
    svg = bullet_chart_svg(
        title='<b> & "x"',
        baseline=Decimal(0),
        target=Decimal(1),
        actual=Decimal("0.5"),
        colours=Colours(actual='"><script>'),
    )
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == '<b> & "x"'
    assert "style=" not in svg
    assert "<script" not in svg


def test_the_drawing_does_not_depend_on_the_decimal_context() -> None:
    usual = ElementTree.tostring(draw(actual="33.3333"))
    with localcontext() as context:
        context.rounding = "ROUND_UP"
        assert ElementTree.tostring(draw(actual="33.3333")) == usual
