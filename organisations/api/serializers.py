"""Shapes of the lowest floor's objects, and the functions that fill them without further queries."""

from typing import Any

from rest_framework import serializers

from organisations.choices import JobKind, JobState, OrganisationKind
from organisations.models import Organisation


class OrganisationSerializer(serializers.Serializer[Organisation]):
    """A body as it stands in other objects, by its name of that day."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.ChoiceField(OrganisationKind.choices)
    kind_label = serializers.CharField()
    exchange_code = serializers.CharField(
        allow_null=True, help_text="H21… of the document exchange axis, where known."
    )


def organisation_body(organisation: Organisation | None) -> dict[str, Any] | None:
    """The shape above; None where nobody holds the duty."""
    if organisation is None:
        return None
    return {
        "code": organisation.code,
        "name": organisation.name,
        "name_en": organisation.name_en,
        "short_name": organisation.short_name,
        "kind": organisation.kind,
        "kind_label": OrganisationKind(organisation.kind).label,
        "exchange_code": organisation.exchange_code or None,
    }


class JobSerializer(serializers.Serializer[Any]):
    """Slow work and how far it is."""

    url = serializers.URLField()
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(JobKind.choices)
    kind_label = serializers.CharField()
    state = serializers.ChoiceField(JobState.choices)
    state_label = serializers.CharField()
    progress = serializers.IntegerField(min_value=0, max_value=100)
    attempts = serializers.IntegerField()
    result = serializers.DictField(
        child=serializers.CharField(), allow_null=True, help_text="Null until the job is done."
    )
    error = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
