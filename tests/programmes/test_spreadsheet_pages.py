"""Pages of spreadsheets: download, send, look, agree; for whom they are there."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from organisations.choices import JobKind
from organisations.models import Job
from programmes.choices import SheetState
from programmes.models import ProgressUpdate, Spreadsheet
from programmes.services.spreadsheets import discard_spreadsheet
from reports.tasks import run_job
from tests.builders import make_task, make_trial_period
from tests.programmes.cast import TODAY
from tests.programmes.sheets import QUARTER, changed, job_of, prefilled, sent

IMPORTS = "/imports/"


@pytest.fixture
def page(client, cast):
    client.force_login(cast.staff)
    return client


def upload(client, content, name="tien-do.xlsx"):
    return client.post(
        reverse("programmes:import_progress", args=["sct"]),
        {"period": QUARTER.isoformat(), "file": SimpleUploadedFile(name, content)},
    )


def text(answer) -> str:
    return str(answer.content.decode())


def test_the_whole_way_from_the_download_to_the_draft(page, cast):
    assert "Quý 4/2026" in text(page.get(IMPORTS))
    file = page.get(
        reverse("programmes:progress_file", args=["sct"]), {"period": QUARTER.isoformat()}
    )
    assert "attachment" in file["Content-Disposition"]
    answer = upload(page, changed(file.content, percent="62,5%"))
    sheet = Spreadsheet.objects.get()
    address = reverse("programmes:import", args=[sheet.uid])
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "Đang đọc tệp" in text(page.get(address))
    run_job(str(job_of(sheet).uid))
    shown = text(page.get(address))
    assert "62,5" in shown
    assert "Ghi nháp" in shown
    assert page.post(f"{address}write/")["Location"] == address
    assert "Đang ghi bản nháp" in text(page.get(address))
    run_job(str(job_of(sheet, JobKind.SHEET_WRITE).uid))
    assert "Đã ghi thành bản nháp" in text(page.get(address))
    assert str(ProgressUpdate.objects.get().percent) == "62.50"
    assert "tien-do.xlsx" in text(page.get(IMPORTS))


def test_wrong_cells_are_listed_with_their_names(page, cast):
    sheet = sent(cast, changed(prefilled(cast.sct), percent="<b>nhiều</b>"))
    shown = text(page.get(reverse("programmes:import", args=[sheet.uid])))
    assert "F2" in shown
    assert "&lt;b&gt;nhiều" in shown
    assert "Ghi nháp" not in shown
    assert page.post(reverse("programmes:import_write", args=[sheet.uid])).status_code == 409


def test_what_is_no_spreadsheet_is_told_beside_the_form(page):
    answer = upload(page, b"%PDF", "a.pdf")
    assert answer.status_code == 422
    assert ".xlsx" in text(answer)
    assert not Spreadsheet.objects.exists()


def test_a_file_that_changes_nothing_has_no_button(page, cast):
    sheet = sent(cast, prefilled(cast.sct))
    shown = text(page.get(reverse("programmes:import", args=[sheet.uid])))
    assert "không có gì thay đổi" in shown
    assert "Ghi nháp" not in shown


def test_what_was_refused_at_the_writing_is_told_with_the_new_preview(page, cast):
    cast.save()
    sheet = sent(cast, changed(prefilled(cast.sct), percent=50))
    page.post(reverse("programmes:import_write", args=[sheet.uid]))
    cast.save(fields={"percent": "44"}, version=1)
    run_job(str(job_of(sheet, JobKind.SHEET_WRITE).uid))
    shown = text(page.get(reverse("programmes:import", args=[sheet.uid])))
    assert "chưa ghi gì" in shown
    assert "44" in shown


def test_a_job_that_failed_is_told_and_the_file_can_be_discarded(page, cast):
    sheet = sent(cast, changed(prefilled(cast.sct), percent=50))
    Spreadsheet.objects.update(state=SheetState.RECEIVED)
    Job.objects.update(state="failed")
    address = reverse("programmes:import", args=[sheet.uid])
    assert "Không xử lý được tệp" in text(page.get(address))
    assert page.post(f"{address}discard/").status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == SheetState.DISCARDED


def test_the_piece_of_progress_asks_for_the_page_when_the_job_is_done(page, cast):
    sheet = sent(cast, prefilled(cast.sct))
    answer = page.get(reverse("programmes:import_job", args=[sheet.uid]))
    assert answer["HX-Refresh"] == "true"


def test_nobody_else_finds_a_file_or_a_body(client, cast):
    sheet = sent(cast, prefilled(cast.sct))
    for person in (cast.reviewer, cast.liaison_vnpt, cast.liaison_viettel, cast.inspector):
        client.force_login(person)
        assert client.get(reverse("programmes:import", args=[sheet.uid])).status_code == 404
        assert client.get(reverse("programmes:progress_file", args=["sct"])).status_code == 404
        assert "tien-do.xlsx" not in text(client.get(IMPORTS))
    client.force_login(cast.clerk)
    assert client.get(reverse("programmes:import", args=[sheet.uid])).status_code == 200
    assert client.post(reverse("programmes:import_discard", args=[sheet.uid])).status_code == 403
    assert client.get(reverse("programmes:progress_file", args=["sct"])).status_code == 403


def test_a_period_that_is_not_offered_has_no_file(page):
    address = reverse("programmes:progress_file", args=["sct"])
    for period in ("2020-03-14", "x", "2026-12-13"):
        assert page.get(address, {"period": period}).status_code == 404


def test_trial_dates_are_sent_with_reason_and_document(client, cast):
    task = make_task(cast.programme, lead=cast.sct, code="A-1")
    make_trial_period(task, None, None)
    client.force_login(cast.reviewer)
    assert "Thời gian thử nghiệm" in text(client.get(IMPORTS))
    file = client.get(reverse("programmes:dates_file", args=[cast.programme.code])).content
    rows = list(load_workbook(io.BytesIO(file)).worksheets[0].values)
    assert rows[1][0] == "A-1"
    content = changed(file, {"C2": "01/03/2026", "D2": "31/12/2026"}, "Thời gian thử nghiệm")
    address = reverse("programmes:import_dates", args=[cast.programme.code])
    lacking = client.post(address, {"file": SimpleUploadedFile("a.xlsx", content)})
    assert lacking.status_code == 422
    given = {
        "reason": "Theo phụ lục.",
        "new_kind": "QĐ",
        "new_number": "12/QĐ-UBND",
        "new_issued": "1/2/2026",
        "new_subject": "Kế hoạch",
        "file": SimpleUploadedFile("a.xlsx", content),
    }
    assert client.post(address, given).status_code == 302
    sheet = Spreadsheet.objects.get()
    run_job(str(job_of(sheet).uid))
    assert "01/03/2026" in text(client.get(reverse("programmes:import", args=[sheet.uid])))


def test_the_pages_cost_the_same_for_any_number_of_files(page, cast, django_assert_num_queries):
    def cost() -> int:
        with django_assert_num_queries(100, exact=False) as counted:
            page.get(IMPORTS)
        return len(counted)

    first = sent(cast, prefilled(cast.sct))
    discard_spreadsheet(sheet=first, by=cast.staff, on=TODAY)
    page.get(IMPORTS)
    one = cost()
    Spreadsheet.objects.bulk_create(
        [
            Spreadsheet(
                kind="progress",
                organisation=cast.sct,
                period_ends_on=QUARTER,
                file_name=f"{number}.xlsx",
                size=1,
                sha256="0" * 64,
                content=b"",
                uploaded_by=cast.staff,
            )
            for number in range(10)
        ]
    )
    assert cost() == one
