"""Dropping files beside a report: progress, refusals in words, and the same without the script."""

import pytest
from playwright.sync_api import FilePayload, expect

from dti_tracker.shared.time import today
from programmes.models import Evidence, ProgressUpdate
from tests.programmes.cast import Cast, make_cast
from tests.programmes.evidence_files import office, pdf, png
from tests.web.axe import violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser
WRITE = "/tasks/GL-2023-09/updates/new/"
PDF: FilePayload = {"name": "Biên bản.pdf", "mimeType": "application/pdf", "buffer": pdf()}
PNG: FilePayload = {"name": "ảnh.png", "mimeType": "image/png", "buffer": png()}
MACROS: FilePayload = {
    "name": "bảng.docx",
    "mimeType": "application/pdf",
    "buffer": office(more={"word/vbaProject.bin": b"\0"}),
}
DROP = """(zone) => {
    const data = new DataTransfer();
    data.items.add(new File(["STT;Ten\\n"], "danh-sach.csv"));
    zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    played = make_cast()
    assert played.period.ends_on is not None
    assert played.period.ends_on > today()
    return played


def test_files_go_up_one_by_one_and_each_says_what_became_of_it(page_at: OpenPage, cast: Cast):
    page = page_at(1280, user=cast.staff, failing=True)
    page.goto(WRITE)

    page.locator("#upload-file").set_input_files([PDF, MACROS, PNG])

    states = page.locator(".upload [data-state]")
    expect(states).to_have_count(3)
    expect(states.nth(0)).to_contain_text("đã lưu", timeout=20_000)
    expect(states.nth(1)).to_contain_text("macro", timeout=20_000)
    expect(states.nth(2)).to_contain_text("đã lưu", timeout=20_000)
    expect(page.locator(".evidence-file")).to_have_count(2)
    # The first file began the report: the form goes on in it.
    expect(page.locator(".report-form [name=version]")).to_have_value("1")
    assert Evidence.objects.count() == 2
    assert not violations(page)


def test_a_dropped_file_goes_up(page_at: OpenPage, cast: Cast):
    page = page_at(390, user=cast.staff)
    page.goto(WRITE)

    page.locator("[data-drop]").evaluate(DROP)

    expect(page.locator(".evidence-file")).to_have_count(1, timeout=20_000)
    assert Evidence.objects.get().file_name == "danh-sach.csv"


def test_a_file_too_large_is_not_even_sent(page_at: OpenPage, cast: Cast):
    page = page_at(1280, user=cast.staff)
    page.goto(WRITE)
    page.locator("form[data-uploads]").evaluate("(form) => { form.dataset.maxBytes = '10' }")

    page.locator("#upload-file").set_input_files([PDF])

    expect(page.locator(".upload [data-state]")).to_contain_text("Lớn hơn 25 MB")
    assert not ProgressUpdate.objects.exists()


def test_without_the_script_one_file_goes_up(page_at: OpenPage, cast: Cast):
    page = page_at(1280, user=cast.staff, script=False)
    page.goto(WRITE)

    page.locator("#upload-file").set_input_files(PDF)
    page.get_by_role("button", name="Tải lên").click()

    expect(page.get_by_text("Đã lưu tệp “Biên bản.pdf”.")).to_be_visible()
    expect(page.locator(".evidence-file")).to_have_count(1)
