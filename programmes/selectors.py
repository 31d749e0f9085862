"""Read models of tasks: one typed summary for page, API, dashboard and report alike.

Whatever the number of tasks, the number of queries stays the same. `on` is the day asked; what was
recorded after its end does not count. `today` is given where `on` may be a day of the past: its
rows are then read back from the history.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Prefetch, QuerySet

from dti_tracker.shared.time import day_of, end_of, start_of
from organisations.choices import Certainty, Role
from organisations.models import Organisation
from organisations.relations import holders, valid_duties
from organisations.selectors import Successions
from programmes.as_of import as_recorded
from programmes.choices import (
    HEALTH_ORDER,
    DeadlineState,
    Health,
    TaskState,
    UpdateKind,
    UpdateState,
)
from programmes.deadlines import NextDeadline, next_deadline
from programmes.figures import Figures, LinkSummary, Value
from programmes.health import HealthFacts, IndicatorPace, Verdict, judge, staleness
from programmes.models import IndicatorLink, Milestone, ProgressUpdate, Task, TrialPeriod
from programmes.state import (
    current_period,
    deadline_state,
    is_concluded,
    stands_for,
    task_state,
    trial_of,
)

__all__ = [
    "LinkSummary",
    "NextDeadline",
    "TaskSummary",
    "Value",
    "period_summary",
    "prepared",
    "summaries_of",
    "task_summaries",
    "task_summary",
    "with_report",
]

COUNTED = (UpdateState.ACCEPTED, UpdateState.SUPERSEDED)
DONE = Decimal(100)

# The last accepted update of each reporting body, by an index probe each.
LATEST_UPDATES = """
    SELECT latest.*
    FROM unnest(%s::bigint[], %s::bigint[]) AS asked (task_id, body_id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM programmes_progressupdate AS u
        WHERE u.task_id = asked.task_id AND u.organisation_id = asked.body_id
            AND u.state IN ('accepted', 'superseded') AND u.reviewed_at < %s
            AND u.kind <> 'contribution'
        ORDER BY u.period_ends_on DESC, u.reviewed_at DESC, u.id DESC
        LIMIT 1
    ) AS latest
"""


@dataclass(frozen=True)
class TaskSummary:
    """A task on a day. `percent` None: not reported, which is not 0.

    `period` is the trial the day is about, `last_update` the accepted update of the lead whose
    figures count in it, `data_as_of` the day these figures stand for, `completed_on` the confirmed
    day on which 100 % was reported. Milestones are those of the period, in order.
    """

    task: Task
    state: TaskState
    health: Health
    health_reason: str
    declared_health: str
    percent: Decimal | None
    lead: Organisation | None
    lead_certainty: str
    cooperating: tuple[Organisation, ...]
    partners: tuple[Organisation, ...]
    period: TrialPeriod | None
    trial_start: dt.date | None
    trial_end: dt.date | None
    days_left: int | None
    deadline_state: DeadlineState
    next_deadline: NextDeadline | None
    last_update: ProgressUpdate | None
    links: tuple[LinkSummary, ...]
    milestones: tuple[Milestone, ...]
    data_as_of: dt.date | None
    is_example: bool
    completed_on: dt.date | None
    facts: HealthFacts
    on: dt.date

    @property
    def data_age(self) -> int | None:
        """Days since the day the figures stand for."""
        return None if self.data_as_of is None else (self.on - self.data_as_of).days

    @property
    def is_stale(self) -> bool:
        """Whether the figures are too old to judge by; those of a closed trial no longer age."""
        day_asked = min(self.on, self.facts.closed_on or self.on)
        is_old = staleness(self.facts, self.task.programme, day_asked)
        return self.percent is not None and bool(is_old)


def task_summaries(
    tasks: QuerySet[Task],
    *,
    on: dt.date,
    successions: Successions | None = None,
    today: dt.date | None = None,
) -> list[TaskSummary]:
    """Tasks as they stand on a day: red first, then amber, green, grey; inside by next deadline."""
    return summaries_of(list(prepared(tasks)), on=on, successions=successions, today=today)


def summaries_of(
    tasks: Sequence[Task],
    *,
    on: dt.date,
    successions: Successions | None = None,
    today: dt.date | None = None,
) -> list[TaskSummary]:
    """The same for tasks that were read with :func:`prepared` already."""
    if today is not None and on < today:
        tasks = as_recorded(tasks, on=on)
    read = _Read.of(tasks, on=on, successions=successions or Successions.load())
    summaries = [
        read.summary(task, current_period(task.trial_periods.all(), on=on)) for task in tasks
    ]
    return sorted(summaries, key=_urgency)


def task_summary(task: Task, *, on: dt.date, successions: Successions | None = None) -> TaskSummary:
    """One task as it stands on a day."""
    tasks = Task.objects.filter(pk=task.pk)
    return task_summaries(tasks, on=on, successions=successions)[0]


def period_summary(
    period: TrialPeriod, *, on: dt.date, successions: Successions | None = None
) -> TaskSummary:
    """One trial period as it stands on a day, with its own figures alone: for its evaluation."""
    task = prepared(Task.objects.filter(pk=period.task_id)).get()
    own = next(p for p in task.trial_periods.all() if p.pk == period.pk)
    read = _Read.of([task], on=on, successions=successions or Successions.load(), every=True)
    return read.summary(task, own)


def with_report(summary: TaskSummary, percent: Decimal | None, *, on: dt.date) -> Verdict:
    """What the rules would say if a percentage reported today were accepted at once."""
    facts = summary.facts
    reported = HealthFacts(
        state=facts.state,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        percent=percent,
        percent_as_of=on,
        milestones=facts.milestones,
        paces=facts.paces,
        closed_on=facts.closed_on,
    )
    return judge(reported, summary.task.programme, on=on)


def prepared(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with everything that a summary and the relations of a person are computed from."""
    links = IndicatorLink.objects.select_related("sub_indicator__main_indicator__framework")
    periods = TrialPeriod.objects.select_related("territory", "document").order_by("number")
    return tasks.select_related("programme__document", "document").prefetch_related(
        "duties",
        "programme__duties",
        Prefetch("trial_periods", periods.prefetch_related("milestones")),
        Prefetch("indicator_links", links),
    )


@dataclass(frozen=True)
class _Read:
    """Everything read for some tasks, from which each summary is computed without a query."""

    on: dt.date
    successions: Successions
    figures: Figures
    updates: dict[int, list[ProgressUpdate]]
    completions: dict[int, list[ProgressUpdate]]

    @classmethod
    def of(
        cls,
        tasks: Sequence[Task],
        *,
        on: dt.date,
        successions: Successions,
        every: bool = False,
    ) -> "_Read":
        """Read updates and figures; `every` accepted update instead of the last of each body."""
        reporters = {task.pk: lead_bodies(task, successions, on) for task in tasks}
        read = _every_update if every else _latest_updates
        updates = _by_task(tasks, read(reporters, on), successions)
        done = [pk for pk, rows in updates.items() if any(u.percent == DONE for u in rows)]
        completions = ProgressUpdate.objects.filter(
            task__in=done, percent=DONE, state=UpdateState.ACCEPTED, reviewed_at__lt=end_of(on)
        ).order_by("task_id", "period_ends_on", "id")
        return cls(
            on=on,
            successions=successions,
            figures=Figures.load(
                [link for task in tasks for link in task.indicator_links.all()],
                [period for task in tasks for period in task.trial_periods.all()],
                successions=successions,
                on=on,
            ),
            updates=updates,
            completions=_by_task(
                tasks, [u for u in completions if u.organisation_id in reporters[u.task_id]]
            ),
        )

    def summary(self, task: Task, period: TrialPeriod | None) -> TaskSummary:
        """A task on the day, about one of its trial periods."""
        state = task_state(task, period, on=self.on)
        update = self._counting(self.updates.get(task.pk, ()), task, period)
        completed_on = self._completed_on(task, period, update)
        links = self._links(task, period)
        milestones = tuple(period.milestones.all()) if period else ()
        facts = _health_facts(state, period, update, milestones, links, self.on)
        verdict = judge(facts, task.programme, on=self.on)
        return TaskSummary(
            task=task,
            state=state,
            health=verdict.level,
            health_reason=verdict.reason,
            declared_health=update.declared_health if update else "",
            percent=facts.percent,
            lead=next(iter(self._holders(task, Role.LEAD)), None),
            lead_certainty=self._lead_certainty(task),
            cooperating=self._holders(task, Role.COOPERATING),
            partners=self._holders(task, Role.PARTNER),
            period=period,
            trial_start=facts.starts_on,
            trial_end=facts.ends_on,
            days_left=period.days_left(on=self.on) if period else None,
            deadline_state=deadline_state(
                state,
                period,
                on=self.on,
                completed_on=completed_on,
                due_soon_days=task.programme.due_soon_days,
            ),
            next_deadline=next_deadline(state, period, milestones, completed_on, self.on),
            last_update=update,
            links=links,
            milestones=milestones,
            data_as_of=facts.percent_as_of,
            is_example=_is_example(period, update, links),
            completed_on=completed_on,
            facts=facts,
            on=self.on,
        )

    def _holders(self, task: Task, role: Role) -> tuple[Organisation, ...]:
        return holders(task.duties.all(), role, successions=self.successions, on=self.on)

    def _lead_certainty(self, task: Task) -> str:
        """How sure it is who leads: in the sources of 2023 that is inference."""
        duties = valid_duties(task.duties.all(), Role.LEAD, on=self.on)
        return duties[0].certainty if duties else Certainty.UNKNOWN.value

    def _counting(
        self, updates: Iterable[ProgressUpdate], task: Task, period: TrialPeriod | None
    ) -> ProgressUpdate | None:
        """The last of the updates that belong to the period."""
        own = (u for u in updates if period and _trial(u, task) == period)
        return max(own, key=_recency, default=None)

    def _completed_on(
        self, task: Task, period: TrialPeriod | None, update: ProgressUpdate | None
    ) -> dt.date | None:
        if update is None or update.percent != DONE:
            return None
        own = [u for u in self.completions.get(task.pk, ()) if _trial(u, task) == period]
        return min((_as_of(u) for u in own), default=_as_of(update))

    def _links(self, task: Task, period: TrialPeriod | None) -> tuple[LinkSummary, ...]:
        until = _until(task, period, self.on)
        return tuple(
            self.figures.summary(link, period, until=until) for link in task.indicator_links.all()
        )


def lead_bodies(task: Task, successions: Successions, on: dt.date) -> set[int]:
    """Every body that led the task until a day, with those that inherited the duty."""
    given = [d.organisation_id for d in task.duties.all() if d.role == Role.LEAD]
    bodies: set[int] = set()
    while given:
        body = given.pop()
        if body not in bodies:
            bodies.add(body)
            given += [
                step.successor_id
                for step in successions.steps.get(body, ())
                if step.effective_on <= on and step.duty in ("", Role.LEAD)
            ]
    return bodies


def _latest_updates(reporters: dict[int, set[int]], on: dt.date) -> list[ProgressUpdate]:
    pairs = [(task, body) for task, bodies in reporters.items() for body in bodies]
    asked = [[task for task, _body in pairs], [body for _task, body in pairs], end_of(on)]
    return list(ProgressUpdate.objects.raw(LATEST_UPDATES, asked))


def _every_update(reporters: dict[int, set[int]], on: dt.date) -> list[ProgressUpdate]:
    rows = ProgressUpdate.objects.filter(
        task__in=reporters, state__in=COUNTED, reviewed_at__lt=end_of(on)
    ).exclude(kind=UpdateKind.CONTRIBUTION)
    return [u for u in rows.order_by("task_id", "id") if u.organisation_id in reporters[u.task_id]]


def _by_task(
    tasks: Iterable[Task],
    updates: Iterable[ProgressUpdate],
    successions: Successions | None = None,
) -> dict[int, list[ProgressUpdate]]:
    """Updates by task, each knowing its task and reporter without a query."""
    by_key = {task.pk: task for task in tasks}
    found: dict[int, list[ProgressUpdate]] = {}
    for key, rows in groupby(sorted(updates, key=_task_key), key=_task_key):
        found[key] = list(rows)
        for update in found[key]:
            update.task = by_key[key]
            if successions is not None:
                update.organisation = successions.organisations[update.organisation_id]
    return found


def _task_key(update: ProgressUpdate) -> int:
    return update.task_id


def _as_of(update: ProgressUpdate) -> dt.date:
    sent = day_of(update.submitted_at) if update.submitted_at else update.period_ends_on
    return stands_for(update, sent)


def _trial(update: ProgressUpdate, task: Task) -> TrialPeriod | None:
    periods: Collection[TrialPeriod] = task.trial_periods.all()
    return trial_of(periods, update.period_starts_on, update.period_ends_on, _as_of(update))


def _recency(update: ProgressUpdate) -> tuple[dt.date, dt.datetime, int]:
    return update.period_ends_on, update.reviewed_at or start_of(dt.date.min), update.pk


def _until(task: Task, period: TrialPeriod | None, on: dt.date) -> dt.date:
    """The last day whose measurements are about a trial: the day before the next one begins."""
    if period is None or period.starts_on is None:
        return on
    later = [
        p.starts_on
        for p in task.trial_periods.all()
        if p.starts_on is not None and p.starts_on > period.starts_on
    ]
    return min([on, *(day - dt.timedelta(days=1) for day in later)])


def _health_facts(
    state: TaskState,
    period: TrialPeriod | None,
    update: ProgressUpdate | None,
    milestones: tuple[Milestone, ...],
    links: tuple[LinkSummary, ...],
    on: dt.date,
) -> HealthFacts:
    closed = period is not None and is_concluded(period, on=on)
    return HealthFacts(
        state=state,
        starts_on=period.starts_on if period else None,
        ends_on=period.ends_on if period else None,
        percent=update.percent if update else None,
        percent_as_of=_as_of(update) if update else None,
        milestones=milestones,
        paces=tuple(
            IndicatorPace(link.sub_indicator.name, None if link.is_achieved else link.followed_pace)
            for link in links
        ),
        closed_on=period.concluded_on if period and closed else None,
    )


def _is_example(
    period: TrialPeriod | None, update: ProgressUpdate | None, links: Iterable[LinkSummary]
) -> bool:
    """Whether anything made up for the demonstration is among the figures."""
    in_period = period is not None and period.certainty == Certainty.EXAMPLE
    in_update = update is not None and update.is_example
    return in_period or in_update or any(link.has_example for link in links)


def _urgency(summary: TaskSummary) -> tuple[int, dt.date, str, int]:
    due = summary.next_deadline.on if summary.next_deadline else dt.date.max
    task = summary.task
    return HEALTH_ORDER.index(summary.health), due, task.programme.code, task.number
