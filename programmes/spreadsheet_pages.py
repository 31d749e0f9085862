"""What the pages of spreadsheets show: those that were sent, and one with what it would do."""

from dataclasses import dataclass
from typing import Any

from dti_tracker.shared.pages import Page, page_of
from organisations.choices import JobKind, JobState
from organisations.models import Job
from organisations.rights import Decision
from organisations.selectors import Standing
from programmes.choices import SheetState
from programmes.models import Programme, Spreadsheet, Task
from programmes.services.spreadsheets import may_decide, may_write_dates

# What a row of the list, and the page of one, names besides itself.
SENT = ("organisation", "programme", "document", "uploaded_by", "decided_by")
LONG = ("content", "problems", "differences")
SHOWN_FAULTS = 200
JOBS = {SheetState.RECEIVED: JobKind.SHEET_READ, SheetState.CONFIRMED: JobKind.SHEET_WRITE}


@dataclass(frozen=True)
class SheetPage:
    """The page of one spreadsheet.

    `job` is the one that works on it now; `refused` why it was not written when somebody agreed.
    """

    sheet: Spreadsheet
    decide: Decision
    job: Job | None
    refused: str
    faults: list[dict[str, str]]
    differences: Page[dict[str, Any]]

    @property
    def is_running(self) -> bool:
        return self.job is not None and not self.job.is_finished

    @property
    def percent(self) -> int | None:
        """How far the job is; None without one."""
        return self.job.progress if self.job is not None else None

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == JobState.FAILED

    @property
    def more_faults(self) -> int:
        return max(self.sheet.faults - len(self.faults), 0)

    @property
    def can_be_written(self) -> bool:
        return bool(self.decide) and self.sheet.state == SheetState.READ and self.sheet.changed > 0

    @property
    def can_be_discarded(self) -> bool:
        open_states = (SheetState.RECEIVED, SheetState.READ, SheetState.FAULTY)
        return bool(self.decide) and self.sheet.state in open_states


def sheets_page(standing: Standing, number: int) -> Page[Spreadsheet]:
    """The spreadsheets that the person may see, newest first, without what is in them."""
    visible = Spreadsheet.objects.visible_to(standing).select_related(*SENT).defer(*LONG)
    return page_of(visible.order_by("-pk"), number)


def sheet_page(sheet: Spreadsheet, standing: Standing, *, number: int) -> SheetPage:
    """One spreadsheet; two queries beside its own."""
    jobs = {job.kind: job for job in Job.objects.filter(subject=sheet.uid)}
    written = jobs.get(JobKind.SHEET_WRITE)
    result = (written.result if written else None) or {}
    waits = sheet.state in (SheetState.READ, SheetState.FAULTY)
    return SheetPage(
        sheet=sheet,
        decide=may_decide(sheet, standing),
        job=jobs.get(JOBS.get(SheetState(sheet.state), "")),
        refused=str(result.get("refused", "")) if waits else "",
        faults=sheet.problems[:SHOWN_FAULTS],
        differences=page_of(sheet.differences, number),
    )


def dated_programmes(standing: Standing) -> list[Programme]:
    """The programmes with unknown trial dates that the person enters, by code."""
    waiting = Task.objects.without_dates().values("programme")
    visible = Programme.objects.visible_to(standing).filter(pk__in=waiting)
    ordered = visible.prefetch_related("duties").order_by("code")
    return [programme for programme in ordered if may_write_dates(programme, standing)]
