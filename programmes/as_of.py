"""Tasks as they had been recorded by the end of a day, read back from the history.

Why, and what is taken for rows that were recorded later: `docs/adr/as-of-from-the-history.md`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Min, Model, QuerySet

from dti_tracker.shared.text import search_key
from dti_tracker.shared.time import day_of, end_of
from indicators.models import SubIndicator
from organisations.models import Document
from programmes.models import (
    Commitment,
    IndicatorLink,
    Milestone,
    Programme,
    ProgrammeDuty,
    Task,
    TaskDuty,
    TrialPeriod,
)

Row = TypeVar("Row", bound=Model)
Until = Mapping[int, dt.datetime]

# The last line of each row's history before a moment that belongs to what the row hangs on.
LAST_LINES = """
    SELECT DISTINCT ON (line.pgh_obj_id) line.*
    FROM {table} AS line
    JOIN unnest(%s::bigint[], %s::timestamptz[]) AS asked (parent_id, until)
        ON line.{column} = asked.parent_id
    WHERE line.pgh_created_at < asked.until
    ORDER BY line.pgh_obj_id, line.pgh_id DESC
"""


def as_recorded(tasks: Sequence[Task], *, on: dt.date) -> list[Task]:
    """Copies of tasks that were read with `selectors.prepared`, as recorded by the end of a day.

    Names, duties, trials, milestones, links and the thresholds of the programme are those of the
    history, in a number of queries that no number of tasks changes.
    """
    until = _until(Task, {task.pk for task in tasks}, on)
    of_programme = _until(Programme, {task.programme_id for task in tasks}, on)
    read = _Read.of(until, of_programme)
    return [read.task(task) for task in tasks]


def commitments_as_recorded(rows: "QuerySet[Commitment]", *, on: dt.date) -> list[Commitment]:
    """Promises that a person may see today, as recorded by the end of a day."""
    today = {row.pk: row for row in rows}
    until = _until(Task, {row.trial_period.task_id for row in today.values()}, on)
    moments = {row.pk: until[row.trial_period.task_id] for row in today.values()}
    found = _rows(Commitment, "pgh_obj_id", moments)
    for commitment in found:
        commitment.organisation = today[commitment.pk].organisation
    return found


@dataclass(frozen=True)
class _Read:
    """Everything that hangs on some tasks, as recorded by their moments."""

    tasks: Mapping[int, Task]
    programmes: Mapping[int, Programme]
    duties: Mapping[int, list[TaskDuty]]
    periods: Mapping[int, list[TrialPeriod]]
    links: Mapping[int, list[IndicatorLink]]

    @classmethod
    def of(cls, until: Until, of_programme: Until) -> "_Read":
        tasks = _rows(Task, "pgh_obj_id", until)
        programmes = _rows(Programme, "pgh_obj_id", of_programme)
        periods = _rows(TrialPeriod, "task_id", until)
        based: list[Task | Programme | TrialPeriod] = [*tasks, *programmes, *periods]
        documents = Document.objects.in_bulk({row.document_id for row in based} - {None})
        for row in based:
            row.document = documents.get(row.document_id or 0)
        duties = _by(_rows(ProgrammeDuty, "programme_id", of_programme), "programme_id")
        for programme in programmes:
            _keep(programme, "duties", duties[programme.pk])
        cls._with_milestones(periods, until)
        return cls(
            tasks={task.pk: task for task in tasks},
            programmes={programme.pk: programme for programme in programmes},
            duties=_by(_rows(TaskDuty, "task_id", until), "task_id"),
            periods=_by(sorted(periods, key=lambda row: row.number), "task_id"),
            links=_by(_links(until), "task_id"),
        )

    @staticmethod
    def _with_milestones(periods: Collection[TrialPeriod], until: Until) -> None:
        by_period = {row.pk: until[row.task_id] for row in periods}
        milestones = _by(_rows(Milestone, "trial_period_id", by_period), "trial_period_id")
        for period in periods:
            own = sorted(milestones[period.pk], key=lambda row: row.number)
            for milestone in own:
                milestone.trial_period = period
            _keep(period, "milestones", own)

    def task(self, today: Task) -> Task:
        """A task as recorded, with what was annotated to the row of today; that row if none was."""
        task = copy(today)
        if recorded := self.tasks.get(today.pk):
            names = {field.attname for field in Task._meta.concrete_fields}
            for name in names - recorded.get_deferred_fields():
                setattr(task, name, getattr(recorded, name))
            task.search_key = search_key(task.name)
            task.document = recorded.document
        task.programme = self.programmes.get(today.programme_id, today.programme)
        task._prefetched_objects_cache = {}  # type: ignore[attr-defined]
        for name, rows in (
            ("duties", self.duties),
            ("trial_periods", self.periods),
            ("indicator_links", self.links),
        ):
            own: Sequence[Any] = rows.get(today.pk, [])
            for row in own:
                row.task = task
            _keep(task, name, own)
        return task


def _until(model: type[Model], keys: Collection[int], on: dt.date) -> dict[int, dt.datetime]:
    """Up to which moment the history of each is read: the day's end, or the end of the day on
    which it was first recorded, for what was loaded afterwards."""
    lines = _history(model)._base_manager.filter(pgh_obj__in=keys)
    first = dict(lines.values_list("pgh_obj").annotate(Min("pgh_created_at")))
    return {key: end_of(max(on, day_of(first[key]) if key in first else on)) for key in keys}


def _rows(model: type[Row], column: str, until: Until) -> list[Row]:
    """Rows of a table as recorded; what had been deleted by then is not among them."""
    statement = LAST_LINES.format(table=_history(model)._meta.db_table, column=column)
    found = model._base_manager.raw(statement, [list(until), list(until.values())])
    return sorted((row for row in found if row.pgh_label != "delete"), key=_key)  # type: ignore[attr-defined]


def _links(until: Until) -> list[IndicatorLink]:
    links = _rows(IndicatorLink, "task_id", until)
    wanted = SubIndicator.objects.select_related("main_indicator__framework")
    by_key = wanted.in_bulk({link.sub_indicator_id for link in links})
    for link in links:
        link.sub_indicator = by_key[link.sub_indicator_id]
    return links


def _history(model: type[Model]) -> type[Model]:
    history: type[Model] = model.pgh_event_model  # type: ignore[attr-defined]
    return history


def _key(row: Model) -> int:
    return int(row.pk)


def _by(rows: Iterable[Row], name: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _keep(row: Model, name: str, rows: Sequence[Any]) -> None:
    """Put rows where `prefetch_related` would have put them."""
    kept = getattr(row, name).get_queryset()
    kept._result_cache = list(rows)
    kept._prefetch_done = True
    cache: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[name] = kept
