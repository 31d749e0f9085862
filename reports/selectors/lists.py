"""Lists: the evaluations, what waits on one's own desk, the reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from dti_tracker.shared.pages import Page, page_of
from organisations.choices import Role
from organisations.selectors import Standing
from programmes.models import ProgrammeDuty
from reports.choices import EvaluationState, FileKind
from reports.models import Evaluation, Report, ReportFile
from reports.relations import reviews_for
from reports.selectors.desks import EvaluationRow, rows, with_desks

QUEUE_SIZE = 50
WITH_THE_LEAD = (EvaluationState.OPEN, EvaluationState.RETURNED, EvaluationState.ACCEPTED)


@dataclass(frozen=True)
class FileRow:
    """A stored file without its bytes."""

    kind: FileKind
    sha256: str
    size: int

    @property
    def short_sha256(self) -> str:
        return self.sha256[:12]


@dataclass(frozen=True)
class ReportRow:
    """One line of the list of reports."""

    report: Report
    task_code: str
    task_name: str
    files: tuple[FileRow, ...]


def evaluation_page(
    evaluations: QuerySet[Evaluation], standing: Standing, *, number: int
) -> Page[EvaluationRow]:
    """One page of a list of evaluations, newest first."""
    page = page_of(with_desks(evaluations), number)
    return Page(rows(page.rows, standing), page.previous, page.next)


def report_page(reports: QuerySet[Report], *, number: int) -> Page[ReportRow]:
    """One page of the list of reports, newest first."""
    ordered = reports.select_related("evaluation__trial_period__task", "organisation").order_by(
        "-pk"
    )
    page = page_of(ordered, number)
    files = files_of(page.rows)
    lines = [
        ReportRow(
            report=report,
            task_code=report.evaluation.trial_period.task.code,
            task_name=report.evaluation.trial_period.task.name,
            files=files.get(report.pk, ()),
        )
        for report in page.rows
    ]
    return Page(lines, page.previous, page.next)


def files_of(reports: Sequence[Report]) -> dict[int, tuple[FileRow, ...]]:
    """The files of some reports by report, PDF first; their bytes stay in the database."""
    found: dict[int, tuple[FileRow, ...]] = {}
    stored = ReportFile.objects.filter(report__in=reports).order_by("report", "-kind")
    for key, kind, sha256, size in stored.values_list("report", "kind", "sha256", "size"):
        found[key] = (*found.get(key, ()), FileRow(FileKind(kind), sha256, size))
    return found


def review_queue(standing: Standing) -> list[EvaluationRow]:
    """Drafts that wait for the person's body to review them, longest waiting first."""
    waiting = to_review(standing)
    return rows(with_desks(waiting)[:QUEUE_SIZE], standing)


def own_work(standing: Standing) -> list[EvaluationRow]:
    """What lies with the person's own body as lead, longest untouched first.

    A head sees what waits for the head as well; staff see what is theirs to write.
    """
    waiting = with_desks(_own_work(standing), longest_first=True)
    return rows(waiting[:QUEUE_SIZE], standing)


def to_review(standing: Standing) -> QuerySet[Evaluation]:
    """Drafts on the desk of the person's coordinating body that they may decide on.

    A clerk reviews none, unless the head delegated to them; nobody reviews what they wrote.
    """
    bodies = {body for body in standing.positions if reviews_for(body, standing)}
    coordinated = Evaluation.objects.coordinated_by(standing, bodies=bodies)
    return coordinated.awaiting_review().exclude(authors=standing.user_id)


def handed_in(standing: Standing) -> list[EvaluationRow]:
    """Drafts of the person's own body that others review, longest waiting first."""
    waiting = Evaluation.objects.led_by(standing).filter(state=EvaluationState.SUBMITTED)
    return rows(with_desks(waiting, longest_first=True)[:QUEUE_SIZE], standing)


def reads_first(standing: Standing) -> bool:
    """Whether the person comes to read where things stand: the committee, its Office, inspectors."""
    if standing.is_inspector:
        return True
    bodies = standing.organisation_ids | standing.superiors_of_offices()
    authority = standing.successions.origins(bodies, Role.AUTHORITY, on=standing.on)
    held = ProgrammeDuty.objects.valid(on=standing.on).filter(role=Role.AUTHORITY)
    return held.filter(organisation__in=authority).exists()


def _own_work(standing: Standing) -> QuerySet[Evaluation]:
    led = Evaluation.objects.led_by(standing).filter(state__in=WITH_THE_LEAD)
    headed = Evaluation.objects.led_by(standing, bodies=standing.bodies_decided_for()).filter(
        state=EvaluationState.IN_REVIEW
    )
    return led | headed
