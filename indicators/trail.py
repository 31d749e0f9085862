"""What this floor says of its models to the trail: editions and published figures are set-up."""

from django.utils.translation import gettext_lazy as _

from indicators.models import (
    AssessmentResult,
    Framework,
    MainIndicator,
    Measurement,
    Pillar,
    PublishedFigure,
    SubIndicator,
)
from organisations.trail import registry

registry.fields(Framework, total_formula_certainty=_("certainty of the formula"))
registry.fields(Pillar, sub_indicator_count=_("number of sub-indicators"))
registry.fields(
    Measurement,
    entered_by=_("entered by"),
    confirmed_by=_("confirmed by"),
)
registry.fields(
    AssessmentResult,
    territory=_("territory"),
    published_on_precision=_("precision of the day"),
)
registry.fields(
    PublishedFigure,
    comparator=_("comparison"),
    as_of_precision=_("precision of the day"),
    territory=_("territory"),
)
registry.set_up(AssessmentResult, Framework, MainIndicator, Pillar, PublishedFigure, SubIndicator)
