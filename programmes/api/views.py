"""`tasks`, `programmes` and the one cheap call for an operations centre."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dti_tracker.shared.api.encoding import moment
from dti_tracker.shared.api.filtering import filtered
from dti_tracker.shared.api.paging import Page, Pager
from dti_tracker.shared.api.schema import AS_OF, list_parameters, page_of
from dti_tracker.shared.api.views import updated_since
from indicators.models import (
    AssessmentResult,
    Framework,
    MainIndicator,
    Measurement,
    SubIndicator,
)
from organisations.api.authentication import CALL_READ, reaches
from organisations.api.serializers import organisation_body
from organisations.api.views import STANDING_TABLES, StandingView
from organisations.choices import Certainty, Role
from organisations.relations import general_relations, holders
from organisations.rights import Decision, allowed, require
from programmes.api import bodies
from programmes.api.changes import with_last_change
from programmes.api.filters import ProgrammeFilter
from programmes.api.serializers import (
    ProgrammeSerializer,
    ProgrammeStatusSerializer,
    TaskSerializer,
)
from programmes.api.status import counts_by_health, estimate, published_result
from programmes.choices import HEALTH_ORDER
from programmes.filters import TaskFilter
from programmes.models import (
    IndicatorLink,
    InspectionMandate,
    LinkValue,
    Milestone,
    Programme,
    ProgrammeDuty,
    ProgressUpdate,
    Task,
    TaskDuty,
    TrialPeriod,
)
from programmes.selectors import TaskSummary, prepared, summaries_of, task_summaries

TASK_TABLES: Sequence[type[Model]] = (
    *STANDING_TABLES,
    InspectionMandate,
    Programme,
    ProgrammeDuty,
    Task,
    TaskDuty,
    TrialPeriod,
    Milestone,
    IndicatorLink,
    LinkValue,
    ProgressUpdate,
    Measurement,
    SubIndicator,
    MainIndicator,
    Framework,
)

# Ordered by the database …
TASK_COLUMNS = {
    "code": "code",
    "name": "name",
    "number": "number",
    "created_at": "created_at",
    "updated_at": "changed_at",
}
# … and what follows from the summary of the day, ordered in memory.
TASK_FIGURES = {name: name for name in ("health", "trial_end", "next_deadline")}
TASK_ORDERINGS = TASK_COLUMNS | TASK_FIGURES
PROGRESS_ORDERINGS = frozenset({"health", "next_deadline"})
DERIVED_FILTERS = ("health", "state", "ends_before")
TASK_FILTERS = {
    "search": "Words of name or code, with or without marks, in any case.",
    "health": "Colour on the day.",
    "state": "State on the day.",
    "lead_organisation": "Code of the body that leads on the day, also by succession.",
    "partner": "Code of an enterprise that takes part on the day.",
    "programme": "Code of a programme.",
    "main_indicator": "Code of a main indicator within its edition.",
    "ends_before": "The trial's last day lies before.",
}
PROGRAMME_ORDERINGS = {name: name for name in ("code", "name", "created_at", "updated_at")}


class ProgressView(StandingView):
    """Views of tasks, whose figures an administrator without position does not see."""

    @cached_property
    def progress(self) -> Decision:
        """Whether the caller may see how visible tasks go."""
        return allowed("view_progress", general_relations(self.standing))

    @property
    def shows_progress(self) -> bool:
        return bool(self.progress)

    def visible_tasks(self) -> QuerySet[Task]:
        return with_last_change(Task.objects.visible_to(self.standing))

    def visible_programmes(self) -> QuerySet[Programme]:
        """With the number of tasks that the caller sees in each."""
        tasks = Task.objects.visible_to(self.standing)
        return (
            Programme.objects.visible_to(self.standing)
            .annotate(task_count=Count("tasks", filter=Q(tasks__in=tasks.values("pk"))))
            .prefetch_related("duties")
        )

    def summaries(self, tasks: QuerySet[Task]) -> list[TaskSummary]:
        return task_summaries(
            tasks, on=self.day, successions=self.standing.successions, today=self.standing.on
        )


class TaskListView(ProgressView):
    """The tasks the caller may see."""

    sources = TASK_TABLES
    parameters = frozenset(
        {*TaskFilter.base_filters, "as_of", "updated_since", "ordering", "page_size", "cursor"}
    )

    @extend_schema(
        operation_id="tasks",
        tags=["tasks"],
        parameters=[AS_OF, *list_parameters(TaskFilter, TASK_ORDERINGS, "code", TASK_FILTERS)],
        responses=page_of(TaskSerializer),
    )
    def get(self, request: Request) -> Response:
        """Tasks on a day, with their indicators."""
        filters = TaskFilter(
            request.query_params,
            standing=self.standing,
            on=self.day,
            queryset=self.changed_tasks(request),
        )
        tasks = filtered(filters)
        pager = Pager(request, orderings=TASK_ORDERINGS, default="code")
        page = self.page(pager, tasks, filters)
        results = [
            bodies.task_body(
                summary, self.address, self.standing, shows_progress=self.shows_progress
            )
            for summary in page.rows
        ]
        return Response(page.body(results, data_as_of=self.day))

    def changed_tasks(self, request: Request) -> QuerySet[Task]:
        """The visible tasks, those changed since a moment where one is given."""
        since = updated_since(request)
        tasks = self.visible_tasks()
        return tasks.filter(changed_at__gte=since) if since else tasks  # type: ignore[misc]

    def page(self, pager: Pager, tasks: QuerySet[Task], filters: TaskFilter) -> Page[TaskSummary]:
        """A page cut by the database where it can, else from the summaries of all candidates."""
        is_derived = any(filters.form.cleaned_data.get(name) for name in DERIVED_FILTERS)
        if filters.is_past or is_derived or not TASK_COLUMNS.keys() >= set(pager.names):
            self.refuse_hidden_progress(pager, filters)
            return pager.items(filters.summaries(), _sort_value)
        rows = pager.rows(prepared(tasks))
        place = {task.pk: number for number, task in enumerate(rows.rows)}
        found = summaries_of(rows.rows, on=self.day, successions=self.standing.successions)
        ordered = sorted(found, key=lambda summary: place[summary.task.pk])
        return Page(ordered, rows.next, rows.previous)

    def refuse_hidden_progress(self, pager: Pager, filters: TaskFilter) -> None:
        """Filtering or ordering by what follows from progress would tell it."""
        by_progress = not PROGRESS_ORDERINGS.isdisjoint(pager.names)
        given = filters.form.cleaned_data
        if by_progress or given.get("health") or given.get("state"):
            require(self.progress)


class TaskView(ProgressView):
    """One task."""

    sources = TASK_TABLES
    parameters = frozenset({"as_of"})

    @extend_schema(
        operation_id="task", tags=["tasks"], parameters=[AS_OF], responses=TaskSerializer
    )
    def get(self, request: Request, code: str) -> Response:
        """A task on a day, with its indicators."""
        summaries = self.summaries(self.visible_tasks().filter(code=code))
        if not summaries:
            raise Http404
        return Response(
            bodies.task_body(
                summaries[0], self.address, self.standing, shows_progress=self.shows_progress
            )
        )


class ProgrammeView(ProgressView):
    """What list, detail and status of programmes share."""

    sources = TASK_TABLES

    def programme(self, code: str) -> Programme:
        programme = self.visible_programmes().filter(code=code).first()
        if programme is None:
            raise Http404
        return programme

    def body(self, programme: Programme) -> dict[str, Any]:
        return bodies.programme_ref(programme, self.address) | {
            "kind": programme.kind,
            "kind_label": programme.get_kind_display(),
            "starts_on": programme.starts_on,
            "ends_on": programme.ends_on,
            "legal_basis": programme.legal_basis,
            "reporting": programme.reporting,
            "reporting_label": programme.get_reporting_display(),
            "coordinator": self.holder(programme, Role.COORDINATOR),
            "authority": self.holder(programme, Role.AUTHORITY),
            "task_count": programme.task_count,  # type: ignore[attr-defined]
            "certainty": programme.certainty,
            "certainty_label": Certainty(programme.certainty).label,
            "created_at": moment(programme.created_at),
            "updated_at": moment(programme.updated_at),
        }

    def holder(self, programme: Programme, role: Role) -> dict[str, Any] | None:
        found = holders(
            programme.duties.all(), role, successions=self.standing.successions, on=self.day
        )
        return organisation_body(next(iter(found), None))


class ProgrammeListView(ProgrammeView):
    """The programmes the caller may see."""

    parameters = frozenset({"search", "updated_since", "ordering", "page_size", "cursor"})

    @extend_schema(
        operation_id="programmes",
        tags=["programmes"],
        parameters=list_parameters(ProgrammeFilter, PROGRAMME_ORDERINGS, "code"),
        responses=page_of(ProgrammeSerializer),
    )
    def get(self, request: Request) -> Response:
        """Programmes with their duties today."""
        programmes = filtered(
            ProgrammeFilter(request.query_params, queryset=self.visible_programmes())
        )
        if since := updated_since(request):
            programmes = programmes.filter(updated_at__gte=since)
        page = Pager(request, orderings=PROGRAMME_ORDERINGS, default="code").rows(programmes)
        return Response(page.body([self.body(p) for p in page.rows], data_as_of=self.day))


class ProgrammeDetailView(ProgrammeView):
    """One programme."""

    @extend_schema(operation_id="programme", tags=["programmes"], responses=ProgrammeSerializer)
    def get(self, request: Request, code: str) -> Response:
        """A programme with its duties today."""
        return Response(self.body(self.programme(code)))


class ProgrammeStatusView(ProgrammeView):
    """The one cheap call for an operations centre; a `status` token reaches this and no more."""

    token_action = "call_status"  # noqa: S105 - a row of the rights table
    sources = (*TASK_TABLES, AssessmentResult)
    parameters = frozenset({"as_of"})

    @extend_schema(
        operation_id="programme_status",
        tags=["programmes"],
        parameters=[AS_OF],
        responses=ProgrammeStatusSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """Every visible task with its health, red first; counts; the published rank."""
        programme = self.programme(code)
        require(self.progress)
        summaries = self.summaries(self.visible_tasks().filter(programme=programme))
        tasks = [self.brief(summary) for summary in summaries]
        changes = [s.task.changed_at for s in summaries]  # type: ignore[attr-defined]
        return Response(
            {
                "url": self.address("programme_status", programme.code),
                "programme": bodies.programme_ref(programme, self.address),
                "data_as_of": self.day,
                "counts_by_health": counts_by_health(summaries),
                "published_result": published_result(
                    programme, standing=self.standing, on=self.day
                ),
                "estimate": estimate(),
                "tasks": tasks,
                "created_at": moment(programme.created_at),
                "updated_at": moment(max([programme.updated_at, *changes])),
            }
        )

    def brief(self, summary: TaskSummary) -> dict[str, Any]:
        """A task of the status; a token that may not read gets names, states, health and dates."""
        body = bodies.task_status(summary, self.address, shows_progress=True)
        is_reader = reaches(self.standing.scope, CALL_READ)
        return body if is_reader else body | bodies.without_figures(summary)


def _sort_value(summary: TaskSummary, column: str) -> Any:
    """What a summary is ordered by; unknown days are None and come last."""
    if column == "health":
        return HEALTH_ORDER.index(summary.health)
    if column == "trial_end":
        return summary.trial_end
    if column == "next_deadline":
        return summary.next_deadline.on if summary.next_deadline else None
    return getattr(summary.task, column)
