"""What changed on a task over time: days, bodies, baselines and targets, old beside new.

Read from what is never overwritten: the histories of periods and duties, and the values that were
replaced. `on` is the day asked; what was recorded after its end is not there yet. The number of
queries does not depend on how much changed. An enterprise reads what changed, not what offices
wrote to each other about it, and nothing of its rival.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from dti_tracker.shared.time import end_of
from indicators import calculation as calc
from organisations.choices import Role
from organisations.models import Document, Organisation, User
from organisations.rights import Decision, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import day, named, number
from programmes.choices import JOINING, ExtensionState, LinkValueKind
from programmes.models import ExtensionRequest, LinkValue, Programme, Task, TaskDuty, TrialPeriod
from programmes.pictures import ValuePicture, value_picture
from programmes.relations import extension_relations, lead_of, programme_relations, task_relations
from programmes.services.extensions import why_not_extendable
from programmes.state import current_period
from programmes.task_page.then import requests_as_they_stood

Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Change:
    """Something that was one way and is another, with what it rests on.

    `old_days`, `new_days` and `picture` are there where it can be drawn.
    """

    at: dt.datetime
    what: str
    before: str
    after: str
    reason: str = ""
    document: Document | None = None
    who: str = ""
    certainty: str = ""
    old_days: Days | None = None
    new_days: Days | None = None
    picture: ValuePicture | None = None


@dataclass(frozen=True)
class ShownExtension:
    """A request for more time with what the person may do about it."""

    request: ExtensionRequest
    decide: Decision
    withdraw: Decision

    @property
    def is_open(self) -> bool:
        return self.request.state == ExtensionState.OPEN

    @property
    def is_own_work(self) -> bool:
        """Whether somebody else decides only because the person asked."""
        return self.decide.refusal == "own_work"


@dataclass(frozen=True)
class Changes:
    """What changed on a task, newest first, and who asked for more time."""

    changes: list[Change]
    extensions: list[ShownExtension]
    may_ask: bool

    @property
    def open_extensions(self) -> list[ShownExtension]:
        return [shown for shown in self.extensions if shown.is_open]


@dataclass(frozen=True)
class UndatedTask:
    """A task of which nobody knows when it is tried; `period` is the one without days, if any."""

    task: Task
    lead: Organisation | None
    period: TrialPeriod | None


@dataclass(frozen=True)
class _Trace:
    """When, why, by which document and by whom something was written."""

    at: dt.datetime
    reason: str
    key: str
    user: int | None
    document_id: int | None = None

    @classmethod
    def of(cls, event: Any) -> "_Trace":
        about = (event.pgh_context and event.pgh_context.metadata) or {}
        return cls(
            at=event.pgh_created_at,
            reason=about.get("reason", ""),
            key=about.get("document", ""),
            user=about.get("user"),
            document_id=getattr(event, "document_id", None),
        )


@dataclass(frozen=True)
class _Draft:
    """A change before documents and people are looked up, at once for all."""

    trace: _Trace
    what: str
    before: str
    after: str
    certainty: str
    old_days: Days | None = None
    new_days: Days | None = None
    picture: ValuePicture | None = None


def changes_of(task: Task, standing: Standing, on: dt.date | None = None) -> Changes:
    """What had changed on a task by the end of a day; six queries, whatever changed.

    `task` was read with :func:`programmes.selectors.prepared`, or costs the reading of its duties.
    """
    until = end_of(on or standing.on)
    requests = requests_as_they_stood(_requests(task, standing, until), until)
    drafts = [
        *_of_days(task, until, {r.granted_period_id: r for r in requests if r.granted_period_id}),
        *_of_bodies(task, standing, until),
        *_of_values(task, until),
    ]
    shown = _looked_up(drafts, is_enterprise=standing.is_enterprise)
    relations = task_relations(task, standing)
    is_today = until == end_of(standing.on)
    return Changes(
        changes=sorted(shown, key=attrgetter("at"), reverse=True),
        extensions=[_shown(request, task, standing, is_today=is_today) for request in requests],
        may_ask=bool(allowed("ask_extension", relations))
        and is_today
        and _can_ask(task, requests, on=standing.on),
    )


def open_extensions(standing: Standing) -> list[ExtensionRequest]:
    """The requests on which the person may decide today, oldest first."""
    visible = ExtensionRequest.objects.visible_to(standing).filter(state=ExtensionState.OPEN)
    found = visible.select_related(
        "organisation", "asked_by", "trial_period__task__programme"
    ).prefetch_related("trial_period__task__duties", "trial_period__task__programme__duties")
    return [
        request
        for request in found.order_by("created_at", "pk")
        if allowed(
            "grant_extension", extension_relations(request, request.trial_period.task, standing)
        )
    ]


def tasks_without_dates(standing: Standing) -> list[UndatedTask]:
    """Tasks whose trial dates the person is to enter, as of the coordinator, in their order."""
    visible = Programme.objects.visible_to(standing).prefetch_related("duties")
    programmes = [
        programme
        for programme in visible
        if allowed("change_set_up", programme_relations(programme, standing))
    ]
    if not programmes:
        return []
    undated = TrialPeriod.objects.filter(starts_on__isnull=True).order_by("number")
    tasks = (
        Task.objects.visible_to(standing)
        .filter(programme__in=programmes)
        .without_dates()
        .select_related("programme")
        .prefetch_related("duties", Prefetch("trial_periods", undated, to_attr="undated"))
        .order_by("programme__code", "number")
    )
    return [
        UndatedTask(
            task=task,
            lead=lead_of(task, successions=standing.successions, on=standing.on),
            period=next(iter(task.undated), None),  # type: ignore[attr-defined]
        )
        for task in tasks
    ]


def _requests(task: Task, standing: Standing, until: dt.datetime) -> Iterable[ExtensionRequest]:
    visible = ExtensionRequest.objects.visible_to(standing)
    return (
        visible.filter(trial_period__task=task, created_at__lt=until)
        .select_related(
            "organisation", "asked_by", "decided_by", "decided_for", "document", "decision"
        )
        .select_related("trial_period")
        .order_by("-created_at", "-pk")
    )


def _shown(
    request: ExtensionRequest, task: Task, standing: Standing, *, is_today: bool = True
) -> ShownExtension:
    is_open = request.state == ExtensionState.OPEN and is_today
    nothing = Decision(allowed=False)
    relations = extension_relations(request, task, standing)
    return ShownExtension(
        request=request,
        decide=allowed("grant_extension", relations) if is_open else nothing,
        withdraw=allowed("ask_extension", relations) if is_open else nothing,
    )


def shown_extension(request: ExtensionRequest, standing: Standing) -> ShownExtension:
    """A request with what the person may do about it today."""
    return _shown(request, request.trial_period.task, standing)


def _can_ask(task: Task, requests: Sequence[ExtensionRequest], *, on: dt.date) -> bool:
    periods = task.trial_periods.all()
    period = current_period(periods, on=on)
    if period is None or why_not_extendable(period, periods, on=on):
        return False
    return not any(
        request.trial_period_id == period.pk and request.state == ExtensionState.OPEN
        for request in requests
    )


def _of_days(
    task: Task, until: dt.datetime, granted: dict[int | None, ExtensionRequest]
) -> Iterator[_Draft]:
    """Days that were changed, and periods by which a trial was extended."""
    history = TrialPeriod.pgh_event_model.objects  # type: ignore[attr-defined]
    events = list(
        history.filter(task_id=task.pk, pgh_created_at__lt=until)
        .select_related("pgh_context")
        .order_by("pgh_obj_id", "pgh_id")
    )
    rows = {key: list(found) for key, found in groupby(events, key=attrgetter("pgh_obj_id"))}
    for key, versions in rows.items():
        first = versions[0]
        if first.extends_id in rows:
            yield _extended(first, rows[first.extends_id], granted.get(key))
        for old, new in pairwise(versions):
            if _days_of(old) != _days_of(new):
                yield _moved(old, new)


def _moved(old: Any, new: Any) -> _Draft:
    words = {"number": new.number}
    was_shortened = old.starts_on == new.starts_on and old.ends_on and new.ends_on < old.ends_on
    what = _("Trial period %(number)s ends early") if was_shortened else ""
    return _Draft(
        trace=_Trace.of(new),
        what=(what or _("Days of trial period %(number)s")) % words,
        before=_span(old),
        after=_span(new),
        certainty=new.certainty,
        old_days=_days_of(old),
        new_days=_days_of(new),
    )


def _extended(first: Any, extended: Sequence[Any], request: ExtensionRequest | None) -> _Draft:
    """The period that follows on an older one, beside that one as it was then."""
    by_then = [row for row in extended if row.pgh_created_at <= first.pgh_created_at]
    old = by_then[-1] if by_then else extended[0]
    trace = _Trace.of(first)
    if request is not None:
        trace = _Trace(
            at=trace.at,
            reason=request.reason,
            key=trace.key,
            user=trace.user or request.decided_by_id,
            document_id=trace.document_id,
        )
    return _Draft(
        trace=trace,
        what=_("Trial extended by period %(number)s") % {"number": first.number},
        before=_span(old),
        after=_span(first),
        certainty=first.certainty,
        old_days=_days_of(old),
        new_days=_days_of(first),
    )


def _of_bodies(task: Task, standing: Standing, until: dt.datetime) -> Iterator[_Draft]:
    """Leads that followed on others; bodies that joined or left with a reason."""
    history = TaskDuty.pgh_event_model.objects  # type: ignore[attr-defined]
    events = list(
        history.filter(task_id=task.pk, pgh_created_at__lt=until)
        .select_related("pgh_context")
        .order_by("pgh_obj_id", "pgh_id")
    )
    events = _seen_by(events, standing)
    bodies = standing.successions.organisations
    yield from _of_leads([e for e in events if e.role == Role.LEAD], bodies)
    for _key, versions in groupby(events, key=attrgetter("pgh_obj_id")):
        yield from _of_part(list(versions), bodies)


def _seen_by(events: Sequence[Any], standing: Standing) -> list[Any]:
    """Of the enterprises' parts, an enterprise is told of its own."""
    if not standing.is_enterprise:
        return list(events)
    own = standing.duties_of(Role.PARTNER)
    return [e for e in events if e.role != Role.PARTNER or e.organisation_id in own]


def _of_leads(events: Sequence[Any], bodies: dict[int, Organisation]) -> Iterator[_Draft]:
    begun = {event.pgh_obj_id: event for event in reversed(events)}
    for old, new in pairwise(sorted(begun.values(), key=attrgetter("valid_from", "pgh_id"))):
        yield _Draft(
            trace=_Trace.of(new),
            what=_("Lead from %(day)s") % {"day": day(new.valid_from)},
            before=named(bodies[old.organisation_id]),
            after=named(bodies[new.organisation_id]),
            certainty=new.certainty,
        )


def _of_part(versions: Sequence[Any], bodies: dict[int, Organisation]) -> Iterator[_Draft]:
    first = versions[0]
    if first.role not in JOINING:
        return
    role = str(Role(first.role).label)
    body = named(bodies[first.organisation_id])
    joined = _Trace.of(first)
    if joined.reason:  # what began with the task was no change
        what = _("Joins from %(day)s") % {"day": day(first.valid_from)}
        yield _Draft(joined, what, "–", f"{body} ({role})", first.certainty)
    for old, new in pairwise(versions):
        if old.valid_to is None and new.valid_to is not None:
            what = _("Takes part until %(day)s") % {"day": day(new.valid_to)}
            yield _Draft(_Trace.of(new), what, f"{body} ({role})", "–", new.certainty)


def _of_values(task: Task, until: dt.datetime) -> Iterator[_Draft]:
    """Baselines and targets that took the place of others."""
    rows = list(
        LinkValue.objects.filter(link__task=task, created_at__lt=until)
        .select_related("link__sub_indicator", "trial_period")
        .order_by("link", "trial_period", "kind", "pk")
    )
    of_period = attrgetter("link_id", "trial_period_id")
    for _key, found in groupby(rows, key=of_period):
        by_kind: dict[str, list[LinkValue]] = {kind.value: [] for kind in LinkValueKind}
        for row in found:
            by_kind[row.kind].append(row)
        for kind, other in (
            (LinkValueKind.BASELINE, LinkValueKind.TARGET),
            (LinkValueKind.TARGET, LinkValueKind.BASELINE),
        ):
            for old, new in pairwise(by_kind[kind]):
                yield _replaced(old, new, by_kind[other])


def _replaced(old: LinkValue, new: LinkValue, others: Sequence[LinkValue]) -> _Draft:
    """A value beside the one before it, with the other end of the way as it was then."""
    by_then = [row for row in others if row.created_at <= new.created_at] or list(others[:1])
    end = by_then[-1].value if by_then else None
    words = {
        "kind": _("Baseline") if new.kind == LinkValueKind.BASELINE else _("Target"),
        "name": named(new.link.sub_indicator),
        "number": new.trial_period.number,
    }
    return _Draft(
        trace=_Trace(new.created_at, new.reason, "", new.entered_by_id, new.document_id),
        what=_("%(kind)s of trial period %(number)s: %(name)s") % words,
        before=_value(old),
        after=_value(new),
        certainty=new.certainty,
        picture=value_picture(LinkValueKind(new.kind), old=old.value, new=new.value, end=end)
        if old.unit == new.unit
        else None,
    )


def _looked_up(drafts: Sequence[_Draft], *, is_enterprise: bool) -> list[Change]:
    """With documents and people; an enterprise is not told what was written about it, nor by whom.

    A document may be the letter of its rival.
    """
    traces = [] if is_enterprise else [draft.trace for draft in drafts]
    documents = Document.objects.filter(
        Q(key__in={t.key for t in traces if t.key})
        | Q(pk__in={t.document_id for t in traces if t.document_id})
    )
    by_key = {document.key: document for document in documents}
    by_pk = {document.pk: document for document in by_key.values()}
    people = User.objects.in_bulk({t.user for t in traces if t.user})
    return [
        Change(
            at=draft.trace.at,
            what=draft.what,
            before=draft.before,
            after=draft.after,
            certainty=draft.certainty,
            reason="" if is_enterprise else draft.trace.reason,
            document=by_key.get(draft.trace.key) or by_pk.get(draft.trace.document_id or 0),
            who=str(people.get(draft.trace.user or 0, "")),
            old_days=draft.old_days,
            new_days=draft.new_days,
            picture=draft.picture,
        )
        for draft in drafts
    ]


def _days_of(row: Any) -> Days | None:
    return (row.starts_on, row.ends_on) if row.starts_on and row.ends_on else None


def _span(row: Any) -> str:
    days = _days_of(row)
    return f"{day(days[0])} – {day(days[1])}" if days else _("not known")


def _value(row: LinkValue) -> str:
    text = number(calc.rounded(row.value, 2))
    text = f"{text}%" if row.unit == "%" else f"{text} {row.unit}".strip()
    return f"{text} ({day(row.on)})"
