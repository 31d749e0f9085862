"""What the present person may do next with an evaluation, and why not when not.

Page, API and services ask the same table, so that buttons and rules cannot differ.
"""

from dataclasses import dataclass

from organisations.rights import Decision, allowed
from organisations.selectors import Standing
from reports.choices import TRANSITIONS, EvaluationState, Verb
from reports.models import Evaluation
from reports.readiness import Missing, blocking
from reports.relations import evaluation_relations

WRITE = "write_evaluation"
GENERATE = "generate_report"
NEEDS_READINESS = (Verb.SEND_TO_HEAD, Verb.SUBMIT)


@dataclass(frozen=True)
class May:
    """One thing a person might do; `reason` says why not."""

    verb: str
    label: str
    allowed: bool
    reason: str = ""
    needs_comment: bool = False


def what_may(evaluation: Evaluation, standing: Standing) -> list[May]:
    """Every move that leads on from the present state, for this person.

    Moves that do not start in the present state are left out: nobody may make them.
    """
    relations = evaluation_relations(evaluation, standing)
    state = EvaluationState(evaluation.state)
    verbs = [verb for verb in Verb if state in TRANSITIONS[verb].sources]
    gaps = blocking(evaluation) if any(verb in NEEDS_READINESS for verb in verbs) else []
    return [
        _may(verb, allowed(verb, relations, state), gaps if verb in NEEDS_READINESS else [])
        for verb in verbs
    ]


def _may(verb: Verb, decision: Decision, gaps: list[Missing]) -> May:
    missing = "; ".join(gap.sentence for gap in gaps)
    return May(
        verb=verb,
        label=str(verb.label),
        allowed=bool(decision) and not gaps,
        reason=missing if decision else decision.reason,
        needs_comment=TRANSITIONS[verb].needs_comment,
    )


def may(action: str, evaluation: Evaluation, standing: Standing) -> Decision:
    """Whether the person may write or move the evaluation, generate or download its report."""
    return allowed(action, evaluation_relations(evaluation, standing), evaluation.state)
