"""Shapes of programmes, tasks and indicator links, for the schema.

The lists are filled by `programmes.api.bodies` from the read models; a test holds both together.
"""

from typing import Any

from rest_framework import serializers

from dti_tracker.shared.api.fields import enumeration
from indicators.calculation import PaceClass
from indicators.choices import Direction
from organisations.api.serializers import OrganisationSerializer
from organisations.choices import Certainty
from programmes.choices import (
    DeadlineState,
    Health,
    PillarCode,
    ProgrammeKind,
    Reporting,
    TaskState,
)

Shape = serializers.Serializer[Any]


class ProgrammeRefSerializer(Shape):
    """A programme as it stands in other objects."""

    url = serializers.URLField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class TaskRefSerializer(Shape):
    """A task as it stands in other objects."""

    url = serializers.URLField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class TrialPeriodRefSerializer(Shape):
    """A trial as it stands in other objects; both days included, null while unknown."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    territory = OrganisationSerializer(allow_null=True)


class SubIndicatorRefSerializer(Shape):
    """A sub-indicator by its stable key."""

    key = serializers.CharField()
    official_code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    name_en = serializers.CharField()
    framework = serializers.CharField(help_text="Code of the edition.")
    main_indicator = serializers.CharField(help_text="Code within the edition.")


class ValueSerializer(Shape):
    """A dated value with what must be shown beside it."""

    value = serializers.DecimalField(None, 4)
    numerator = serializers.DecimalField(None, 4, allow_null=True)
    denominator = serializers.DecimalField(None, 4, allow_null=True)
    unit = serializers.CharField()
    on = serializers.DateField()
    certainty = enumeration(Certainty)
    certainty_label = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    is_estimated = serializers.BooleanField()


class IndicatorLinkSerializer(Shape):
    """A task should raise a sub-indicator. Ratios: 1 is the target, or the required speed."""

    id = serializers.UUIDField()
    task = serializers.CharField(help_text="Code.")
    sub_indicator = SubIndicatorRefSerializer()
    direction = enumeration(Direction)
    direction_label = serializers.CharField()
    baseline = ValueSerializer(allow_null=True)
    target = ValueSerializer(allow_null=True)
    actual = ValueSerializer(allow_null=True)
    attainment = serializers.DecimalField(None, 4, allow_null=True)
    pace_linear = serializers.DecimalField(None, 4, allow_null=True)
    pace_growth = serializers.DecimalField(None, 4, allow_null=True)
    pace_class = serializers.ChoiceField([c.value for c in PaceClass], allow_null=True)
    pace_class_label = serializers.CharField(allow_null=True)
    points_baseline = serializers.DecimalField(None, 4, allow_null=True)
    points_actual = serializers.DecimalField(None, 4, allow_null=True)
    points_target = serializers.DecimalField(None, 4, allow_null=True)
    points_assumptions = serializers.ListField(
        child=serializers.CharField(), help_text="What the points assume; empty: nothing."
    )
    share = serializers.DecimalField(
        5, 2, allow_null=True, help_text="Percent of the change claimed for the task."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DeadlineSerializer(Shape):
    """What is due next, or overdue longest."""

    on = serializers.DateField()
    what = serializers.CharField()
    days_left = serializers.IntegerField(help_text="Negative when overdue.")


class LastUpdateSerializer(Shape):
    """The accepted update of the lead whose figures count."""

    id = serializers.UUIDField()
    organisation = OrganisationSerializer(allow_null=True)
    period_starts_on = serializers.DateField()
    period_ends_on = serializers.DateField()
    percent = serializers.DecimalField(5, 2, allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    is_example = serializers.BooleanField()


class TaskStatusSerializer(Shape):
    """A task in brief, as an operations centre shows it.

    What a caller may not know is null: an administrator sees the set-up alone, a `status` token
    neither `percent` nor `health_reason`.
    """

    url = serializers.URLField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    state = enumeration(TaskState, allow_null=True)
    state_label = serializers.CharField(allow_null=True)
    health = enumeration(Health, allow_null=True)
    health_label = serializers.CharField(allow_null=True)
    health_reason = serializers.CharField(allow_null=True)
    declared_health = enumeration(Health, allow_null=True)
    declared_health_label = serializers.CharField(allow_null=True)
    percent = serializers.DecimalField(5, 2, allow_null=True)
    lead = OrganisationSerializer(allow_null=True)
    trial_start = serializers.DateField(allow_null=True)
    trial_end = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    deadline_state = enumeration(DeadlineState, allow_null=True)
    deadline_state_label = serializers.CharField(allow_null=True)
    next_deadline = DeadlineSerializer(allow_null=True)
    last_update = LastUpdateSerializer(allow_null=True)
    data_as_of = serializers.DateField(allow_null=True)
    is_example = serializers.BooleanField(help_text="Made-up figures of the demonstration.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TaskSerializer(TaskStatusSerializer):
    """A task on a day, with its indicators."""

    programme = ProgrammeRefSerializer()
    number = serializers.IntegerField()
    pillar = enumeration(PillarCode)
    pillar_label = serializers.CharField()
    cooperating = OrganisationSerializer(many=True)
    partners = OrganisationSerializer(many=True)
    trial_period = TrialPeriodRefSerializer(allow_null=True)
    indicator_links = IndicatorLinkSerializer(many=True)


class ProgrammeSerializer(ProgrammeRefSerializer):
    """A programme with the thresholds of its colours."""

    kind = enumeration(ProgrammeKind)
    kind_label = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    legal_basis = serializers.CharField()
    reporting = enumeration(Reporting)
    reporting_label = serializers.CharField()
    coordinator = OrganisationSerializer(allow_null=True)
    authority = OrganisationSerializer(allow_null=True)
    task_count = serializers.IntegerField(help_text="Tasks that the caller may see.")
    certainty = enumeration(Certainty)
    certainty_label = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CountsByHealthSerializer(Shape):
    """How many of the tasks below have which colour."""

    red = serializers.IntegerField()
    amber = serializers.IntegerField()
    green = serializers.IntegerField()
    grey = serializers.IntegerField()


class PublishedResultSerializer(Shape):
    """The latest published total of the province."""

    framework = serializers.CharField()
    assessment_year = serializers.IntegerField()
    score = serializers.DecimalField(8, 4, allow_null=True)
    rank = serializers.IntegerField()
    ranked_units = serializers.IntegerField(allow_null=True)
    published_on = serializers.DateField(allow_null=True)
    certainty = enumeration(Certainty)
    certainty_label = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()


class EstimateSerializer(Shape):
    """Our own estimate of the total; null with the reason as long as it cannot be computed."""

    score = serializers.DecimalField(8, 4, allow_null=True)
    reason = serializers.CharField(allow_null=True)


class ProgrammeStatusSerializer(Shape):
    """Everything an operations centre shows of a programme, in one answer."""

    url = serializers.URLField()
    programme = ProgrammeRefSerializer()
    data_as_of = serializers.DateField()
    counts_by_health = CountsByHealthSerializer()
    published_result = PublishedResultSerializer(allow_null=True)
    estimate = EstimateSerializer()
    tasks = TaskStatusSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
