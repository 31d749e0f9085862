"""Trial dates from the annex as a spreadsheet: the same rules as for one period on its page."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from organisations.choices import Role
from organisations.models import User
from organisations.relations import holders
from organisations.selectors import Successions
from organisations.templatetags.ui import day
from programmes.models import Programme, Task, TrialPeriod
from programmes.services.grounds import Ground, mark_of
from programmes.services.periods import enter_dates, require_days, require_no_overlap
from programmes.spreadsheets import layout
from programmes.spreadsheets.opening import Book
from programmes.spreadsheets.reading import Fault, Line, lines_of, table_of

DAYS = ("starts_on", "ends_on")


@dataclass
class PlannedDates:
    """What a file says of one task: the days of its trial that nobody knew."""

    task: Task
    period: TrialPeriod | None
    values: dict[str, dt.date]
    line: Line

    @property
    def seen(self) -> str:
        """The mark of the period as it was read, of nothing where the task has none."""
        return mark_of(self.period) if self.period else mark_of()

    @property
    def mark(self) -> str:
        """Differs when other days would be written, or over a period changed meanwhile."""
        said = repr((self.seen, self.values))
        return hashlib.sha256(said.encode()).hexdigest()[:20]

    def as_json(self) -> dict[str, Any]:
        """As it is shown, with its mark."""
        return {
            "task": self.task.code,
            "name": self.task.name,
            "period": "",
            "is_new": self.period is None,
            "is_newer": False,
            "changes": [
                {
                    "label": layout.TRIAL_DATES.column(name).head,
                    "old": "–",
                    "new": day(self.values[name]),
                    "cell": f"{self.line.sheet}!{self.line.cell(name)}",
                }
                for name in DAYS
            ],
            "mark": self.mark,
        }


@dataclass
class DatesPlan:
    """What a file would do: rows read, tasks that get days, cells that are wrong."""

    rows: int = 0
    planned: list[PlannedDates] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def tasks_without_dates(programme: Programme) -> QuerySet[Task]:
    """The tasks of a programme that wait for their trial's days, in their order."""
    return Task.objects.filter(programme=programme).without_dates().order_by("number")


def date_lines_in(book: Book, told: Callable[[int], None] = lambda _rows: None) -> list[Line]:
    """The rows of a file.

    Raises:
        DomainError: its sheet cannot be read.
    """
    table = table_of(book, layout.TRIAL_DATES)
    if table is None:
        raise DomainError(
            _("The file has no sheet “%s”. Take the file downloaded here and fill it in.")
            % layout.TRIAL_DATES.title
        )
    lines = list(lines_of(table, layout.TRIAL_DATES))
    told(len(lines))
    return lines


def plan_dates(lines: list[Line], programme: Programme) -> DatesPlan:
    """What rows would do to the tasks of a programme whose trial has no known days.

    A task whose days are known already may stand in the file with the same days.
    """
    periods = Prefetch("trial_periods", TrialPeriod.objects.order_by("number"))
    tasks = {t.code: t for t in Task.objects.filter(programme=programme).prefetch_related(periods)}
    plan = DatesPlan(rows=len(lines))
    seen: dict[str, Line] = {}
    for line in lines:
        planned = _planned(line, tasks, seen)
        if planned is not None and not line.faults:
            plan.planned.append(planned)
        plan.faults += line.faults
    return plan


def write_dates(
    plan: DatesPlan, *, programme: Programme, by: User, on: dt.date, ground: Ground
) -> None:
    """Write every row by the verb of its page; within a transaction, so all or nothing.

    Raises:
        DomainError: a row is refused after all; the sentence names its task.
    """
    committee = next(
        iter(
            holders(programme.duties.all(), Role.AUTHORITY, successions=Successions.load(), on=on)
        ),
        None,
    )
    for planned in sorted(plan.planned, key=lambda row: row.task.pk):
        territory = (planned.period and planned.period.territory) or committee
        try:
            enter_dates(
                task=planned.task,
                by=by,
                on=on,
                values={**planned.values, "territory": territory},
                ground=ground,
                seen=planned.seen,
            )
        except DomainError as refusal:
            raise type(refusal)(f"{planned.task.code}: {refusal.message}") from refusal


def _planned(line: Line, tasks: Mapping[str, Task], seen: dict[str, Line]) -> PlannedDates | None:
    """The days of a row that can be written; None where it says nothing or is wrong."""
    code = line.values.get("task") or ""
    task = tasks.get(code)
    if task is None:
        line.blame("task", _("The programme has no task with this code."))
        return None
    if (first := seen.setdefault(code, line)) is not line:
        line.blame("task", _("This row stands in row %d already.") % first.number)
        return None
    days = {name: line.values.get(name) for name in DAYS}
    if line.faults or not any(days.values()):
        return None
    return _fitting(line, task, days)


def _fitting(line: Line, task: Task, days: Mapping[str, dt.date | None]) -> PlannedDates | None:
    """The rules that a cell can be blamed for; the verbs of the page apply them once more."""
    if not _keeps(line, require_days, days):
        return None
    values = {name: known for name, known in days.items() if known is not None}
    periods = list(task.trial_periods.all())
    if any((p.starts_on, p.ends_on) == (days["starts_on"], days["ends_on"]) for p in periods):
        return None
    unknown = next((p for p in periods if p.starts_on is None), None)
    if unknown is None and periods:
        line.blame(
            "task",
            _("The trial of this task has known days (%(first)s to %(last)s); change them there.")
            % {"first": day(periods[-1].starts_on), "last": day(periods[-1].ends_on)},
        )
        return None
    if not _keeps(line, require_no_overlap, periods, values):
        return None
    return PlannedDates(task, unknown, values, line)


def _keeps(line: Line, rule: Callable[..., None], *given: Any) -> bool:
    """Whether a row keeps a rule of the page; where not, its cells are told so."""
    try:
        rule(*given)
    except DomainError as refusal:
        for name, sentence in refusal.fields.items():
            line.blame(name, sentence)
        return False
    return True
