"""Filters that refuse what they do not understand."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import exceptions


def filtered(filters: django_filters.FilterSet) -> QuerySet[Any]:
    """The filtered rows. Raises ValidationError naming each parameter with a bad value."""
    if not filters.is_valid():
        raise exceptions.ValidationError(
            {
                name: [
                    exceptions.ErrorDetail(message, error.code or "invalid")
                    for error in errors
                    for message in error.messages
                ]
                for name, errors in filters.form.errors.as_data().items()
            }
        )
    return filters.qs  # type: ignore[no-any-return]
