"""Đủ điều kiện trình: what is still missing, for page, API, reminder and the submit button alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.choices import Role
from programmes.choices import Fulfilment
from programmes.models import Criterion
from reports.models import Evaluation


class Severity(StrEnum):
    """Blocking gaps stop the submission; others are said and may stay."""

    BLOCKING = "blocking"
    ADVISORY = "advisory"


@dataclass(frozen=True)
class Missing:
    """One gap: a code for programs, a sentence and a link for people, and whose it is."""

    code: str
    severity: Severity
    sentence: str
    link: str
    who: str = Role.LEAD


def readiness(evaluation: Evaluation) -> list[Missing]:
    """Everything that is missing, blocking gaps first."""
    gaps = [*_unwritten(evaluation), *_unjudged(evaluation), *_unknown(evaluation)]
    return sorted(gaps, key=lambda gap: gap.severity != Severity.BLOCKING)


def blocking(evaluation: Evaluation) -> list[Missing]:
    """The gaps that stop a submission."""
    return [gap for gap in readiness(evaluation) if gap.severity == Severity.BLOCKING]


def _unwritten(evaluation: Evaluation) -> Iterator[Missing]:
    sentences = {
        "results": _("the results are not described"),
        "shortcomings": _(
            "the shortcomings are not described (write “không có” if there are none)"
        ),
        "proposal_kind": _("no proposal for the next period is chosen"),
        "proposal": _("the plan for the next period is not described"),
    }
    for name, sentence in sentences.items():
        if not getattr(evaluation, name).strip():
            yield Missing(name, Severity.BLOCKING, sentence, _anchor(evaluation, name))


def _unjudged(evaluation: Evaluation) -> Iterator[Missing]:
    judged = set(evaluation.findings.values_list("criterion", flat=True))
    programme = evaluation.trial_period.task.programme_id
    for criterion in Criterion.objects.filter(programme=programme).exclude(pk__in=judged):
        yield Missing(
            f"criterion:{criterion.code}",
            Severity.BLOCKING,
            _("the condition “%(name)s” is not judged") % {"name": criterion.name},
            _anchor(evaluation, f"criterion-{criterion.code}"),
        )


def _unknown(evaluation: Evaluation) -> Iterator[Missing]:
    period = evaluation.trial_period
    open_commitments = period.commitments.filter(fulfilment=Fulfilment.UNKNOWN).count()
    if open_commitments:
        yield Missing(
            "commitments",
            Severity.ADVISORY,
            _("%(count)s commitments of the enterprises are not yet judged")
            % {"count": open_commitments},
            _anchor(evaluation, "commitments"),
        )
    if evaluation.cost_vnd is None:
        yield Missing(
            "cost_vnd",
            Severity.ADVISORY,
            _("the costs are not entered; the report will say “chưa có số liệu”"),
            _anchor(evaluation, "cost_vnd"),
        )


def _anchor(evaluation: Evaluation, name: str) -> str:
    return f"{reverse('reports:evaluation', args=[evaluation.uid])}#{name}"
