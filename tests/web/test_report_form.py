"""Writing a report in a real browser: saved while typing, nothing lost, keyboard alone."""

import datetime as dt
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from dti_tracker.shared.time import today
from organisations.models import User
from programmes.models import ProgressUpdate
from programmes.services import open_update, save_update_draft
from tests.builders import make_link, make_link_value, make_milestone, make_update
from tests.programmes.cast import Cast, make_cast
from tests.web.axe import violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser
WRITE = "/tasks/GL-2023-09/updates/new/"
WAIT = 9000  # milliseconds


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A task with a milestone, an indicator and a report of the last quarter; the day is real."""
    played = make_cast()
    period = played.period
    period.starts_on, period.ends_on = today() - dt.timedelta(200), today() + dt.timedelta(100)
    period.save()
    make_milestone(period, today() - dt.timedelta(5))
    link = make_link(played.task)
    make_link_value(link, period, "baseline", 20)
    make_link_value(link, period, "target", 60)
    make_update(played.task, today() - dt.timedelta(90), percent=50)
    return played


def draft_of(cast: Cast) -> ProgressUpdate | None:
    return open_update(cast.task, cast.sct)


def saved_by(cast: Cast, user: User, **fields: object) -> ProgressUpdate:
    """Somebody else saves first."""
    present = draft_of(cast)
    return save_update_draft(
        task=cast.task,
        organisation=cast.sct,
        by=user,
        on=today(),
        fields=fields,
        version=present.version if present else None,
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_form_and_my_work_have_no_barrier(
    page_at: OpenPage, cast: Cast, width: int, language: str
) -> None:
    page = page_at(width, user=cast.staff, language=language)
    for address in (WRITE, "/"):
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_report_is_written_and_sent_by_keyboard_alone(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto("/")
    page.locator(".work-act a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{WRITE}*")
    page.locator("[name=percent]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("62,5")
    page.keyboard.press("Tab")
    page.keyboard.type("Đã tập huấn 3 xã.")
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/tasks/GL-2023-09/")
    sent = ProgressUpdate.objects.get(state="submitted")
    assert (sent.percent, sent.narrative) == (Decimal("62.5"), "Đã tập huấn 3 xã.")


def test_milestones_and_values_are_saved_while_typing(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto(WRITE)
    page.locator("[name^=milestone-]").fill(today().isoformat())
    page.locator("[name$=-numerator]").fill("3.330")
    page.locator("[name$=-denominator]").fill("9.000")
    page.locator("[name$=-measured_on]").fill(today().isoformat())

    expect(page.locator("[data-saved]")).to_contain_text("✓", timeout=WAIT)

    draft = draft_of(cast)
    assert draft is not None
    assert draft.reported_values.get().value == 37
    assert draft.reported_milestones.get().reached_on == today()


def test_a_wrong_field_is_named_and_the_others_are_saved(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto(WRITE)
    page.locator("[name=percent]").fill("nhiều")
    page.locator("[name=narrative]").fill("Đã tập huấn 3 xã.")

    expect(page.locator("[data-fault=percent]")).to_be_visible(timeout=WAIT)

    draft = draft_of(cast)
    assert draft is not None
    assert draft.narrative == "Đã tập huấn 3 xã."


def test_a_lost_connection_keeps_the_text_and_sends_it_afterwards(
    page_at: OpenPage, cast: Cast
) -> None:
    page = page_at(1280, user=cast.staff, failing=True)
    page.goto(WRITE)
    page.context.set_offline(True)
    page.locator("[name=narrative]").fill("Viết khi mất mạng")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "offline", timeout=WAIT)
    assert draft_of(cast) is None

    page.context.set_offline(False)

    expect(page.locator("[data-saved]")).to_contain_text("✓", timeout=WAIT)
    draft = draft_of(cast)
    assert draft is not None
    assert draft.narrative == "Viết khi mất mạng"


def test_a_report_is_not_sent_into_a_broken_connection(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff, failing=True)
    page.goto(WRITE)
    page.context.set_offline(True)
    page.locator("[name=narrative]").fill("Viết khi mất mạng")
    page.locator("button[value=submit]").click()

    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "offline", timeout=WAIT)
    assert page.input_value("[name=narrative]") == "Viết khi mất mạng"


def test_a_closed_tab_offers_what_it_could_not_send(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff, failing=True)
    page.goto(WRITE)
    page.context.set_offline(True)
    page.locator("[name=narrative]").fill("Viết rồi đóng cửa sổ")
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(WRITE)
    expect(again.locator("[data-kept]")).to_be_visible()
    assert again.input_value("[name=narrative]") == ""
    again.locator("[data-kept-restore]").click()

    expect(again.locator("[data-saved]")).to_contain_text("✓", timeout=WAIT)
    draft = draft_of(cast)
    assert draft is not None
    assert draft.narrative == "Viết rồi đóng cửa sổ"


def test_what_was_kept_on_an_older_text_is_compared_and_overwrites_nothing(
    page_at: OpenPage, cast: Cast
) -> None:
    page = page_at(1280, user=cast.staff, failing=True)
    page.goto(WRITE)
    page.context.set_offline(True)
    page.locator("[name=narrative]").fill("Bản của tôi")
    context = page.context
    page.close()
    saved_by(cast, cast.colleague, narrative="Bản của đồng nghiệp")
    context.set_offline(False)

    again = context.new_page()
    again.goto(WRITE)
    again.locator("[data-kept-restore]").click()
    expect(again.locator("[data-saved]")).to_have_attribute("data-state", "stale", timeout=WAIT)
    again.locator("button[value=save]").click()

    expect(again.locator("#field-narrative .theirs")).to_contain_text("Bản của đồng nghiệp")
    assert again.input_value("[name=narrative]") == "Bản của tôi"
    draft = draft_of(cast)
    assert draft is not None
    assert draft.narrative == "Bản của đồng nghiệp"


def test_who_was_second_compares_field_by_field_and_takes_over(
    page_at: OpenPage, cast: Cast
) -> None:
    page = page_at(390, user=cast.staff)
    page.goto(WRITE)
    saved_by(cast, cast.colleague, narrative="Bản của đồng nghiệp", difficulties="Thiếu người")
    page.locator("[name=narrative]").fill("Bản của tôi")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "stale", timeout=WAIT)
    page.locator("button[value=save]").click()

    assert page.locator(".conflict").count() >= 2
    assert violations(page) == []
    take(page, "difficulties")
    page.locator("button[value=save]").click()

    expect(page.locator("[data-saved]")).to_contain_text("✓", timeout=WAIT)
    draft = draft_of(cast)
    assert draft is not None
    assert (draft.narrative, draft.difficulties) == ("Bản của tôi", "Thiếu người")


def take(page: Page, name: str) -> None:
    page.locator(f"[data-take={name}]").click()


def test_the_kept_text_is_gone_once_the_server_has_it(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(1280, user=cast.staff)
    page.goto(WRITE)
    page.locator("[name=narrative]").fill("Đã tập huấn 3 xã.")
    expect(page.locator("[data-saved]")).to_contain_text("✓", timeout=WAIT)

    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('keep:'))")
    assert kept == []


def test_no_change_is_one_click_on_the_first_page(page_at: OpenPage, cast: Cast) -> None:
    page = page_at(390, user=cast.staff, script=False)
    page.goto("/")
    page.locator("button[value=unchanged]").first.click()

    assert ProgressUpdate.objects.filter(is_unchanged=True, state="submitted").count() == 1
