"""From evaluations and reports to answers: plain dictionaries from rows read before."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dti_tracker.shared.api.encoding import moment
from organisations.api.serializers import organisation_body
from organisations.capacity import capacity_words
from organisations.models import Organisation
from programmes.api.bodies import task_ref, trial_period_ref
from reports.choices import EvaluationState, Outcome, Verb
from reports.may import May
from reports.models import Evaluation, EvaluationMove, Report
from reports.readiness import Missing
from reports.selectors.evaluation import Finding
from reports.selectors.lists import FileRow

Address = Callable[..., str]
RETURNING = frozenset({Verb.RETURN, Verb.REOPEN})


def brief(evaluation: Evaluation, lead: Organisation | None, address: Address) -> dict[str, Any]:
    """An evaluation as lists show it."""
    return {
        "url": address("evaluation", evaluation.uid),
        "id": evaluation.uid,
        "task": task_ref(evaluation.trial_period.task, address),
        "trial_period": trial_period_ref(evaluation.trial_period),
        "lead": organisation_body(lead),
        "state": evaluation.state,
        "state_label": evaluation.get_state_display(),
        "origin": evaluation.origin,
        "origin_label": evaluation.get_origin_display(),
        "opened_on": evaluation.opened_on,
        "submitted_at": moment(evaluation.submitted_at),
        "version": evaluation.version,
        "decision": _decision(evaluation),
        "created_at": moment(evaluation.created_at),
        "updated_at": moment(evaluation.updated_at),
    }


def judgement(evaluation: Evaluation, findings: Iterable[Finding]) -> dict[str, Any]:
    """What the lead wrote."""
    return {
        "results": evaluation.results,
        "shortcomings": evaluation.shortcomings,
        "causes": evaluation.causes,
        "cost_vnd": evaluation.cost_vnd,
        "criteria": [_criterion(found) for found in findings],
        "proposal": {
            "kind": evaluation.proposal_kind or None,
            "kind_label": evaluation.get_proposal_kind_display() or None,
            "text": evaluation.proposal,
            "starts_on": evaluation.proposal_starts_on,
            "ends_on": evaluation.proposal_ends_on,
            "cost_vnd": evaluation.proposal_cost_vnd,
        },
    }


def _criterion(found: Finding) -> dict[str, Any]:
    finding = found.finding
    return {
        "code": found.criterion.code,
        "name": found.criterion.name,
        "name_en": found.criterion.name_en,
        "verdict": finding.verdict if finding else None,
        "verdict_label": finding.get_verdict_display() if finding else None,
        "evidence": finding.evidence if finding else "",
    }


def _decision(evaluation: Evaluation) -> dict[str, Any] | None:
    if not evaluation.outcome:
        return None
    document = evaluation.conclusion_document
    return {
        "outcome": evaluation.outcome,
        "outcome_label": Outcome(evaluation.outcome).label,
        "concluded_on": evaluation.concluded_on,
        "conclusion": evaluation.conclusion,
        "document": f"{document.cited_number} ({document.cited_day})" if document else None,
    }


def may_body(step: May) -> dict[str, Any]:
    return {
        "verb": step.verb,
        "label": step.label,
        "allowed": step.allowed,
        "reason": step.reason,
        "needs_comment": step.needs_comment,
    }


def missing_body(gap: Missing, site: str) -> dict[str, Any]:
    return {
        "code": gap.code,
        "severity": gap.severity,
        "sentence": gap.sentence,
        "link": site + gap.link,
        "who": gap.who,
    }


def histories(moves: Sequence[EvaluationMove]) -> dict[str, Any]:
    """The history, oldest first, and the returns in it."""
    return {
        "history": [_move(move) for move in moves],
        "returns": [_move(move) for move in moves if move.verb in RETURNING],
    }


def _move(move: EvaluationMove) -> dict[str, Any]:
    return {
        "verb": move.verb,
        "verb_label": move.get_verb_display(),
        "from_state": EvaluationState(move.from_state) if move.from_state else None,
        "to_state": move.to_state,
        "at": moment(move.at),
        "by": move.user.full_name if move.user else None,
        "organisation": organisation_body(move.organisation),
        "capacity": move.capacity or None,
        "capacity_label": capacity_words(move.capacity, move.on_behalf_of) or None,
        "on_behalf_of": move.on_behalf_of.full_name if move.on_behalf_of else None,
        "comment": move.comment,
    }


def report_body(
    report: Report, evaluation: Evaluation, files: Iterable[FileRow], address: Address
) -> dict[str, Any]:
    """A report with the addresses of its files."""
    return {
        "url": address("report", report.uid),
        "id": report.uid,
        "evaluation": address("evaluation", evaluation.uid),
        "task": task_ref(evaluation.trial_period.task, address),
        "organisation": organisation_body(report.organisation),
        "version": report.version,
        "state": report.state,
        "state_label": report.get_state_display(),
        "subject": report.subject,
        "number": report.number or None,
        "code": report.code,
        "issued_on": report.issued_on,
        "signer": report.signer or None,
        "data_as_of": report.snapshot.data_as_of,
        "is_submitted": report.snapshot_id == evaluation.submitted_snapshot_id,
        "files": [
            {
                "type": file.kind,
                "url": f"{address('report_file', report.uid)}?type={file.kind}",
                "sha256": file.sha256,
                "size": file.size,
            }
            for file in files
        ],
        "created_at": moment(report.created_at),
        "updated_at": moment(report.updated_at),
    }
