"""One filter set of evaluations for the web and REST alike."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.choices import Role
from organisations.relations import holders
from organisations.selectors import Standing
from programmes.models import Programme, Task, TaskDuty
from reports.choices import EvaluationState
from reports.models import Evaluation


class EvaluationFilter(filters.FilterSet):
    """State, lead, programme and words of the task's name; choices follow what a person may see.

    `queryset` is already limited by `visible_to`: neither rows nor choices say more than the list.
    """

    search = filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}),
    )
    state = filters.ChoiceFilter(
        label=_("State"), choices=EvaluationState.choices, empty_label=_("All")
    )
    lead_organisation = filters.ChoiceFilter(
        label=_("Lead"), method="filter_lead", empty_label=_("All")
    )
    programme = filters.ChoiceFilter(
        label=_("Programme"), field_name="trial_period__task__programme__code", empty_label=_("All")
    )

    class Meta:
        model = Evaluation
        fields: list[str] = []

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = standing
        visible: QuerySet[Evaluation] = self.queryset
        duties = TaskDuty.objects.valid(on=standing.on).filter(
            role=Role.LEAD, task__trial_periods__evaluation__in=visible
        )
        leads = holders(duties, Role.LEAD, successions=standing.successions, on=standing.on)
        self.filters["lead_organisation"].extra["choices"] = sorted(
            {(body.code, body.short_name) for body in leads}
        )
        programmes = list(
            Programme.objects.filter(tasks__trial_periods__evaluation__in=visible)
            .distinct()
            .values_list("code", "name")
        )
        self.filters["programme"].extra["choices"] = programmes
        if len(programmes) < 2:
            self.filters["programme"].extra["widget"] = forms.HiddenInput

    def filter_search(
        self, queryset: QuerySet[Evaluation], _name: str, words: str
    ) -> QuerySet[Evaluation]:
        """Every word in the task's name or code, with or without marks."""
        return queryset.filter(trial_period__task__in=Task.objects.matching(words))

    def filter_lead(
        self, queryset: QuerySet[Evaluation], _name: str, code: str
    ) -> QuerySet[Evaluation]:
        """Tasks whose lead a body holds today, by whatever name the duty was once given."""
        bodies = {b.pk for b in self.standing.successions.organisations.values() if b.code == code}
        origins = self.standing.successions.origins(bodies, Role.LEAD, on=self.standing.on)
        duties = TaskDuty.objects.valid(on=self.standing.on).filter(
            role=Role.LEAD, organisation__in=origins
        )
        return queryset.filter(trial_period__task__in=duties.values("task"))
