"""The leaders' page: where the programme stands, what is in trouble, what the province's DTI does."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dti_tracker.shared.time import end_of
from indicators.choices import ResultMeasure
from indicators.models import AssessmentResult, MainIndicator
from organisations.choices import Certainty
from organisations.rights import Relation
from organisations.selectors import Standing
from organisations.templatetags.ui import number
from programmes.choices import Health, TaskState
from programmes.models import Programme, Task
from programmes.relations import programme_relations
from programmes.results import published_results, territories_of
from programmes.selectors import TaskSummary, task_summaries
from reports.choices import EvaluationState
from reports.models import Evaluation, EvaluationMove

MATTERS_SHOWN = 5
ENDED = frozenset({TaskState.CONCLUDED, TaskState.STOPPED, TaskState.SUSPENDED, TaskState.REGULAR})
COMMITTEE = frozenset({Relation.AUTHORITY_LEADER, Relation.AUTHORITY_OFFICE})


@dataclass(frozen=True)
class TaskLine:
    """One task: its summary and its deadline in words."""

    summary: TaskSummary
    deadline: str


@dataclass(frozen=True)
class Matter:
    """Something to be dealt with: the mark, what, why, and where to go."""

    health: Health
    title: str
    sentence: str
    url: str
    link: str


@dataclass(frozen=True)
class MainRank:
    """The published rank of one main indicator, and whether any task works on it."""

    name: str
    rank: int | None
    of: int
    is_touched: bool


@dataclass(frozen=True)
class Ranks:
    """What was published about the province, kept apart from our estimates.

    `shown` are the newest totals of the old and of the new province, `years` the total by year.
    """

    shown: tuple[AssessmentResult, ...]
    years: tuple[dict[str, Any], ...]
    main_year: int | None
    main: tuple[MainRank, ...]

    @property
    def inferred_years(self) -> str:
        """The years whose total rank was not read in a source, as words."""
        inferred = [p for p in self.years if p["certainty"] == Certainty.INFERRED]
        return ", ".join(str(point["year"]) for point in inferred)

    @property
    def untouched(self) -> list[str]:
        return [main.name for main in self.main if not main.is_touched]


@dataclass(frozen=True)
class Tally:
    """How many visible evaluations stood in a state."""

    state: EvaluationState
    count: int


@dataclass(frozen=True)
class Dashboard:
    """The page, as of a day."""

    programme: Programme
    on: dt.date
    lines: tuple[TaskLine, ...]
    matters: tuple[Matter, ...]
    further: int
    ranks: Ranks
    tally: tuple[Tally, ...]
    ended_tasks: int
    data_as_of: dt.date | None
    has_examples: bool

    @property
    def matters_count(self) -> int:
        """All that has to be dealt with, shown or not."""
        return len(self.matters) + self.further

    @property
    def by_health(self) -> list[tuple[Health, int]]:
        """How many tasks have each colour, red first."""
        colours = [line.summary.health for line in self.lines]
        return [(health, colours.count(health)) for health in Health]


def programmes_with_tasks(standing: Standing) -> list[Programme]:
    """Programmes to choose from: those of which the person sees a task."""
    tasks = Task.objects.visible_to(standing)
    found = Programme.objects.filter(tasks__in=tasks).distinct().prefetch_related("duties")
    return list(found.order_by("code"))


def dashboard_of(programme: Programme, standing: Standing, *, on: dt.date) -> Dashboard:
    """Read the page of a programme as of a day, in a constant number of queries."""
    tasks = Task.objects.visible_to(standing).filter(programme=programme)
    summaries = task_summaries(tasks, on=on, successions=standing.successions, today=standing.on)
    matters = [*_troubles(summaries, Health.RED), *_expected(programme, standing, on)]
    matters += _troubles(summaries, Health.AMBER)
    return Dashboard(
        programme=programme,
        on=on,
        lines=tuple(TaskLine(summary, _deadline_words(summary)) for summary in summaries),
        matters=tuple(matters[:MATTERS_SHOWN]),
        further=max(len(matters) - MATTERS_SHOWN, 0),
        ranks=_ranks(programme, standing, summaries, on),
        tally=tuple(_tally(programme, standing, on)),
        ended_tasks=sum(
            s.state in (TaskState.TRIAL_ENDED, TaskState.UNDER_EVALUATION) for s in summaries
        ),
        data_as_of=max((s.data_as_of for s in summaries if s.data_as_of), default=None),
        has_examples=any(s.is_example for s in summaries),
    )


def _deadline_words(summary: TaskSummary) -> str:
    """The days left of the trial; for a task that is past it, what it is now."""
    days = summary.days_left
    if days is None or days < 0 or summary.state in ENDED:
        return "" if days is None else str(summary.state.label)
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": number(days)}


def _troubles(summaries: Iterable[TaskSummary], health: Health) -> list[Matter]:
    return [
        Matter(
            health=health,
            title=summary.task.name,
            sentence=summary.health_reason,
            url=reverse("programmes:task_detail", args=[summary.task.code]),
            link=_("Open the task"),
        )
        for summary in summaries
        if summary.health == health and summary.state not in ENDED
    ]


def _expected(programme: Programme, standing: Standing, on: dt.date) -> list[Matter]:
    """What waits for the committee's conclusion, for the committee and its Office."""
    if COMMITTEE.isdisjoint(programme_relations(programme, standing)):
        return []
    waiting = (
        Evaluation.objects.before(standing)
        .filter(state=EvaluationState.FORWARDED, trial_period__task__programme=programme)
        .select_related("trial_period__task")
        .order_by("pk")
    )
    return [
        Matter(
            health=Health.AMBER,
            title=evaluation.trial_period.task.name,
            sentence=_("its evaluation waits for the committee's conclusion"),
            url=reverse("reports:evaluation", args=[evaluation.uid]),
            link=_("Open the evaluation"),
        )
        for evaluation in waiting
    ]


def _ranks(
    programme: Programme, standing: Standing, summaries: Sequence[TaskSummary], on: dt.date
) -> Ranks:
    territories = territories_of(programme, successions=standing.successions, today=standing.on)
    published = published_results(territories, on=on).filter(
        measure__in=[ResultMeasure.TOTAL, ResultMeasure.MAIN]
    )
    ordered = list(published.order_by("assessment_year", "-ranked_units", "measure_code"))
    totals = [r for r in ordered if r.measure == ResultMeasure.TOTAL]
    newest = {r.territory_id: r for r in totals if r.rank is not None}
    mains = [r for r in ordered if r.measure == ResultMeasure.MAIN and r.rank is not None]
    year = max((r.assessment_year for r in mains), default=None)
    return Ranks(
        shown=tuple(newest.values()),
        years=tuple(_by_year(totals)),
        main_year=year,
        main=tuple(_main_ranks([r for r in mains if r.assessment_year == year], summaries)),
    )


def _by_year(totals: Iterable[AssessmentResult]) -> list[dict[str, Any]]:
    """One point a year; a year with two tables shows the one whose rank is known."""
    points: dict[int, dict[str, Any]] = {}
    for result in totals:
        if result.rank is None and result.assessment_year in points:
            continue
        points[result.assessment_year] = {
            "year": result.assessment_year,
            "rank": result.rank,
            "of": result.ranked_units,
            "territory": result.territory_id,
            "certainty": result.certainty,
        }
    return [point for point in points.values() if point["of"]]


def _main_ranks(
    results: Sequence[AssessmentResult], summaries: Sequence[TaskSummary]
) -> list[MainRank]:
    frameworks = {result.framework_id for result in results}
    names = {
        (main.framework_id, main.code): main
        for main in MainIndicator.objects.filter(framework__in=frameworks)
    }
    touched = {
        link.sub_indicator.main_indicator_id for summary in summaries for link in summary.links
    }
    known = [(names.get((r.framework_id, r.measure_code)), r) for r in results]
    return [
        MainRank(main.name, r.rank, r.ranked_units or 0, main.pk in touched)
        for main, r in sorted(known, key=lambda pair: pair[0].order if pair[0] else 0)
        if main is not None
    ]


def _tally(programme: Programme, standing: Standing, on: dt.date) -> list[Tally]:
    """Visible evaluations by the state they were in at the end of the day."""
    moves = EvaluationMove.objects.filter(evaluation=OuterRef("pk"), at__lt=end_of(on)).order_by(
        "-at", "-pk"
    )
    counted = (
        Evaluation.objects.visible_to(standing)
        .filter(trial_period__task__programme=programme)
        .annotate(state_then=Subquery(moves.values("to_state")[:1]))
        .values_list("state_then")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[str, int] = dict(counted)
    return [Tally(state, counts[state]) for state in EvaluationState if counts.get(state)]
