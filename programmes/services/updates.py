"""The round of a progress update: draft, submitted, accepted or returned.

Each verb takes the person and the day, locks the task's row first (so that two people never write at
once), checks right, version and state, and writes in one transaction.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from dti_tracker.shared.text import nfc
from organisations.capacity import acting_for
from organisations.models import Organisation, User
from organisations.rights import Refusal, Relation, allowed, require
from organisations.selectors import Standing
from organisations.templatetags.ui import moment
from programmes.calendar import ReportingPeriod, last_ended, period_of
from programmes.choices import UPDATE_TRANSITIONS, Health, UpdateState
from programmes.health import is_better
from programmes.models import ProgressUpdate, Task
from programmes.relations import coordinator_of, lead_of, task_relations, update_relations
from programmes.selectors import task_summary, with_report

TEXTS = ("narrative", "difficulties", "proposals", "declared_health", "declared_reason")
FIELDS = frozenset({"percent", "is_unchanged", *TEXTS})


@transaction.atomic
def save_update_draft(
    *,
    task: Task,
    organisation: Organisation,
    by: User,
    on: dt.date,
    fields: Mapping[str, Any],
    version: int | None,
    period: ReportingPeriod | None = None,
) -> ProgressUpdate:
    """Begin or go on with the one draft of a body on a task.

    What was sent is never written in again: a returned update is corrected by a new draft that
    names it, so that nobody else reads the new text before it is sent.

    Args:
        fields: any of percent (0–100 or None), is_unchanged, narrative, difficulties, proposals,
            declared_health, declared_reason.
        version: the version that was read; None when there was no draft yet.
        period: what is reported on; by default :func:`reporting_period`.

    Raises:
        NotAllowed: the person may not report for this body on this task.
        Stale: somebody else saved, began or sent the draft first; nothing was changed.
        DomainError: a value does not fit; `fields` says which.
    """
    _lock(task)
    standing = Standing.of(by, on=on)
    update = open_update(task, organisation)
    _require_reporter(task, organisation, standing, update)
    if update is not None and _repeats(update, by, fields, period):
        return update
    _require_version(update, version, task, organisation)
    if update is None:
        update = ProgressUpdate(task=task, organisation=organisation, author=by, version=0)
    chosen = period or _period_of_draft(update) or reporting_period(task, organisation, on=on)
    update.period_starts_on, update.period_ends_on = chosen.starts_on, chosen.ends_on
    update.corrects = _corrected_by(update)
    _write(update, fields)
    _count_save(update, by)
    update.save()
    return update


@transaction.atomic
def submit_update(
    *, update: ProgressUpdate, by: User, on: dt.date, version: int | None = None
) -> ProgressUpdate:
    """Send a draft to the coordinator; from then on it is history.

    Raises:
        NotAllowed, WrongState, Stale: as their names say.
        DomainError: something is missing, or a declared colour is better than the rules' without
            a reason.
    """
    locked = _locked(update)
    standing = Standing.of(by, on=on)
    _require("submit_update", task_relations(locked.task, standing), locked)
    _require_reporter(locked.task, locked.organisation, standing, locked)
    _require_version(locked, version, locked.task, locked.organisation, needed=False)
    _require_complete(locked, on)
    _count_save(locked, by)
    locked.submitted_by, locked.submitted_at = by, timezone.now()
    own = task_relations(locked.task, standing.as_themselves)
    is_own_right = bool(allowed("submit_update", own, locked.state))
    acting = acting_for(locked.organisation, standing, is_own_right=is_own_right)
    locked.submitted_as, locked.submitted_for = acting.capacity, acting.on_behalf_of
    return _moved(locked, "submit")


@transaction.atomic
def accept_update(
    *, update: ProgressUpdate, by: User, on: dt.date, version: int | None = None
) -> ProgressUpdate:
    """Accept a submitted update; the one accepted before for the same period is superseded.

    Raises:
        NotAllowed: the person is not of the coordinator, or had a hand in the text.
        WrongState, Stale: somebody else decided first.
    """
    locked = _reviewed(update, "accept_update", by=by, on=on, version=version)
    earlier = ProgressUpdate.objects.filter(
        task=locked.task,
        organisation=locked.organisation,
        period_ends_on=locked.period_ends_on,
        state=UpdateState.ACCEPTED,
    )
    earlier.update(state=UpdateState.SUPERSEDED, updated_at=timezone.now())
    return _moved(locked, "accept")


@transaction.atomic
def return_update(
    *, update: ProgressUpdate, by: User, on: dt.date, remarks: str, version: int | None = None
) -> ProgressUpdate:
    """Send a submitted update back to its authors with remarks.

    Raises:
        DomainError: no remarks were given.
        NotAllowed, WrongState, Stale: as for `accept_update`.
    """
    locked = _reviewed(update, "return_update", by=by, on=on, version=version)
    if not remarks.strip():
        sentence = _("Say in the remarks what the department is to correct; nothing was returned.")
        raise DomainError(sentence, fields={"remarks": sentence})
    if (newer := open_update(locked.task, locked.organisation)) is not None:
        raise WrongState(
            _(
                "%(body)s has begun a newer update (saved at %(moment)s). Accept this one, or wait "
                "for the newer one."
            )
            % {"body": locked.organisation.short_name, "moment": moment(newer.updated_at)}
        )
    locked.remarks = remarks.strip()
    return _moved(locked, "return")


def open_update(task: Task, organisation: Organisation) -> ProgressUpdate | None:
    """The draft on which a body works, if any; a constraint allows only one."""
    return (
        ProgressUpdate.objects.select_related("task__programme", "organisation")
        .filter(task=task, organisation=organisation, state=UpdateState.DRAFT)
        .first()
    )


def returned_update(task: Task, organisation: Organisation) -> ProgressUpdate | None:
    """What the coordinator returned and the body has sent nothing after: it is to be corrected."""
    last = _sent(task, organisation).first()
    return last if last and last.state == UpdateState.RETURNED else None


def reporting_period(task: Task, organisation: Organisation, *, on: dt.date) -> ReportingPeriod:
    """The period a new update is about: what was returned, else what ended lately and is owed,
    else the running one.

    A report that was not sent by half of the next period is no longer what a person comes to write;
    they can still choose it.
    """
    return _to_write(list(_sent(task, organisation)), task.programme.reporting, on=on)


def report_owed(task: Task, organisation: Organisation, *, on: dt.date) -> ReportingPeriod:
    """The period whose report is due next: what was sent already is not asked for again."""
    sent = list(_sent(task, organisation))
    period = _to_write(sent, task.programme.reporting, on=on)
    last = next((u for u in sent if u.period_ends_on == period.ends_on), None)
    return period.next() if last and last.state != UpdateState.RETURNED else period


def _to_write(sent: Sequence[ProgressUpdate], rhythm: str, *, on: dt.date) -> ReportingPeriod:
    """See `reporting_period`; `sent` is everything the body sent, the last first."""
    if sent and sent[0].state == UpdateState.RETURNED:
        return period_of(sent[0].period_ends_on, rhythm)
    running, ended = period_of(on, rhythm), last_ended(on, rhythm)
    is_recent = (on - ended.ends_on).days * 2 <= running.days
    is_sent = any(update.period_ends_on == ended.ends_on for update in sent)
    return ended if is_recent and not is_sent else running


def previous_update(task: Task, organisation: Organisation) -> ProgressUpdate | None:
    """The last update that a body sent and did not get back; a new one carries it forward."""
    return _sent(task, organisation).exclude(state=UpdateState.RETURNED).first()


def _sent(task: Task, organisation: Organisation) -> QuerySet[ProgressUpdate]:
    """Everything a body ever sent on a task, the last first."""
    sent = ProgressUpdate.objects.filter(task=task, organisation=organisation)
    return sent.exclude(state=UpdateState.DRAFT).order_by("-submitted_at", "-id")


def _lock(task: Task) -> None:
    """Queue up behind whoever writes on this task; everybody locks the task first."""
    Task.objects.select_for_update().get(pk=task.pk)


def _locked(update: ProgressUpdate) -> ProgressUpdate:
    """The update as it is in the database now, with its task locked."""
    _lock(update.task)
    return ProgressUpdate.objects.select_related("task__programme", "organisation").get(
        pk=update.pk
    )


def _reviewed(
    update: ProgressUpdate, action: str, *, by: User, on: dt.date, version: int | None
) -> ProgressUpdate:
    """The locked update, once it is sure that the person may decide on it now."""
    locked = _locked(update)
    standing = Standing.of(by, on=on)
    _require(action, update_relations(locked, standing), locked)
    _require_version(locked, version, locked.task, locked.organisation, needed=False)
    locked.reviewed_by, locked.reviewed_at = by, timezone.now()
    own = update_relations(locked, standing.as_themselves)
    coordinator = coordinator_of(
        locked.task.programme, successions=standing.successions, on=standing.on
    )
    is_own_right = bool(allowed(action, own, locked.state))
    acting = acting_for(coordinator, standing, is_own_right=is_own_right)
    locked.reviewed_as, locked.reviewed_for = acting.capacity, acting.on_behalf_of
    return locked


def _require(action: str, relations: frozenset[Relation], update: ProgressUpdate) -> None:
    now = {
        "body": update.organisation.short_name,
        "state": update.get_state_display(),
        "moment": moment(update.updated_at),
    }
    require(
        allowed(action, relations, update.state),
        wrong_state=_(
            "The update of %(body)s is %(state)s since %(moment)s. Reload the page and look "
            "again; nothing was changed."
        )
        % now,
    )


def _require_reporter(
    task: Task, organisation: Organisation, standing: Standing, update: ProgressUpdate | None
) -> None:
    """The person writes for the body that leads the task that day, and sits in it."""
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    state = update.state if update else UpdateState.DRAFT
    decision = allowed("write_update", task_relations(task, standing), state)
    if decision.refusal == Refusal.RELATION:
        raise NotAllowed(
            _("Only %(body)s reports on this task; your organisation or position does not.")
            % {"body": lead.short_name if lead else _("the lead department")}
        )
    if lead != organisation or standing.position_in(organisation.pk) is None:
        raise NotAllowed(
            _("%(body)s does not lead this task on this day, so nothing can be reported for it.")
            % {"body": organisation.short_name}
        )


def _require_version(
    update: ProgressUpdate | None,
    version: int | None,
    task: Task,
    organisation: Organisation,
    *,
    needed: bool = True,
) -> None:
    """Refuse what was written on an older text than the one that is there now."""
    present = update.version if update else None
    if present == version or (version is None and not needed):
        return
    last = update or _sent(task, organisation).first()
    if last is None:
        raise Stale(_("This draft is no longer there. Your text was kept; save it anew."))
    what = {"person": last_writer(last), "moment": moment(last.updated_at)}
    if update is None:
        raise Stale(
            _(
                "%(person)s sent this update at %(moment)s. Your text was kept; saving it begins a "
                "new update."
            )
            % what
        )
    raise Stale(
        _(
            "%(person)s saved this update at %(moment)s, before you. Nothing was overwritten: "
            "compare both texts below and save again."
        )
        % what
    )


def last_writer(update: ProgressUpdate) -> User:
    """Who saved the text last."""
    return User.objects.get(pk=update.writers[-1]) if update.writers else update.author


def _repeats(
    update: ProgressUpdate,
    by: User,
    fields: Mapping[str, Any],
    period: ReportingPeriod | None,
) -> bool:
    """Whether the same person sends what is saved already: a double click, a retry."""
    if last_writer(update) != by or (period and period.ends_on != update.period_ends_on):
        return False
    given = ProgressUpdate(percent=update.percent, is_unchanged=update.is_unchanged)
    for name in TEXTS:
        setattr(given, name, getattr(update, name))
    try:
        _set(given, fields)
    except DomainError:
        return False
    return all(getattr(given, name) == getattr(update, name) for name in FIELDS)


def _write(update: ProgressUpdate, fields: Mapping[str, Any]) -> None:
    _set(update, fields)
    if update.is_unchanged:
        _carry_forward(update)


def _set(update: ProgressUpdate, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"an update has no {', '.join(sorted(unknown))}")
    for name in TEXTS:
        if name in fields:
            setattr(update, name, nfc(str(fields[name] or "").strip()))
    if "percent" in fields:
        update.percent = _percent(fields["percent"])
    if "is_unchanged" in fields:
        update.is_unchanged = bool(fields["is_unchanged"])
    if update.declared_health and update.declared_health not in Health.values:
        raise DomainError(
            _("The declared colour is none of green, amber and red."),
            fields={"declared_health": _("Choose green, amber or red.")},
        )


def _percent(given: object) -> Decimal | None:
    """A percentage of two decimals; None is not reported and stays so."""
    if given is None or given == "":
        return None
    sentence = _("The percentage lies between 0 and 100, with at most two decimals.")
    try:
        percent = Decimal(str(given))
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 <= percent <= 100 or percent != round(percent, 2):
        raise DomainError(sentence, fields={"percent": sentence})
    return percent


def _carry_forward(update: ProgressUpdate) -> None:
    """ "No change": what was reported last stands; what is written anew goes before it."""
    last = previous_update(update.task, update.organisation)
    if last is None:
        sentence = _("Nothing was reported before, so there is no “no change” yet: describe it.")
        raise DomainError(sentence, fields={"is_unchanged": sentence})
    if update.percent not in (None, last.percent):
        sentence = _("The percentage differs from the last one, though “no change” is ticked.")
        raise DomainError(sentence, fields={"percent": sentence})
    update.percent = last.percent
    for name in TEXTS:
        setattr(update, name, getattr(update, name) or getattr(last, name))


def _require_complete(update: ProgressUpdate, on: dt.date) -> None:
    """What must be there before an update leaves the house; every gap is named at once."""
    gaps = missing(update, on=on)
    if gaps:
        raise DomainError(" ".join(gaps.values()), fields=gaps)


def missing(update: ProgressUpdate, *, on: dt.date) -> dict[str, str]:
    """What an update still lacks before it can be sent: field → sentence."""
    gaps = {}
    if not update.narrative and not update.is_unchanged:
        gaps["narrative"] = _("Say in a sentence or two what was done, or tick “no change”.")
    if update.declared_health and not update.declared_reason:
        verdict = with_report(task_summary(update.task, on=on), update.percent, on=on)
        if is_better(update.declared_health, verdict.level):
            gaps["declared_reason"] = _(
                "You declare “%(declared)s”, the rules say “%(computed)s” (%(reason)s): say why."
            ) % {
                "declared": Health(update.declared_health).label,
                "computed": verdict.level.label,
                "reason": verdict.reason,
            }
    return gaps


def _corrected_by(update: ProgressUpdate) -> ProgressUpdate | None:
    """The last update of the same period on which the coordinator decided: this one corrects it."""
    decided = _sent(update.task, update.organisation).filter(
        period_ends_on=update.period_ends_on,
        state__in=(UpdateState.ACCEPTED, UpdateState.RETURNED),
    )
    return decided.first()


def _period_of_draft(update: ProgressUpdate) -> ReportingPeriod | None:
    if not update.pk:
        return None
    return period_of(update.period_ends_on, update.task.programme.reporting)


def _count_save(update: ProgressUpdate, by: User) -> None:
    """The next version, with its writer last."""
    update.version += 1
    update.writers = [*(key for key in update.writers if key != by.pk), by.pk]


def _moved(update: ProgressUpdate, verb: str) -> ProgressUpdate:
    """Saved in the state to which the transition table leads."""
    before, after = UPDATE_TRANSITIONS[verb]
    if update.state not in before:
        raise WrongState(_("An update that is %s cannot go there.") % update.get_state_display())
    update.state = after
    update.save()
    return update
