"""Moving an evaluation along its route: one verb at a time, by the one table of transitions."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, Stale
from organisations.capacity import acting_for
from organisations.choices import Role
from organisations.models import User
from organisations.rights import require
from organisations.selectors import Standing
from reports.choices import TRANSITIONS, DispatchPurpose, EvaluationState, Verb
from reports.desks import body_with
from reports.may import may
from reports.models import Evaluation, EvaluationMove
from reports.readiness import blocking
from reports.relations import reviewers
from reports.services.generation import freeze, request_report_of
from reports.services.routing import route_back, route_submission, take_back

# For which body a person acts, who may sit in several; the other verbs are the coordinator's.
ACTING = dict.fromkeys(
    (Verb.SEND_TO_HEAD, Verb.SUBMIT, Verb.RETURN_TO_OPEN, Verb.WITHDRAW), Role.LEAD
)


@transaction.atomic
def move_evaluation(
    *,
    evaluation: Evaluation,
    verb: Verb,
    by: User,
    on: dt.date,
    comment: str = "",
    version: int | None = None,
) -> Evaluation:
    """Do one thing to an evaluation, or refuse with a reason and change nothing.

    Args:
        evaluation: as the caller saw it; it is locked and read again.
        verb: one of the transitions' verbs.
        by: the person; rights follow from what their bodies are to the task that day.
        on: the day in Vietnam, which decides who holds the duties.
        comment: required where the transition asks for a reason.
        version: the version the caller saw, where they want to be told of a newer one.

    Raises:
        NotAllowed, WrongState, Stale, DomainError: each with a sentence for the user.
    """
    locked = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("trial_period__task__programme")
        .get(pk=evaluation.pk)
    )
    standing = Standing.of(by, on=on)
    _refuse_unless_allowed(locked, verb, standing, comment.strip(), version)
    body = body_with(ACTING.get(verb, Role.COORDINATOR), locked, standing.successions, on=on)
    is_own_right = bool(may(verb, locked, standing.as_themselves))
    acting = acting_for(body, standing, is_own_right=is_own_right)
    _apply(locked, verb, by=by, standing=standing)
    from_state = locked.state
    locked.state = TRANSITIONS[verb].target
    locked.version += 1
    locked.save()
    EvaluationMove.objects.create(
        evaluation=locked,
        verb=verb,
        from_state=from_state,
        to_state=locked.state,
        at=timezone.now(),
        user=by,
        organisation=body,
        capacity=acting.capacity,
        on_behalf_of=acting.on_behalf_of,
        comment=comment.strip(),
        snapshot=locked.submitted_snapshot if verb == Verb.SUBMIT else None,
    )
    _route(locked, verb, by=by, standing=standing)
    return locked


def _refuse_unless_allowed(
    evaluation: Evaluation, verb: Verb, standing: Standing, comment: str, version: int | None
) -> None:
    if version is not None and version != evaluation.version:
        raise Stale(
            _(
                "Somebody else changed this evaluation in the meantime. Look at it again, then decide."
            )
        )
    require(may(verb, evaluation, standing))
    if TRANSITIONS[verb].needs_comment and not comment:
        sentence = _("Say why, so that the others know what to do.")
        raise DomainError(sentence, fields={"comment": sentence})


def _apply(evaluation: Evaluation, verb: Verb, *, by: User, standing: Standing) -> None:
    if verb in {Verb.SEND_TO_HEAD, Verb.SUBMIT}:
        _refuse_unless_ready(evaluation)
        evaluation.authors.add(by)
    if verb == Verb.SUBMIT:
        _refuse_unless_routable(evaluation, standing)
        evaluation.submitted_snapshot = freeze(
            evaluation, on=standing.on, successions=standing.successions
        )
        evaluation.submitted_at = timezone.now()


def _refuse_unless_ready(evaluation: Evaluation) -> None:
    missing = blocking(evaluation)
    if missing:
        raise DomainError(
            _("Not ready yet: %(missing)s")
            % {"missing": "; ".join(gap.sentence for gap in missing)},
            fields={gap.code: gap.sentence for gap in missing},
        )


def _refuse_unless_routable(evaluation: Evaluation, standing: Standing) -> None:
    lead, coordinator = (
        body_with(role, evaluation, standing.successions, on=standing.on)
        for role in (Role.LEAD, Role.COORDINATOR)
    )
    if coordinator is None:
        raise DomainError(
            _(
                "Nobody coordinates this programme on that day, so the report has no recipient. "
                "Ask the administrators to enter the coordinating body."
            )
        )

    if coordinator == lead and not reviewers(evaluation, coordinator, on=standing.on):
        raise DomainError(
            _(
                "%(authors)s wrote this, and nobody else of “%(body)s” may review it; who wrote "
                "may not. Ask the administrators to enter another person of that body, then "
                "submit again."
            )
            % {
                "authors": ", ".join(str(author) for author in evaluation.authors.all()),
                "body": coordinator.name,
            }
        )


def _route(evaluation: Evaluation, verb: Verb, *, by: User, standing: Standing) -> None:
    on, successions = standing.on, standing.successions
    if evaluation.state == EvaluationState.SUBMITTED and evaluation.submitted_snapshot:
        request_report_of(evaluation.submitted_snapshot, by=by)
        snapshot = evaluation.submitted_snapshot
        route_submission(evaluation, snapshot, on=on, successions=successions)
    elif evaluation.state == EvaluationState.RETURNED:
        route_back(evaluation, DispatchPurpose.FOR_CORRECTION, on=on, successions=successions)
    elif evaluation.state == EvaluationState.ACCEPTED:
        route_back(evaluation, DispatchPurpose.TO_ISSUE, on=on, successions=successions)
    elif verb == Verb.WITHDRAW:
        take_back(evaluation)
