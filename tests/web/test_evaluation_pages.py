"""The pages of this floor in a real browser: barriers, width, keyboard, progress, one sheet of paper."""

import datetime as dt
import re
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from organisations.models import Job
from reports.choices import Verb
from reports.models import Evaluation
from reports.services import generate, move_evaluation
from tests.builders import make_milestone, make_task, make_trial_period
from tests.reports.cast import OPENING, make_cast, opened, submitted
from tests.web.axe import violations

pytestmark = pytest.mark.browser
NOW = dt.datetime(2024, 8, 12, 3, tzinfo=dt.UTC)  # eleven days after the opening


@pytest.fixture
def scene(transactional_db):
    """A submitted evaluation with its report, and nine more tasks, on 12 August 2024."""
    with time_machine.travel(NOW, tick=True):
        cast = make_cast()
        make_others(cast)
        submitted(cast)
        for job in Job.objects.all():
            generate(job.uid)
        yield cast


def make_others(cast):
    """Nine tasks with the longest names the province has, one of them late."""
    name = (
        "Nâng cao số lượng người từ 15 tuổi trở lên có tài khoản giao dịch tại ngân hàng hoặc các "
        "tổ chức được phép khác"
    )
    for number in range(9):
        task = make_task(cast.programme, lead=cast.sct, name=f"{name} ({number})")
        period = make_trial_period(task, dt.date(2024, 1, 1), dt.date(2024, 12, 31))
        make_milestone(period, dt.date(2024, 6, 1 + number))


def pages(cast):
    evaluation = reverse("reports:evaluation", args=[cast.evaluation().uid])
    return {
        "evaluations": ("/evaluations/", cast.reviewer),
        "review": (evaluation, cast.reviewer),
        "writing": (evaluation, cast.head),
        "reports": ("/reports/", cast.reviewer),
        "dashboard": ("/dashboard/", cast.reviewer),
        "notices": ("/notices/", cast.reviewer),
    }


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_has_a_barrier_that_axe_knows_or_is_wider_than_the_window(
    page_at, scene, width, language
):
    Evaluation.objects.update(state="in_review")  # so that the head has the form
    for name, (address, user) in pages(scene).items():
        page = page_at(width, user=user, language=language)
        page.goto(address)
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_word_without_end_makes_no_page_wider_than_a_telephone(page_at, scene):
    word = "dài" * 60
    evaluation = scene.evaluation()
    evaluation.findings.update(evidence=word)
    Evaluation.objects.update(results=word, shortcomings=word, causes=word, proposal=word)
    move_evaluation(
        evaluation=evaluation, verb=Verb.RETURN, by=scene.reviewer, on=NOW.date(), comment=word
    )
    for user in (scene.reviewer, scene.head):
        page = page_at(390, user=user)
        page.goto(pages(scene)["review"][0])
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_dashboard_with_ten_tasks_is_one_sheet_of_a4(page_at, scene):
    page = page_at(1280, user=scene.reviewer)
    page.goto("/dashboard/")

    paper = page.pdf(prefer_css_page_size=True, print_background=True)

    with pikepdf.open(BytesIO(paper)) as document:
        assert len(document.pages) == 1
        left, bottom, right, top = document.pages[0].mediabox
        assert (round(right - left), round(top - bottom)) == (595, 842)


def test_an_evaluation_is_accepted_by_keyboard_alone(page_at, scene):
    page = page_at(1280, user=scene.reviewer)
    page.goto(pages(scene)["review"][0])
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "accept":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("ký, ban hành")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Đã đồng ý:")).to_be_visible()
    assert Evaluation.objects.get().state == "accepted"


@pytest.mark.parametrize("script", [True, False])
def test_an_evaluation_is_returned_with_a_reason(page_at, scene, script):
    page = page_at(390, user=scene.reviewer, script=script)
    page.goto(pages(scene)["review"][0])
    page.locator("summary", has_text="Trả lại…").click()
    page.get_by_label("Lý do").fill("Thiếu mốc 3.")
    page.get_by_role("button", name="Trả lại", exact=True).click()
    if script:
        page.get_by_role("dialog").get_by_role("button", name="Trả lại").click()

    expect(page.get_by_text("Đã trả lại SCT kèm lý do của bạn.")).to_be_visible()
    assert Evaluation.objects.get().moves.last().comment == "Thiếu mốc 3."


def test_the_report_appears_by_itself_when_it_is_made(page_at, transactional_db):
    with time_machine.travel(NOW, tick=True):
        cast = make_cast()
        evaluation = opened(cast, OPENING)
        page = page_at(1280, user=cast.staff)
        page.goto(reverse("reports:evaluation", args=[evaluation.uid]))
        page.get_by_label("Kết quả đạt được").fill("Đang viết dở.")
        expect(page.get_by_text("Đang lập dự thảo")).to_be_visible()
        generate(Job.objects.get().uid)

        expect(page.locator("iframe.preview")).to_have_attribute("src", re.compile("/file/pdf/"))
        assert page.get_by_label("Kết quả đạt được").input_value() == "Đang viết dở."
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_text("Đã lưu.")).to_be_visible()


def test_a_gap_leads_to_its_field(page_at, transactional_db):
    with time_machine.travel(NOW, tick=True):
        cast = make_cast()
        evaluation = opened(cast, OPENING)
        page = page_at(1280, user=cast.staff)
        page.goto(reverse("reports:evaluation", args=[evaluation.uid]))
        page.get_by_role("link", name="Chưa nêu kế hoạch thời gian tiếp theo").click()

        expect(page.get_by_label("Kế hoạch thời gian tiếp theo")).to_be_in_viewport()


def test_on_a_phone_the_document_is_a_link(page_at, scene):
    page = page_at(390, user=scene.reviewer)
    page.goto(pages(scene)["review"][0])

    expect(page.locator("iframe.preview")).to_be_hidden()
    expect(page.get_by_role("link", name="Đọc bản PDF")).to_be_visible()
