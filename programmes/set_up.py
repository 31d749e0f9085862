"""What the pages of setting up show: read models without progress and without evaluations."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils.translation import gettext as _

from organisations.choices import Role
from organisations.models import Organisation
from organisations.models.duties import Duty
from organisations.relations import holders
from organisations.rights import Decision, allowed
from organisations.selectors import Standing
from programmes.choices import HEALTH_ORDER, JOINING, Health, LinkValueKind
from programmes.health import judge
from programmes.models import (
    Commitment,
    IndicatorLink,
    LinkValue,
    Programme,
    ProgrammeDuty,
    Task,
    TaskDuty,
    TrialPeriod,
)
from programmes.relations import programme_relations
from programmes.selectors import prepared, summaries_of


@dataclass(frozen=True)
class SetUpRights:
    """What a person may do with the set-up of a programme."""

    create: Decision
    change: Decision
    thresholds: Decision
    progress: Decision

    @classmethod
    def of(cls, programme: Programme, standing: Standing) -> "SetUpRights":
        relations = programme_relations(programme, standing)
        return cls(
            create=allowed("create_set_up", relations),
            change=allowed("change_set_up", relations),
            thresholds=allowed("change_thresholds", relations),
            progress=allowed("view_progress", relations),
        )


@dataclass(frozen=True)
class ShownDuty:
    """A duty as assigned, with the body that holds it today where that is another."""

    duty: Any
    organisation: Organisation
    holder: Organisation | None
    is_over: bool
    is_to_come: bool

    @property
    def passed_on(self) -> bool:
        return self.holder != self.organisation

    @property
    def can_end(self) -> bool:
        """Whether an end can be recorded for it, without a next holder."""
        return self.duty.role in JOINING and self.duty.valid_to is None


@dataclass(frozen=True)
class SetUpLine:
    """A programme in the list, with who coordinates it today."""

    programme: Programme
    coordinators: tuple[Organisation, ...]
    task_count: int


@dataclass(frozen=True)
class TaskLine:
    """A task in the list of its programme."""

    task: Task
    lead: Organisation | None
    periods: tuple[TrialPeriod, ...]


@dataclass(frozen=True)
class AgreedCell:
    """The baseline or target of a trial, or the place where it would stand."""

    period: TrialPeriod
    kind: LinkValueKind
    value: LinkValue | None

    @property
    def title(self) -> str:
        words = {"number": self.period.number}
        if self.kind == LinkValueKind.BASELINE:
            return _("Baseline of trial period %(number)s") % words
        return _("Target of trial period %(number)s") % words


@dataclass(frozen=True)
class SetUpLink:
    """A linked sub-indicator with what was agreed for each trial."""

    link: IndicatorLink
    cells: tuple[AgreedCell, ...]


@dataclass(frozen=True)
class Recoloured:
    """A task whose colour other thresholds would change."""

    task: Task
    before: Health
    after: Health
    reason: str


@dataclass(frozen=True)
class Preview:
    """What other thresholds would do to the tasks of a programme on a day."""

    changed: tuple[Recoloured, ...]
    counts: tuple[tuple[Health, int, int], ...]
    total: int


def lines(standing: Standing) -> list[SetUpLine]:
    """The programmes whose set-up the person may see, by code."""
    programmes = Programme.objects.visible_to(standing).prefetch_related("duties")
    counts = dict(Task.objects.values_list("programme").annotate(Count("pk")))
    return [
        SetUpLine(
            programme=programme,
            coordinators=_held(programme.duties.all(), Role.COORDINATOR, standing),
            task_count=counts.get(programme.pk, 0),
        )
        for programme in programmes
        if SetUpRights.of(programme, standing).create
    ]


def task_lines(programme: Programme) -> QuerySet[Task]:
    """The tasks of a programme with what :func:`task_line` needs."""
    return programme.tasks.prefetch_related("duties", "trial_periods").order_by("number")


def task_line(task: Task, standing: Standing) -> TaskLine:
    """A task with its lead of today; `task` was read with :func:`task_lines`."""
    leads = _held(task.duties.all(), Role.LEAD, standing)
    periods = sorted(task.trial_periods.all(), key=lambda period: period.number)
    return TaskLine(task, next(iter(leads), None), tuple(periods))


def next_number(programme: Programme) -> int:
    """The number that the next task of a programme proposes."""
    return int(programme.tasks.aggregate(last=Max("number"))["last"] or 0) + 1


def programme_duties(programme: Programme, standing: Standing) -> list[ShownDuty]:
    """Who coordinated and decided when, the present ones first."""
    rows = ProgrammeDuty.objects.filter(programme=programme)
    return _shown(rows.select_related("document"), standing)


def task_duties(task: Task, standing: Standing) -> dict[str, list[ShownDuty]]:
    """Who leads, co-operates and takes part when, by role, the present ones first."""
    rows = TaskDuty.objects.filter(task=task)
    found = _shown(rows.select_related("document"), standing)
    return {
        role.value: [shown for shown in found if shown.duty.role == role]
        for role in (Role.LEAD, Role.COOPERATING, Role.PARTNER)
    }


def task_periods(task: Task, standing: Standing) -> QuerySet[TrialPeriod]:
    """The trial periods with their milestones, and the promises that the person may see."""
    promises = Commitment.objects.visible_to(standing).select_related("organisation")
    return (
        task.trial_periods.select_related("territory", "document")
        .prefetch_related("milestones", Prefetch("commitments", promises))
        .order_by("number")
    )


def task_links(task: Task, periods: Iterable[TrialPeriod]) -> list[SetUpLink]:
    """The sub-indicators of a task with the baselines and targets in force; two queries."""
    in_force = LinkValue.objects.filter(replaced_at__isnull=True)
    links = task.indicator_links.select_related("sub_indicator").prefetch_related(
        Prefetch("values", in_force)
    )
    return [
        SetUpLink(
            link,
            tuple(
                AgreedCell(period, kind, agreed.get((period.pk, kind.value)))
                for period in periods
                for kind in LinkValueKind
            ),
        )
        for link in links.order_by("pk")
        for agreed in [{(row.trial_period_id, row.kind): row for row in link.values.all()}]
    ]


def preview(programme: Programme, values: Mapping[str, Any], standing: Standing) -> Preview:
    """How many tasks other thresholds would show in another colour today; nothing is saved.

    The colours are computed by the rules themselves, on the facts that they look at anyway.
    """
    tasks = list(prepared(Task.objects.visible_to(standing).filter(programme=programme)))
    other = copy(programme)
    for name, value in values.items():
        setattr(other, name, value)
    changed, before, after = [], Counter[str](), Counter[str]()
    for summary in summaries_of(tasks, on=standing.on, successions=standing.successions):
        verdict = judge(summary.facts, other, on=standing.on)
        before[summary.health] += 1
        after[verdict.level] += 1
        if verdict.level != summary.health:
            changed.append(Recoloured(summary.task, summary.health, verdict.level, verdict.reason))
    counts = tuple((level, before[level], after[level]) for level in HEALTH_ORDER)
    return Preview(tuple(changed), counts, len(tasks))


def _held(duties: Iterable[Duty], role: Role, standing: Standing) -> tuple[Organisation, ...]:
    return holders(duties, role, successions=standing.successions, on=standing.on)


def _shown(rows: QuerySet[Any], standing: Standing) -> list[ShownDuty]:
    bodies, on = standing.successions.organisations, standing.on
    found = [
        ShownDuty(
            duty=duty,
            organisation=bodies[duty.organisation_id],
            holder=standing.successions.holder(duty.organisation_id, duty.role, on=on),
            is_over=duty.valid_to is not None and duty.valid_to < on,
            is_to_come=duty.valid_from > on,
        )
        for duty in rows.order_by()
    ]
    return sorted(found, key=_past_last)


def _past_last(shown: ShownDuty) -> tuple[str, bool, dt.date, int]:
    return shown.duty.role, shown.is_over, shown.duty.valid_from, shown.duty.pk
