"""The reports on a task's page: what each says, and what the person may do to it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from dti_tracker.shared.time import end_of
from organisations.rights import Belonging, Decision, Relation, allowed
from organisations.selectors import Standing
from programmes import services
from programmes.choices import UpdateKind, UpdateState
from programmes.models import Evidence, ProgressUpdate, ReportedMilestone, ReportedValue, Task
from programmes.relations import coordinator_of, lead_of
from programmes.selectors import TaskSummary, lead_bodies
from programmes.task_page.then import as_they_stood

SHOWN_UPDATES = 20
DRAWN_UPDATES = 200  # decades of a task; its picture needs them all
REFUSED = Decision(allowed=False)


@dataclass(frozen=True)
class ShownUpdate:
    """An update with what the person may do to it; buttons follow the services' own answer.

    `may_answer` is whether the person confirms or disputes it for the lead; `is_to_correct` whether
    it came back and nothing newer was begun.
    """

    update: ProgressUpdate
    accept: Decision
    send_back: Decision
    may_answer: bool = False
    is_to_correct: bool = False

    @property
    def is_draft(self) -> bool:
        return self.update.state == UpdateState.DRAFT


def reports_of(
    task: Task, summary: TaskSummary, relations: frozenset[Relation], standing: Standing
) -> dict[str, Any]:
    """The reports a person sees, and which of their own they may write; nothing on a past day."""
    visible = _visible(task, standing, end_of(summary.on))
    if summary.on != standing.on:
        end, relations = end_of(summary.on), frozenset()
        updates = as_they_stood(list(visible.filter(submitted_at__lt=end)[:SHOWN_UPDATES]), end)
    else:
        updates = list(visible[:SHOWN_UPDATES])
    return {
        "updates": _shown(updates, relations, standing),
        **_may_write(task, relations, standing),
    }


def reports_to_draw(task: Task, summary: TaskSummary, standing: Standing) -> list[ProgressUpdate]:
    """What the lead handed in by the day, for the picture of the whole task; one query."""
    visible = ProgressUpdate.objects.visible_to(standing).exclude(kind=UpdateKind.CONTRIBUTION)
    bodies = lead_bodies(task, standing.successions, summary.on)
    found = visible.filter(task=task, organisation__in=bodies, submitted_at__isnull=False)
    found = found.order_by("-period_ends_on", "-id")
    if summary.on == standing.on:
        return list(found[:DRAWN_UPDATES])
    end = end_of(summary.on)
    return as_they_stood(list(found.filter(submitted_at__lt=end)[:DRAWN_UPDATES]), end)


def _visible(task: Task, standing: Standing, end: dt.datetime) -> QuerySet[ProgressUpdate]:
    values = ReportedValue.objects.select_related("link__sub_indicator")
    return (
        ProgressUpdate.objects.visible_to(standing)
        .filter(task=task)
        .select_related(
            "organisation",
            "author",
            "submitted_by",
            "submitted_for",
            "reviewed_by",
            "reviewed_for",
            "received_document",
            "answered_by",
            "corrects",
        )
        .prefetch_related(
            Prefetch("reported_milestones", ReportedMilestone.objects.select_related("milestone")),
            Prefetch("reported_values", values),
            Prefetch("evidence", Evidence.objects.visible_to(standing).stood_at(end)),
        )
        .order_by("-period_ends_on", "-id")
    )


def _may_write(
    task: Task, relations: frozenset[Relation], standing: Standing
) -> dict[str, Decision]:
    """Which reports the person may begin or go on with: own, contribution, entered for the lead."""
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    coordinator = coordinator_of(task.programme, successions=standing.successions, on=standing.on)
    takes_part = any(standing.position_in(b.pk) for b in services.joining(task, standing))
    draft = UpdateState.DRAFT.value
    own = allowed("write_update", relations, draft)
    contribution = allowed("write_contribution", relations, draft, belonging=Belonging.OWN)
    entry = allowed("enter_for_silent_unit", relations, draft)
    return {
        "may_write": own if lead else REFUSED,
        "may_contribute": contribution if takes_part else REFUSED,
        "may_enter": entry if lead and lead != coordinator else REFUSED,
    }


def _shown(
    updates: list[ProgressUpdate], relations: frozenset[Relation], standing: Standing
) -> list[ShownUpdate]:
    shown = []
    to_correct = _to_correct(updates)
    for update in updates:
        is_author = standing.user_id in update.author_ids
        own = relations | {Relation.AUTHOR} if is_author else relations
        is_entered = update.kind == UpdateKind.ENTERED
        shown.append(
            ShownUpdate(
                update=update,
                accept=allowed("accept_update", own, update.state),
                send_back=allowed("return_update", own, update.state),
                may_answer=is_entered and bool(allowed("confirm_entry", own, update.state)),
                is_to_correct=update in to_correct,
            )
        )
    return shown


def _to_correct(updates: Iterable[ProgressUpdate]) -> set[ProgressUpdate]:
    """What each body got back and has not begun to correct: its last update, and returned."""
    last: dict[tuple[int, str], ProgressUpdate] = {}
    for update in sorted(updates, key=_turn):
        last[update.organisation_id, update.kind] = update
    return {update for update in last.values() if update.state == UpdateState.RETURNED}


def _turn(update: ProgressUpdate) -> tuple[bool, dt.datetime, int]:
    """Drafts come after everything that was sent."""
    return update.submitted_at is None, update.submitted_at or update.updated_at, update.pk
