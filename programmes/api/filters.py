"""Filters of the list of programmes; those of tasks are shared with the pages."""

import django_filters
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.text import SearchKey, search_key
from programmes.models import Programme


class ProgrammeFilter(django_filters.FilterSet):
    """What one may ask of the list of programmes."""

    search = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=200)

    def by_words(
        self, programmes: QuerySet[Programme], name: str, words: str
    ) -> QuerySet[Programme]:
        """Every word, with or without marks, in name or code."""
        found = programmes.annotate(
            words=SearchKey(Concat("code", Value(" "), "name", output_field=TextField()))
        )
        for word in search_key(words).split():
            found = found.filter(words__contains=word)
        return found
