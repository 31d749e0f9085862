"""When anything that a task shows was last changed, for `updated_at` and `updated_since`."""

from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from organisations.choices import ENTERPRISE_KINDS
from programmes.choices import UpdateState
from programmes.models import (
    IndicatorLink,
    LinkValue,
    Milestone,
    ProgressUpdate,
    Task,
    TaskDuty,
    TrialPeriod,
)

# What an enterprise writes must not even show by its time.
SHOWN_UPDATES = ProgressUpdate.objects.filter(
    state__in=(UpdateState.ACCEPTED, UpdateState.SUPERSEDED)
).exclude(organisation__kind__in=ENTERPRISE_KINDS)


def with_last_change(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with `changed_at`: the latest change of the task, its duties, trials, links and figures."""
    return tasks.annotate(
        changed_at=Greatest(
            "updated_at",
            _latest(TaskDuty.objects.all(), "task"),
            _latest(TrialPeriod.objects.all(), "task"),
            _latest(Milestone.objects.all(), "trial_period__task"),
            _latest(IndicatorLink.objects.all(), "task"),
            _latest(LinkValue.objects.all(), "link__task"),
            _latest(SHOWN_UPDATES, "task"),
        )
    )


def _latest(rows: QuerySet[Any], path: str) -> Subquery:
    """The latest change of rows that belong to a task; null when there are none."""
    mine = rows.order_by().filter(**{path: OuterRef("pk")}).values(path)
    return Subquery(mine.annotate(latest=Max("updated_at")).values("latest"))
