"""Filters of evaluations, shared with the pages, and of reports."""

import django_filters
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from programmes.models import Task
from reports.choices import ReportState
from reports.filters import EvaluationFilter
from reports.models import Report


class EvaluationsFilter(EvaluationFilter):
    """The filters of the pages, and the task by its code."""

    task = django_filters.CharFilter(
        label=_("Task"), field_name="trial_period__task__code", max_length=40
    )


class ReportFilter(django_filters.FilterSet):
    """What one may ask of the list of reports."""

    evaluation = django_filters.UUIDFilter(label=_("Evaluation"), field_name="evaluation__uid")
    task = django_filters.CharFilter(
        label=_("Task"),
        field_name="evaluation__trial_period__task__code",
        max_length=40,
    )
    programme = django_filters.CharFilter(
        label=_("Programme"),
        field_name="evaluation__trial_period__task__programme__code",
        max_length=40,
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=ReportState.choices)
    is_submitted = django_filters.BooleanFilter(
        label=_("Made from the data of the submission"), method="of_submission"
    )
    search = django_filters.CharFilter(
        label=_("Words of the task's name or code"), method="by_words", max_length=200
    )

    def of_submission(self, reports: QuerySet[Report], name: str, value: bool) -> QuerySet[Report]:
        """Reports whose frozen data are those of the submission, or all others."""
        submitted = reports.filter(snapshot=F("evaluation__submitted_snapshot"))
        return submitted if value else reports.exclude(pk__in=submitted.values("pk"))

    def by_words(self, reports: QuerySet[Report], name: str, words: str) -> QuerySet[Report]:
        """Every word, with or without marks, in the task's name or code."""
        return reports.filter(evaluation__trial_period__task__in=Task.objects.matching(words))
