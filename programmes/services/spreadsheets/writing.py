"""Writing what was planned: drafts with their milestones and values, in a few statements each.

What a draft is, is decided by the rules of the page before; here nothing is decided any more.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Model

from organisations.models import Organisation, User
from programmes.choices import UpdateKind, UpdateState
from programmes.models import ProgressUpdate, ReportedMilestone, ReportedValue
from programmes.services.spreadsheets.progress import Planned
from programmes.services.update_fields import OWN_FIELDS

BATCH = 500
KEPT = (*sorted(OWN_FIELDS), "version", "writers", "corrects", "updated_at")
VALUE_FIELDS = (
    "kind",
    "value",
    "numerator",
    "denominator",
    "unit",
    "measured_on",
    "source",
    "certainty",
)


def write_drafts(
    planned: Sequence[Planned], *, body: Organisation, by: User, sender: User, at: dt.datetime
) -> None:
    """Make the drafts what the file says; the caller holds the locks of their tasks.

    Args:
        by: who agreed to it, the last writer.
        sender: who sent the file, a writer as well: neither reviews it.
    """
    hands = list(dict.fromkeys([sender.pk, by.pk]))
    begun = [_begun(plan, body, by, hands) for plan in planned if plan.present.draft is None]
    kept = [_kept(plan, hands, at) for plan in planned if plan.present.draft is not None]
    ProgressUpdate.objects.bulk_create(begun, batch_size=BATCH)
    _overwrite(ProgressUpdate, kept, KEPT)
    drafts = {draft.task_id: draft for draft in (*begun, *kept)}
    pairs = [(plan, drafts[plan.present.task.pk]) for plan in planned]
    _write_milestones(pairs, at)
    _write_values(pairs, at)


def _begun(plan: Planned, body: Organisation, by: User, hands: list[int]) -> ProgressUpdate:
    draft = plan.wanted
    draft.task, draft.organisation, draft.author = plan.present.task, body, by
    draft.kind, draft.state = UpdateKind.REPORT, UpdateState.DRAFT
    draft.period_starts_on = plan.present.period.starts_on
    draft.period_ends_on = plan.present.period.ends_on
    draft.corrects = plan.present.decided
    draft.version, draft.writers = 1, hands
    return draft


def _kept(plan: Planned, hands: list[int], at: dt.datetime) -> ProgressUpdate:
    draft = plan.present.draft
    assert draft is not None  # noqa: S101 - tells the type checker
    for name in OWN_FIELDS:
        setattr(draft, name, getattr(plan.wanted, name))
    draft.corrects = plan.present.decided or draft.corrects
    draft.version += 1
    draft.writers = [*(key for key in draft.writers if key not in hands), *hands]
    draft.updated_at = at
    return draft


def _overwrite(model: type[Model], rows: Sequence[Any], fields: Sequence[str]) -> None:
    """Save some fields of rows that are there; a fifth of what `bulk_update` takes for wide rows."""
    model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


Pairs = Sequence[tuple[Planned, ProgressUpdate]]


def _write_milestones(pairs: Pairs, at: dt.datetime) -> None:
    gone: list[int] = []
    new: list[ReportedMilestone] = []
    other: list[ReportedMilestone] = []
    for plan, draft in pairs:
        rows = {row.milestone_id: row for row in _saved_milestones(plan)}
        gone += [row.pk for key, row in rows.items() if key not in plan.brought.milestones]
        for key, day in plan.brought.milestones.items():
            row = rows.get(key)
            if row is None:
                new.append(ReportedMilestone(update=draft, milestone_id=key, reached_on=day))
            elif row.reached_on != day:
                row.reached_on, row.updated_at = day, at
                other.append(row)
    ReportedMilestone.objects.filter(pk__in=gone).delete()
    ReportedMilestone.objects.bulk_create(new, batch_size=BATCH)
    _overwrite(ReportedMilestone, other, ("reached_on", "updated_at"))


def _write_values(pairs: Pairs, at: dt.datetime) -> None:
    gone: list[int] = []
    new: list[ReportedValue] = []
    other: list[ReportedValue] = []
    for plan, draft in pairs:
        rows = {row.link_id: row for row in _saved_values(plan)}
        gone += [row.pk for key, row in rows.items() if key not in plan.brought.values]
        for key, given in plan.brought.values.items():
            row = rows.get(key)
            if row is None:
                new.append(ReportedValue(update=draft, link_id=key, **vars(given)))
            elif plan.present.brought.values.get(key) != given:
                for name in VALUE_FIELDS:
                    setattr(row, name, getattr(given, name))
                row.updated_at = at
                other.append(row)
    ReportedValue.objects.filter(pk__in=gone).delete()
    ReportedValue.objects.bulk_create(new, batch_size=BATCH)
    _overwrite(ReportedValue, other, (*VALUE_FIELDS, "updated_at"))


def _saved_milestones(plan: Planned) -> Iterator[ReportedMilestone]:
    """Those of the draft; what a sent report brought stays with it and is copied."""
    if plan.present.draft is not None:
        yield from plan.present.draft.reported_milestones.all()


def _saved_values(plan: Planned) -> Iterator[ReportedValue]:
    if plan.present.draft is not None:
        yield from plan.present.draft.reported_values.all()
