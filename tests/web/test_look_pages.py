"""The frame and the components in a real browser, at both sizes and in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from organisations.models import User
from tests.builders import make_member, make_organisation, make_user
from tests.web.axe import violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser
WIDTHS = [1280, 390]
PASSWORD = "basalt-and-pepper-2026"


@pytest.fixture
def person(transactional_db: None) -> User:
    return make_user("staff.look", password=PASSWORD, full_name="Nguyễn Thị Hạnh")


def style_page(page_at: OpenPage, person: User, width: int = 1280, **options: Any) -> Page:
    page = page_at(width, user=person, **options)
    page.goto("/styleguide/")
    return page


@pytest.mark.parametrize(("language", "scheme"), [("vi", "light"), ("en", "light"), ("vi", "dark")])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_style_page_has_no_barrier_that_axe_knows(
    page_at: OpenPage, person: User, width: int, language: str, scheme: str
) -> None:
    page = style_page(page_at, person, width, language=language, scheme=scheme)
    assert violations(page) == []
    assert page.get_attribute("html", "lang") == language


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(page_at: OpenPage, person: User, width: int) -> None:
    page = style_page(page_at, person, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_without_the_frame_have_no_barrier_either(
    page_at: OpenPage, language: str, width: int
) -> None:
    page = page_at(width, language=language)
    for path in ("/login/", "/no-such-page/"):
        page.goto(path)
        assert violations(page) == []


def test_a_task_name_has_two_fifths_of_its_row_and_two_lines_at_most(
    page_at: OpenPage, person: User
) -> None:
    page = style_page(page_at, person)
    row, name = (
        page.locator(".task-table tbody tr").nth(2),
        page.locator(".task-table .name").nth(2),
    )
    row_box, cell_box = row.bounding_box(), row.locator("th").bounding_box()
    name_box = name.bounding_box()
    assert row_box is not None
    assert cell_box is not None
    assert name_box is not None
    assert cell_box["width"] >= 0.4 * row_box["width"]
    assert name_box["height"] <= 2 * 15 * 1.4 + 1


def test_the_frame_carries_the_person_and_leads_to_the_content(
    page_at: OpenPage, person: User
) -> None:
    page = style_page(page_at, person)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator(".top summary").click()
    expect(page.get_by_text("Nguyễn Thị Hạnh", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Nguyễn Thị Hạnh", exact=True)).to_be_hidden()


def test_everything_that_acts_is_reached_by_the_tab_key(page_at: OpenPage, person: User) -> None:
    page = style_page(page_at, person)
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    for button in ("action", "filter-search", "percent_done", "narrative"):
        assert any(f'name="{button}"' in element for element in reached), button


@pytest.mark.parametrize("script", [True, False])
def test_a_person_signs_in_and_out_by_form_alone(
    page_at: OpenPage, person: User, script: bool
) -> None:
    page = page_at(1280, script=script)
    page.goto("/login/?next=/styleguide/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(re.compile("/styleguide/$"))
    page.locator(".top summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/login/"))


def test_a_wrong_password_is_answered_in_vietnamese(page_at: OpenPage, person: User) -> None:
    page = page_at(390)
    page.goto("/login/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu").fill("not-it")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Tên đăng nhập hoặc mật khẩu chưa đúng")
    assert page.get_by_label("Tên đăng nhập").input_value() == person.username


def test_the_language_is_switched_by_form_alone(page_at: OpenPage, person: User) -> None:
    page = style_page(page_at, person, script=False)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Style page")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang mẫu giao diện")


def test_an_act_that_asks_first_happens_only_on_yes(page_at: OpenPage, person: User) -> None:
    page = style_page(page_at, person)
    page.get_by_label("Kết quả thực hiện").fill("Đã kết nối 12 đơn vị.")
    page.get_by_label("Đạt", exact=True).check()
    accept = page.get_by_role("button", name="Đồng ý", exact=True)
    accept.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Sau đó không ai sửa được nữa")
    dialog.get_by_role("button", name="Để sau").click()
    expect(page).to_have_url(re.compile("/styleguide/$"))
    accept.click()
    dialog.get_by_role("button", name="Đồng ý").click()
    expect(page).to_have_url(re.compile("action=accept"))


def test_leaving_with_unsent_text_asks_first(page_at: OpenPage, person: User) -> None:
    page = style_page(page_at, person)
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.goto("/styleguide/?calm")
    assert asked == []
    page.get_by_label("Kết quả thực hiện").click()
    page.keyboard.type("Đang viết dở")
    page.goto("/styleguide/?left")
    assert asked == ["beforeunload"]


def test_a_form_on_its_way_is_not_sent_twice(page_at: OpenPage, person: User) -> None:
    page = style_page(page_at, person)
    sent: list[str] = []

    def slow(route: Route) -> None:
        """A server that takes its time: the second click falls while the first is on its way."""
        sent.append(route.request.url)
        page.wait_for_timeout(300)
        route.abort()

    page.route("**/i18n/setlang/", slow)
    page.evaluate(
        "const b = document.querySelector('.language button'); b.click(); setTimeout(() => b.click(), 50)"
    )
    page.wait_for_timeout(800)
    assert len(sent) == 1


SENTENCES = {
    409: "trạng thái đã thay đổi",
    412: "chưa có gì bị ghi đè",
    422: "Có chỗ thiếu hoặc sai",
    503: "Máy chủ đang bận",
    500: "Chưa thực hiện được",
}


def answering(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="")


def test_a_failed_request_in_the_background_is_told_in_words(
    page_at: OpenPage, person: User
) -> None:
    page = style_page(page_at, person, failing=True)
    state, live = page.locator("[name=filter-health]"), page.locator("#live")
    for status, sentence in SENTENCES.items():
        page.route("**/styleguide/?*", answering(status))
        state.dispatch_event("change")
        expect(live).to_contain_text(sentence)
    page.route("**/styleguide/?*", lambda route: route.abort())
    state.dispatch_event("change")
    expect(live).to_contain_text("Không kết nối được máy chủ")


def test_what_the_server_says_of_a_problem_goes_first(page_at: OpenPage, person: User) -> None:
    page = style_page(page_at, person, failing=True)
    page.route(
        "**/styleguide/?*",
        lambda route: route.fulfill(
            status=409,
            content_type="application/problem+json",
            body='{"detail": "Báo cáo đã được ban hành."}',
        ),
    )
    page.locator("[name=filter-health]").select_option("red")
    expect(page.locator("#live")).to_contain_text("Báo cáo đã được ban hành.")
    page.get_by_role("button", name="Đóng").click()
    expect(page.locator("#live")).to_be_empty()


def test_the_filter_renews_the_list_alone_and_keeps_the_address(
    page_at: OpenPage, person: User
) -> None:
    page = style_page(page_at, person)
    page.evaluate("window.untouched = true")
    page.locator("[name=filter-health]").select_option("red")
    expect(page).to_have_url(re.compile("filter-health=red"))
    assert page.evaluate("window.untouched") is True
    expect(page.locator("#sample-results tbody tr")).to_have_count(5)


def test_the_slash_key_moves_to_the_search_field(page_at: OpenPage, transactional_db: None) -> None:
    page = style_page(page_at, make_member(make_organisation()))
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.get_by_label("Kết quả thực hiện").click()
    page.keyboard.type("1/2")
    assert page.get_by_label("Kết quả thực hiện").input_value() == "1/2"
