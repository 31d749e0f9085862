"""What stands of a body's tasks before a spreadsheet is written: read at once, for any number.

From it the prefilled file is made, and with it the file that comes back is compared: so the one that
comes back unchanged changes nothing.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from organisations.choices import Role
from organisations.models import Organisation
from organisations.selectors import Successions
from programmes.calendar import ReportingPeriod, last_ended, period_of
from programmes.choices import Reporting, UpdateKind, UpdateState
from programmes.figures import units_of
from programmes.models import (
    IndicatorLink,
    Milestone,
    ProgressUpdate,
    ReportedMilestone,
    Task,
    TaskDuty,
    TrialPeriod,
)
from programmes.services.report_periods import SERIES, period_to_write
from programmes.services.reported import Brought, brought_by
from programmes.state import current_period

# What a new report takes over from the last one; the rest is told anew.
CARRIED = ("percent", "difficulties", "proposals")
NOTHING = ProgressUpdate()  # never written in
DECIDED = (UpdateState.ACCEPTED, UpdateState.RETURNED)


@dataclass(frozen=True)
class Present:
    """A task as a spreadsheet meets it.

    `basis` holds what the file is prefilled with: the draft, else what was sent for the period,
    else what the last report hands on; `brought` the milestones and values with it. `last` is the
    last report that was sent and not returned, `decided` the one that a new draft corrects;
    `reported` are the milestones, of all tasks, that any report named; `units` says by link in what
    its indicator is counted.
    """

    task: Task
    period: ReportingPeriod
    draft: ProgressUpdate | None
    last: ProgressUpdate | None
    decided: ProgressUpdate | None
    basis: ProgressUpdate
    brought: Brought
    reported: frozenset[int]
    units: Mapping[int, str]

    @property
    def version(self) -> int | None:
        """Of the draft; None where there is none."""
        return self.draft.version if self.draft else None


def tasks_led(
    body: Organisation, ends_on: dt.date, *, successions: Successions, on: dt.date
) -> QuerySet[Task]:
    """The tasks that a body leads on a day whose programme has a period that ends on another."""
    origins = successions.origins({body.pk}, Role.LEAD, on=on)
    duties = TaskDuty.objects.valid(on=on).filter(role=Role.LEAD, organisation__in=origins)
    rhythms = [r.value for r in Reporting if period_of(ends_on, r).ends_on == ends_on]
    return Task.objects.filter(pk__in=duties.values("task"), programme__reporting__in=rhythms)


def present_of(
    tasks: QuerySet[Task],
    body: Organisation,
    ends_on: dt.date,
    *,
    successions: Successions,
    on: dt.date,
) -> dict[str, Present]:
    """The tasks by code, in their order; the same few queries for any number."""
    found = list(
        tasks.only("code", "name", "number", "programme")
        .prefetch_related(
            "programme",
            Prefetch("trial_periods", TrialPeriod.objects.order_by("number")),
            Prefetch("trial_periods__milestones", Milestone.objects.order_by("number")),
            Prefetch(
                "indicator_links",
                IndicatorLink.objects.select_related("sub_indicator").order_by("pk"),
            ),
        )
        .order_by("programme__code", "number")
    )
    reports = _Reports(tasks, body, ends_on)
    trials = {
        link: current_period(task.trial_periods.all(), on=on)
        for task in found
        for link in task.indicator_links.all()
    }
    units = units_of(trials, successions=successions, on=on)
    return {task.code: reports.present(task, ends_on, units) for task in found}


class _Reports:
    """The reports of a body that matter, each kind by task; one query each."""

    def __init__(self, tasks: QuerySet[Task], body: Organisation, ends_on: dt.date) -> None:
        own = ProgressUpdate.objects.filter(
            task__in=tasks.order_by().values("pk"), organisation=body
        )
        with_parts = own.prefetch_related("reported_milestones", "reported_values")
        drafts = with_parts.filter(state=UpdateState.DRAFT, kind=UpdateKind.REPORT)
        sent = with_parts.filter(kind__in=SERIES[UpdateKind.REPORT])
        of_period = sent.filter(period_ends_on=ends_on)
        self.drafts = {update.task_id: update for update in drafts}
        self.last = _last_sent(
            own.filter(kind__in=SERIES[UpdateKind.REPORT]).exclude(state=UpdateState.RETURNED)
        )
        self.of_period = _last_sent(of_period)
        named = ReportedMilestone.objects.filter(update__task__in=tasks.order_by().values("pk"))
        self.reported = frozenset(named.values_list("milestone", flat=True))
        self.decided = _last_sent(of_period.filter(state__in=DECIDED))

    def present(self, task: Task, ends_on: dt.date, units: Mapping[int, str]) -> Present:
        draft, last = self.drafts.get(task.pk), self.last.get(task.pk)
        filled = draft or self.of_period.get(task.pk)
        about = draft.period_ends_on if draft else ends_on
        return Present(
            task=task,
            period=period_of(about, task.programme.reporting),
            draft=draft,
            last=last,
            decided=self.decided.get(task.pk) if about == ends_on else None,
            basis=filled or (_carried(last) if last else NOTHING),
            brought=brought_by(filled),
            reported=self.reported,
            units=units,
        )


def _carried(last: ProgressUpdate) -> ProgressUpdate:
    return ProgressUpdate(**{name: getattr(last, name) for name in CARRIED})


def _last_sent(updates: QuerySet[ProgressUpdate]) -> Mapping[int, ProgressUpdate]:
    """The update of each task that was sent last."""
    sent = updates.exclude(state=UpdateState.DRAFT)
    last = sent.order_by("task_id", "-submitted_at", "-id").distinct("task_id")
    return {update.task_id: update for update in last}


def milestones_of(present: Present) -> list[Milestone]:
    """The milestones of all its trials, in their order."""
    periods = present.task.trial_periods.all()
    return [milestone for period in periods for milestone in period.milestones.all()]


def periods_of(
    body: Organisation, *, successions: Successions, on: dt.date
) -> list[ReportingPeriod]:
    """The periods on which a body reports now, the one that a person comes for first.

    The running one and the one that ended last, in each rhythm of the programmes it has tasks of.
    """
    origins = successions.origins({body.pk}, Role.LEAD, on=on)
    duties = TaskDuty.objects.valid(on=on).filter(role=Role.LEAD, organisation__in=origins)
    rhythms = duties.order_by().values_list("task__programme__reporting", flat=True).distinct()
    found: list[ReportingPeriod] = []
    for rhythm in sorted(rhythms, key=list(Reporting).index, reverse=True):
        chosen = period_to_write([], rhythm, on=on)
        running, ended = period_of(on, rhythm), last_ended(on, rhythm)
        found += [chosen, *(period for period in (running, ended) if period != chosen)]
    by_end: dict[dt.date, ReportingPeriod] = {}
    for period in found:
        by_end.setdefault(period.ends_on, period)
    return list(by_end.values())
