"""Đủ điều kiện trình: what is still missing, for page, API, reminder and the submit button alike."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.choices import Role
from programmes.choices import Fulfilment
from programmes.models import Criterion
from reports.documents.pdf import unprintable
from reports.models import Evaluation

TEXTS = ("results", "shortcomings", "causes", "proposal")


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
    gaps = [
        *_unwritten(evaluation),
        *_unjudged(evaluation),
        *_unprintable(evaluation),
        *_unknown(evaluation),
    ]
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
        "causes": _("the causes are not described (write “không có” if there are none)"),
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


def _unprintable(evaluation: Evaluation) -> Iterator[Missing]:
    """Signs that the fonts lack would silently become □ in the PDF of record."""
    for place, label, text in _typed_texts(evaluation):
        if signs := unprintable(text):
            yield Missing(
                f"unprintable:{place}",
                Severity.BLOCKING,
                _(
                    "%(signs)s in %(field)s cannot be printed in the report; leave it out or "
                    "write it in other letters"
                )
                % {"signs": ", ".join(map(_shown, sorted(signs))), "field": label},
                _anchor(evaluation, place),
            )


def _typed_texts(evaluation: Evaluation) -> Iterator[tuple[str, str, str]]:
    """Where on the page, under which name, which text."""
    for name in TEXTS:
        label = str(getattr(Evaluation, name).field.verbose_name)
        yield name, label, getattr(evaluation, name)
    for finding in evaluation.findings.select_related("criterion"):
        label = _("evidence on “%(criterion)s”") % {"criterion": finding.criterion.name}
        yield f"criterion-{finding.criterion.code}", label, finding.evidence


def _shown(sign: str) -> str:
    """The sign itself; its code point where it shows nothing of its own."""
    is_seen = sign.isprintable() and not unicodedata.category(sign).startswith("M")
    return f"“{sign}”" if is_seen else f"U+{ord(sign):04X}"


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
