"""What the status call says of a programme besides its tasks."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from dti_tracker.shared.api.encoding import decimal
from indicators.choices import ResultMeasure
from indicators.models import AssessmentResult
from organisations.choices import Certainty, Role
from organisations.selectors import Successions
from programmes.choices import HEALTH_ORDER
from programmes.models import Programme
from programmes.relations import holders
from programmes.selectors import TaskSummary


def counts_by_health(summaries: Iterable[TaskSummary]) -> dict[str, int]:
    """How many of these tasks have which colour; a colour without tasks is a 0."""
    counted = Counter(summary.health for summary in summaries)
    return {health.value: counted[health] for health in HEALTH_ORDER}


def published_result(
    programme: Programme, *, successions: Successions, on: dt.date
) -> dict[str, Any] | None:
    """The latest ranked total of the committee that is the programme's authority, or a predecessor.

    Old and new Gia Lai are two territories: edition, year and number of units say which table it is.
    """
    committees = holders(programme.duties.all(), Role.AUTHORITY, successions=successions, on=on)
    territories = successions.origins({c.pk for c in committees}, Role.AUTHORITY, on=on)
    published = Q(published_on__isnull=True) | Q(published_on__lte=on)
    latest = (
        AssessmentResult.objects.filter(
            published, territory__in=territories, measure=ResultMeasure.TOTAL, rank__isnull=False
        )
        .select_related("framework")
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
