"""Where an evaluation lies: on whose desk, for what, since when."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.time import day_of
from organisations.choices import Role
from organisations.models import Organisation
from organisations.rights import Relation
from organisations.selectors import Standing
from programmes.models import Task
from programmes.relations import task_relations
from reports.choices import EvaluationState
from reports.desks import body_with
from reports.models import Evaluation, EvaluationMove

# Who has it in each state, and what they have to do with it; a concluded one lies nowhere.
DESKS: dict[EvaluationState, tuple[Role, Promise]] = {
    EvaluationState.OPEN: (Role.LEAD, _("to be written")),
    EvaluationState.IN_REVIEW: (Role.LEAD, _("for the head to look through")),
    EvaluationState.SUBMITTED: (Role.COORDINATOR, _("to be reviewed")),
    EvaluationState.RETURNED: (Role.LEAD, _("to be corrected")),
    EvaluationState.ACCEPTED: (Role.LEAD, _("to be signed and issued")),
    EvaluationState.ISSUED: (Role.COORDINATOR, _("to be forwarded to the committee")),
    EvaluationState.FORWARDED: (Role.AUTHORITY, _("for the committee's conclusion")),
}
SEE_THE_COMMITTEES_DESK = frozenset(
    {
        Relation.COORDINATOR,
        Relation.COORDINATOR_CLERK,
        Relation.AUTHORITY_OFFICE,
        Relation.AUTHORITY_LEADER,
        Relation.INSPECTOR,
    }
)


@dataclass(frozen=True)
class Desk:
    """With whom it lies and why; `since` and `days` are None where the person may not know.

    How long something lies with the committee is known to the committee and the coordinator only,
    and to who inspects them.
    """

    body: Organisation | None
    purpose: str
    since: dt.datetime | None
    days: int | None


@dataclass(frozen=True)
class EvaluationRow:
    """One line of a list of evaluations."""

    evaluation: Evaluation
    task: Task
    state: EvaluationState
    lead: Organisation | None
    desk: Desk | None
    ends_on: dt.date | None


def with_desks(
    evaluations: QuerySet[Evaluation], *, longest_first: bool = False
) -> QuerySet[Evaluation]:
    """Evaluations with everything that rows, desks and relations are computed from.

    In their own order, or with those first that nobody has moved for the longest time.
    """
    moves = EvaluationMove.objects.filter(evaluation=OuterRef("pk")).order_by("-at", "-pk")
    read = (
        evaluations.select_related("trial_period__task__programme")
        .prefetch_related("trial_period__task__duties", "trial_period__task__programme__duties")
        .annotate(moved_at=Subquery(moves.values("at")[:1]))
    )
    return read.order_by("moved_at", "pk") if longest_first else read


def rows(evaluations: Iterable[Evaluation], standing: Standing) -> list[EvaluationRow]:
    """Lines of a list, from evaluations read with :func:`with_desks`; no further query."""
    return [
        EvaluationRow(
            evaluation=evaluation,
            task=evaluation.trial_period.task,
            state=EvaluationState(evaluation.state),
            lead=lead_of(evaluation, standing),
            desk=desk_of(evaluation, standing),
            ends_on=evaluation.trial_period.ends_on,
        )
        for evaluation in evaluations
    ]


def day_asked(evaluation: Evaluation, standing: Standing) -> dt.date:
    """The day whose bodies are named: of the past once concluded, else the present one."""
    return evaluation.concluded_on or standing.on


def lead_of(evaluation: Evaluation, standing: Standing) -> Organisation | None:
    """The body that leads the task: of the past once concluded, else today's."""
    day = day_asked(evaluation, standing)
    return body_with(Role.LEAD, evaluation, standing.successions, on=day)


def desk_of(evaluation: Evaluation, standing: Standing) -> Desk | None:
    """Where it lies now; None when it has come to its end."""
    state = EvaluationState(evaluation.state)
    if state not in DESKS:
        return None
    role, purpose = DESKS[state]
    since: dt.datetime | None = getattr(evaluation, "moved_at", None)
    if role == Role.AUTHORITY and not _may_know(
        task_relations(evaluation.trial_period.task, standing)
    ):
        since = None
    return Desk(
        body=body_with(role, evaluation, standing.successions, on=standing.on),
        purpose=str(purpose),
        since=since,
        days=None if since is None else max((standing.on - day_of(since)).days, 0),
    )


def _may_know(relations: Collection[Relation]) -> bool:
    return not SEE_THE_COMMITTEES_DESK.isdisjoint(relations)
