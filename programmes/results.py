"""Which published results of the official assessment are those of a programme's province."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet

from indicators.models import AssessmentResult
from organisations.choices import Role
from organisations.relations import holders
from organisations.selectors import Successions
from programmes.models import Programme


def territories_of(programme: Programme, *, successions: Successions, today: dt.date) -> set[int]:
    """The committees that began the programme and the one that holds it today.

    What else was merged into the new province is not the past of this one. Whatever day the figures
    are asked for, it is today's province whose past is told.
    """
    duties = programme.duties.all()
    held = holders(duties, Role.AUTHORITY, successions=successions, on=today)
    return {d.organisation_id for d in duties if d.role == Role.AUTHORITY} | {b.pk for b in held}


def published_results(territories: Collection[int], *, on: dt.date) -> QuerySet[AssessmentResult]:
    """The territories' own results as known on a day; means over several units are nobody's own.

    A result whose day of publication is not known counts as published.
    """
    published = Q(published_on__isnull=True) | Q(published_on__lte=on)
    return AssessmentResult.objects.filter(
        published, territory__in=territories, is_mean=False
    ).select_related("territory", "framework")
