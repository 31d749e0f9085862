"""One set of filters for the list of tasks, on the page and in the API alike.

What is stored is filtered by the database; what is derived on the day (state, health, last day) is
filtered afterwards on the summaries, in one place: :meth:`TaskFilter.summaries`.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from dti_tracker.shared.text import sort_key
from organisations.choices import Role
from organisations.forms.fields import DayInput
from organisations.selectors import Standing
from programmes.choices import HEALTH_ORDER, PillarCode, TaskState
from programmes.models import Programme, Task, TaskDuty
from programmes.selectors import TaskSummary, task_summaries

Choices = list[tuple[str, str]]
HEALTH_CHOICES = [(level.value, capfirst(level.label)) for level in HEALTH_ORDER]
STATE_CHOICES = [(code, capfirst(label)) for code, label in TaskState.choices]
PILLAR_CHOICES = [(code, capfirst(label)) for code, label in PillarCode.choices]


def nothing_yet(queryset: QuerySet[Task], name: str, value: object) -> QuerySet[Task]:
    """A filter on a derived value leaves the rows alone; `summaries` applies it."""
    return queryset


class TaskFilter(FilterSet):
    """Filters of tasks for a person on a day.

    Choices name only what stands on tasks the person may see, so that no list gives away more than
    the tasks themselves; an enterprise finds no other enterprise in them.
    """

    search = CharFilter(
        label=_("Search"),
        method="by_words",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    health = ChoiceFilter(
        empty_label=_("All"), label=_("State"), choices=HEALTH_CHOICES, method=nothing_yet
    )
    state = ChoiceFilter(
        empty_label=_("All"), label=_("Stage"), choices=STATE_CHOICES, method=nothing_yet
    )
    lead_organisation = ChoiceFilter(empty_label=_("All"), label=_("Lead"), method="by_lead")
    partner = ChoiceFilter(empty_label=_("All"), label=_("Enterprise"), method="by_partner")
    programme = ChoiceFilter(
        empty_label=_("All"), label=_("Programme"), field_name="programme__code"
    )
    pillar = ChoiceFilter(empty_label=_("All"), label=_("Field"), choices=PILLAR_CHOICES)
    main_indicator = CharFilter(
        label=_("Main indicator"),
        field_name="indicator_links__sub_indicator__main_indicator__code",
        distinct=True,
        max_length=20,
    )
    ends_before = DateFilter(
        label=_("Ends before"),
        method=nothing_yet,
        widget=DayInput,
    )

    class Meta:
        model = Task
        fields: list[str] = []

    def __init__(
        self, data: Any = None, *, standing: Standing, queryset: QuerySet[Task] | None = None
    ) -> None:
        self.standing = standing
        tasks = Task.objects.visible_to(standing) if queryset is None else queryset
        super().__init__(data, queryset=tasks)
        bodies = self._bodies_by_role()
        for name, choices in (
            ("lead_organisation", bodies[Role.LEAD]),
            ("partner", bodies[Role.PARTNER]),
            ("programme", self._programmes()),
        ):
            self.filters[name].extra["choices"] = choices

    def by_words(self, queryset: Any, name: str, value: str) -> QuerySet[Task]:
        """Every word, with or without marks, composed or not, in name or code."""
        found: QuerySet[Task] = queryset.matching(value)
        return found

    def by_lead(self, queryset: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        """Tasks that a body leads on the day, also by succession."""
        return self._by_duty(queryset, Role.LEAD, value)

    def by_partner(self, queryset: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        """Tasks in which an enterprise takes part on the day."""
        return self._by_duty(queryset, Role.PARTNER, value)

    def summaries(self) -> list[TaskSummary]:
        """The tasks that pass every filter, most urgent first; none while a filter is wrong."""
        if not self.is_valid():
            return []
        found = task_summaries(self.qs, on=self.standing.on, successions=self.standing.successions)
        return [summary for summary in found if self._passes(summary)]

    def _passes(self, summary: TaskSummary) -> bool:
        wanted = self.form.cleaned_data
        before = wanted.get("ends_before")
        return (
            wanted.get("health") in ("", None, summary.health)
            and wanted.get("state") in ("", None, summary.state)
            and (before is None or (summary.trial_end is not None and summary.trial_end < before))
        )

    def _by_duty(self, queryset: QuerySet[Task], role: Role, code: str) -> QuerySet[Task]:
        successions, on = self.standing.successions, self.standing.on
        bodies = {pk for pk, body in successions.organisations.items() if body.code == code}
        duties = TaskDuty.objects.valid(on=on).filter(
            role=role, organisation__in=successions.origins(bodies, role, on=on)
        )
        return queryset.filter(pk__in=duties.values("task"))

    def _bodies_by_role(self) -> dict[str, Choices]:
        """Leads and enterprises of the visible tasks on the day, in one query."""
        on = self.standing.on
        duties = (
            TaskDuty.objects.valid(on=on)
            .filter(task__in=self.queryset, role__in=[Role.LEAD, Role.PARTNER])
            .values_list("role", "organisation_id")
            .distinct()
        )
        found: dict[str, dict[str, str]] = {Role.LEAD: {}, Role.PARTNER: {}}
        for role, organisation_id in duties:
            body = self.standing.successions.holder(organisation_id, role, on=on)
            if body is not None and self._may_name(body.pk, role):
                found[role][body.code] = body.short_name
        return {role: _sorted(names.items()) for role, names in found.items()}

    def _may_name(self, organisation_id: int, role: str) -> bool:
        is_rival = self.standing.is_enterprise and role == Role.PARTNER
        return not is_rival or organisation_id in self.standing.organisation_ids

    def _programmes(self) -> Choices:
        programmes = Programme.objects.filter(tasks__in=self.queryset).distinct()
        return _sorted(programmes.values_list("code", "name"))


def _sorted(choices: Iterable[tuple[str, str]]) -> Choices:
    return sorted(choices, key=lambda choice: sort_key(choice[1]))
