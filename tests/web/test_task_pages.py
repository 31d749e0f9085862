"""The task pages in a real browser: both sizes, both languages, with and without script."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from dti_tracker.shared.time import today
from programmes.models import ProgressUpdate
from programmes.services import open_update, save_update_draft, submit_update
from tests.builders import (
    make_link,
    make_link_value,
    make_measurement,
    make_milestone,
    make_update,
)
from tests.programmes.cast import Cast, make_cast
from tests.web.axe import violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser
WIDTHS = [1280, 390]
TASK, WRITE = "/tasks/GL-2023-09/", "/tasks/GL-2023-09/updates/new/"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A task with everything a page can show; the day is the real one."""
    played = make_cast()
    day = today()
    period = played.period
    period.starts_on, period.ends_on = day - dt.timedelta(200), day + dt.timedelta(100)
    period.save()
    for days in (-150, -20, 60):
        due_on = day + dt.timedelta(days)
        reached = {"state": "reached", "reached_on": due_on} if days == -150 else {}
        make_milestone(period, due_on, certainty="example", **reached)
    link = make_link(played.task)
    make_link_value(link, period, "baseline", 20, certainty="inferred")
    make_link_value(link, period, "target", 40)
    make_measurement(link.sub_indicator, day - dt.timedelta(30), 15)
    make_update(played.task, day, percent=60, difficulties="Thiếu người", declared_health="green")
    return played


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_task_pages_have_no_barrier_and_fit_the_window(
    page_at: OpenPage, cast: Cast, width: int, language: str
) -> None:
    cast_submits(cast)
    paths = {
        cast.reviewer: ["/tasks/", "/tasks/?partner=vnpt-gl", "/tasks/?search=zzz", TASK],
        cast.staff: [WRITE],
    }
    for user, addresses in paths.items():
        page = page_at(width, user=user, language=language)
        for address in addresses:
            page.goto(address)
            assert violations(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_name_has_two_fifths_of_its_row(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto("/tasks/")

    name, row = page.locator("tbody th").bounding_box(), page.locator("tbody tr").bounding_box()

    assert name is not None
    assert row is not None
    assert name["width"] >= row["width"] * 0.4
    assert page.locator("thead th").count() <= 6


def test_the_list_is_searched_without_marks_while_typing(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto("/tasks/")
    search = page.locator("main input[type=search]")

    search.fill("khong co gi nhu vay")
    expect(page.locator("#task-results .empty")).to_be_visible()
    search.fill("nganh cong thuong")
    expect(page.locator("#task-results tbody tr")).to_have_count(1)
    assert "search=nganh" in page.url


def test_the_list_and_the_form_work_without_script(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(390, user=cast.staff, script=False)
    page.goto("/tasks/")
    page.locator("main input[type=search]").fill("cong thuong")
    page.locator(".filter-bar > button[type=submit]").click()
    page.locator("tbody .name a").click()
    page.locator(f'a[href="{WRITE}"]').first.click()
    fill(page, percent="62,5", narrative="Đã tập huấn 3 xã.")
    page.locator("button[value=submit]").click()

    assert page.url.endswith(TASK)
    assert ProgressUpdate.objects.filter(state="submitted", percent="62.5").count() == 1


def test_a_report_is_saved_while_typing_and_sent_afterwards(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto(WRITE)
    fill(page, percent="61", narrative="Đã tập huấn 3 xã.")
    expect(page.locator("#saved")).to_contain_text("✓", timeout=8000)
    assert page.input_value("[name=version]") == "1"

    page.locator("button[value=submit]").click()

    page.wait_for_url(f"**{TASK}")
    assert ProgressUpdate.objects.get(percent=61).state == "submitted"


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_a_field_sends_no_report(page_at: OpenPage, cast: Cast, script: bool) -> None:
    page = page_at(1280, user=cast.staff, script=script)
    page.goto(WRITE)
    fill(page, percent="61", narrative="Đã tập huấn 3 xã.")
    page.locator("[name=percent]").press("Enter")

    expect(page.locator("#saved")).to_contain_text("✓")
    assert ProgressUpdate.objects.get(percent=61).state == "draft"
    assert not ProgressUpdate.objects.filter(state="submitted").exists()


def test_after_a_clash_both_texts_stand_on_the_page(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(390, user=cast.staff)
    page.goto(WRITE)
    save_update_draft(
        task=cast.task,
        organisation=cast.sct,
        by=cast.colleague,
        on=today(),
        fields={"narrative": "Bản của đồng nghiệp"},
        version=None,
    )
    fill(page, percent="61", narrative="Bản của tôi")
    page.locator("button[value=save]").click()

    expect(page.locator("#field-narrative .theirs")).to_contain_text("Bản của đồng nghiệp")
    assert page.input_value("[name=narrative]") == "Bản của tôi"
    page.locator("button[value=save]").click()
    expect(page.locator("#saved")).to_contain_text("✓")
    draft = open_update(cast.task, cast.sct)
    assert draft is not None
    assert draft.narrative == "Bản của tôi"


def test_the_coordinator_returns_with_remarks(page_at: OpenPage, cast: Cast) -> None:
    cast_submits(cast)
    page = page_at(390, user=cast.reviewer)
    page.goto(TASK)
    page.locator(".return summary").click()
    page.locator(".return textarea").fill("Thiếu số liệu tháng 10")
    page.locator(".return button").click()

    expect(page.locator(".remarks")).to_contain_text("Thiếu số liệu tháng 10")


def fill(page: Page, *, percent: str, narrative: str) -> None:
    """Write the two fields that nobody leaves empty."""
    page.locator("[name=percent]").fill(percent)
    page.locator("[name=narrative]").fill(narrative)


def cast_submits(cast: Cast) -> ProgressUpdate:
    """A submitted update of today."""
    draft = save_update_draft(
        task=cast.task,
        organisation=cast.sct,
        by=cast.staff,
        on=today(),
        fields={"percent": "61", "narrative": "Đã tập huấn 3 xã."},
        version=None,
    )
    return submit_update(update=draft, by=cast.staff, on=today())
