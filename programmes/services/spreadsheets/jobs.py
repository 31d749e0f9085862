"""The slow halves: a file is read, and what somebody agreed to is written; each by a job.

Whatever dies on the way leaves the row as it was; the sweeper brings the job back.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, Stale
from organisations import jobs
from organisations.models import Job, User
from organisations.selectors import Standing, Successions
from programmes.choices import SheetKind, SheetState
from programmes.models import Spreadsheet, Task
from programmes.services.grounds import Ground
from programmes.services.spreadsheets.dates import (
    DatesPlan,
    date_lines_in,
    plan_dates,
    write_dates,
)
from programmes.services.spreadsheets.present import present_of, tasks_led
from programmes.services.spreadsheets.progress import Plan, lines_in, plan_progress
from programmes.services.spreadsheets.verbs import require_may_decide
from programmes.services.spreadsheets.writing import write_drafts
from programmes.spreadsheets.opening import opened
from programmes.spreadsheets.reading import Fault, Line

MOST_SHOWN = 2000
FIRST_PERCENT, LAST_PERCENT, FULL = 5, 90, 10_000  # rows of a full file
SHOWN_FIELDS = (
    "rows",
    "changed",
    "faults",
    "problems",
    "differences",
    "state",
    "decided_by",
    "decided_at",
    "updated_at",
)
Lines = list[Line] | Fault


def read_spreadsheet(job_uid: uuid.UUID, *, on: dt.date) -> Spreadsheet | None:
    """Read a file that was received: what it would do, or what is wrong with it."""
    return jobs.attempt(job_uid, lambda claim: _read(claim, on))


def write_spreadsheet(job_uid: uuid.UUID, *, on: dt.date) -> Spreadsheet | None:
    """Write a file that somebody agreed to, if it would still do what was shown.

    Otherwise nothing is written, and what it would do now is shown anew.
    """
    return jobs.attempt(job_uid, lambda claim: _write(claim, on))


@dataclass(frozen=True)
class Found:
    """What the page of a file shows; small beside the plan that it was made from."""

    rows: int
    faults: list[Fault]
    differences: list[dict[str, Any]]

    @classmethod
    def of(cls, plan: Plan | DatesPlan) -> "Found":
        return cls(plan.rows, plan.faults, [planned.as_json() for planned in plan.planned])


def _read(claim: jobs.Claim, on: dt.date) -> Spreadsheet:
    sheet = _sheets().get(uid=claim.subject)
    with _in_vietnamese():
        found = Found.of(_plan(sheet, _lines(sheet, claim), on))
    with claim.finishing():
        locked = _locked(claim)
        if locked.state == SheetState.RECEIVED:
            _show(locked, found)
    return locked


def _write(claim: jobs.Claim, on: dt.date) -> Spreadsheet:
    with _in_vietnamese():
        lines = _lines(_sheets().get(uid=claim.subject), claim)
        with claim.finishing() as job:
            locked = _locked(claim)
            if locked.state == SheetState.CONFIRMED and locked.decided_by is not None:
                _write_or_show_anew(locked, lines, locked.decided_by, on, job)
    return locked


def _write_or_show_anew(sheet: Spreadsheet, lines: Lines, by: User, on: dt.date, job: Job) -> None:
    """Whatever is refused now is told on the page of the file; nothing of it is written then."""
    plan = _plan(sheet, lines, on, locking=True)
    try:
        require_may_decide(sheet, Standing.of(by, on=on))
        if plan.faults or _marks(plan) != _shown_marks(sheet):
            raise Stale(
                _("Somebody changed what this file is about, so nothing was written. Look again.")
            )
        with transaction.atomic():
            _apply(sheet, plan, by, on)
    except DomainError as refusal:
        job.result = {"refused": refusal.message}
        _show(sheet, Found.of(plan))
        return
    sheet.state = SheetState.WRITTEN
    sheet.save(update_fields=["state", "updated_at"])


def _apply(sheet: Spreadsheet, plan: Plan | DatesPlan, by: User, on: dt.date) -> None:
    with pghistory.context(user=by.pk, spreadsheet=str(sheet.uid)):
        if isinstance(plan, Plan):
            write_drafts(
                plan.planned,
                body=sheet.organisation,
                by=by,
                sender=sheet.uploaded_by,
                at=timezone.now(),
            )
        else:
            assert sheet.programme is not None  # noqa: S101 - a file of dates has one
            ground = Ground(sheet.reason, sheet.document)
            write_dates(plan, programme=sheet.programme, by=by, on=on, ground=ground)


def _lines(sheet: Spreadsheet, claim: jobs.Claim) -> Lines:
    """The rows of the file, or the one fault for which none can be read."""
    read = lines_in if sheet.kind == SheetKind.PROGRESS else date_lines_in
    try:
        with opened(bytes(sheet.content)) as book:
            return read(book, _teller(claim))
    except DomainError as refusal:
        return Fault("", "", sheet.file_name, refusal.message)


def _plan(
    sheet: Spreadsheet, lines: Lines, on: dt.date, *, locking: bool = False
) -> Plan | DatesPlan:
    """What the file would do now.

    Args:
        locking: hold the tasks until the transaction ends, so that nobody writes in between.
    """
    if isinstance(lines, Fault):
        return Plan(faults=[lines])
    if sheet.programme is not None:
        return plan_dates(lines, sheet.programme)
    body, ends_on = sheet.organisation, sheet.period_ends_on
    assert ends_on is not None  # noqa: S101 - a file of progress has one
    successions = Successions.load()
    tasks = tasks_led(body, ends_on, successions=successions, on=on)
    if locking:
        _lock(tasks)
    presents = present_of(tasks, body, ends_on, successions=successions, on=on)
    return plan_progress(lines, presents, body, on=on)


def _lock(tasks: Any) -> None:
    """In one order, so that two files never wait for each other."""
    keys = list(tasks.order_by("pk").values_list("pk", flat=True))
    list(Task.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _show(sheet: Spreadsheet, found: Found) -> None:
    """Keep what the file would do, for its page."""
    sheet.rows, sheet.changed = found.rows, len(found.differences)
    sheet.faults = len(found.faults)
    sheet.problems = [fault.as_json() for fault in found.faults[:MOST_SHOWN]]
    sheet.differences = found.differences
    sheet.state = SheetState.FAULTY if found.faults else SheetState.READ
    sheet.decided_by = sheet.decided_at = None
    sheet.save(update_fields=SHOWN_FIELDS)


def _marks(plan: Plan | DatesPlan) -> list[tuple[str, str]]:
    if isinstance(plan, Plan):
        return [(planned.present.task.code, planned.mark) for planned in plan.planned]
    return [(planned.task.code, planned.mark) for planned in plan.planned]


def _shown_marks(sheet: Spreadsheet) -> list[tuple[str, str]]:
    """The marks of what the person saw who agreed to it."""
    shown = Spreadsheet.objects.values_list("differences", flat=True).get(pk=sheet.pk)
    return [(line["task"], line["mark"]) for line in shown]


def _locked(claim: jobs.Claim) -> Spreadsheet:
    """The row as it is now, without the file and what was found in it."""
    found = _sheets().defer("content", "differences", "problems")
    return found.select_for_update(of=("self",)).get(uid=claim.subject)


def _sheets() -> QuerySet[Spreadsheet]:
    return Spreadsheet.objects.select_related(
        "organisation", "programme", "document", "decided_by", "uploaded_by"
    )


def _teller(claim: jobs.Claim) -> Callable[[int], None]:
    """Says how far the reader is; of how many rows nobody knows, so it only ever approaches."""

    def told(rows: int) -> None:
        claim.report_progress(min(LAST_PERCENT, FIRST_PERCENT + rows * LAST_PERCENT // FULL))

    return told


def _in_vietnamese() -> Any:
    """Errors are kept as sentences, in the language of the province."""
    return translation.override(settings.LANGUAGE_CODE)
