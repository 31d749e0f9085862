"""What the status call says of a programme besides its tasks."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from dti_tracker.shared.api.encoding import decimal
from indicators.choices import ResultMeasure
from indicators.models import AssessmentResult
from organisations.choices import Certainty
from organisations.selectors import Standing
from programmes.choices import HEALTH_ORDER
from programmes.models import Programme
from programmes.results import published_results, territories_of
from programmes.selectors import TaskSummary


def counts_by_health(summaries: Iterable[TaskSummary]) -> dict[str, int]:
    """How many of these tasks have which colour; a colour without tasks is a 0."""
    counted = Counter(summary.health for summary in summaries)
    return {health.value: counted[health] for health in HEALTH_ORDER}


def published_result(
    programme: Programme, *, standing: Standing, on: dt.date
) -> dict[str, Any] | None:
    """The latest ranked total of the programme's committee, as published until a day.

    Old and new Gia Lai are two territories: edition, year and number of units say which table it is.
    """
    territories = territories_of(programme, successions=standing.successions, today=standing.on)
    latest = (
        published_results(territories, on=on)
        .filter(measure=ResultMeasure.TOTAL, rank__isnull=False)
        .order_by("-assessment_year", F("published_on").desc(nulls_last=True), "-pk")
        .first()
    )
    return _body(latest) if latest else None


def _body(result: AssessmentResult) -> dict[str, Any]:
    return {
        "framework": result.framework.code,
        "assessment_year": result.assessment_year,
        "score": decimal(result.score),
        "rank": result.rank,
        "ranked_units": result.ranked_units,
        "published_on": result.published_on,
        "certainty": result.certainty,
        "certainty_label": Certainty(result.certainty).label,
        "source": result.source,
        "note": result.note,
    }


def estimate() -> dict[str, Any]:
    """Our own estimate of the total: not computable while sub-indicators lack values."""
    return {"score": None, "reason": _("cannot be computed yet: sub-indicators lack values")}
