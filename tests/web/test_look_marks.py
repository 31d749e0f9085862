"""Numbers, days, marks and small pictures as they are written into pages."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from organisations.models import User
from organisations.selectors import Standing, Successions
from organisations.templatetags import plots, ui
from tests.builders import make_member, make_organisation, make_programme


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def rendered(source: str, **context: Any) -> str:
    return Template("{% load ui plots %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "places", "vietnamese", "english"),
    [
        (1028, None, "1.028", "1,028"),
        (Decimal("62.50"), None, "62,5", "62.5"),
        (Decimal("62.45"), 1, "62,5", "62.5"),
        (Decimal("0"), None, "0", "0"),
        (Decimal("-1234567.8"), None, "−1.234.567,8", "−1,234,567.8"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (None, None, "–", "–"),
    ],
)
def test_numbers_read_as_in_the_language(
    value: Any, places: int | None, vietnamese: str, english: str
) -> None:
    assert ui.number(value, places) == vietnamese
    with translation.override("en"):
        assert ui.number(value, places) == english


def test_an_unknown_percentage_is_a_dash_and_zero_is_zero() -> None:
    assert (ui.percent(None), ui.percent(0)) == ("–", "0%")


def test_days_are_those_of_vietnam() -> None:
    late = dt.datetime(2026, 11, 20, 17, 30, tzinfo=dt.UTC)
    assert ui.day(late) == "21/11/2026"
    assert ui.moment(late) == "00:30 21/11/2026"
    assert ui.day(dt.date(2026, 1, 2)) == "02/01/2026"


def test_a_person_is_marked_by_the_given_name() -> None:
    assert ui.initial("Nguyễn Thị Hạnh") == "H"
    assert ui.initial("") == ""


@pytest.mark.parametrize(
    ("health", "word"),
    [
        ("green", "Đúng tiến độ"),
        ("amber", "Cần chú ý"),
        ("red", "Có nguy cơ"),
        ("grey", "Chưa đánh giá được"),
    ],
)
def test_a_state_has_its_word_even_where_it_is_small(health: str, word: str) -> None:
    assert word in rendered("{% state_mark health compact=True %}", health=health)


def test_the_four_states_differ_in_shape() -> None:
    shapes = {
        re.sub(
            r"\s+", "", rendered("{% state_mark h %}", h=health).split("</svg>")[0].split(">", 2)[2]
        )
        for health in ui.HEALTH_WORDS
    }
    assert len(shapes) == 4


@pytest.mark.parametrize(
    ("code", "mark"),
    [("inferred", "≈"), ("unverified", "?"), ("example", "minh họa"), ("unknown", "–")],
)
def test_an_uncertain_figure_carries_its_suffix(code: str, mark: str) -> None:
    assert mark in rendered("{% certainty code %}", code=code)


@pytest.mark.parametrize("code", ["read", "derived", "entered", "confirmed"])
def test_a_certain_figure_carries_none(code: str) -> None:
    assert rendered("{% certainty code %}", code=code).strip() == ""


def attributes(svg: str) -> list[str]:
    return re.findall(r' (?:x|x1|x2|cx|cy|y|y1|y2|width|height)="([^"]*)"', svg)


def test_a_decimal_comma_never_reaches_a_drawing() -> None:
    svg = rendered(
        "{% trial_bar done=done today=today milestones=marks start=today %}"
        "{% bullet_bar actual=done linear=today %}{% rank_line rank=5 of=34 %}"
        "{% rank_by_year results=years %}{% changed_span old=spans.0 new=spans.1 %}"
        "{% changed_value old=done new=today end=today %}",
        spans=[(0, Decimal("80.5")), (Decimal("10.25"), 100)],
        done=Decimal("41.25"),
        today=Decimal("80.333"),
        marks=[{"at": Decimal("72.5"), "state": "late", "title": "Mốc 2"}],
        years=[{"year": 2022, "rank": 62, "of": 63}, {"year": 2024, "rank": 31, "of": 34}],
    )
    assert attributes(svg)
    assert all(re.fullmatch(r"-?\d+(\.\d+)?%?", value) for value in attributes(svg))


def test_progress_that_was_not_reported_is_not_drawn_as_zero() -> None:
    nothing = rendered("{% trial_bar done=None %}")
    zero = rendered("{% trial_bar done=zero %}", zero=0)
    assert "plot-done" not in nothing
    assert "chưa báo cáo tiến độ" in nothing
    assert "đã đạt 0%" in zero


def test_today_outside_the_trial_is_not_drawn() -> None:
    assert plots.trial_bar(done=100, today=101)["today"] is None
    assert plots.trial_bar(done=100, today=100)["today"] == "100.00%"


def test_the_span_of_one_trial_among_several_lies_on_the_common_axis() -> None:
    bar = plots.trial_bar(done=50, start=20, end=60)
    assert (bar["left"], bar["width"], bar["done"]) == ("20.00%", "40.00%", "20.00%")


@pytest.mark.parametrize(
    ("actual", "place", "worse", "beyond"),
    [
        (0, "14.00%", False, ""),
        (100, "84.00%", False, ""),
        (Decimal("108"), "89.60%", False, ""),
        (600, "96.00%", False, "right"),
        (Decimal("-9.5"), "7.35%", True, ""),
        (-40, "4.00%", True, "left"),
    ],
)
def test_a_bullet_bar_shows_worse_and_beyond(
    actual: Any, place: str, worse: bool, beyond: str
) -> None:
    bar = plots.bullet_bar(actual=actual)
    assert (bar["actual"], bar["worse"], bar["beyond"]) == (place, worse, beyond)


def test_an_indicator_without_data_has_no_dot() -> None:
    assert "circle" not in rendered("{% bullet_bar actual=None %}")


def test_what_was_is_dashed_above_what_is_and_unknown_days_are_not_drawn() -> None:
    both = rendered("{% changed_span old=old new=new label='Lùi' %}", old=(0, 80), new=(0, 100))
    known = rendered("{% changed_span old=None new=new %}", new=(0, 100))
    assert both.index("plot-was") < both.index("plot-is")
    assert 'width="80.00%"' in both
    assert 'aria-label="Lùi"' in both
    assert "plot-was" not in known


def test_an_old_and_a_new_target_stand_on_the_line_of_the_bullet_bar() -> None:
    drawn = plots.changed_value(old=50, new=100, end=0)
    assert (drawn["end"], drawn["old"], drawn["new"]) == ("14.00%", "49.00%", "84.00%")
    assert "plot-base" in rendered("{% changed_value old=0 new=100 end=None %}")


def test_ranks_among_63_and_among_34_are_never_joined() -> None:
    picture = plots.rank_by_year(
        results=[
            {"year": 2021, "rank": 39, "of": 63},
            {"year": 2022, "rank": 62, "of": 63},
            {"year": 2023, "rank": None, "of": 63},
            {"year": 2024, "rank": 31, "of": 34},
            {"year": 2025, "rank": 30, "of": 34},
        ]
    )
    assert [point["breaks"] for point in picture["points"]] == [False, False, False, True, False]
    assert len(picture["lines"]) == 2


def test_the_first_rank_stands_at_the_top_and_the_last_at_the_bottom() -> None:
    picture = plots.rank_by_year(
        results=[{"year": 1, "rank": 1, "of": 63}, {"year": 2, "rank": 63, "of": 63}]
    )
    assert [point["y"] for point in picture["points"]] == [26, 78]


def entries(path: str, *, administers: bool, **context: Any) -> dict[str, Any]:
    request: Any = RequestFactory().get(path)
    request.user = User(username="somebody")
    request._standing = Standing(
        user_id=1,
        positions={},
        is_administrator=administers,
        is_enterprise=False,
        successions=Successions({}),
        on=dt.date(2026, 11, 21),
    )
    return ui.navigation({"request": request, **context}, phone=context.get("phone", False))


def test_the_navigation_leads_nowhere_that_does_not_exist() -> None:
    shown = entries("/", administers=True)["entries"]
    assert all(ui.page(entry.path) for entry in shown)
    assert ui.page("/no-such-page/") == ""


def test_the_reports_are_found_under_documents() -> None:
    shown = entries("/reports/", administers=False)
    assert shown["current"].path == "/reports/"
    assert str(shown["current"].label) == "Văn bản"


def test_only_administrators_see_the_administration() -> None:
    assert "/setup/" in {entry.path for entry in entries("/", administers=True)["entries"]}
    assert "/setup/" not in {entry.path for entry in entries("/", administers=False)["entries"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "position", "is_led_there"),
    [
        ("skhcn", "head", True),
        ("skhcn", "deputy", True),
        ("skhcn", "staff", False),
        ("sct", "head", False),
    ],
)
def test_who_decides_on_the_calendar_is_led_to_it(
    client: Client, code: str, position: str, is_led_there: bool
) -> None:
    bodies = {name: make_organisation(name) for name in ("skhcn", "sct")}
    make_programme(coordinator=bodies["skhcn"])
    client.force_login(make_member(bodies[code], position))
    led = 'href="/setup/"' in client.get("/account/").text
    assert led is is_led_there
    if led:
        assert 'href="/setup/calendar/"' in client.get("/setup/").text


def test_a_hidden_path_is_not_shown() -> None:
    shown = entries("/", administers=True, hidden_paths={"/setup/"})["entries"]
    assert "/setup/" not in {entry.path for entry in shown}


def test_the_entry_above_the_present_page_is_the_current_one() -> None:
    assert entries("/setup/people/", administers=True)["current"].path == "/setup/"
    assert entries("/styleguide/", administers=True)["current"] is None


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_pages_stand_without_request_user_or_database(status: str) -> None:
    page = render_to_string(f"{status}.html")
    assert '<html lang="vi">' in page
    assert "Về Việc của tôi" in page
