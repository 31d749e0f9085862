"""Which reports are owed on a day, by whom and until when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from organisations.models import Organisation
from organisations.selectors import Standing
from organisations.working_days import WorkingDays
from programmes.calendar import ReportingPeriod, last_ended, period_of
from programmes.choices import TaskState, UpdateKind, UpdateState
from programmes.models import ProgressUpdate, Task, TrialPeriod
from programmes.relations import lead_of
from programmes.state import current_period, task_state

REPORTING_STATES = frozenset(
    {TaskState.ON_TRIAL, TaskState.TRIAL_ENDED, TaskState.UNDER_EVALUATION, TaskState.REGULAR}
)
SETTLING = dt.timedelta(days=14)  # a trial that begins closer to the cut-off owes nothing yet
LOOKED_BACK = dt.timedelta(days=550)
HANDED_IN = (UpdateState.SUBMITTED, UpdateState.ACCEPTED, UpdateState.SUPERSEDED)


@dataclass(frozen=True)
class Owed:
    """A report that a task's lead owes; `lead` None where the duty has no holder.

    `returned` is what came back for the period, `draft` what was begun on it, `last` what was
    reported last: "no change" would send it again, unless a draft is open (`has_draft`).
    """

    task: Task
    lead: Organisation | None
    period: ReportingPeriod
    due_on: dt.date
    days_left: int
    returned: ProgressUpdate | None
    draft: ProgressUpdate | None
    last: ProgressUpdate | None
    has_draft: bool

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0


def reports_owed(tasks: Collection[Task], standing: Standing) -> list[Owed]:
    """What is owed on tasks read with `selectors.prepared`, by due day; two queries.

    The period that ended last while nothing of it was handed in, the running one, and every older
    one whose report came back.
    """
    on = standing.on
    sent = _reports(tasks, standing)
    calendar = WorkingDays.load(since=on - LOOKED_BACK)
    owed = [
        _owed(task, period, sent[task.pk], standing, calendar)
        for task in tasks
        for period in _periods_owed(task, sent[task.pk], on)
    ]
    return sorted(owed, key=lambda one: (one.due_on, one.task.number))


def _reports(tasks: Collection[Task], standing: Standing) -> dict[int, list[ProgressUpdate]]:
    """The lead's reports by task, the last first; drafts only of the person's own bodies."""
    rows = (
        ProgressUpdate.objects.visible_to(standing)
        .filter(task__in=tasks, period_ends_on__gte=standing.on - LOOKED_BACK)
        .exclude(kind=UpdateKind.CONTRIBUTION)
        .select_related("organisation")
        .order_by("-period_ends_on", "-submitted_at", "-id")
    )
    found: dict[int, list[ProgressUpdate]] = defaultdict(list)
    for row in rows:
        found[row.task_id].append(row)
    return found


def _periods_owed(
    task: Task, reports: Sequence[ProgressUpdate], on: dt.date
) -> Iterator[ReportingPeriod]:
    trial = current_period(task.trial_periods.all(), on=on)
    if task_state(task, trial, on=on) not in REPORTING_STATES:
        return
    rhythm = task.programme.reporting
    recent = (last_ended(on, rhythm), period_of(on, rhythm))
    for ends_on in sorted(_returned_days(reports) - {p.ends_on for p in recent}):
        yield period_of(ends_on, rhythm)
    for period in recent:
        if _reaches(trial, period) and not _is_handed_in(period, reports):
            yield period


def _returned_days(reports: Sequence[ProgressUpdate]) -> set[dt.date]:
    """Periods whose last report came back."""
    last: dict[dt.date, ProgressUpdate] = {}
    for report in reports:
        if report.state != UpdateState.DRAFT:
            last.setdefault(report.period_ends_on, report)
    return {day for day, report in last.items() if report.state == UpdateState.RETURNED}


def _reaches(trial: TrialPeriod | None, period: ReportingPeriod) -> bool:
    """Whether a trial ran long enough in a period to report on it; a regular duty always does."""
    if trial is None or trial.starts_on is None or trial.ends_on is None:
        return True
    return trial.starts_on + SETTLING <= period.ends_on and period.starts_on <= trial.ends_on


def _is_handed_in(period: ReportingPeriod, reports: Sequence[ProgressUpdate]) -> bool:
    return any(r.period_ends_on == period.ends_on and r.state in HANDED_IN for r in reports)


def _owed(
    task: Task,
    period: ReportingPeriod,
    reports: Sequence[ProgressUpdate],
    standing: Standing,
    calendar: WorkingDays,
) -> Owed:
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    due_on = period.due_on(task.programme, calendar=calendar)
    own = [r for r in reports if lead is not None and r.organisation_id == lead.pk]
    about = [r for r in own if r.period_ends_on == period.ends_on]
    drafts = (r for r in about if r.state == UpdateState.DRAFT and r.kind == UpdateKind.REPORT)
    back = (r for r in about if r.state == UpdateState.RETURNED)
    return Owed(
        task=task,
        lead=lead,
        period=period,
        due_on=due_on,
        days_left=(due_on - standing.on).days,
        returned=next(back, None),
        draft=next(drafts, None),
        last=next((r for r in own if r.state in HANDED_IN), None),
        has_draft=any(r.state == UpdateState.DRAFT for r in own),
    )
