"""Who holds which duty from which day on: an old duty ends the day before the new one begins."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from organisations.choices import ENTERPRISE_KINDS, Role
from organisations.models import Document, Duty, Organisation, User
from organisations.services.people import exists_on
from organisations.templatetags.ui import day
from programmes.choices import JOINING
from programmes.models import Programme, ProgrammeDuty, Task, TaskDuty
from programmes.services.grounds import (
    Ground,
    because,
    locked_programme,
    locked_task,
    require_right,
    require_seen,
)

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Assignment:
    """Who leads, co-operates and takes part in a new task, all from one day on."""

    lead: Organisation
    valid_from: dt.date
    cooperating: tuple[Organisation, ...] = ()
    partners: tuple[Organisation, ...] = ()


@transaction.atomic
def change_programme_duty(
    *,
    programme: Programme,
    role: Role,
    organisation: Organisation,
    valid_from: dt.date,
    by: User,
    on: dt.date,
    ground: Ground,
    seen: str,
) -> ProgrammeDuty:
    """Give the duty of coordinator or authority to another body from a day on.

    Raises:
        NotAllowed: not of the present coordinator.
        Stale: somebody else changed the duty first.
        DomainError: reason or document lack, or the day or body does not fit.
    """
    locked = locked_programme(programme)
    require_right("change_set_up", locked, by=by, on=on)
    present = locked.duties.filter(role=role, valid_to=None).first()
    require_seen(seen, *_rows(present))
    _require_fit(organisation, role, valid_from)
    with because(ground) as document:
        _hand_over(present, organisation, valid_from)
        return ProgrammeDuty.objects.create(
            programme=locked, **_fields(role, organisation, valid_from, document)
        )


@transaction.atomic
def change_lead(
    *,
    task: Task,
    organisation: Organisation,
    valid_from: dt.date,
    by: User,
    on: dt.date,
    ground: Ground,
    seen: str,
) -> TaskDuty:
    """Let another body lead a task from a day on.

    Raises:
        NotAllowed: not of the coordinator.
        Stale: somebody else changed the lead first.
        DomainError: reason or document lack, or the day or body does not fit.
    """
    locked = locked_task(task)
    require_right("change_set_up", locked.programme, by=by, on=on)
    present = locked.duties.filter(role=Role.LEAD, valid_to=None).first()
    require_seen(seen, *_rows(present))
    _require_fit(organisation, Role.LEAD, valid_from)
    with because(ground) as document:
        _hand_over(present, organisation, valid_from)
        return _begin(locked, Role.LEAD, organisation, valid_from, document)


@transaction.atomic
def add_body(
    *,
    task: Task,
    role: Role,
    organisation: Organisation,
    valid_from: dt.date,
    by: User,
    on: dt.date,
    ground: Ground,
) -> TaskDuty:
    """Let a body co-operate, or an enterprise take part, from a day on.

    Raises:
        NotAllowed: not of the coordinator.
        DomainError: it does so already, reason or document lack, or the day or body does not fit.
    """
    if role not in JOINING:
        raise ValueError(f"{role}: a lead changes by change_lead")
    locked = locked_task(task)
    require_right("change_set_up", locked.programme, by=by, on=on)
    _require_fit(organisation, role, valid_from)
    held = locked.duties.filter(role=role, organisation=organisation).order_by("-valid_from")
    for duty in held:
        if duty.valid_to is None or duty.valid_to >= valid_from:
            sentence = _("%(body)s has this duty since %(day)s already.") % {
                "body": organisation.short_name,
                "day": day(duty.valid_from),
            }
            raise DomainError(sentence, fields={"organisation": sentence})
    with because(ground) as document:
        return _begin(locked, role, organisation, valid_from, document)


@transaction.atomic
def end_body(
    *, duty: TaskDuty, last_day: dt.date, by: User, on: dt.date, ground: Ground, seen: str
) -> TaskDuty:
    """End the part that a co-operating body or an enterprise takes; the row stays.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: it leads, or has ended already.
        Stale: somebody else changed the duty first.
        DomainError: reason or document lack, or the day does not fit.
    """
    task = locked_task(duty.task)
    require_right("change_set_up", task.programme, by=by, on=on)
    present: TaskDuty = TaskDuty.objects.select_related("organisation").get(pk=duty.pk)
    if present.role not in JOINING:
        raise WrongState(_("A task is never without a lead: name the body that leads next."))
    if present.valid_to is not None:
        raise WrongState(_("This duty ends on %(day)s already.") % {"day": day(present.valid_to)})
    require_seen(seen, present)
    if last_day < present.valid_from:
        sentence = _("The duty began on %(day)s; it cannot end before.") % {
            "day": day(present.valid_from)
        }
        raise DomainError(sentence, fields={"last_day": sentence})
    with because(ground):
        present.valid_to = last_day
        present.save()
    return present


def begin_programme_duties(
    programme: Programme,
    bodies: Mapping[Role, Organisation | None],
    *,
    valid_from: dt.date,
    document: Document | None,
) -> None:
    """The first holders of a new programme's duties."""
    for role, body in bodies.items():
        if body is not None:
            _require_fit(body, role, valid_from, field=role.value)
            ProgrammeDuty.objects.create(
                programme=programme, **_fields(role, body, valid_from, document)
            )


def assign(task: Task, assignment: Assignment, *, document: Document | None) -> None:
    """The first duties of a new task."""
    given = [(Role.LEAD, assignment.lead)]
    given += [(Role.COOPERATING, body) for body in assignment.cooperating]
    given += [(Role.PARTNER, body) for body in assignment.partners]
    for role, body in given:
        _require_fit(body, role, assignment.valid_from, field=FIELD_OF[role])
        _begin(task, role, body, assignment.valid_from, document)


FIELD_OF = {Role.LEAD: "lead", Role.COOPERATING: "cooperating", Role.PARTNER: "partners"}


def _require_fit(
    body: Organisation, role: Role, valid_from: dt.date, *, field: str = "organisation"
) -> None:
    """The body exists on that day, and is an enterprise exactly where an enterprise takes part."""
    sentence = ""
    if not exists_on(body, valid_from):
        is_over = body.valid_to is not None and body.valid_to < valid_from
        sentence = (
            _("%(body)s ended on %(day)s; choose its successor.")
            if is_over
            else _("%(body)s exists from %(day)s on; choose that day or a later one.")
        ) % {"body": body.short_name, "day": day(body.valid_to if is_over else body.valid_from)}
    elif (body.kind in ENTERPRISE_KINDS) != (role == Role.PARTNER):
        sentence = (
            _("%(body)s is no enterprise.")
            if role == Role.PARTNER
            else _("%(body)s is an enterprise: it takes part as a partner.")
        ) % {"body": body.short_name}
    if sentence:
        raise DomainError(sentence, fields={field: sentence})


def _hand_over(present: Duty | None, organisation: Organisation, valid_from: dt.date) -> None:
    """End the present duty on the day before the next holder begins."""
    if present is None:
        return
    words = {"body": present.organisation.short_name, "day": day(present.valid_from)}
    if present.organisation_id == organisation.pk:
        sentence = _("%(body)s has this duty since %(day)s already.") % words
        raise DomainError(sentence, fields={"organisation": sentence})
    if valid_from <= present.valid_from:
        sentence = (
            _("%(body)s has the duty from %(day)s on; the next holder begins on a later day.")
            % words
        )
        raise DomainError(sentence, fields={"valid_from": sentence})
    present.valid_to = valid_from - DAY
    present.save()


def _begin(
    task: Task,
    role: Role,
    organisation: Organisation,
    valid_from: dt.date,
    document: Document | None,
) -> TaskDuty:
    return TaskDuty.objects.create(task=task, **_fields(role, organisation, valid_from, document))


def _fields(
    role: Role, organisation: Organisation, valid_from: dt.date, document: Document | None
) -> dict[str, object]:
    return {
        "role": role,
        "organisation": organisation,
        "valid_from": valid_from,
        "document": document,
        "source": document.as_source if document else "",
    }


def _rows(duty: Duty | None) -> list[Duty]:
    return [duty] if duty else []
