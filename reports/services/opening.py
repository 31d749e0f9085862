"""The end of a trial opens its evaluation: exactly one, however often and late it is asked."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from dti_tracker.shared.errors import DomainError
from programmes.models import TrialPeriod
from programmes.services import record_evaluation_opened
from reports.choices import EvaluationState
from reports.models import Evaluation, EvaluationMove
from reports.services.generation import request_report
from reports.services.routing import route_opening

logger = logging.getLogger(__name__)


def open_due_evaluations(*, on: dt.date) -> list[Evaluation]:
    """Open the evaluation of every trial whose last day lies before a day and that has none yet.

    Repeatable and safe to run at once from several places: each trial period is locked while its
    evaluation is opened, and a second one for it is refused by the database.

    Args:
        on: the day in Asia/Ho_Chi_Minh; the letter of August 2023 (point 3) asks for the
            evaluation when the trial time has ended.

    Returns:
        The evaluations opened by this call, in order of their trials.
    """
    due = TrialPeriod.objects.ended(on=on).without_evaluation().order_by("ends_on", "pk")
    opened = (_open_evaluation(pk, on=on) for pk in list(due.values_list("pk", flat=True)))
    return [evaluation for evaluation in opened if evaluation is not None]


@transaction.atomic
def _open_evaluation(period_id: int, *, on: dt.date) -> Evaluation | None:
    period = (
        TrialPeriod.objects.ended(on=on)
        .without_evaluation()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("task__programme")
        .filter(pk=period_id)
        .first()
    )
    if period is None:
        return None
    evaluation = Evaluation.objects.create(trial_period=period, opened_on=on)
    EvaluationMove.objects.create(
        evaluation=evaluation, to_state=EvaluationState.OPEN, at=timezone.now()
    )
    record_evaluation_opened(period=period, on=on)
    route_opening(evaluation, on=on)
    _request_draft(evaluation, on=on)
    return evaluation


def _request_draft(evaluation: Evaluation, *, on: dt.date) -> None:
    """The first draft; a trial whose lead has no holder gets none, the administrators were told."""
    try:
        with transaction.atomic():
            request_report(evaluation=evaluation, by=None, on=on)
    except DomainError as refusal:
        logger.warning("no draft for evaluation %s: %s", evaluation.uid, refusal)
