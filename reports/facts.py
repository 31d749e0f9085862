"""The data of an evaluation report, gathered once and frozen as canonical JSON.

Everything a reader will see comes from here: page, API, PDF and DOCX cannot differ. Decimals and
days are strings; unknown is null; every figure carries its certainty and source. The day of the
data stands beside the snapshot, not in it, so that unchanged data stay one snapshot.
"""

import datetime as dt
import json
from decimal import Decimal
from typing import Any, TypedDict, cast

from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.text import nfc
from indicators.calculation import rounded
from organisations.models import Document, Organisation
from organisations.selectors import Successions
from organisations.templatetags.ui import day
from programmes.models import Commitment, Milestone, TrialPeriod
from programmes.selectors import LinkSummary, TaskSummary, Value, period_summary
from reports.desks import Desks
from reports.models import Evaluation

SCHEMA = 1


class BodyFacts(TypedDict):
    """A body as it was called on the day of the data."""

    code: str
    name: str
    short_name: str
    header: list[str]
    superior_header: list[str]
    issuer_code: str
    head_title: str
    signs_for: str
    place: str


class DocumentFacts(TypedDict):
    number: str
    day: str
    issuer: str
    subject: str


class MilestoneFacts(TypedDict):
    title: str
    due_on: str
    state: str
    reached_on: str | None
    days_late: int
    certainty: str


class CommitmentFacts(TypedDict):
    body: str
    content: str
    due_on: str | None
    fulfilment: str
    finding: str
    certainty: str


class ValueFacts(TypedDict):
    value: str
    numerator: str | None
    denominator: str | None
    unit: str
    on: str
    certainty: str
    source: str


class IndicatorFacts(TypedDict):
    key: str
    name: str
    unit: str
    direction: str
    baseline: ValueFacts | None
    target: ValueFacts | None
    actual: ValueFacts | None
    expected: str | None
    attainment: str | None
    pace_class: str
    points_baseline: str | None
    points_actual: str | None
    points_target: str | None
    points_assumption: list[str]
    certainty: str


class FindingFacts(TypedDict):
    criterion: str
    verdict: str
    evidence: str


class ProposalFacts(TypedDict):
    kind: str
    text: str
    starts_on: str | None
    ends_on: str | None
    cost_vnd: int | None


class EvaluationFacts(TypedDict):
    """What the report of one evaluation says."""

    schema: int
    programme: str
    programme_name: str
    assigned_by: DocumentFacts | None
    task_code: str
    task_number: int
    task_name: str
    trial_starts_on: str
    trial_ends_on: str
    trial_certainty: str
    lead: BodyFacts
    lead_certainty: str
    coordinator: BodyFacts | None
    authority: BodyFacts | None
    partners: list[str]
    cooperating: list[str]
    percent: str | None
    narrative: str
    difficulties: str
    milestones: list[MilestoneFacts]
    commitments: list[CommitmentFacts]
    indicators: list[IndicatorFacts]
    indicator_note: str
    findings: list[FindingFacts]
    results: str
    shortcomings: str
    causes: str
    cost_vnd: int | None
    proposal: ProposalFacts
    certainties: list[str]


def canonical(facts: EvaluationFacts) -> str:
    """Equal facts give equal text: sorted keys, no blanks, NFC, no floats."""
    return nfc(json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def read_facts(text: str) -> EvaluationFacts:
    """The facts of a snapshot.

    Raises:
        ValueError: written by a release that knew another schema.
    """
    facts = json.loads(text)
    if facts.get("schema") != SCHEMA:
        raise ValueError(f"Snapshot of schema {facts.get('schema')}, this release reads {SCHEMA}.")
    return cast(EvaluationFacts, facts)


def gather_facts(
    evaluation: Evaluation, *, on: dt.date, successions: Successions | None = None
) -> EvaluationFacts:
    """Collect the facts as they stand on a day.

    Raises:
        DomainError: nobody holds the lead that day, so nobody could answer for the report.
    """
    period = evaluation.trial_period
    known = successions or Successions.load()
    desks = Desks.of(evaluation, on=on, successions=known)
    if desks.lead is None:
        raise DomainError(
            _("Nobody leads task %(code)s on %(day)s, so its report has no issuing body.")
            % {"code": period.task.code, "day": day(on)}
        )
    summary = period_summary(period, on=on, successions=known)
    facts: dict[str, Any] = {
        "schema": SCHEMA,
        **_programme_and_task(period),
        **_bodies(desks, summary, desks.lead),
        **_what_happened(period, summary),
        **_judgement(evaluation),
    }
    facts["certainties"] = sorted(_certainties(facts))
    return cast(EvaluationFacts, facts)


def _programme_and_task(period: TrialPeriod) -> dict[str, Any]:
    task = period.task
    return {
        "programme": task.programme.code,
        "programme_name": task.programme.name,
        "assigned_by": _document(task.document),
        "task_code": task.code,
        "task_number": task.number,
        "task_name": task.name,
        "trial_starts_on": _iso(period.starts_on),
        "trial_ends_on": _iso(period.ends_on),
        "trial_certainty": period.certainty,
        "indicator_note": task.link_note,
    }


def _bodies(desks: Desks, summary: TaskSummary, lead: Organisation) -> dict[str, Any]:
    return {
        "lead": _body(lead),
        "lead_certainty": summary.lead_certainty,
        "coordinator": _body(desks.coordinator) if desks.coordinator else None,
        "authority": _body(desks.authority) if desks.authority else None,
        "partners": [body.name for body in summary.partners],
        "cooperating": [body.name for body in summary.cooperating],
    }


def _what_happened(period: TrialPeriod, summary: TaskSummary) -> dict[str, Any]:
    update = summary.last_update
    commitments = period.commitments.select_related("organisation")
    return {
        "percent": _text(summary.percent),
        "narrative": update.narrative if update else "",
        "difficulties": update.difficulties if update else "",
        "milestones": [_milestone(m) for m in summary.milestones],
        "commitments": [_commitment(c) for c in commitments],
        "indicators": [_indicator(link) for link in summary.links],
    }


def _judgement(evaluation: Evaluation) -> dict[str, Any]:
    findings = evaluation.findings.select_related("criterion")
    return {
        "findings": [
            {"criterion": f.criterion.name, "verdict": f.verdict, "evidence": f.evidence}
            for f in findings
        ],
        "results": evaluation.results,
        "shortcomings": evaluation.shortcomings,
        "causes": evaluation.causes,
        "cost_vnd": evaluation.cost_vnd,
        "proposal": {
            "kind": evaluation.proposal_kind,
            "text": evaluation.proposal,
            "starts_on": _iso(evaluation.proposal_starts_on),
            "ends_on": _iso(evaluation.proposal_ends_on),
            "cost_vnd": evaluation.proposal_cost_vnd,
        },
    }


def _body(body: Organisation) -> BodyFacts:
    return {
        "code": body.code,
        "name": body.name,
        "short_name": body.short_name,
        "header": list(body.header_lines),
        "superior_header": body.superior_header.split("|") if body.superior_header else [],
        "issuer_code": body.issuer_code,
        "head_title": body.head_title,
        "signs_for": body.signs_for,
        "place": body.place_name,
    }


def _document(document: Document | None) -> DocumentFacts | None:
    if document is None:
        return None
    return {
        "number": document.cited_number,
        "day": document.cited_day,
        "issuer": document.issuer.short_name if document.issuer else "",
        "subject": document.subject,
    }


def _milestone(milestone: Milestone) -> MilestoneFacts:
    reached_on = milestone.reached_on
    return {
        "title": milestone.title,
        "due_on": milestone.due_on.isoformat(),
        "state": milestone.state,
        "reached_on": _iso(reached_on),
        "days_late": milestone.days_late(on=reached_on) if reached_on else 0,
        "certainty": milestone.certainty,
    }


def _commitment(commitment: Commitment) -> CommitmentFacts:
    return {
        "body": commitment.organisation.name,
        "content": commitment.content,
        "due_on": _iso(commitment.due_on),
        "fulfilment": commitment.fulfilment,
        "finding": commitment.finding,
        "certainty": commitment.certainty,
    }


def _indicator(link: LinkSummary) -> IndicatorFacts:
    return {
        "key": link.sub_indicator.key,
        "name": link.sub_indicator.name,
        "unit": link.sub_indicator.unit,
        "direction": link.direction,
        "baseline": _value(link.baseline),
        "target": _value(link.target),
        "actual": _value(link.actual),
        "expected": _text(_expected(link)),
        "attainment": _text(link.attainment),
        "pace_class": link.pace_class,
        "points_baseline": _text(link.points_baseline),
        "points_actual": _text(link.points_actual),
        "points_target": _text(link.points_target),
        "points_assumption": list(link.points_assumption),
        "certainty": link.link.certainty,
    }


def _expected(link: LinkSummary) -> Decimal | None:
    """The value that an even pace would have reached on the day of the actual one."""
    if link.baseline is None or link.target is None or link.linear_share is None:
        return None
    return link.baseline.value + (link.target.value - link.baseline.value) * link.linear_share


def _value(value: Value | None) -> ValueFacts | None:
    if value is None or value.value is None:
        return None
    return {
        "value": format(rounded(value.value), "f"),
        "numerator": _text(value.numerator),
        "denominator": _text(value.denominator),
        "unit": value.unit,
        "on": value.on.isoformat(),
        "certainty": value.certainty,
        "source": value.source,
    }


def _text(number: Decimal | None) -> str | None:
    """A figure as every place prints it: half up to four places, no more."""
    return None if number is None else format(rounded(number), "f")


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _certainties(part: Any) -> set[str]:
    """Every certainty that occurs anywhere in the facts, for the legend of the document."""
    if isinstance(part, list):
        return set().union(*(_certainties(item) for item in part))
    if not isinstance(part, dict):
        return set()
    own = {v for k, v in part.items() if k.endswith("certainty") and isinstance(v, str)}
    return own.union(*(_certainties(value) for value in part.values()))
