"""Tables of the indicators' floor."""

from indicators.models.framework import (
    Framework,
    IndicatorDuty,
    MainIndicator,
    Pillar,
    SubIndicator,
)
from indicators.models.values import AssessmentResult, Measurement, PublishedFigure

__all__ = [
    "AssessmentResult",
    "Framework",
    "IndicatorDuty",
    "MainIndicator",
    "Measurement",
    "Pillar",
    "PublishedFigure",
    "SubIndicator",
]
