"""What the page of a task shows to a person: gathered once, for every view that shows the page."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dti_tracker.shared.time import end_of
from organisations.rights import Belonging, Decision, Relation, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from programmes.choices import UpdateState
from programmes.models import ProgressUpdate, Task
from programmes.pictures import milestones_on_bar
from programmes.relations import lead_of, lent_for, task_relations
from programmes.selectors import TaskSummary, summaries_of
from programmes.task_page.basis import documents, six_clear
from programmes.task_page.due import commitments, report_due

SHOWN_UPDATES = 20


@dataclass(frozen=True)
class ShownUpdate:
    """An update with what the person may do to it; buttons follow the services' own answer."""

    update: ProgressUpdate
    accept: Decision
    send_back: Decision
    is_to_correct: bool = False

    @property
    def is_draft(self) -> bool:
        return self.update.state == UpdateState.DRAFT


def task_page(task: Task, standing: Standing, *, on: dt.date | None = None) -> dict[str, Any]:
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
        "may_progress": may_progress,
        "may_set_up": allowed("create_set_up", relations),
        "lent": lent_for(task, standing),
        "programme_label": named(task.programme),
        "on": on,
        "is_past": on != standing.on,
    }
    if may_progress:
        context |= _progress(task, summary, relations, standing)
    return context


def _progress(
    task: Task, summary: TaskSummary, relations: frozenset[Relation], standing: Standing
) -> dict[str, Any]:
    """Updates, promises and what is owed next."""
    is_past = summary.on != standing.on
    updates = (
        ProgressUpdate.objects.visible_to(standing)
        .filter(task=task)
        .select_related(
            "organisation", "author", "submitted_by", "submitted_for", "reviewed_by", "reviewed_for"
        )
        .order_by("-period_ends_on", "-id")
    )
    findings = allowed("view_partner_evidence", relations, belonging=_own(standing))
    if is_past:
        updates = updates.filter(submitted_at__lt=end_of(summary.on))
        relations = frozenset()
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    may_write = allowed("write_update", relations, UpdateState.DRAFT)
    return {
        "updates": _shown(updates[:SHOWN_UPDATES], relations, standing),
        "commitments": commitments(summary, standing),
        "may_read_findings": findings,
        "may_write": may_write if lead else Decision(allowed=False),
        "report_due": None if is_past else report_due(task, summary, lead, standing),
    }


def _shown(
    updates: Iterable[ProgressUpdate], relations: frozenset[Relation], standing: Standing
) -> list[ShownUpdate]:
    shown, updates = [], list(updates)
    to_correct = _to_correct(updates)
    for update in updates:
        is_author = standing.user_id in update.author_ids
        own = relations | {Relation.AUTHOR} if is_author else relations
        shown.append(
            ShownUpdate(
                update=update,
                accept=allowed("accept_update", own, update.state),
                send_back=allowed("return_update", own, update.state),
                is_to_correct=update in to_correct,
            )
        )
    return shown


def _to_correct(updates: Iterable[ProgressUpdate]) -> set[ProgressUpdate]:
    """What each body got back and has not begun to correct: its last update, and returned."""
    last: dict[int, ProgressUpdate] = {}
    for update in sorted(updates, key=_turn):
        last[update.organisation_id] = update
    return {update for update in last.values() if update.state == UpdateState.RETURNED}


def _turn(update: ProgressUpdate) -> tuple[bool, dt.datetime, int]:
    """Drafts come after everything that was sent."""
    return update.submitted_at is None, update.submitted_at or update.updated_at, update.pk


def _own(standing: Standing) -> Belonging | None:
    """An enterprise is shown its own promises alone, so that what is found of them is its own."""
    return Belonging.OWN if standing.is_enterprise else None
