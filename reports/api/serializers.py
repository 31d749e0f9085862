"""Shapes of evaluations and reports: what is answered, and what may be sent."""

from typing import Any

from rest_framework import serializers

from dti_tracker.shared.api.fields import StrictSerializer, enumeration
from organisations.api.serializers import OrganisationSerializer
from organisations.choices import Capacity, Role
from programmes.api.serializers import (
    IndicatorLinkSerializer,
    TaskRefSerializer,
    TrialPeriodRefSerializer,
)
from reports.choices import (
    EvaluationState,
    FileKind,
    Origin,
    Outcome,
    ProposalKind,
    ReportState,
    Verb,
    Verdict,
)
from reports.readiness import Severity

Shape = serializers.Serializer[Any]
MAX_TEXT = 50_000
MAX_DONG = 2**63 - 1


class MaySerializer(Shape):
    """One move that leads on from the present state; `reason` says why not."""

    verb = enumeration(Verb)
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField()
    reason = serializers.CharField()
    needs_comment = serializers.BooleanField()


class MissingSerializer(Shape):
    """One gap. Blocking gaps stop the submission; others are said and may stay."""

    code = serializers.CharField()
    severity = serializers.ChoiceField([s.value for s in Severity])
    sentence = serializers.CharField()
    link = serializers.URLField(help_text="Where a person closes the gap.")
    who = enumeration(Role, help_text="Whose it is.")


class ReadinessSerializer(Shape):
    """What is missing before an evaluation can be submitted."""

    url = serializers.URLField()
    evaluation = serializers.URLField()
    is_ready = serializers.BooleanField(help_text="No blocking gap is left.")
    missing = MissingSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CriterionSerializer(Shape):
    """A condition that the programme's letter sets, and how the lead judges it (null: not yet)."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    verdict = enumeration(Verdict, allow_null=True)
    verdict_label = serializers.CharField(allow_null=True)
    evidence = serializers.CharField()


class ProposalSerializer(Shape):
    """The proposal for the next period."""

    kind = enumeration(ProposalKind, allow_null=True)
    kind_label = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    cost_vnd = serializers.IntegerField(allow_null=True)


class DecisionSerializer(Shape):
    """What the committee said."""

    outcome = enumeration(Outcome)
    outcome_label = serializers.CharField()
    concluded_on = serializers.DateField()
    conclusion = serializers.CharField()
    document = serializers.CharField(allow_null=True, help_text="Number and day.")


class MoveSerializer(Shape):
    """One step of the history. `verb` is `open` for the opening itself."""

    verb = serializers.ChoiceField([("open", "opened"), *Verb.choices])
    verb_label = serializers.CharField()
    from_state = enumeration(EvaluationState, allow_null=True)
    to_state = enumeration(EvaluationState)
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text="Name; null: the application itself.")
    organisation = OrganisationSerializer(allow_null=True)
    capacity = enumeration(
        Capacity, allow_null=True, help_text="As what they did it; null: the application itself."
    )
    capacity_label = serializers.CharField(allow_null=True)
    on_behalf_of = serializers.CharField(
        allow_null=True, help_text="Name of the head who delegated to them."
    )
    comment = serializers.CharField()


class FileSerializer(Shape):
    """A stored file."""

    type = enumeration(FileKind)
    url = serializers.URLField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")


class ReportSerializer(Shape):
    """A document made from frozen data. Number, day and signer come after signing."""

    url = serializers.URLField()
    id = serializers.UUIDField()
    evaluation = serializers.URLField()
    task = TaskRefSerializer()
    organisation = OrganisationSerializer()
    version = serializers.IntegerField()
    state = enumeration(ReportState)
    state_label = serializers.CharField()
    subject = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    signer = serializers.CharField(allow_null=True)
    data_as_of = serializers.DateField()
    is_submitted = serializers.BooleanField(help_text="Made from the data of the submission.")
    files = FileSerializer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EvaluationBriefSerializer(Shape):
    """An evaluation as lists show it."""

    url = serializers.URLField()
    id = serializers.UUIDField()
    task = TaskRefSerializer()
    trial_period = TrialPeriodRefSerializer()
    lead = OrganisationSerializer(allow_null=True)
    state = enumeration(EvaluationState)
    state_label = serializers.CharField()
    origin = enumeration(Origin)
    origin_label = serializers.CharField()
    opened_on = serializers.DateField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    decision = DecisionSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EvaluationSerializer(EvaluationBriefSerializer):
    """One evaluation with everything that belongs to it."""

    may = MaySerializer(many=True)
    readiness = MissingSerializer(many=True)
    results = serializers.CharField()
    shortcomings = serializers.CharField()
    causes = serializers.CharField()
    cost_vnd = serializers.IntegerField(allow_null=True)
    criteria = CriterionSerializer(many=True)
    proposal = ProposalSerializer()
    returns = MoveSerializer(many=True)
    reports = ReportSerializer(many=True)
    history = MoveSerializer(many=True)
    indicator_links = IndicatorLinkSerializer(many=True)
    data_as_of = serializers.DateField()


class FindingChangeSerializer(StrictSerializer):
    """A verdict on a criterion; null takes an earlier one back."""

    code = serializers.CharField(max_length=40)
    verdict = enumeration(Verdict, allow_null=True)
    evidence = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, default="")


class ProposalChangeSerializer(StrictSerializer):
    """Members that are left out stay."""

    kind = enumeration(ProposalKind, allow_null=True, required=False)
    text = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, required=False)
    starts_on = serializers.DateField(allow_null=True, required=False)
    ends_on = serializers.DateField(allow_null=True, required=False)
    cost_vnd = serializers.IntegerField(
        min_value=0, max_value=MAX_DONG, allow_null=True, required=False
    )


class EvaluationChangeSerializer(StrictSerializer):
    """The judgement part of an evaluation; members that are left out stay."""

    results = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, required=False)
    shortcomings = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, required=False)
    causes = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, required=False)
    cost_vnd = serializers.IntegerField(
        min_value=0, max_value=MAX_DONG, allow_null=True, required=False
    )
    proposal = ProposalChangeSerializer(required=False)
    criteria = FindingChangeSerializer(many=True, required=False)


class ActionSerializer(StrictSerializer):
    """What goes with a move."""

    comment = serializers.CharField(
        max_length=MAX_TEXT, allow_blank=True, default="", help_text="Required for some verbs."
    )


class NothingSerializer(StrictSerializer):
    """A request without content."""
