"""Lists: the evaluations, what waits on one's own desk, the reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from organisations.choices import Position, Role
from organisations.selectors import Standing
from programmes.models import ProgrammeDuty
from programmes.relations import HEADS
from reports.choices import EvaluationState, FileKind
from reports.models import Evaluation, Report, ReportFile
from reports.selectors.desks import EvaluationRow, rows, with_desks

PAGE_SIZE = 50
QUEUE_SIZE = 50
Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list and the numbers of the pages beside it (None: there is none)."""

    rows: Sequence[Row]
    previous: int | None
    next: int | None


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
    found, previous, following = _cut(with_desks(evaluations), number)
    return Page(rows(found, standing), previous, following)


def report_page(reports: QuerySet[Report], *, number: int) -> Page[ReportRow]:
    """One page of the list of reports, newest first."""
    ordered = reports.select_related("evaluation__trial_period__task", "organisation").order_by(
        "-pk"
    )
    found, previous, following = _cut(ordered, number)
    files = files_of(found)
    lines = [
        ReportRow(
            report=report,
            task_code=report.evaluation.trial_period.task.code,
            task_name=report.evaluation.trial_period.task.name,
            files=files.get(report.pk, ()),
        )
        for report in found
    ]
    return Page(lines, previous, following)


def files_of(reports: Sequence[Report]) -> dict[int, tuple[FileRow, ...]]:
    """The files of some reports by report, PDF first; their bytes stay in the database."""
    found: dict[int, tuple[FileRow, ...]] = {}
    stored = ReportFile.objects.filter(report__in=reports).order_by("report", "-kind")
    for key, kind, sha256, size in stored.values_list("report", "kind", "sha256", "size"):
        found[key] = (*found.get(key, ()), FileRow(FileKind(kind), sha256, size))
    return found


def review_queue(standing: Standing) -> list[EvaluationRow]:
    """Drafts that wait for the person's body to review them, longest waiting first."""
    waiting = Evaluation.objects.coordinated_by(standing).awaiting_review()
    return rows(with_desks(waiting)[:QUEUE_SIZE], standing)


def own_work(standing: Standing) -> list[EvaluationRow]:
    """What lies with the person's own body as lead, longest untouched first.

    A head sees what waits for the head as well; staff see what is theirs to write.
    """
    waiting = with_desks(_own_work(standing), longest_first=True)
    return rows(waiting[:QUEUE_SIZE], standing)


def waits_for_review(standing: Standing) -> bool:
    """Whether anything lies in the person's review queue."""
    return Evaluation.objects.coordinated_by(standing).awaiting_review().exists()


def has_own_work(standing: Standing) -> bool:
    """Whether an evaluation waits for the person's own body as lead."""
    return _own_work(standing).exists()


def is_head(standing: Standing) -> bool:
    return not HEADS.isdisjoint({Position(p) for p in standing.positions.values()})


def reads_first(standing: Standing) -> bool:
    """Whether the person comes to read where things stand: the committee, its Office, coordinators."""
    bodies = standing.organisation_ids | standing.superiors_of_offices()
    authority = standing.successions.origins(bodies, Role.AUTHORITY, on=standing.on)
    coordinator = standing.duties_of(Role.COORDINATOR)
    return standing.is_inspector or (
        ProgrammeDuty.objects.valid(on=standing.on)
        .filter(
            Q(role=Role.AUTHORITY, organisation__in=authority)
            | Q(role=Role.COORDINATOR, organisation__in=coordinator)
        )
        .exists()
    )


def _own_work(standing: Standing) -> QuerySet[Evaluation]:
    states = [EvaluationState.OPEN, EvaluationState.RETURNED, EvaluationState.ACCEPTED]
    if is_head(standing):
        states.append(EvaluationState.IN_REVIEW)
    return Evaluation.objects.led_by(standing).filter(state__in=states)


def _cut(found: QuerySet[Stored], number: int) -> tuple[list[Stored], int | None, int | None]:
    """The rows of a page, one more read than shown to know whether another page follows."""
    first = (number - 1) * PAGE_SIZE
    some = list(found[first : first + PAGE_SIZE + 1])
    following = number + 1 if len(some) > PAGE_SIZE else None
    return some[:PAGE_SIZE], number - 1 if number > 1 else None, following
