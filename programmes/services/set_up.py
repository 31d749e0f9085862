"""Setting up programmes and tasks: made by coordinator or administrator, changed by the coordinator
with a reason and a document."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from organisations.choices import Role
from organisations.duties import require_set_up
from organisations.models import Document, Organisation, User
from organisations.services.documents import NewDocument
from programmes.choices import STORED_TASK_STATES
from programmes.models import Programme, Task
from programmes.services.duties import Assignment, assign, begin_programme_duties
from programmes.services.grounds import (
    Ground,
    because,
    by_document,
    locked_programme,
    locked_task,
    require_changed,
    require_right,
    require_seen,
    write,
)

PROGRAMME_FIELDS = frozenset(
    {
        "name",
        "name_en",
        "kind",
        "starts_on",
        "starts_on_precision",
        "ends_on",
        "legal_basis",
        "reporting",
        "due_working_days",
    }
)
THRESHOLDS = frozenset(
    {
        "red_days_late",
        "red_points_behind",
        "amber_points_behind",
        "amber_pace",
        "stale_periods",
        "due_soon_days",
    }
)
TASK_FIELDS = frozenset(
    {
        "name",
        "name_en",
        "pillar",
        "work",
        "product",
        "authority",
        "responsible_person",
    }
)


@transaction.atomic
def create_programme(
    *,
    by: User,
    on: dt.date,
    code: str,
    values: Mapping[str, Any],
    coordinator: Organisation,
    authority: Organisation | None,
    duties_from: dt.date,
    document: Document | NewDocument | None = None,
) -> Programme:
    """Begin a programme with the body that coordinates it.

    Raises:
        NotAllowed: neither administrator nor of a coordinator.
        DomainError: the code is taken, or a value does not fit.
    """
    require_set_up("create_set_up", by=by, on=on)
    if code.casefold() == "new":
        sentence = _("“new” stands in the address of this page; choose another code.")
        raise DomainError(sentence, fields={"code": sentence})
    programme = Programme(code=code)
    _require_free(programme)
    _require_order(values)
    with by_document(document) as known:
        programme.document = known
        with _looked_up_again(programme):
            write(programme, values, fields=PROGRAMME_FIELDS)
        bodies = {Role.COORDINATOR: coordinator, Role.AUTHORITY: authority}
        begin_programme_duties(programme, bodies, valid_from=duties_from, document=known)
    return programme


@transaction.atomic
def change_programme(
    *,
    programme: Programme,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> Programme:
    """Change what a programme is called, when it runs and how often is reported.

    Raises:
        NotAllowed: not of the coordinator.
        Stale: somebody else changed it first.
        DomainError: reason or document lack, a value does not fit, or nothing would change.
    """
    locked = locked_programme(programme)
    require_right("change_set_up", locked, by=by, on=on)
    require_seen(seen, locked)
    require_changed(locked, values)
    _require_order(values)
    with because(ground):
        write(locked, values, fields=PROGRAMME_FIELDS)
    return locked


@transaction.atomic
def change_thresholds(
    *,
    programme: Programme,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> Programme:
    """Change from when on a task of the programme counts as late, behind, slow or unreported.

    Raises:
        NotAllowed: neither administrator nor of the coordinator.
        Stale: somebody else changed the programme first.
        DomainError: the reason lacks, red would come before amber, or nothing would change.
    """
    locked = locked_programme(programme)
    require_right("change_thresholds", locked, by=by, on=on)
    require_seen(seen, locked)
    require_changed(locked, values)
    require_thresholds_in_order(values)
    with because(ground, needs_document=False):
        write(locked, values, fields=THRESHOLDS)
    return locked


def require_thresholds_in_order(values: Mapping[str, Any]) -> None:
    """Raises DomainError where a task would be red before it is amber."""
    if values["red_points_behind"] < values["amber_points_behind"]:
        sentence = _("Red begins further behind than amber: give at least as many points.")
        raise DomainError(sentence, fields={"red_points_behind": sentence})


@transaction.atomic
def create_task(
    *,
    programme: Programme,
    by: User,
    on: dt.date,
    code: str,
    number: int,
    values: Mapping[str, Any],
    assignment: Assignment,
    document: Document | NewDocument | None = None,
) -> Task:
    """Begin a task of a programme with the bodies that have a duty in it.

    Raises:
        NotAllowed: neither administrator nor of the coordinator.
        DomainError: number or code is taken, or a value or body does not fit.
    """
    locked = locked_programme(programme)
    require_right("create_set_up", locked, by=by, on=on)
    task = Task(programme=locked, code=code, number=number)
    _require_free(task)
    with by_document(document) as known:
        task.document = known
        with _looked_up_again(task):
            write(task, values, fields=TASK_FIELDS)
        assign(task, assignment, document=known)
    return task


@transaction.atomic
def change_task(
    *, task: Task, by: User, on: dt.date, values: Mapping[str, Any], ground: Ground, seen: str
) -> Task:
    """Change the texts of a task: its name, pillar and the six clear points.

    Raises:
        NotAllowed: not of the coordinator.
        Stale: somebody else changed it first.
        DomainError: reason or document lack, a value does not fit, or nothing would change.
    """
    locked = locked_task(task)
    require_right("change_set_up", locked.programme, by=by, on=on)
    require_seen(seen, locked)
    require_changed(locked, values)
    with because(ground):
        write(locked, values, fields=TASK_FIELDS)
    return locked


@transaction.atomic
def fix_task_state(
    *, task: Task, by: User, on: dt.date, state: str, ground: Ground, seen: str
) -> Task:
    """Suspend or stop a task, make it a regular duty, or let its state follow the periods again.

    Raises:
        NotAllowed: not of the coordinator.
        Stale: somebody else changed the task first.
        DomainError: no such state, reason or document lack, or it is in this state already.
    """
    locked = locked_task(task)
    require_right("change_set_up", locked.programme, by=by, on=on)
    require_seen(seen, locked)
    if state not in ("", *STORED_TASK_STATES):
        sentence = _("A task can be suspended, stopped or made a regular duty.")
        raise DomainError(sentence, fields={"state": sentence})
    require_changed(locked, {"stored_state": state})
    with because(ground):
        write(locked, {"stored_state": state}, fields=frozenset({"stored_state"}))
    return locked


def _require_order(values: Mapping[str, Any]) -> None:
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        sentence = _("The last day lies before the first.")
        raise DomainError(sentence, fields={"ends_on": sentence})


def _require_free(row: Programme | Task) -> None:
    """Raises DomainError where another row has the code, or the number within the programme."""
    taken = {}
    if isinstance(row, Programme):
        if Programme.objects.filter(code__iexact=row.code).exists():
            taken["code"] = _("A programme has this code already.")
    else:
        if Task.objects.filter(code__iexact=row.code).exists():
            taken["code"] = _("A task has this code already.")
        if row.programme.tasks.filter(number=row.number).exists():
            taken["number"] = _("A task of this programme has this number already.")
    if taken:
        raise DomainError(" ".join(taken.values()), fields=taken)


@contextmanager
def _looked_up_again(row: Programme | Task) -> Iterator[None]:
    """Say it in words where somebody else took the code between the look and the save."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _require_free(row)
        raise
