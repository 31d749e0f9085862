"""The steps that are measured, and the department of so many tasks that they are measured on."""

import datetime as dt
import io
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

WORDS = {
    "export": "the prefilled file made",
    "plain": "plain openpyxl pass over the filled file",
    "faulty": "file with 1% wrong cells read",
    "clean": "clean file read",
    "write": "clean file written as drafts",
    "again": "the same file read once more",
}
FOLDER = Path(gettempdir()) / "dti-bench"
LONG_AGO = dt.date(2020, 1, 1)
CODE = "bench"


def fill(rows: int) -> None:
    """A department that leads so many tasks, and a person of it."""
    from organisations.models import Membership, Organisation, User
    from programmes.models import Programme, Task, TaskDuty

    body = Organisation.objects.create(
        code=CODE,
        name="Sở Đo",
        short_name="Sở Đo",
        kind="department",
        header_name="SỞ ĐO",
        issuer_code="SĐ",
        head_title="GIÁM ĐỐC",
        deputy_title="PHÓ GIÁM ĐỐC",
        place_name="Gia Lai",
    )
    user = User.objects.create_user(CODE, full_name=CODE)
    Membership.objects.create(user=user, organisation=body, position="staff", valid_from=LONG_AGO)
    programme = Programme.objects.create(code=CODE, name=CODE, kind="trial")
    tasks = [
        Task(
            programme=programme,
            code=f"B-{number}",
            number=number,
            name=f"Nhiệm vụ {number} về chuyển đổi số",
            pillar="digital_government",
        )
        for number in range(1, rows + 1)
    ]
    Task.objects.bulk_create(tasks, batch_size=1000)
    duties = [
        TaskDuty(task=task, role="lead", organisation=body, valid_from=LONG_AGO) for task in tasks
    ]
    TaskDuty.objects.bulk_create(duties, batch_size=1000)


def export() -> None:
    """The prefilled file; beside it the clean and the faulty one, which are not measured."""
    from dti_tracker.shared.time import today
    from organisations.models import Organisation
    from organisations.selectors import Successions
    from programmes.services.spreadsheets import progress_file

    FOLDER.mkdir(exist_ok=True)
    body = Organisation.objects.get(code=CODE)
    content = progress_file(body, _period(), successions=Successions.load(), on=today())
    (FOLDER / "prefilled.xlsx").write_bytes(content)


def fill_in() -> None:
    """Type into every row; and wrongly into each hundredth of another file."""
    from openpyxl import load_workbook

    book = load_workbook(FOLDER / "prefilled.xlsx")
    page = book["Tiến độ"]
    for row in range(2, page.max_row + 1):
        page.cell(row, 6).value = row % 100
        page.cell(row, 7).value = f"Đã tập huấn {row} người tại {row % 17} xã; hoàn thành tài liệu."
    book.save(FOLDER / "clean.xlsx")
    for row in range(2, page.max_row + 1, 100):
        page.cell(row, 6).value = "một trăm linh một"
    book.save(FOLDER / "faulty.xlsx")


def plain() -> None:
    """What openpyxl alone needs for the same cells."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO((FOLDER / "clean.xlsx").read_bytes()), read_only=True)
    for sheet in book.worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass


def faulty() -> None:
    """Read; exactly the wrong cells are found."""
    sheet = _read("faulty")
    expected = [f"F{row}" for row in range(2, sheet.rows + 2, 100)]
    if [fault["cell"] for fault in sheet.problems] != expected:
        raise SystemExit("other cells than the wrong ones were found")


def clean() -> None:
    """Read; every row differs."""
    sheet = _read("clean")
    if sheet.changed != sheet.rows:
        raise SystemExit("not every row differs")


def write() -> None:
    """What was read before becomes drafts."""
    from dti_tracker.shared.time import today
    from organisations.models import Job, User
    from programmes.models import ProgressUpdate, Spreadsheet
    from programmes.services.spreadsheets import confirm_spreadsheet, write_spreadsheet

    sheet = Spreadsheet.objects.get(state="read")
    confirm_spreadsheet(sheet=sheet, by=User.objects.get(username=CODE), on=today())
    write_spreadsheet(Job.objects.get(subject=sheet.uid, kind="sheet_write").uid, on=today())
    if ProgressUpdate.objects.count() != sheet.rows:
        raise SystemExit("not every row was written")


def again() -> None:
    """Read once more; nothing differs."""
    if _read("clean").changed:
        raise SystemExit("the second import changes something")


def _read(name: str):  # type: ignore[no-untyped-def]
    from dti_tracker.shared.time import today
    from organisations.models import Job, Organisation, User
    from programmes.services.spreadsheets import read_spreadsheet, receive_progress

    sheet = receive_progress(
        body=Organisation.objects.get(code=CODE),
        period_ends_on=_period(),
        content=(FOLDER / f"{name}.xlsx").read_bytes(),
        name=f"{name}.xlsx",
        by=User.objects.get(username=CODE),
        on=today(),
    )
    read_spreadsheet(Job.objects.get(subject=sheet.uid, kind="sheet_read").uid, on=today())
    sheet.refresh_from_db()
    return sheet


def _period() -> dt.date:
    from dti_tracker.shared.time import today
    from programmes.calendar import period_of

    return period_of(today(), "quarterly").ends_on


MEASURED: dict[str, Callable[[], None]] = {
    "export": export,
    "plain": plain,
    "faulty": faulty,
    "clean": clean,
    "write": write,
    "again": again,
}


def main(step: str) -> None:
    """Do one step and print its seconds and peak megabytes."""
    import django

    django.setup()
    from django.db import connection

    from organisations import jobs

    connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
    jobs.send = lambda job_uid: None  # the steps run the jobs themselves
    began = time.perf_counter()
    MEASURED[step]()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if step == "export":
        fill_in()
    sys.stdout.write(f"{seconds} {peak}\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dti_tracker.settings")
    main(sys.argv[1])
