"""Trial periods, their milestones, and what enterprises promised in them.

What was evaluated does not change under the evaluators: once an evaluation of a period was opened,
its days, milestones and promises stand; something forgotten can be added until the conclusion.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from organisations.choices import Certainty, Role
from organisations.models import Document, Organisation, User
from organisations.relations import holders
from organisations.selectors import Successions
from organisations.services.documents import NewDocument
from organisations.templatetags.ui import day
from programmes.models import Commitment, Milestone, Task, TrialPeriod
from programmes.services.duties import DAY
from programmes.services.grounds import (
    Ground,
    because,
    by_document,
    locked_task,
    require_changed,
    require_right,
    require_seen,
    write,
)

PERIOD_FIELDS = frozenset({"starts_on", "ends_on", "territory"})
MILESTONE_FIELDS = frozenset({"title", "due_on", "means_of_verification"})
COMMITMENT_FIELDS = frozenset({"content", "due_on", "support_value_vnd"})
SOURCE_FIELDS = frozenset({"certainty", "source", "document"})


@transaction.atomic
def plan_period(
    *,
    task: Task,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    document: Document | NewDocument | None = None,
) -> TrialPeriod:
    """Add a trial period to a task; its days are both known or both unknown.

    Raises:
        NotAllowed: neither administrator nor of the coordinator.
        DomainError: one day lacks, or the days overlap those of another period.
    """
    locked = locked_task(task)
    require_right("create_set_up", locked.programme, by=by, on=on)
    require_days(values)
    require_no_overlap(locked.trial_periods.all(), values)
    with by_document(document) as known:
        period = TrialPeriod(
            task=locked,
            number=next_number(locked.trial_periods.all()),
            document=known,
            source=known.as_source if known else "",
        )
        write(period, values, fields=PERIOD_FIELDS)
    return period


@transaction.atomic
def change_period(
    *,
    period: TrialPeriod,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> TrialPeriod:
    """Change the days or the territory of a trial period.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: its evaluation was opened.
        Stale: somebody else changed the period first.
        DomainError: reason or document lack, or the days do not fit.
    """
    task, present = _locked(period, "change_set_up", by=by, on=on)
    _require_unevaluated(present)
    require_seen(seen, present)
    require_changed(present, values)
    require_days(values)
    require_no_overlap(task.trial_periods.exclude(pk=present.pk), values)
    with because(ground) as document:
        changed = {**values, **_now_by(document), "document": document}
        write(present, changed, fields=PERIOD_FIELDS | SOURCE_FIELDS)
    return present


@transaction.atomic
def enter_dates(
    *,
    task: Task,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> TrialPeriod:
    """Enter the days of a task's trial that nobody knew, in its first period without days.

    Args:
        values: starts_on, ends_on, territory; both days.
        seen: the mark of that period as it was read, of nothing where the task had none.

    Raises:
        NotAllowed: not of the coordinator.
        Stale: somebody else entered the days first.
        DomainError: reason or document lack, or the days do not fit.
    """
    locked = locked_task(task)
    require_right("change_set_up", locked.programme, by=by, on=on)
    undated = locked.trial_periods.filter(starts_on__isnull=True).order_by("number").first()
    present = undated or TrialPeriod(task=locked, number=next_number(locked.trial_periods.all()))
    require_seen(seen, *([undated] if undated else []))
    if undated is None and locked.trial_periods.exists():
        raise WrongState(_("The trial dates of this task were entered meanwhile."))
    require_days(values)
    require_no_overlap(locked.trial_periods.exclude(pk=present.pk), values)
    with because(ground) as document:
        known = {**values, **_now_by(document), "document": document}
        write(present, known, fields=PERIOD_FIELDS | SOURCE_FIELDS)
    return present


@transaction.atomic
def end_trial(
    *, period: TrialPeriod, ended_on: dt.date, by: User, on: dt.date, ground: Ground, seen: str
) -> TrialPeriod:
    """End a trial before its last day; its evaluation opens as after any other last day.

    Milestones that lie after the day stay as they are and are marked as lying outside.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: its evaluation was opened, or its days are not known.
        Stale: somebody else changed the period first.
        DomainError: reason or document lack, or the day is not an earlier one of the trial.
    """
    _task, present = _locked(period, "change_set_up", by=by, on=on)
    _require_unevaluated(present)
    require_seen(seen, present)
    if present.starts_on is None or present.ends_on is None:
        raise WrongState(_("The days of this trial are not known: enter them first."))
    if not present.starts_on <= ended_on < present.ends_on:
        sentence = _("The trial ends early on a day from %(first)s to %(last)s.") % {
            "first": day(present.starts_on),
            "last": day(present.ends_on - DAY),
        }
        raise DomainError(sentence, fields={"ended_on": sentence})
    with because(ground) as document:
        changed = {"ends_on": ended_on, **_now_by(document), "document": document}
        write(present, changed, fields=PERIOD_FIELDS | SOURCE_FIELDS)
    return present


@transaction.atomic
def plan_milestone(
    *, period: TrialPeriod, by: User, on: dt.date, values: Mapping[str, Any]
) -> Milestone:
    """Add a dated step to a trial period.

    Raises:
        NotAllowed: neither administrator nor of the coordinator.
        WrongState: the period is concluded.
        DomainError: the day lies outside of the trial.
    """
    _task, present = _locked(period, "create_set_up", by=by, on=on)
    _require_unconcluded(present)
    _require_inside(present, values["due_on"])
    milestone = Milestone(trial_period=present, number=next_number(present.milestones.all()))
    write(milestone, values, fields=MILESTONE_FIELDS)
    return milestone


@transaction.atomic
def change_milestone(
    *,
    milestone: Milestone,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> Milestone:
    """Change the title, day or proof of a milestone.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: the evaluation of its period was opened.
        Stale: somebody else changed the milestone first.
        DomainError: reason or document lack, or the day lies outside of the trial.
    """
    _task, period = _locked(milestone.trial_period, "change_set_up", by=by, on=on)
    present = Milestone.objects.get(pk=milestone.pk)
    _require_unevaluated(period)
    require_seen(seen, present)
    require_changed(present, values)
    if values["due_on"] != present.due_on:
        _require_inside(period, values["due_on"])
    with because(ground) as document:
        changed = {**values, **_now_by(document)}
        write(present, changed, fields=MILESTONE_FIELDS | SOURCE_FIELDS)
    return present


@transaction.atomic
def add_commitment(
    *,
    period: TrialPeriod,
    organisation: Organisation,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    document: Document | NewDocument | None = None,
) -> Commitment:
    """Record what an enterprise promised for a trial.

    The coordinator's alone: an administrator does not see what enterprises promise.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: the period is concluded.
        DomainError: the enterprise does not take part in the task, or a value does not fit.
    """
    task, present = _locked(period, "change_set_up", by=by, on=on)
    _require_unconcluded(present)
    if organisation not in partners_of(task, on=on):
        sentence = _("%(body)s does not take part in this task; add it as a partner first.") % {
            "body": organisation.short_name
        }
        raise DomainError(sentence, fields={"organisation": sentence})
    with by_document(document) as known:
        earlier = present.commitments.filter(organisation=organisation)
        commitment = Commitment(
            trial_period=present,
            organisation=organisation,
            number=next_number(earlier),
            source=known.as_source if known else "",
        )
        write(commitment, values, fields=COMMITMENT_FIELDS)
    return commitment


@transaction.atomic
def change_commitment(
    *,
    commitment: Commitment,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> Commitment:
    """Change the words, day or worth of a promise.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: the evaluation of its period was opened.
        Stale: somebody else changed the promise first.
        DomainError: reason or document lack, or a value does not fit.
    """
    _task, period = _locked(commitment.trial_period, "change_set_up", by=by, on=on)
    present = Commitment.objects.get(pk=commitment.pk)
    _require_unevaluated(period)
    require_seen(seen, present)
    require_changed(present, values)
    with because(ground) as document:
        changed = {**values, **_now_by(document)}
        write(present, changed, fields=COMMITMENT_FIELDS | SOURCE_FIELDS)
    return present


@transaction.atomic
def record_evaluation_opened(*, period: TrialPeriod, on: dt.date) -> None:
    """Note the day on which the floor above opened a trial's evaluation; the first day stays."""
    TrialPeriod.objects.filter(pk=period.pk, evaluation_opened_on__isnull=True).update(
        evaluation_opened_on=on, updated_at=timezone.now()
    )
    period.refresh_from_db(fields=["evaluation_opened_on", "updated_at"])


def partners_of(task: Task, *, on: dt.date) -> tuple[Organisation, ...]:
    """The enterprises that take part in a task on a day."""
    return holders(task.duties.all(), Role.PARTNER, successions=Successions.load(), on=on)


def _locked(period: TrialPeriod, action: str, *, by: User, on: dt.date) -> tuple[Task, TrialPeriod]:
    """Task and period as they are now, once it is sure that the person may do this."""
    task = locked_task(period.task)
    require_right(action, task.programme, by=by, on=on)
    return task, TrialPeriod.objects.select_for_update().get(pk=period.pk)


def next_number(rows: QuerySet[Any]) -> int:
    """The number after the last one of some rows."""
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _now_by(document: Document | None) -> dict[str, str]:
    """What is read in a document is entered, whatever it was before (inferred, an example)."""
    return {"certainty": Certainty.ENTERED, "source": document.as_source if document else ""}


def require_days(values: Mapping[str, Any]) -> None:
    """Raises DomainError, at a field, where one day lacks or the last lies before the first."""
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if (starts_on is None) != (ends_on is None):
        lacking = "starts_on" if starts_on is None else "ends_on"
        sentence = _("Give both days, or none while they are not known.")
        raise DomainError(sentence, fields={lacking: sentence})
    if starts_on and ends_on < starts_on:
        sentence = _("The last day lies before the first.")
        raise DomainError(sentence, fields={"ends_on": sentence})


def require_no_overlap(
    others: Iterable[TrialPeriod], values: Mapping[str, Any], *, field: str = "starts_on"
) -> None:
    """Raises DomainError, at a field, where a period's days lie in another one's."""
    other = next((other for other in others if _overlaps(other, values)), None)
    if other is not None:
        sentence = _(
            "Trial period %(number)s of this task runs from %(first)s to %(last)s; two periods "
            "never overlap."
        ) % {
            "number": other.number,
            "first": day(other.starts_on),
            "last": day(other.ends_on),
        }
        raise DomainError(sentence, fields={field: sentence})


def _overlaps(other: TrialPeriod, values: Mapping[str, Any]) -> bool:
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if None in (starts_on, ends_on) or other.starts_on is None or other.ends_on is None:
        return False
    return bool(other.starts_on <= ends_on and other.ends_on >= starts_on)


def _require_inside(period: TrialPeriod, due_on: dt.date) -> None:
    if not period.runs_on(due_on):
        sentence = _("The trial runs from %(first)s to %(last)s; the milestone lies outside.") % {
            "first": day(period.starts_on),
            "last": day(period.ends_on),
        }
        raise DomainError(sentence, fields={"due_on": sentence})


def _require_unevaluated(period: TrialPeriod) -> None:
    if period.stands:
        raise WrongState(
            _(
                "The evaluation of this trial was opened on %(day)s: its days, milestones and "
                "commitments stand as they are."
            )
            % {"day": day(period.evaluation_opened_on)}
        )


def _require_unconcluded(period: TrialPeriod) -> None:
    if period.is_closed:
        raise WrongState(
            _("This trial was concluded on %(day)s; nothing is added to it any more.")
            % {"day": day(period.concluded_on)}
        )
