"""What this floor says of its models to the trail: all of it is content, read by who may read it."""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from organisations.trail import registry
from organisations.trail.registry import Deed, Part, Row, Seen, Subject
from programmes.trail import may_read_history
from reports.choices import EvaluationState
from reports.models import CriterionFinding, Dispatch, Evaluation, EvaluationMove, Report
from reports.models.evaluation import BEFORE_THE_COMMITTEE
from reports.relations import evaluation_relations


def _find(standing: Standing, key: str) -> Evaluation | None:
    try:
        uid = UUID(key)
    except ValueError:
        return None
    visible = Evaluation.objects.visible_to(standing).select_related(
        "trial_period__task__programme"
    )
    return visible.filter(uid=uid).first()


BEFORE_THEM = Seen("state", frozenset(BEFORE_THE_COMMITTEE))


def _parts(standing: Standing, evaluation: Evaluation) -> list[Part]:
    """Lead, coordinator and inspector read all of it; the committee what lay before it."""
    relations = evaluation_relations(evaluation, standing)
    reads_drafts = bool(allowed("view_evaluation", relations, EvaluationState.OPEN))
    findings = registry.ever(CriterionFinding, evaluation_id=evaluation.pk)
    return [
        Part(Evaluation, [evaluation.pk], seen=None if reads_drafts else BEFORE_THEM),
        *([findings] if reads_drafts else []),
        registry.ever(Dispatch, evaluation_id=evaluation.pk),
        registry.ever(Report, evaluation_id=evaluation.pk),
        Part(EvaluationMove, evaluation.moves.values("pk")),
    ]


def _title(evaluation: Evaluation) -> str:
    return _("Evaluation: %(task)s") % {"task": named(evaluation.trial_period.task)}


def _evaluations(standing: Standing) -> QuerySet[Evaluation]:
    return Evaluation.objects.visible_to(standing)


def _moved(_kind: str, _before: Row | None, now: Row | None) -> Deed | None:
    """A step of the route by the state it led to."""
    if now is None:
        return None
    state = dict(EvaluationState.choices)[now["to_state"]]
    if now["verb"] == "open" and not now["from_state"]:
        return Deed(pgettext("trail", "opened the evaluation (%(state)s)") % {"state": state})
    return Deed(pgettext("trail", "moved the evaluation on: %(state)s") % {"state": state})


registry.append_only(EvaluationMove)
registry.tells(EvaluationMove, _moved)
registry.fields(
    EvaluationMove, from_state=gettext_lazy("state before"), to_state=gettext_lazy("state after")
)
registry.fields(Evaluation, conclusion_document=gettext_lazy("document of the conclusion"))
registry.called(
    Evaluation,
    lambda evaluation: named(evaluation.trial_period.task),
    "trial_period__task",
)
registry.inspected(Evaluation, _evaluations)
registry.inspected_under(
    "evaluation", _evaluations, CriterionFinding, Dispatch, Report, EvaluationMove
)
registry.subject(
    Subject(
        slug="evaluation",
        model=Evaluation,
        find=_find,
        key=lambda evaluation: str(evaluation.uid),
        may=lambda standing, evaluation: may_read_history(
            evaluation_relations(evaluation, standing)
        ),
        parts=_parts,
        title=_title,
        address=lambda evaluation: reverse("reports:evaluation", args=[evaluation.uid]),
    )
)
