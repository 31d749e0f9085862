"""The prefilled files: what stands now, as rows of their sheets."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils import translation

from organisations.models import Organisation
from organisations.selectors import Successions
from programmes.models import Programme, Task
from programmes.services.reported import GivenValue, open_milestones
from programmes.services.spreadsheets.dates import tasks_without_dates
from programmes.services.spreadsheets.present import (
    Present,
    milestones_of,
    present_of,
    tasks_led,
)
from programmes.services.update_fields import OWN_FIELDS
from programmes.spreadsheets import layout
from programmes.spreadsheets.writing import workbook_of


def progress_file(
    body: Organisation, ends_on: dt.date, *, successions: Successions, on: dt.date
) -> bytes:
    """The XLSX of a body for the period that ends on a day, with what stands on another.

    Every task it leads, the milestones of its trial that are open, its linked sub-indicators.
    """
    tasks = tasks_led(body, ends_on, successions=successions, on=on)
    presents = list(present_of(tasks, body, ends_on, successions=successions, on=on).values())
    with translation.override(settings.LANGUAGE_CODE):
        return workbook_of(
            [
                (layout.PROGRESS, map(_progress_row, presents)),
                (layout.MILESTONES, _milestone_rows(presents, on)),
                (layout.VALUES, _value_rows(presents)),
            ],
            guide=layout.PROGRESS_GUIDE,
            title=f"Báo cáo tiến độ: {body.name}, kỳ đến {ends_on:%d/%m/%Y}",
        )


def dates_file(programme: Programme) -> bytes:
    """The XLSX of a programme's tasks whose trial has no known days."""
    rows = ({"task": t.code, "task_name": t.name} for t in tasks_without_dates(programme))
    return workbook_of(
        [(layout.TRIAL_DATES, rows)],
        guide=layout.DATES_GUIDE,
        title=f"Thời gian thử nghiệm: {programme.name}",
    )


def _progress_row(present: Present) -> dict[str, Any]:
    return {
        **_task_cells(present.task),
        "version": "" if present.version is None else str(present.version),
        "period": present.period.label,
        "last_percent": present.last.percent if present.last else None,
        **{name: getattr(present.basis, name) for name in OWN_FIELDS},
    }


def _milestone_rows(presents: Iterable[Present], on: dt.date) -> Iterator[dict[str, Any]]:
    for present in presents:
        reached = present.brought.milestones
        shown = {m.pk: m for m in open_milestones(present.task, on=on, reported=present.reported)}
        shown |= {m.pk: m for m in milestones_of(present) if m.pk in reached}
        for milestone in shown.values():
            yield {
                **_task_cells(present.task),
                "key": str(milestone.uid),
                "number": milestone.number,
                "title": milestone.title,
                "due_on": milestone.due_on,
                "reached_on": reached.get(milestone.pk) or milestone.reached_on,
            }


def _value_rows(presents: Iterable[Present]) -> Iterator[dict[str, Any]]:
    for present in presents:
        for link in present.task.indicator_links.all():
            given = present.brought.values.get(link.pk)
            yield {
                **_task_cells(present.task),
                "key": str(link.uid),
                "indicator": link.sub_indicator.name,
                "unit": given.unit if given else present.units[link.pk],
                **(_value_cells(given) if given else {}),
            }


def _value_cells(given: GivenValue) -> dict[str, Any]:
    names = ("kind", "numerator", "denominator", "value", "measured_on", "source")
    return {name: getattr(given, name) for name in names}


def _task_cells(task: Task) -> dict[str, str]:
    return {"task": task.code, "task_name": task.name}
