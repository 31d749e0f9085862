"""Tables of the upper floor."""

from reports.models.dispatch import Dispatch
from reports.models.evaluation import CriterionFinding, Evaluation, EvaluationMove
from reports.models.report import Report, ReportFile, Snapshot

__all__ = [
    "CriterionFinding",
    "Dispatch",
    "Evaluation",
    "EvaluationMove",
    "Report",
    "ReportFile",
    "Snapshot",
]
