"""What an evaluation's answer is made from, read in a constant number of queries."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from organisations.api.views import StandingView
from organisations.models import Document
from programmes.api.bodies import link_body
from programmes.api.views import TASK_TABLES
from programmes.models import Commitment, Criterion
from programmes.selectors import period_summary
from reports.api import bodies
from reports.may import what_may
from reports.models import (
    CriterionFinding,
    Evaluation,
    EvaluationMove,
    Report,
    ReportFile,
    Snapshot,
)
from reports.readiness import readiness
from reports.selectors.desks import day_asked, lead_of, with_desks
from reports.selectors.evaluation import findings_of
from reports.selectors.lists import files_of

EVALUATION_TABLES: Sequence[type[Model]] = (
    *TASK_TABLES,
    Criterion,
    Commitment,
    Document,
    Evaluation,
    CriterionFinding,
    EvaluationMove,
    Snapshot,
    Report,
    ReportFile,
)


class EvaluationReading(StandingView):
    """Views that answer evaluations."""

    sources = EVALUATION_TABLES

    def visible_evaluations(self) -> QuerySet[Evaluation]:
        """With everything that a brief answer and a person's relations are computed from."""
        visible = with_desks(Evaluation.objects.visible_to(self.standing))
        return visible.select_related(
            "trial_period__task__programme", "trial_period__territory", "conclusion_document"
        )

    def brief(self, evaluation: Evaluation) -> dict[str, Any]:
        return bodies.brief(evaluation, lead_of(evaluation, self.standing), self.address)

    def body(self, evaluation: Evaluation) -> dict[str, Any]:
        """The whole answer for an evaluation from `visible_evaluations`."""
        day = day_asked(evaluation, self.standing)
        summary = period_summary(
            evaluation.trial_period, on=day, successions=self.standing.successions
        )
        moves = evaluation.moves.select_related("user", "organisation", "on_behalf_of").order_by(
            "at", "pk"
        )
        return {
            **self.brief(evaluation),
            "may": [bodies.may_body(step) for step in what_may(evaluation, self.standing)],
            "readiness": self.missing(evaluation),
            **bodies.judgement(evaluation, findings_of(evaluation)),
            **bodies.histories(list(moves)),
            "reports": self.report_bodies(evaluation),
            "indicator_links": [
                link_body(link, summary.task, shows_progress=True) for link in summary.links
            ],
            "data_as_of": day,
        }

    def missing(self, evaluation: Evaluation) -> list[dict[str, Any]]:
        return [bodies.missing_body(gap, self.site) for gap in readiness(evaluation)]

    def report_bodies(self, evaluation: Evaluation) -> list[dict[str, Any]]:
        reports = list(with_documents(evaluation.reports.order_by("-version")))
        files = files_of(reports)
        return [
            bodies.report_body(report, evaluation, files.get(report.pk, ()), self.address)
            for report in reports
        ]


def with_documents(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with their frozen data's day, without the data themselves."""
    snapshots = Snapshot.objects.only("uid", "data_as_of")
    return reports.select_related("organisation").prefetch_related(
        Prefetch("snapshot", queryset=snapshots)
    )
