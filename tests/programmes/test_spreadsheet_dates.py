"""The annex of trial dates as a spreadsheet: only unknown days, by a document, all or nothing."""

import datetime as dt

import pytest

from dti_tracker.shared.errors import DomainError, NotAllowed
from organisations.choices import JobKind
from organisations.models import Document
from organisations.services.documents import NewDocument
from programmes.choices import SheetState
from programmes.models import Spreadsheet, TrialPeriod
from programmes.services.grounds import Ground
from programmes.services.spreadsheets import (
    confirm_spreadsheet,
    dates_file,
    read_spreadsheet,
    receive_trial_dates,
    write_spreadsheet,
)
from tests.builders import make_task, make_trial_period
from tests.programmes.cast import TODAY, Cast
from tests.programmes.sheets import changed, edited, job_of, problems

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 12, 31)
SHEET = "Thời gian thử nghiệm"


def annex() -> NewDocument:
    return NewDocument("QĐ", "Ban hành kế hoạch", "12/QĐ-UBND", dt.date(2026, 2, 1))


def sent(cast: Cast, content: bytes, by=None, document=None) -> Spreadsheet:
    sheet = receive_trial_dates(
        programme=cast.programme,
        content=content,
        name="phu-luc.xlsx",
        by=by or cast.reviewer,
        on=TODAY,
        ground=Ground("Theo phụ lục.", document or annex()),
    )
    read_spreadsheet(job_of(sheet).uid, on=TODAY)
    sheet.refresh_from_db()
    return sheet


def written(sheet: Spreadsheet, by) -> Spreadsheet:
    confirm_spreadsheet(sheet=sheet, by=by, on=TODAY)
    write_spreadsheet(job_of(sheet, JobKind.SHEET_WRITE).uid, on=TODAY)
    sheet.refresh_from_db()
    return sheet


@pytest.fixture
def undated(cast):
    """A task with a trial without days and one without any trial."""
    first = make_task(cast.programme, lead=cast.sct, code="A-1")
    make_trial_period(first, None, None)
    return first, make_task(cast.programme, lead=cast.sct, code="A-2")


def test_the_file_lists_the_tasks_without_days_and_no_others(cast, undated):
    def look(book):
        codes = [row[0].value for row in book[SHEET].iter_rows(min_row=2)]
        assert codes == [task.code for task in undated]

    edited(dates_file(cast.programme), look)


def test_the_days_are_shown_then_written_by_the_document(cast, undated):
    days = {"C2": FIRST, "D2": "31/12/2026", "C3": "2026-03-01", "D3": LAST}
    sheet = sent(cast, changed(dates_file(cast.programme), days, SHEET))
    assert (sheet.state, sheet.changed) == (SheetState.READ, 2)
    assert not TrialPeriod.objects.filter(task__in=undated, starts_on=FIRST).exists()
    assert written(sheet, cast.coordinator_head).state == SheetState.WRITTEN
    document = Document.objects.get(number_code="12/QĐ-UBND")
    for task in undated:
        period = task.trial_periods.get()
        assert (period.starts_on, period.ends_on, period.document) == (FIRST, LAST, document)
    again = sent(cast, changed(dates_file(cast.programme), {}, SHEET), document=document)
    assert (again.rows, again.changed) == (0, 0)


def test_every_wrong_cell_is_named_and_nothing_is_written(cast, undated):
    rows = {
        "C2": FIRST,
        "C3": LAST,
        "D3": FIRST,
        "A4": cast.task.code,
        "C4": FIRST,
        "D4": LAST,
        "A5": "KHONG-CO",
        "C5": "mai",
    }
    sheet = sent(cast, changed(dates_file(cast.programme), rows, SHEET))
    assert set(problems(sheet)) == {"D2", "D3", "A4", "A5", "C5"}
    assert sheet.state == SheetState.FAULTY


def test_days_in_another_trial_are_refused_in_the_words_of_the_page(cast, undated):
    make_trial_period(undated[0], dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    sheet = sent(cast, changed(dates_file(cast.programme), {"C2": FIRST, "D2": LAST}, SHEET))
    assert list(problems(sheet)) == ["C2"]
    assert "01/05/2026" in problems(sheet)["C2"]


def test_known_days_may_stand_in_the_file_as_they_are(cast, undated):
    rows = {"A4": cast.task.code, "C4": cast.period.starts_on, "D4": cast.period.ends_on}
    assert not sent(cast, changed(dates_file(cast.programme), rows, SHEET)).problems


def test_days_entered_meanwhile_stop_the_whole_file(cast, undated):
    days = {"C2": FIRST, "D2": LAST, "C3": FIRST, "D3": LAST}
    sheet = sent(cast, changed(dates_file(cast.programme), days, SHEET))
    TrialPeriod.objects.filter(task=undated[0]).update(starts_on=FIRST, ends_on=FIRST)
    assert written(sheet, cast.reviewer).state == SheetState.FAULTY
    assert not undated[1].trial_periods.exists()
    assert "thay đổi" in job_of(sheet, JobKind.SHEET_WRITE).result["refused"]


def test_a_row_that_is_refused_at_the_end_takes_all_back(cast, undated, monkeypatch):
    """The verb of the page refuses the second row: the first is taken back as well."""
    days = {"C2": FIRST, "D2": LAST, "C3": FIRST, "D3": LAST}
    sheet = sent(cast, changed(dates_file(cast.programme), days, SHEET))
    path = "programmes.services.spreadsheets.dates"
    from programmes.services.spreadsheets import dates

    honest = dates.enter_dates

    def refusing(*, task, **given):
        if task.code == "A-2":
            raise DomainError("Không được.")
        return honest(task=task, **given)

    monkeypatch.setattr(f"{path}.enter_dates", refusing)
    assert written(sheet, cast.reviewer).state == SheetState.READ
    assert undated[0].trial_periods.get().starts_on is None
    assert job_of(sheet, JobKind.SHEET_WRITE).result["refused"] == "A-2: Không được."


def test_tasks_are_locked_in_one_order_whatever_the_order_of_the_rows(cast, undated, monkeypatch):
    """Two files that name the same tasks in other orders never wait for each other."""
    rows = {"A2": "A-2", "C2": FIRST, "D2": LAST, "A3": "A-1", "C3": FIRST, "D3": LAST}
    sheet = sent(cast, changed(dates_file(cast.programme), rows, SHEET))
    from programmes.services.spreadsheets import dates

    honest, locked = dates.enter_dates, []

    def noting(*, task, **given):
        locked.append(task)
        return honest(task=task, **given)

    monkeypatch.setattr("programmes.services.spreadsheets.dates.enter_dates", noting)
    assert written(sheet, cast.reviewer).state == SheetState.WRITTEN
    assert locked == list(undated)


def test_only_the_coordinator_sends_it_with_reason_and_document(cast, undated):
    content = dates_file(cast.programme)
    for person in (
        cast.staff,
        cast.head,
        cast.coordinator_clerk,
        cast.administrator,
        cast.stranger,
    ):
        with pytest.raises(NotAllowed):
            sent(cast, content, by=person)
    for ground in (Ground("", annex()), Ground("Vì phụ lục", None)):
        with pytest.raises(DomainError):
            receive_trial_dates(
                programme=cast.programme,
                content=content,
                name="a.xlsx",
                by=cast.reviewer,
                on=TODAY,
                ground=ground,
            )
    assert not Spreadsheet.objects.exists()
    assert not Document.objects.filter(number_code="12/QĐ-UBND").exists()
