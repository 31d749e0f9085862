"""Writing a progress update: the draft that several people share, and sending it.

Each verb takes the person and the day, locks the task's row first (so that two people never write at
once), checks right, version and state, and writes in one transaction.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from organisations.capacity import acting_for
from organisations.choices import Role
from organisations.models import Document, Organisation, User
from organisations.relations import holders
from organisations.rights import Belonging, Refusal, Relation, allowed, require
from organisations.selectors import Standing
from organisations.services.documents import NewDocument, recorded
from organisations.templatetags.ui import moment
from programmes.calendar import ReportingPeriod, period_of
from programmes.choices import JOINING, UPDATE_TRANSITIONS, Health, UpdateKind, UpdateState
from programmes.health import is_better
from programmes.models import ProgressUpdate, Task
from programmes.relations import coordinator_of, lead_of, task_relations, update_relations
from programmes.selectors import task_summary, with_report
from programmes.services.report_periods import (
    open_update,
    previous_update,
    reporting_period,
    sent_by,
)
from programmes.services.reported import (
    brought_by,
    require_fitting,
    value_gaps,
    write_brought,
)
from programmes.services.telling import tell_of_entry
from programmes.services.update_fields import (
    FIELDS,
    TEXTS,
    carry_forward,
    repeats_unchanged,
    require_known,
    says_the_same,
    set_fields,
)

WRITE = {
    UpdateKind.REPORT: "write_update",
    UpdateKind.CONTRIBUTION: "write_contribution",
    UpdateKind.ENTERED: "enter_for_silent_unit",
}
SUBMIT = {
    UpdateKind.REPORT: "submit_update",
    UpdateKind.CONTRIBUTION: "submit_update",
    UpdateKind.ENTERED: "enter_for_silent_unit",
}


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
    kind: UpdateKind = UpdateKind.REPORT,
    document: Document | NewDocument | None = None,
    anew: bool = False,
) -> ProgressUpdate:
    """Begin or go on with the one draft of a kind that a body has on a task.

    What was sent is never written in again: a returned update is corrected by a new draft that
    names it, so that nobody else reads the new text before it is sent.

    Args:
        organisation: whose report it is; of an entered one the lead, of a contribution the body
            that takes part.
        fields: any of percent (0–100 or None), is_unchanged, narrative, difficulties, proposals,
            declared_health, declared_reason, milestones ({key: day or None}), values ({key of the
            link: GivenValue or None}); a contribution has words alone.
        version: the version that was read; None when there was no draft yet.
        period: what is reported on; by default :func:`reporting_period`.
        document: what an entered report was typed from; None leaves the draft's own.
        anew: begin a draft even if it repeats what was sent; else that is taken for a retry.

    Raises:
        NotAllowed: the person may not report for this body on this task.
        Stale: somebody else saved, began or sent the draft first; nothing was changed.
        DomainError: a value does not fit; `fields` says which.
    """
    require_known(kind, fields)
    _lock(task)
    standing = Standing.of(by, on=on)
    update = open_update(task, organisation, kind)
    require_writer(task, organisation, standing, kind)
    chosen = _chosen_period(update, period, task, organisation, kind, on)
    of_period = _last_of(task, organisation, kind, chosen)
    again = None if anew or update else _sent_again(of_period, by, fields, version)
    if again is not None:
        return again
    before = brought_by(update)
    is_repeated = update is None and fields.get("is_unchanged")
    wanted = (brought_by(of_period) if is_repeated else before).with_(fields)
    adds_nothing = document is None and wanted == before
    if update is not None and adds_nothing and _repeats(update, by, fields, period):
        return update
    _require_version(update, version, task, organisation, kind)
    if update is None:
        update = ProgressUpdate(
            task=task, organisation=organisation, author=by, version=0, kind=kind
        )
    require_fitting(task, before, wanted, on=on)
    update.period_starts_on, update.period_ends_on = chosen.starts_on, chosen.ends_on
    _set_corrected(update)
    _write(update, fields)
    if document is not None:
        update.received_document = recorded(document)
    _count_save(update, by)
    update.save()
    write_brought(update, before, wanted)
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
    locked = locked_update(update)
    if locked.state == UpdateState.SUBMITTED and locked.submitted_by == by:
        return locked  # a double click, a retry
    standing = Standing.of(by, on=on)
    kind, body = UpdateKind(locked.kind), locked.organisation
    require_act(SUBMIT[kind], task_relations(locked.task, standing), locked, own=True)
    require_writer(locked.task, body, standing, kind)
    _require_version(locked, version, locked.task, body, kind, needed=False)
    if gaps := missing(locked, on=on):
        raise DomainError(" ".join(gaps.values()), fields=gaps)
    _count_save(locked, by)
    _set_corrected(locked)
    locked.submitted_by, locked.submitted_at = by, timezone.now()
    locked.submitted_as, locked.submitted_for = _capacity(locked, standing)
    sent = moved(locked, "submit")
    if kind == UpdateKind.ENTERED:
        tell_of_entry(sent, on=on)
    return sent


def carried_fields(
    task: Task,
    organisation: Organisation,
    *,
    on: dt.date,
    kind: UpdateKind = UpdateKind.REPORT,
    period: ReportingPeriod | None = None,
) -> dict[str, Any]:
    """With what a new report begins: all of what was sent for its period, which it then corrects;
    else the last percentage, difficulties and proposals, which often still hold.
    """
    chosen = _chosen_period(None, period, task, organisation, kind, on)
    of_period = _last_of(task, organisation, kind, chosen)
    if of_period is not None:
        brought = brought_by(of_period)
        fields = {name: getattr(of_period, name) for name in ("percent", *TEXTS)}
        fields |= {"milestones": dict(brought.milestones), "values": dict(brought.values)}
    elif (last := previous_update(task, organisation, kind)) is not None:
        fields = {name: getattr(last, name) for name in ("percent", "difficulties", "proposals")}
    else:
        fields = {}
    return {name: value for name, value in fields.items() if name in FIELDS[kind]}


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
    if update.kind == UpdateKind.ENTERED and update.received_document_id is None:
        gaps["document"] = _("Name the document from which you enter this report.")
    for key, given in brought_by(update).values.items():
        gaps |= {f"value-{key}-{name}": text for name, text in value_gaps(given).items()}
    return gaps


def last_writer(update: ProgressUpdate) -> User:
    """Who saved the text last."""
    return User.objects.get(pk=update.writers[-1]) if update.writers else update.author


def locked_update(update: ProgressUpdate) -> ProgressUpdate:
    """The update as it is in the database now, with its task locked."""
    _lock(update.task)
    return ProgressUpdate.objects.select_related("task__programme", "organisation").get(
        pk=update.pk
    )


def require_act(
    action: str, relations: frozenset[Relation], update: ProgressUpdate, *, own: bool = False
) -> None:
    """Go on only where the table allows an act on an update in its present state."""
    now = {
        "body": update.organisation.short_name,
        "state": update.get_state_display(),
        "moment": moment(update.updated_at),
    }
    require(
        allowed(action, relations, update.state, belonging=Belonging.OWN if own else None),
        wrong_state=_(
            "The update of %(body)s is %(state)s since %(moment)s. Reload the page and look "
            "again; nothing was changed."
        )
        % now,
    )


def require_writer(
    task: Task, organisation: Organisation, standing: Standing, kind: UpdateKind
) -> None:
    """Raises NotAllowed where the person does not write an update of a kind for a body."""
    decision = allowed(
        WRITE[kind], task_relations(task, standing), UpdateState.DRAFT, belonging=Belonging.OWN
    )
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    if decision.refusal == Refusal.RELATION:
        raise NotAllowed(
            _("Only %(body)s reports on this task; your organisation or position does not.")
            % {"body": lead.short_name if lead else _("the lead department")}
        )
    require(decision)
    sits_there = standing.position_in(organisation.pk) is not None
    if kind == UpdateKind.CONTRIBUTION:
        fits = sits_there and organisation in joining(task, standing)
    elif kind == UpdateKind.ENTERED:
        fits = lead == organisation and organisation != _coordinator(task, standing)
    else:
        fits = sits_there and lead == organisation
    if not fits:
        raise NotAllowed(
            _("%(body)s does not lead this task on this day, so nothing can be reported for it.")
            % {"body": organisation.short_name}
        )


def joining(task: Task, standing: Standing) -> tuple[Organisation, ...]:
    """The co-operating bodies and enterprises of a task on the day of a standing."""
    duties = list(task.duties.all())
    return tuple(
        body
        for role in sorted(JOINING)
        for body in holders(duties, Role(role), successions=standing.successions, on=standing.on)
    )


def moved(update: ProgressUpdate, verb: str) -> ProgressUpdate:
    """Saved in the state to which the transition table leads."""
    before, after = UPDATE_TRANSITIONS[verb]
    if update.state not in before:
        raise WrongState(_("An update that is %s cannot go there.") % update.get_state_display())
    update.state = after
    update.save()
    return update


def require_version(update: ProgressUpdate, version: int | None) -> None:
    """Raises Stale where somebody decided on another text than the present one."""
    kind = UpdateKind(update.kind)
    _require_version(update, version, update.task, update.organisation, kind, needed=False)


def _lock(task: Task) -> None:
    """Queue up behind whoever writes on this task; everybody locks the task first."""
    Task.objects.select_for_update().get(pk=task.pk)


def _coordinator(task: Task, standing: Standing) -> Organisation | None:
    return coordinator_of(task.programme, successions=standing.successions, on=standing.on)


def _capacity(update: ProgressUpdate, standing: Standing) -> tuple[str, User | None]:
    """In what capacity a draft is sent: of the own body, or of the coordinator that enters it."""
    entered = update.kind == UpdateKind.ENTERED
    body = _coordinator(update.task, standing) if entered else update.organisation
    own = update_relations(update, standing.as_themselves)
    action = SUBMIT[UpdateKind(update.kind)]
    is_own_right = bool(allowed(action, own, update.state, belonging=Belonging.OWN))
    acting = acting_for(body, standing, is_own_right=is_own_right)
    return acting.capacity, acting.on_behalf_of


def _require_version(
    update: ProgressUpdate | None,
    version: int | None,
    task: Task,
    organisation: Organisation,
    kind: UpdateKind,
    *,
    needed: bool = True,
) -> None:
    """Refuse what was written on an older text than the one that is there now."""
    present = update.version if update else None
    if present == version or (version is None and not needed):
        return
    last = update or sent_by(task, organisation, kind).first()
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


def _repeats(
    update: ProgressUpdate,
    by: User,
    fields: Mapping[str, Any],
    period: ReportingPeriod | None,
) -> bool:
    """Whether the same person sends what is saved already: a double click, a retry."""
    if last_writer(update) != by or (period and period.ends_on != update.period_ends_on):
        return False
    return says_the_same(update, fields)


def _chosen_period(
    update: ProgressUpdate | None,
    period: ReportingPeriod | None,
    task: Task,
    body: Organisation,
    kind: UpdateKind,
    on: dt.date,
) -> ReportingPeriod:
    """What was chosen, what the draft is about, else what a body comes to report on."""
    begun = _period_of_draft(update) if update else None
    return period or begun or reporting_period(task, body, on=on, kind=kind)


def _last_of(
    task: Task, body: Organisation, kind: UpdateKind, period: ReportingPeriod
) -> ProgressUpdate | None:
    """What the body sent last for a period."""
    return sent_by(task, body, kind).filter(period_ends_on=period.ends_on).first()


def _sent_again(
    sent: ProgressUpdate | None, by: User, fields: Mapping[str, Any], version: int | None
) -> ProgressUpdate | None:
    """What somebody sent already and sends again: a double click without a draft in between."""
    if version is not None or sent is None or sent.state != UpdateState.SUBMITTED:
        return None
    if sent.submitted_by_id != by.pk:
        return None
    brought = brought_by(sent)
    same = says_the_same(sent, fields) and brought.with_(fields) == brought
    return sent if same or repeats_unchanged(sent, fields) else None


def _set_corrected(update: ProgressUpdate) -> None:
    """Name the report of the period on which the coordinator decided: this one corrects it."""
    sent = sent_by(update.task, update.organisation, UpdateKind(update.kind))
    decided = sent.filter(
        period_ends_on=update.period_ends_on,
        state__in=(UpdateState.ACCEPTED, UpdateState.RETURNED),
    )
    update.corrects = decided.first()


def _period_of_draft(update: ProgressUpdate) -> ReportingPeriod | None:
    if not update.pk:
        return None
    return period_of(update.period_ends_on, update.task.programme.reporting)


def _write(update: ProgressUpdate, fields: Mapping[str, Any]) -> None:
    set_fields(update, fields)
    if update.is_unchanged:
        kind = UpdateKind(update.kind)
        carry_forward(update, previous_update(update.task, update.organisation, kind))


def _count_save(update: ProgressUpdate, by: User) -> None:
    """The next version, with its writer last."""
    update.version += 1
    update.writers = [*(key for key in update.writers if key != by.pk), by.pk]
