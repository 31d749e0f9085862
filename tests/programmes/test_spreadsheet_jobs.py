"""The jobs of a spreadsheet: whatever dies or comes twice, it is written once, whole."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations import jobs
from organisations.choices import JobKind, JobState
from organisations.models import Job
from programmes.choices import SheetState
from programmes.models import ProgressUpdate, Spreadsheet
from programmes.services.spreadsheets import (
    confirm_spreadsheet,
    read_spreadsheet,
    receive_progress,
    write_spreadsheet,
)
from reports.tasks import run_job
from tests.builders import make_link, make_milestone, make_task, make_trial_period
from tests.programmes.cast import TODAY
from tests.programmes.sheets import QUARTER, changed, edited, job_of, prefilled, sent

MODULE = "programmes.services.spreadsheets.jobs"


def many(cast, count):
    """So many tasks more, each with a milestone and an indicator; a file in which all differ."""
    for _number in range(count):
        task = make_task(cast.programme, lead=cast.sct)
        make_milestone(make_trial_period(task), dt.date(2026, 11, 30))
        make_link(task)

    def fill(book):
        for row in range(2, count + 3):
            book["Tiến độ"][f"F{row}"] = 50
        for row in range(2, count + 2):
            book["Mốc"][f"F{row}"] = dt.date(2026, 11, 20)
            book["Chỉ số"][f"G{row}"] = 12.5

    return edited(prefilled(cast.sct), fill)


def writing(cast, content):
    """A file that somebody agreed to, and the job that writes it."""
    sheet = sent(cast, content)
    confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    return sheet, job_of(sheet, JobKind.SHEET_WRITE)


def test_a_job_is_dispatched_by_its_kind(cast):
    sheet = receive_progress(
        body=cast.sct,
        period_ends_on=QUARTER,
        content=changed(prefilled(cast.sct), percent=50),
        name="a.xlsx",
        by=cast.staff,
        on=TODAY,
    )
    run_job(str(job_of(sheet).uid))
    sheet.refresh_from_db()
    assert sheet.state == SheetState.READ
    confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    run_job(str(job_of(sheet, JobKind.SHEET_WRITE).uid))
    assert ProgressUpdate.objects.get().percent == 50


def test_a_job_that_is_not_there_does_no_harm(db):
    run_job("00000000-0000-0000-0000-000000000000")


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_sweeper_finishes(
    cast, monkeypatch
):
    sheet, job = writing(cast, many(cast, 3))

    class Killed(BaseException):
        pass

    def dying(pairs, at):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("programmes.services.spreadsheets.writing._write_values", dying)
        with pytest.raises(Killed):
            write_spreadsheet(job.uid, on=TODAY)
    job.refresh_from_db()
    assert (job.state, ProgressUpdate.objects.count()) == (JobState.RUNNING, 0)
    woken: list[str] = []
    later = timezone.now() + jobs.LEASE + jobs.WAITING
    assert jobs.sweep(now=later, wake=woken.append) == 1
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - jobs.WAITING)
    run_job(woken[0])
    sheet.refresh_from_db()
    assert (sheet.state, ProgressUpdate.objects.count()) == (SheetState.WRITTEN, 4)


def test_a_message_that_comes_twice_writes_once(cast):
    sheet, job = writing(cast, changed(prefilled(cast.sct), percent=50))
    for _time in range(2):
        run_job(str(job.uid))
    assert ProgressUpdate.objects.get().version == 1
    assert confirm_again(sheet, cast) == SheetState.WRITTEN


def confirm_again(sheet, cast):
    from dti_tracker.shared.errors import WrongState

    with pytest.raises(WrongState):
        confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    sheet.refresh_from_db()
    return sheet.state


def test_two_clicks_are_one_decision(cast):
    sheet, job = writing(cast, changed(prefilled(cast.sct), percent=50))
    confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    assert Job.objects.filter(kind=JobKind.SHEET_WRITE).get() == job


def test_the_same_file_sent_twice_is_one_row_read_anew(cast):
    content = changed(prefilled(cast.sct), percent=50)
    first = sent(cast, content)
    cast.save(fields={"percent": "50"})
    second = sent(cast, content)
    assert (first.pk, second.changed) == (second.pk, 0)
    assert Spreadsheet.objects.count() == 1


def test_a_taken_over_attempt_writes_nothing(cast, monkeypatch):
    sheet, job = writing(cast, changed(prefilled(cast.sct), percent=50))
    honest = jobs.Claim.finishing

    def taken_over(claim):
        Job.objects.filter(pk=claim.job_id).update(claim=sheet.uid)
        return honest(claim)

    monkeypatch.setattr(jobs.Claim, "finishing", taken_over)
    assert write_spreadsheet(job.uid, on=TODAY) is None
    assert not ProgressUpdate.objects.exists()


def test_an_unforeseen_error_gives_the_job_back(cast, monkeypatch):
    sheet, job = writing(cast, changed(prefilled(cast.sct), percent=50))

    def broken(*_args, **_kwargs):
        raise RuntimeError("disk")

    monkeypatch.setattr(f"{MODULE}.write_drafts", broken)
    write_spreadsheet(job.uid, on=TODAY)
    job.refresh_from_db()
    sheet.refresh_from_db()
    assert (job.state, sheet.state) == (JobState.QUEUED, SheetState.CONFIRMED)
    assert not ProgressUpdate.objects.exists()


def queries_of(cast, count) -> tuple[int, int, int]:
    content = many(cast, count)
    with CaptureQueriesContext(
        connection,
    ) as exporting:
        prefilled(cast.sct)
    sheet = receive_progress(
        body=cast.sct,
        period_ends_on=QUARTER,
        content=content,
        name="a.xlsx",
        by=cast.staff,
        on=TODAY,
    )
    with CaptureQueriesContext(connection) as reading:
        read_spreadsheet(job_of(sheet).uid, on=TODAY)
    sheet.refresh_from_db()
    assert sheet.changed == count + 1
    confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    with CaptureQueriesContext(connection) as writes:
        write_spreadsheet(job_of(sheet, JobKind.SHEET_WRITE).uid, on=TODAY)
    sheet.refresh_from_db()
    assert sheet.state == SheetState.WRITTEN
    return len(exporting), len(reading), len(writes)


def test_the_number_of_queries_does_not_grow_with_the_rows(cast):
    few = queries_of(cast, 1)
    ProgressUpdate.objects.get(task=cast.task)
    cast_two = many_more(cast)
    assert cast_two == few


def many_more(cast):
    from programmes.models import ReportedMilestone, ReportedValue

    for model in (ReportedMilestone, ReportedValue, ProgressUpdate):
        model.objects.all().delete()
    return queries_of(cast, 10)
