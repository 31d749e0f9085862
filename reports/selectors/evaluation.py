"""Everything the page of one evaluation shows, as the person may see it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from organisations.choices import JobKind, JobState, Role
from organisations.models import Delegation, Job, Organisation
from organisations.rights import Relation, allowed
from organisations.selectors import Standing
from programmes.models import Commitment, Criterion, Milestone, Task, TrialPeriod
from programmes.relations import lent_for
from programmes.selectors import TaskSummary, period_summary
from reports.choices import EvaluationState, Verb
from reports.desks import body_with
from reports.may import GENERATE, WRITE, May, may, what_may
from reports.models import CriterionFinding, Dispatch, Evaluation, EvaluationMove, Report, Snapshot
from reports.readiness import Missing, Severity, readiness
from reports.relations import evaluation_relations
from reports.selectors.desks import (
    SEE_THE_COMMITTEES_DESK,
    Desk,
    day_asked,
    desk_of,
    lead_of,
    with_desks,
)
from reports.selectors.lists import FileRow, files_of

# The route as a reader follows it; a returned one stands at its first step again.
ROUTE: tuple[tuple[EvaluationState, Role, Promise], ...] = (
    (EvaluationState.OPEN, Role.LEAD, pgettext_lazy("step", "Write")),
    (EvaluationState.IN_REVIEW, Role.LEAD, pgettext_lazy("step", "Head looks through")),
    (EvaluationState.SUBMITTED, Role.COORDINATOR, pgettext_lazy("step", "Review")),
    (EvaluationState.ACCEPTED, Role.LEAD, pgettext_lazy("step", "Sign and issue")),
    (EvaluationState.ISSUED, Role.COORDINATOR, pgettext_lazy("step", "Forward")),
    (EvaluationState.FORWARDED, Role.AUTHORITY, pgettext_lazy("step", "Conclusion")),
    (EvaluationState.CONCLUDED, Role.AUTHORITY, pgettext_lazy("step", "Concluded")),
)
# What normally comes next; shown, with the reason, also to whom it is not allowed just now.
NATURAL = {
    EvaluationState.OPEN: Verb.SEND_TO_HEAD,
    EvaluationState.RETURNED: Verb.SEND_TO_HEAD,
    EvaluationState.IN_REVIEW: Verb.SUBMIT,
    EvaluationState.SUBMITTED: Verb.ACCEPT,
}
BEFORE_SUBMISSION = frozenset(
    {EvaluationState.OPEN, EvaluationState.RETURNED, EvaluationState.IN_REVIEW}
)
RETURNS = (Verb.RETURN, Verb.RETURN_TO_OPEN, Verb.REOPEN)
RUNNING = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Step:
    """One step of the route: `place` is done, current or ahead; `at` when it was last reached."""

    label: str
    place: str
    body: Organisation | None
    at: dt.datetime | None


@dataclass(frozen=True)
class Document:
    """One generated version of the report with its files."""

    report: Report
    files: tuple[FileRow, ...]
    is_submitted: bool

    @property
    def pdf(self) -> FileRow | None:
        return next((file for file in self.files if file.kind == "pdf"), None)


@dataclass(frozen=True)
class Documents:
    """The versions, newest first, and how far the generation of a newer one is."""

    versions: tuple[Document, ...]
    job: Job | None
    may_generate: bool
    data_as_of: dt.date | None

    @property
    def is_running(self) -> bool:
        return self.job is not None and self.job.state in RUNNING

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == JobState.FAILED

    @property
    def others(self) -> list[Document]:
        """The versions besides the one to look at."""
        return [version for version in self.versions if version != self.latest]

    @property
    def latest(self) -> Document | None:
        """The version to look at: the submitted one, else the one made from the newest data."""
        submitted = (v for v in self.versions if v.is_submitted)
        newest = max(self.versions, key=lambda v: v.report.snapshot_id, default=None)
        return next(submitted, newest)


@dataclass(frozen=True)
class Finding:
    """A criterion with the verdict on it, if there is one yet."""

    criterion: Criterion
    finding: CriterionFinding | None


@dataclass(frozen=True)
class EvaluationPage:
    """The page of one evaluation."""

    evaluation: Evaluation
    task: Task
    period: TrialPeriod
    state: EvaluationState
    lead: Organisation | None
    desk: Desk | None
    steps: tuple[Step, ...]
    actions: tuple[May, ...]
    natural: May | None
    may_write: bool
    summary: TaskSummary
    commitments: tuple[Commitment, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Missing, ...]
    is_before_submission: bool
    documents: Documents
    dispatches: tuple[Dispatch, ...]
    moves: tuple[EvaluationMove, ...]
    snapshot: Snapshot | None
    lent: tuple[Delegation, ...]

    @property
    def blocking_count(self) -> int:
        """How many gaps stop the submission."""
        return sum(gap.severity == Severity.BLOCKING for gap in self.gaps)

    @property
    def last_return(self) -> EvaluationMove | None:
        """The move that brought it back to its writers, while it lies there."""
        last = next(iter(self.moves), None)
        return last if last is not None and last.verb in RETURNS else None

    @property
    def criteria(self) -> list[Criterion]:
        return [found.criterion for found in self.findings]

    @property
    def findings_by_criterion(self) -> dict[int, CriterionFinding]:
        return {f.criterion.pk: f.finding for f in self.findings if f.finding is not None}

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        return self.summary.milestones


def evaluation_page(evaluation: Evaluation, standing: Standing) -> EvaluationPage:
    """Read the page of an evaluation that the person may see."""
    evaluation = (
        with_desks(Evaluation.objects.filter(pk=evaluation.pk))
        .select_related("submitted_snapshot")
        .get()
    )
    period = evaluation.trial_period
    state = EvaluationState(evaluation.state)
    moves = tuple(
        evaluation.moves.select_related("user", "organisation", "on_behalf_of").order_by(
            "-at", "-pk"
        )
    )
    possible = what_may(evaluation, standing)
    relations = evaluation_relations(evaluation, standing)
    return EvaluationPage(
        evaluation=evaluation,
        task=period.task,
        period=period,
        state=state,
        lead=lead_of(evaluation, standing),
        desk=desk_of(evaluation, standing),
        steps=tuple(_steps(evaluation, state, moves, standing, relations)),
        actions=tuple(step for step in possible if step.allowed),
        natural=_natural(state, possible, relations),
        may_write=bool(may(WRITE, evaluation, standing)),
        summary=period_summary(
            period, on=day_asked(evaluation, standing), successions=standing.successions
        ),
        commitments=tuple(
            Commitment.objects.visible_to(standing)
            .filter(trial_period=period)
            .select_related("organisation")
        ),
        findings=tuple(findings_of(evaluation)),
        gaps=tuple(readiness(evaluation)) if state in BEFORE_SUBMISSION else (),
        is_before_submission=state in BEFORE_SUBMISSION,
        documents=documents_of(evaluation, standing),
        dispatches=tuple(evaluation.dispatches.select_related("sender", "recipient")),
        moves=moves,
        snapshot=evaluation.submitted_snapshot,
        lent=lent_for(period.task, standing),
    )


def documents_of(evaluation: Evaluation, standing: Standing) -> Documents:
    """The report's versions and the job that works on the newest data."""
    reports: Sequence[Report] = list(
        evaluation.reports.select_related("snapshot", "organisation")
        .defer("snapshot__canonical_json")
        .order_by("-version")
    )
    newest = evaluation.snapshots.only("uid", "data_as_of").order_by("-pk").first()
    files = files_of(reports)
    return Documents(
        versions=tuple(
            Document(r, files.get(r.pk, ()), r.snapshot_id == evaluation.submitted_snapshot_id)
            for r in reports
        ),
        job=_job_of(newest),
        may_generate=bool(may(GENERATE, evaluation, standing)),
        data_as_of=newest.data_as_of if newest else None,
    )


def _job_of(snapshot: Snapshot | None) -> Job | None:
    if snapshot is None:
        return None
    return Job.objects.filter(kind=JobKind.EVALUATION_REPORT, subject=snapshot.uid).first()


def _steps(
    evaluation: Evaluation,
    state: EvaluationState,
    moves: Sequence[EvaluationMove],
    standing: Standing,
    relations: frozenset[Relation],
) -> list[Step]:
    present = EvaluationState.OPEN if state == EvaluationState.RETURNED else state
    states = [step[0] for step in ROUTE]
    reached = {EvaluationState(m.to_state): m.at for m in reversed(moves)}
    hides_committee = SEE_THE_COMMITTEES_DESK.isdisjoint(relations)
    on = day_asked(evaluation, standing)
    steps = []
    for position, (step, role, label) in enumerate(ROUTE):
        place = _place(position, states.index(present))
        is_hidden = step == EvaluationState.FORWARDED and hides_committee
        steps.append(
            Step(
                label=str(label),
                place="done" if present == EvaluationState.CONCLUDED else place,
                body=body_with(role, evaluation, standing.successions, on=on),
                at=None if place == "ahead" or is_hidden else reached.get(step),
            )
        )
    return steps


def _place(position: int, present: int) -> str:
    if position == present:
        return "current"
    return "done" if position < present else "ahead"


def _natural(
    state: EvaluationState, possible: Sequence[May], relations: frozenset[Relation]
) -> May | None:
    """The step that comes next, when the person could take it but for the reason it says."""
    verb = NATURAL.get(state)
    step = next((m for m in possible if m.verb == verb), None)
    if step is None or step.allowed or not _is_theirs(state, verb, relations):
        return None
    return step


def _is_theirs(state: EvaluationState, verb: Verb | None, relations: frozenset[Relation]) -> bool:
    """Whether a relation of theirs opens this verb at all, own work aside."""
    others = relations - {Relation.AUTHOR}
    return verb is not None and bool(allowed(verb, others, state))


def findings_of(evaluation: Evaluation) -> list[Finding]:
    """Every criterion of the programme, judged or not."""
    judged = {f.criterion_id: f for f in evaluation.findings.all()}
    criteria = Criterion.objects.filter(programme=evaluation.trial_period.task.programme_id)
    return [Finding(criterion, judged.get(criterion.pk)) for criterion in criteria]
