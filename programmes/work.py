"""What a person has to do on this floor, and what they wait for: reports, decisions, commitments."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dti_tracker.shared.time import day_of
from organisations.choices import ENTERPRISE_KINDS, Role
from organisations.rights import Belonging, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import day, named
from programmes.changes import open_extensions, tasks_without_dates
from programmes.choices import ExtensionState, Fulfilment, OwnerAnswer, UpdateKind, UpdateState
from programmes.models import Commitment, ExtensionRequest, Programme, ProgressUpdate, Task
from programmes.owing import Owed
from programmes.relations import coordinator_of, task_relations, update_relations
from programmes.selectors import prepared
from programmes.services.telling import address_of

SOON = 7
LATER = 30
CLOSED = (UpdateState.RETURNED, UpdateState.ACCEPTED, UpdateState.SUPERSEDED)
LOOKED_BACK = dt.timedelta(days=200)
COMMITMENTS_AHEAD = dt.timedelta(days=60)
REPORT, ENTRY = "programmes:update_new", "programmes:entry_new"


@dataclass(frozen=True)
class WorkItem:
    """One thing to do: what, on which task, until when, why, and where it is done.

    `rank` puts what came back before what is merely due; `one_tap` names the fields with which
    `url` takes "no change".
    """

    what: str
    about: str
    url: str
    label: str
    code: str = ""
    due_on: dt.date | None = None
    days_left: int | None = None
    since: dt.date | None = None
    why: str = ""
    rank: int = 1
    one_tap: dict[str, str] = field(default_factory=dict)

    @property
    def days_over(self) -> int:
        """Days by which it is late; 0 when it is not."""
        return max(-(self.days_left or 0), 0)

    @property
    def tone(self) -> str:
        """red: late or come back; amber: soon; else nothing."""
        if self.rank == 0 or (self.days_left is not None and self.days_left < 0):
            return "red"
        return "amber" if self.days_left is not None and self.days_left <= SOON else ""

    @property
    def is_later(self) -> bool:
        """Due in more than a month and asked by nobody yet: known, and not pressing."""
        return self.days_left is not None and self.days_left > LATER and self.rank > 0

    @property
    def urgency(self) -> tuple[int, dt.date]:
        late = self.days_left is not None and self.days_left < 0
        return 0 if late else self.rank, self.due_on or self.since or dt.date.max


@dataclass(frozen=True)
class Debt:
    """A report that a body owes to the coordinator."""

    owed: Owed
    may_enter: bool

    @property
    def days_over(self) -> int:
        return -self.owed.days_left


def own_tasks(standing: Standing) -> list[Task]:
    """Tasks in which the person's own bodies lead or take part, or that they coordinate."""
    visible = Task.objects.visible_to(standing)
    mine = Q(pk__in=visible.none().values("pk"))
    for role in (Role.LEAD, Role.COOPERATING, Role.PARTNER):
        mine |= Q(pk__in=visible.with_duty(role, held_by=standing).values("pk"))
    if standing.is_provincial_staff:
        mine |= Q(programme__in=Programme.objects.coordinated_or_governed_by(standing))
    return list(prepared(visible.filter(mine)))


def to_do(tasks: list[Task], owed: Iterable[Owed], standing: Standing) -> list[WorkItem]:
    """What waits for the person, most urgent first."""
    by_key = {task.pk: task for task in tasks}
    found = [
        *_to_report(owed, standing),
        *_on_updates(by_key, standing),
        *_extensions_to_decide(standing),
        *_unknown_dates(standing),
        *_promised(by_key, standing),
    ]
    return sorted(found, key=lambda item: item.urgency)


def waiting_for(tasks: list[Task], standing: Standing) -> list[WorkItem]:
    """What the person's bodies handed in and others have to decide on, longest waiting first."""
    by_key = {task.pk: task for task in tasks}
    sent = (
        ProgressUpdate.objects.visible_to(standing)
        .filter(
            task__in=by_key,
            organisation__in=standing.organisation_ids,
            state=UpdateState.SUBMITTED,
        )
        .order_by("submitted_at")
    )
    found = [_sent(update, by_key[update.task_id], standing) for update in sent]
    return found + [_asked(request) for request in _asked_for(standing)]


def waited_words(days: int) -> str:
    """For how long something has lain; nothing on the first day."""
    return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days} if days else ""


def _asked_for(standing: Standing) -> QuerySet[ExtensionRequest]:
    asked = ExtensionRequest.objects.visible_to(standing).filter(
        organisation__in=standing.organisation_ids, state=ExtensionState.OPEN
    )
    return asked.select_related("trial_period__task").order_by("created_at")


def _asked(request: ExtensionRequest) -> WorkItem:
    task = request.trial_period.task
    return WorkItem(
        _("More time asked for until %(day)s") % {"day": day(request.ends_on)},
        named(task),
        reverse("programmes:extension", args=[request.uid]),
        _("See"),
        code=task.code,
        since=day_of(request.created_at),
    )


def debts(owed: Iterable[Owed], standing: Standing) -> list[Debt]:
    """Reports of other bodies that are overdue in programmes the person coordinates."""
    found = []
    for one in owed:
        relations = task_relations(one.task, standing)
        entry = allowed("enter_for_silent_unit", relations, UpdateState.DRAFT)
        coordinator = coordinator_of(
            one.task.programme, successions=standing.successions, on=standing.on
        )
        is_coordinated = coordinator is not None and standing.position_in(coordinator.pk)
        if one.is_overdue and is_coordinated:
            others = one.lead is not None and one.lead != coordinator
            found.append(Debt(one, may_enter=bool(entry) and others))
    return found


def _to_report(owed: Iterable[Owed], standing: Standing) -> Iterator[WorkItem]:
    for one in owed:
        sits_there = one.lead is not None and standing.position_in(one.lead.pk) is not None
        if sits_there and allowed("write_update", task_relations(one.task, standing), "draft"):
            yield _report_item(one)


def _report_item(one: Owed) -> WorkItem:
    code, why, rank, label = one.task.code, "", 1, _("Report")
    if one.returned is not None and one.draft is None:
        rank, label = 0, _("Correct it")
        why = _("returned %(day)s: %(remarks)s") % {
            "day": day(one.returned.reviewed_at),
            "remarks": one.returned.remarks,
        }
    elif one.draft is not None:
        label, why = _("Go on writing"), _("a draft was begun")
    elif one.has_draft:
        why = _("a draft of another period is open")
    taps = not one.has_draft and one.returned is None and one.last is not None
    return WorkItem(
        _("Progress report, %(period)s") % {"period": one.period.label},
        named(one.task),
        f"{reverse(REPORT, args=[code])}?period={one.period.ends_on:%Y-%m-%d}",
        label,
        code=code,
        due_on=one.due_on,
        days_left=one.days_left,
        why=why,
        rank=rank,
        one_tap={"period": f"{one.period.ends_on:%Y-%m-%d}"} if taps else {},
    )


def _on_updates(by_key: dict[int, Task], standing: Standing) -> Iterator[WorkItem]:
    """Reports to decide on, entries to confirm, objections to read, contributions that came back."""
    rows = (
        ProgressUpdate.objects.visible_to(standing)
        .filter(task__in=by_key)
        .filter(
            Q(state=UpdateState.SUBMITTED)
            | Q(kind=UpdateKind.ENTERED, state=UpdateState.ACCEPTED)
            | Q(kind=UpdateKind.CONTRIBUTION, state__in=CLOSED)
        )
        .filter(Q(state=UpdateState.SUBMITTED) | Q(period_ends_on__gte=standing.on - LOOKED_BACK))
        .select_related("organisation")
        .order_by("submitted_at")
    )
    found = list(rows)
    last = {(u.task_id, u.organisation_id): u.pk for u in found if _contributes(u)}
    for update in found:
        update.task = by_key[update.task_id]
        if _contributes(update) and last[update.task_id, update.organisation_id] != update.pk:
            continue  # the body has sent something newer
        item = _on_update(update, standing)
        if item is not None:
            yield item


def _contributes(update: ProgressUpdate) -> bool:
    return update.kind == UpdateKind.CONTRIBUTION


def _on_update(update: ProgressUpdate, standing: Standing) -> WorkItem | None:
    relations = update_relations(update, standing)
    body, is_entered = update.organisation.short_name, update.kind == UpdateKind.ENTERED
    unanswered = is_entered and not update.owner_answer
    what = label = why = ""
    if allowed("accept_update", relations, update.state):
        what, label = _("Decide on the report of %(body)s"), _("Accept or return")
        why = _objection(update)
    elif unanswered and allowed("confirm_entry", relations, update.state):
        what, label = _("Confirm what was entered for %(body)s"), _("Look at it")
    elif _is_disputed(update) and allowed("enter_for_silent_unit", relations, "draft"):
        what, label, why = (
            _("%(body)s disputes an entered report"),
            _("Look at it"),
            _objection(update),
        )
    elif _came_back(update, standing):
        what, label, why = _("Contribution of %(body)s came back"), _("Correct it"), update.remarks
    if not what:
        return None
    return WorkItem(
        what % {"body": body},
        named(update.task),
        address_of(update),
        label,
        code=update.task.code,
        since=day_of(update.submitted_at) if update.submitted_at else None,
        why=why,
        rank=0 if update.state == UpdateState.RETURNED else 1,
    )


def _objection(update: ProgressUpdate) -> str:
    return update.owner_note if _is_disputed(update) else ""


def _is_disputed(update: ProgressUpdate) -> bool:
    return update.owner_answer == OwnerAnswer.DISPUTED


def _came_back(update: ProgressUpdate, standing: Standing) -> bool:
    own = update.organisation_id in standing.organisation_ids
    return own and update.kind == UpdateKind.CONTRIBUTION and update.state == UpdateState.RETURNED


def _sent(update: ProgressUpdate, task: Task, standing: Standing) -> WorkItem:
    update.task = task
    since = day_of(update.submitted_at) if update.submitted_at else standing.on
    coordinator = coordinator_of(task.programme, successions=standing.successions, on=standing.on)
    waited = (standing.on - since).days
    return WorkItem(
        _("Report sent, waiting for %(body)s")
        % {"body": named(coordinator) if coordinator else "–"},
        named(task),
        address_of(update),
        _("See"),
        code=task.code,
        since=since,
        why=waited_words(waited),
    )


def _extensions_to_decide(standing: Standing) -> Iterator[WorkItem]:
    for request in open_extensions(standing):
        task = request.trial_period.task
        yield WorkItem(
            _("%(body)s asks for more time until %(day)s")
            % {"body": request.organisation.short_name, "day": day(request.ends_on)},
            named(task),
            reverse("programmes:extension", args=[request.uid]),
            _("Decide"),
            code=task.code,
            since=day_of(request.created_at),
            why=request.reason,
        )


def _unknown_dates(standing: Standing) -> Iterator[WorkItem]:
    """One item for all: they are entered one by one or as a spreadsheet of the annex."""
    tasks = tasks_without_dates(standing)
    if tasks:
        yield WorkItem(
            _("Trial dates not known"),
            ngettext("%(count)s task", "%(count)s tasks", len(tasks)) % {"count": len(tasks)},
            reverse("programmes:unknown_dates"),
            _("Enter the dates"),
            rank=2,
        )


def _promised(by_key: dict[int, Task], standing: Standing) -> Iterator[WorkItem]:
    """To an enterprise: what it promised and nobody found kept yet."""
    if not standing.is_enterprise:
        return
    rows = Commitment.objects.visible_to(standing).filter(
        trial_period__task__in=by_key,
        trial_period__concluded_on__isnull=True,
        fulfilment=Fulfilment.UNKNOWN,
        due_on__lte=standing.on + COMMITMENTS_AHEAD,
        organisation__kind__in=ENTERPRISE_KINDS,
    )
    for promise in rows.select_related("trial_period"):
        task = by_key[promise.trial_period.task_id]
        contributes = allowed(
            "write_contribution", task_relations(task, standing), "draft", belonging=Belonging.OWN
        )
        yield WorkItem(
            promise.content,
            named(task),
            reverse(
                "programmes:contribution_new" if contributes else "programmes:task_detail",
                args=[task.code],
            ),
            _("Say how it stands") if contributes else _("See"),
            code=task.code,
            due_on=promise.due_on,
            days_left=(promise.due_on - standing.on).days if promise.due_on else None,
        )
