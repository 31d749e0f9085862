"""The list of tasks and the tabs of a task in a real browser: kept views, files, order, keyboard."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from dti_tracker.shared.time import today
from programmes.services.views import keep_view
from tests.builders import make_milestone, make_task, make_trial_period, make_update
from tests.programmes.cast import Cast, make_cast
from tests.web.axe import violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser
TASK = "/tasks/GL-2023-09/"
TABS = ("progress", "indicators", "commitments", "evidence", "history")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A task with a trial long past and one that runs, and another task."""
    played = make_cast()
    day = today()
    period = played.period
    period.starts_on, period.ends_on = day - dt.timedelta(200), day + dt.timedelta(100)
    period.save()
    make_trial_period(played.task, day - dt.timedelta(900), day - dt.timedelta(600))
    make_milestone(period, day - dt.timedelta(20))
    make_update(played.task, day - dt.timedelta(60), percent=60)
    make_task(played.programme, name="Ăn quả nhớ kẻ trồng cây", code="GL-2023-10")
    keep_view(user=played.staff, name="Việc đang thử nghiệm", query="state=on_trial")
    return played


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_tabs_and_views_have_no_barrier_and_fit_the_window(
    page_at: OpenPage, cast: Cast, width: int, language: str
) -> None:
    page = page_at(width, user=cast.staff, language=language)
    for address in (
        *(f"{TASK}?tab={tab}" for tab in TABS),
        "/tasks/?state=on_trial",
        "/tasks/?order=-name",
        "/task-views/",
    ):
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_view_is_kept_and_chosen_without_script(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff, script=False)
    page.goto("/tasks/?search=cong+thuong")
    page.locator(".keep-view summary").click()
    page.locator("#view-name").fill("Công thương")
    page.locator(".keep-view button").click()

    page.goto("/tasks/")
    assert page.locator("tbody tr").count() == 2
    page.get_by_role("link", name="Công thương", exact=True).click()

    assert page.url.endswith("/tasks/?search=cong+thuong")
    assert page.locator("tbody tr").count() == 1
    assert page.locator(".chip[aria-current]").inner_text() == "Công thương"


def test_filtering_renews_what_is_kept_and_taken(page_at: OpenPage, cast: Cast) -> None:
    """The files and the view to keep follow the filters without a new page."""
    page = page_at(1280, user=cast.staff)
    page.goto("/tasks/?order=-name")

    page.locator("main input[type=search]").fill("nganh cong thuong")

    expect(page.locator("#task-results tbody tr")).to_have_count(1)
    files = page.locator(".exports a").first
    expect(files).to_have_attribute("href", "/tasks.xlsx?search=nganh+cong+thuong&order=-name")
    expect(page.locator(".keep-view [name=query]")).to_have_value(
        "search=nganh+cong+thuong&order=-name"
    )


def test_a_file_is_taken_by_its_name(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto("/tasks/")

    with page.expect_download() as taken:
        page.get_by_role("link", name="XLSX").click()

    assert taken.value.suggested_filename == f"danh-sach-nhiem-vu_{today():%Y-%m-%d}.xlsx"


def test_order_and_tabs_are_reached_by_keyboard(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto("/tasks/")
    page.locator("th a.sort", has_text="Nhiệm vụ").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**order=name*")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Nhiệm vụ")

    page.goto(TASK)
    page.locator(".tabs a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**tab=indicators")
    expect(page.locator("#indicators")).to_be_visible()
    expect(page.locator("#updates")).to_be_hidden()


def test_paper_holds_every_tab(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto(TASK)
    expect(page.locator("#commitments")).to_be_hidden()

    page.emulate_media(media="print")

    for heading in ("#updates", "#indicators", "#commitments", "#evidence-all", "#changed"):
        expect(page.locator(heading)).to_be_visible()
    expect(page.locator(".tabs")).to_be_hidden()
