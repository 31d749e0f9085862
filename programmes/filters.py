"""One set of filters for the list of tasks, on the page and in the API alike.

What is stored is filtered by the database; what is derived on the day (state, health, last day) is
filtered afterwards on the summaries, in one place: :meth:`TaskFilter.summaries`. On a day of the
past everything is, because what is stored now is not what had been recorded by then.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from dti_tracker.shared.text import search_key, sort_key
from organisations.choices import Role
from organisations.forms.fields import DayInput
from organisations.models import Organisation
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


def _has_words(summary: TaskSummary, words: str) -> bool:
    name, code = search_key(summary.task.name), summary.task.code.lower()
    return all(word in name or word in code for word in search_key(words).split())


def _has_main_indicator(summary: TaskSummary, code: str) -> bool:
    return any(link.sub_indicator.main_indicator.code == code for link in summary.links)


# What the database filters today, asked of a summary of a day in the past.
THEN: dict[str, Callable[[TaskSummary, str], bool]] = {
    "search": _has_words,
    "lead_organisation": lambda s, code: s.lead is not None and s.lead.code == code,
    "partner": lambda s, code: any(body.code == code for body in s.partners),
    "programme": lambda s, code: s.task.programme.code == code,
    "pillar": lambda s, code: s.task.pillar == code,
    "main_indicator": _has_main_indicator,
}


class TaskFilter(FilterSet):
    """Filters of tasks for a person, as the tasks stand on a day (today when none is given).

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
        self,
        data: Any = None,
        *,
        standing: Standing,
        on: dt.date | None = None,
        queryset: QuerySet[Task] | None = None,
    ) -> None:
        self.standing, self.on = standing, on or standing.on
        tasks = Task.objects.visible_to(standing) if queryset is None else queryset
        super().__init__(data, queryset=tasks)
        self.then = self._summaries(tasks) if self.is_past else []
        bodies = self._bodies_then() if self.is_past else self._bodies_by_role()
        for name, choices in (
            ("lead_organisation", bodies[Role.LEAD]),
            ("partner", bodies[Role.PARTNER]),
            ("programme", self._programmes()),
        ):
            self.filters[name].extra["choices"] = choices

    @property
    def is_past(self) -> bool:
        return self.on < self.standing.on

    def filter_queryset(self, queryset: Any) -> QuerySet[Task]:
        """Nothing is left to the database on a day of the past."""
        found: QuerySet[Task] = queryset if self.is_past else super().filter_queryset(queryset)
        return found

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
        found = self.then if self.is_past else self._summaries(self.qs)
        return [summary for summary in found if self._passes(summary)]

    def _summaries(self, tasks: QuerySet[Task]) -> list[TaskSummary]:
        return task_summaries(
            tasks, on=self.on, successions=self.standing.successions, today=self.standing.on
        )

    def _passes(self, summary: TaskSummary) -> bool:
        wanted = self.form.cleaned_data
        before = wanted.get("ends_before")
        return (
            wanted.get("health") in ("", None, summary.health)
            and wanted.get("state") in ("", None, summary.state)
            and (before is None or (summary.trial_end is not None and summary.trial_end < before))
            and (not self.is_past or self._passed_then(summary))
        )

    def _passed_then(self, summary: TaskSummary) -> bool:
        wanted = self.form.cleaned_data
        return all(fits(summary, wanted[name]) for name, fits in THEN.items() if wanted.get(name))

    def _by_duty(self, queryset: QuerySet[Task], role: Role, code: str) -> QuerySet[Task]:
        successions, on = self.standing.successions, self.on
        bodies = {pk for pk, body in successions.organisations.items() if body.code == code}
        duties = TaskDuty.objects.valid(on=on).filter(
            role=role, organisation__in=successions.origins(bodies, role, on=on)
        )
        return queryset.filter(pk__in=duties.values("task"))

    def _bodies_by_role(self) -> dict[str, Choices]:
        """Leads and enterprises of the visible tasks on the day, in one query."""
        on = self.on
        duties = (
            TaskDuty.objects.valid(on=on)
            .filter(task__in=self.queryset, role__in=[Role.LEAD, Role.PARTNER])
            .values_list("role", "organisation_id")
            .distinct()
        )
        held = (
            (role, self.standing.successions.holder(organisation_id, role, on=on))
            for role, organisation_id in duties
        )
        return self._named(held)

    def _bodies_then(self) -> dict[str, Choices]:
        """The same as it had been recorded by a day of the past."""
        leads: list[tuple[str, Organisation | None]] = [(Role.LEAD, s.lead) for s in self.then]
        partners = [(Role.PARTNER, body) for s in self.then for body in s.partners]
        return self._named([*leads, *partners])

    def _named(self, held: Iterable[tuple[str, Organisation | None]]) -> dict[str, Choices]:
        found: dict[str, dict[str, str]] = {Role.LEAD: {}, Role.PARTNER: {}}
        for role, body in held:
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
