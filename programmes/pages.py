"""What the page of a task shows to a person: gathered once, for every view that shows the page."""

import datetime as dt
from typing import Any

from organisations.rights import Belonging, Relation, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from programmes.models import Task
from programmes.pictures import milestones_on_bar
from programmes.relations import lead_of, lent_for, task_relations
from programmes.selectors import TaskSummary, summaries_of
from programmes.task_page.basis import documents, partners_shown, six_clear
from programmes.task_page.due import commitments, due_items, report_due
from programmes.task_page.reported import reports_of
from programmes.task_page.tabs import tabs_of
from programmes.task_page.timeline import timeline_of

TABS = ("progress", "indicators", "commitments")


def task_page(
    task: Task, standing: Standing, *, on: dt.date | None = None, tab: str = ""
) -> dict[str, Any]:
    """The context of a task's page; `task` was read with `selectors.prepared`.

    On a day of the past nothing can be done, only read.
    """
    on = on or standing.on
    relations = task_relations(task, standing)
    (summary,) = summaries_of([task], on=on, successions=standing.successions, today=standing.on)
    task = summary.task
    may_progress = bool(allowed("view_progress", relations))
    context: dict[str, Any] = {
        "task": task,
        "summary": summary,
        "facts": six_clear(task, summary, standing),
        "milestones": milestones_on_bar(summary),
        "documents": documents(task, summary),
        "partners": partners_shown(summary, standing),
        "may_progress": may_progress,
        "may_set_up": allowed("create_set_up", relations),
        "lent": lent_for(task, standing),
        "programme_label": named(task.programme),
        "on": on,
        "is_past": on != standing.on,
    }
    if may_progress:
        as_of = on.isoformat() if on != standing.on else ""
        context |= _progress(task, summary, relations, standing)
        context["tabs"] = tabs_of(tab, TABS, as_of=as_of)
        context["open_tab"] = next(tab.name for tab in context["tabs"] if tab.is_open)
    return context


def _progress(
    task: Task, summary: TaskSummary, relations: frozenset[Relation], standing: Standing
) -> dict[str, Any]:
    """Updates, promises and what is owed next."""
    is_past = summary.on != standing.on
    findings = allowed("view_partner_evidence", relations, belonging=_own(standing))
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    reports = reports_of(task, summary, relations, standing)
    promises = commitments(summary, standing)
    report = None if is_past else report_due(task, summary, lead, standing)
    return {
        **reports,
        "timeline": timeline_of(summary, [shown.update for shown in reports["updates"]], standing),
        "commitments": promises,
        "may_read_findings": findings,
        "report_due": report,
        "due": due_items(summary, report, promises),
    }


def _own(standing: Standing) -> Belonging | None:
    """An enterprise is shown its own promises alone, so that what is found of them is its own."""
    return Belonging.OWN if standing.is_enterprise else None
