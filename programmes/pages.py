"""What the page of a task shows to a person: gathered once, for every view that shows the page."""

import datetime as dt
from typing import Any

from organisations.rights import Belonging, Relation, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from programmes.changes import changes_of
from programmes.evidence_page import evidence_of, upload_box
from programmes.models import Task
from programmes.pictures import milestones_on_bar
from programmes.relations import lent_for, task_relations
from programmes.selectors import TaskSummary, summaries_of
from programmes.task_page.basis import documents, partners_shown, six_clear
from programmes.task_page.due import commitments, due_items, report_due
from programmes.task_page.reported import reports_of, reports_to_draw
from programmes.task_page.tabs import tab_asked, tabs_of
from programmes.task_page.timeline import timeline_of
from programmes.trail import may_read_history


def task_page(
    task: Task, standing: Standing, *, on: dt.date | None = None, tab: str = ""
) -> dict[str, Any]:
    """The context of a task's page; `task` was read with `selectors.prepared`.

    On a day of the past nothing can be done, only read.
    """
    on = on or standing.on
    relations = task_relations(task, standing)
    (summary,) = summaries_of([task], on=on, successions=standing.successions, today=standing.on)
    may_progress = bool(allowed("view_progress", relations))
    context: dict[str, Any] = {
        "task": summary.task,
        "present": task,  # rights are those of today
        "summary": summary,
        "facts": six_clear(summary, standing),
        "milestones": milestones_on_bar(summary),
        "documents": documents(summary),
        "partners": partners_shown(summary, standing),
        "may_progress": may_progress,
        "may_set_up": allowed("create_set_up", relations),
        "lent": lent_for(task, standing),
        "programme_label": named(summary.task.programme),
        "on": on,
        "is_past": on != standing.on,
    }
    if may_progress:
        context |= _progress(task, summary, relations, standing)
        context |= _tabs(tab, context, is_past=on != standing.on)
    return context


def _tabs(asked: str, context: dict[str, Any], *, is_past: bool) -> dict[str, Any]:
    """The tabs of what there is to read, and which is open."""
    shown = ["progress", "indicators", "commitments"]
    shown += ["evidence"] if context["evidence"] else []
    shown += ["history"] if context["may_read_history"] else []
    as_of = context["on"].isoformat() if is_past else ""
    return {"tabs": tabs_of(asked, shown, as_of=as_of), "open_tab": tab_asked(asked, shown)}


def _progress(
    task: Task, summary: TaskSummary, relations: frozenset[Relation], standing: Standing
) -> dict[str, Any]:
    """Updates, promises and what is owed next."""
    is_past = summary.on != standing.on
    findings = allowed("view_partner_evidence", relations, belonging=_own(standing))
    reports = reports_of(task, summary, relations, standing)
    promises = commitments(summary, standing)
    report = None if is_past else report_due(task, standing)
    return {
        **reports,
        "timeline": timeline_of(summary, reports_to_draw(task, summary, standing), standing),
        "commitments": promises,
        "may_read_findings": findings,
        "report_due": report,
        "due": due_items(summary, report, promises),
        "changes": changes_of(task, standing, summary.on),
        "may_read_history": may_read_history(relations),
        "evidence": evidence_of(task, summary, standing, summary.on),
        "box": None if is_past else upload_box(task, standing),
    }


def _own(standing: Standing) -> Belonging | None:
    """An enterprise is shown its own promises alone, so that what is found of them is its own."""
    return Belonging.OWN if standing.is_enterprise else None
