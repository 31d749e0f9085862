"""What pages show of evidence: files by what they show, what has none yet, and what to look at twice."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dti_tracker.shared.time import end_of
from organisations.models import Organisation
from organisations.rights import Belonging, allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import day
from programmes.choices import UpdateKind
from programmes.evidence.kinds import ENDINGS
from programmes.evidence.uploads import MB
from programmes.models import Commitment, Evidence, IndicatorLink, Milestone, ProgressUpdate, Task
from programmes.relations import lead_of, task_relations
from programmes.selectors import TaskSummary
from programmes.services import Shows, uploading_body
from programmes.services.evidence import MAX_FILES, decision_to_withdraw
from programmes.task_page.due import promises

SHOWN_TWINS = 3
Thing = Milestone | IndicatorLink | Commitment


@dataclass(frozen=True)
class ShownEvidence:
    """A file with what to look at twice, and whether the person may withdraw it."""

    evidence: Evidence
    flags: tuple[str, ...]
    may_withdraw: bool
    is_withdrawn: bool


@dataclass(frozen=True)
class Group:
    """The files that show one thing."""

    title: str
    rows: tuple[ShownEvidence, ...]


@dataclass(frozen=True)
class Mapped:
    """One thing of the task and how many standing files show it."""

    title: str
    count: int


@dataclass(frozen=True)
class MapPart:
    """Milestones, indicators or commitments, each with its files."""

    title: str
    rows: tuple[Mapped, ...]

    @property
    def shown(self) -> int:
        """How many have at least one."""
        return sum(1 for row in self.rows if row.count)


@dataclass(frozen=True)
class EvidenceOf:
    """Everything a person may read of a task's evidence."""

    groups: tuple[Group, ...]
    map: tuple[MapPart, ...]
    is_own_only: bool


@dataclass(frozen=True)
class UploadBox:
    """Where a person drops files: for which body, with which report, about what.

    `goes_with_report` also where the lead adds on the task's page: its report is found or begun.
    """

    task: Task
    body: Organisation
    kind: UpdateKind | None
    goes_with_report: bool
    things: dict[str, Thing] = field(default_factory=dict)
    rows: tuple[ShownEvidence, ...] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What a file can show, as a select offers it."""
        whole = _("the report as a whole") if self.goes_with_report else _("the task as a whole")
        return [("", whole), *((key, title_of(thing)) for key, thing in self.things.items())]

    def shown(self, key: str) -> Shows:
        """What one of the choices stands for."""
        thing = self.things.get(key)
        return Shows(
            milestone=thing if isinstance(thing, Milestone) else None,
            link=thing if isinstance(thing, IndicatorLink) else None,
            commitment=thing if isinstance(thing, Commitment) else None,
        )

    @property
    def limit_mb(self) -> int:
        return settings.EVIDENCE_MAX_MB

    @property
    def max_bytes(self) -> int:
        return settings.EVIDENCE_MAX_MB * MB

    @property
    def max_files(self) -> int:
        return MAX_FILES

    @property
    def accept(self) -> str:
        return ",".join(f".{ending}" for ending in ENDINGS)

    @property
    def types(self) -> str:
        return ", ".join(ending.upper() for ending in ENDINGS)


def upload_box(
    task: Task,
    standing: Standing,
    *,
    kind: UpdateKind | None = None,
    report: ProgressUpdate | None = None,
) -> UploadBox | None:
    """Where a person adds evidence to a task; None for who may not.

    Args:
        task: read with `selectors.prepared`.
        kind: the report beside whose form it stands; None on the page of the task.
        report: the open report of that kind, if it is begun; its files are listed.
    """
    body = uploading_body(task, standing, kind)
    if body is None:
        return None
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    rows = _read(standing).filter(update=report) if report else Evidence.objects.none()
    things: list[Thing] = [
        *_milestones(task),
        *task.indicator_links.all(),
        *_commitments(task, standing),
    ]
    return UploadBox(
        task=task,
        body=body,
        kind=kind,
        goes_with_report=bool(kind) or body == lead,
        things={key_of(thing): thing for thing in things},
        rows=shown(rows, task, standing, on=standing.on),
    )


def evidence_of(
    task: Task, summary: TaskSummary, standing: Standing, on: dt.date
) -> EvidenceOf | None:
    """The evidence of a task as a person may read it on a day; None for who reads none at all.

    Args:
        task: read with `selectors.prepared`.
    """
    relations = task_relations(task, standing)
    own = Belonging.OWN if standing.is_enterprise else None
    reads_lead = bool(allowed("view_lead_evidence", relations))
    reads_partners = bool(allowed("view_partner_evidence", relations, belonging=own))
    if not reads_lead and not reads_partners:
        return None
    found = _read(standing).filter(task=task, created_at__lt=end_of(on))
    rows = shown(found, task, standing, on=on)
    commitments = promises(summary, standing) if summary.period else []
    return EvidenceOf(
        groups=tuple(_groups(rows)),
        map=tuple(
            _map(
                rows,
                summary.milestones if reads_lead else (),
                [link.link for link in summary.links] if reads_lead else (),
                commitments if reads_partners else (),
            )
        ),
        is_own_only=not reads_lead,
    )


def shown(
    found: QuerySet[Evidence], task: Task, standing: Standing, *, on: dt.date
) -> tuple[ShownEvidence, ...]:
    """Files as lists show them; two queries, however many there are."""
    rows = list(found)
    for row in rows:
        row.task = task  # with its duties, from which the rights follow
    withdrawn = {row.pk for row in rows if row.withdrawn_at and row.withdrawn_at < end_of(on)}
    flags = flags_of([row for row in rows if row.pk not in withdrawn], standing)
    return tuple(
        ShownEvidence(
            evidence=row,
            flags=tuple(flags[row.pk]),
            may_withdraw=on == standing.on
            and row.withdrawn_at is None
            and bool(decision_to_withdraw(row, standing)),
            is_withdrawn=row.pk in withdrawn,
        )
        for row in rows
    )


def flags_of(rows: Sequence[Evidence], standing: Standing) -> dict[int, list[str]]:
    """What to look at twice: dates that do not fit, and the same bytes elsewhere, as far as the
    person may know of them. One query."""
    flags: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        flags[row.pk] += _of_day(row, standing.on)
    twins: dict[int, list[Evidence]] = defaultdict(list)
    visible = Evidence.objects.visible_to(standing).standing()
    for twin in visible.filter(content__in={row.content_id for row in rows}).select_related(
        "task", "organisation"
    ):
        twins[twin.content_id].append(twin)
    for row in rows:
        others = [twin for twin in twins[row.content_id] if twin.pk != row.pk]
        flags[row.pk] += [_of_twin(twin, row) for twin in others[:SHOWN_TWINS]]
    return flags


def key_of(thing: Thing) -> str:
    """What stands for a thing in a form."""
    return f"{type(thing).__name__.lower()}:{thing.uid}"


def title_of(thing: Thing) -> str:
    """What a milestone, indicator or commitment is called among the others."""
    if isinstance(thing, Milestone):
        words = {"number": thing.number, "title": thing.title}
        return _("Milestone %(number)s: %(title)s") % words
    if isinstance(thing, IndicatorLink):
        return _("Indicator: %(name)s") % {"name": thing.sub_indicator.name}
    words = {"body": thing.organisation.short_name, "content": Truncator(thing.content).chars(100)}
    return _("Commitment of %(body)s: %(content)s") % words


def _of_day(row: Evidence, today: dt.date) -> list[str]:
    if row.dated_on is None:
        return []
    report = row.update
    if row.dated_on > today:
        return [_("dated %(day)s, which is still to come") % {"day": day(row.dated_on)}]
    if report and not report.period_starts_on <= row.dated_on <= report.period_ends_on:
        return [
            _("dated %(day)s, outside the reporting period (%(first)s – %(last)s)")
            % {
                "day": day(row.dated_on),
                "first": day(report.period_starts_on),
                "last": day(report.period_ends_on),
            }
        ]
    return []


def _of_twin(twin: Evidence, row: Evidence) -> str:
    words = {"title": twin.title, "body": twin.organisation.short_name, "task": twin.task.code}
    if twin.task_id == row.task_id:
        return _("the same file is here already as “%(title)s” (%(body)s)") % words
    return _("the same file is evidence of task %(task)s: “%(title)s” (%(body)s)") % words


def _read(standing: Standing) -> QuerySet[Evidence]:
    return (
        Evidence.objects.visible_to(standing)
        .select_related(
            "organisation",
            "update",
            "milestone",
            "link__sub_indicator",
            "commitment__organisation",
            "content",
            "uploaded_by",
            "withdrawn_by",
        )
        .order_by("-created_at", "-id")
    )


def _groups(rows: Iterable[ShownEvidence]) -> Iterable[Group]:
    """By what they show; then those of each report, then the rest."""
    found: dict[tuple[int, int, str], list[ShownEvidence]] = defaultdict(list)
    for row in rows:
        found[_heading(row.evidence)].append(row)
    return (Group(heading[-1], tuple(found[heading])) for heading in sorted(found))


def _heading(row: Evidence) -> tuple[int, int, str]:
    """Its place among the others, and its words."""
    if row.milestone is not None:
        return 0, row.milestone.number, title_of(row.milestone)
    for order, thing in enumerate((row.link, row.commitment), start=1):
        if thing is not None:
            return order, 0, title_of(thing)
    if row.update is not None:
        days = {"first": day(row.update.period_starts_on), "last": day(row.update.period_ends_on)}
        newest_first = -row.update.period_ends_on.toordinal()
        return 3, newest_first, _("Report of %(first)s – %(last)s") % days
    return 4, 0, _("The task as a whole")


def _map(
    rows: Iterable[ShownEvidence],
    milestones: Iterable[Milestone],
    links: Iterable[IndicatorLink],
    commitments: Iterable[Commitment],
) -> Iterable[MapPart]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        for thing in (row.evidence.milestone, row.evidence.link, row.evidence.commitment):
            if thing is not None and not row.is_withdrawn:
                counts[key_of(thing)] += 1
    parts: tuple[tuple[str, Iterable[Thing]], ...] = (
        (_("Milestones"), milestones),
        (_("Indicators"), links),
        (_("Commitments"), commitments),
    )
    for title, things in parts:
        mapped = tuple(Mapped(title_of(thing), counts[key_of(thing)]) for thing in things)
        if mapped:
            yield MapPart(title, mapped)


def _milestones(task: Task) -> list[Milestone]:
    """Those of the trial that runs last; read with the task."""
    periods: list[Any] = list(task.trial_periods.all())
    return list(periods[-1].milestones.all()) if periods else []


def _commitments(task: Task, standing: Standing) -> list[Commitment]:
    found = Commitment.objects.visible_to(standing).filter(trial_period__task=task)
    return list(found.select_related("organisation").order_by("organisation__code", "number"))
