"""Writing the judgement part of an evaluation; the figures come from the data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, Stale
from dti_tracker.shared.text import nfc
from organisations.models import User
from organisations.rights import require
from organisations.selectors import Standing
from programmes.models import Criterion
from reports.choices import Verdict
from reports.may import WRITE, may
from reports.models import CriterionFinding, Evaluation

WRITABLE = (
    "results",
    "shortcomings",
    "causes",
    "cost_vnd",
    "proposal_kind",
    "proposal",
    "proposal_starts_on",
    "proposal_ends_on",
    "proposal_cost_vnd",
)


@dataclass(frozen=True)
class Finding:
    """A verdict on one criterion; an empty verdict takes an earlier one back."""

    criterion: str
    verdict: str
    evidence: str = ""


@dataclass(frozen=True)
class Draft:
    """What a person typed: the fields given are written, the others stay."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@transaction.atomic
def write_evaluation(
    *, evaluation: Evaluation, draft: Draft, by: User, on: dt.date, version: int
) -> Evaluation:
    """Save a draft of the judgement; refuses when somebody else saved first.

    The same draft sent twice by one of the writers (a double click, a repeated request) is saved
    once: the second time answers what is stored.

    Raises:
        Stale: `version` is not the present one; nothing was written, the caller keeps the text.
        NotAllowed, WrongState: the person may not write it, or not now.
        DomainError: a value does not fit, with the field it belongs to.
    """
    locked = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("trial_period__task__programme")
        .get(pk=evaluation.pk)
    )
    require(may(WRITE, locked, Standing.of(by, on=on)))
    _check_shape(draft)
    if version != locked.version:
        if version == locked.version - 1 and _is_repeat(locked, draft, by):
            return locked
        raise Stale(
            _("Somebody else saved this evaluation first. Compare both texts, then save again.")
        )
    for name, value in draft.fields.items():
        setattr(locked, name, value)
    locked.version += 1
    _clean(locked)
    locked.save()
    locked.authors.add(by)
    _write_findings(locked, draft.findings)
    return locked


def _check_shape(draft: Draft) -> None:
    """Nothing that was typed may vanish: unknown fields, evidence without a verdict, twice one."""
    unknown = set(draft.fields) - set(WRITABLE)
    if unknown:
        raise DomainError(_("Unknown field: %(name)s.") % {"name": ", ".join(sorted(unknown))})
    judged: set[str] = set()
    for finding in draft.findings:
        if finding.evidence.strip() and not finding.verdict:
            raise _bad_finding(_("Choose a verdict for this evidence."), finding)
        if finding.criterion in judged:
            raise _bad_finding(_("This criterion is judged twice; send it once."), finding)
        judged.add(finding.criterion)


def _bad_finding(sentence: str, finding: Finding) -> DomainError:
    return DomainError(f"{finding.criterion}: {sentence}", fields={"criteria": sentence})


def _is_repeat(evaluation: Evaluation, draft: Draft, by: User) -> bool:
    """Whether the one save since then wrote just this, and nothing else would be lost."""
    if not (draft.fields or draft.findings) or not evaluation.authors.filter(pk=by.pk).exists():
        return False
    stored = {
        f.criterion.code: (f.verdict, f.evidence)
        for f in evaluation.findings.select_related("criterion")
    }
    return all(
        getattr(evaluation, name) == _as_stored(value) for name, value in draft.fields.items()
    ) and all(
        stored.get(f.criterion, ("", "")) == (f.verdict, _as_stored(f.evidence))
        for f in draft.findings
    )


def _as_stored(value: Any) -> Any:
    return nfc(value) if isinstance(value, str) else value


def _clean(evaluation: Evaluation) -> None:
    try:
        evaluation.full_clean(exclude=["trial_period", "submitted_snapshot", "authors"])
    except ValidationError as error:
        problems = {name: " ".join(sentences) for name, sentences in error.message_dict.items()}
        raise DomainError(" ".join(problems.values()), fields=problems) from error


def _write_findings(evaluation: Evaluation, findings: tuple[Finding, ...]) -> None:
    criteria = {
        c.code: c
        for c in Criterion.objects.filter(programme=evaluation.trial_period.task.programme_id)
    }
    for finding in findings:
        criterion = criteria.get(finding.criterion)
        if criterion is None or (finding.verdict and finding.verdict not in Verdict.values):
            raise DomainError(
                _("There is no criterion or verdict “%(criterion)s: %(verdict)s” here.")
                % {"criterion": finding.criterion, "verdict": finding.verdict},
                fields={"criteria": finding.criterion},
            )
        _write_finding(evaluation, criterion, finding)


def _write_finding(evaluation: Evaluation, criterion: Criterion, finding: Finding) -> None:
    if not finding.verdict:
        CriterionFinding.objects.filter(evaluation=evaluation, criterion=criterion).delete()
        return
    CriterionFinding.objects.update_or_create(
        evaluation=evaluation,
        criterion=criterion,
        defaults={"verdict": finding.verdict, "evidence": finding.evidence},
    )
