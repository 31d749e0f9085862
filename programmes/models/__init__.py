"""Tables of the programmes' floor."""

from programmes.models.evidence import Evidence, EvidenceChunk, EvidenceContent
from programmes.models.extension import ExtensionRequest
from programmes.models.links import IndicatorLink, LinkValue
from programmes.models.mandate import InspectionMandate
from programmes.models.programme import Criterion, Programme, ProgrammeDuty, ProgrammeItem
from programmes.models.reported import ReportedMilestone, ReportedValue
from programmes.models.sheets import SavedView, Spreadsheet
from programmes.models.task import Task, TaskDuty
from programmes.models.trial import Commitment, Milestone, TrialPeriod
from programmes.models.update import ProgressUpdate

__all__ = [
    "Commitment",
    "Criterion",
    "Evidence",
    "EvidenceChunk",
    "EvidenceContent",
    "ExtensionRequest",
    "IndicatorLink",
    "InspectionMandate",
    "LinkValue",
    "Milestone",
    "Programme",
    "ProgrammeDuty",
    "ProgrammeItem",
    "ProgressUpdate",
    "ReportedMilestone",
    "ReportedValue",
    "SavedView",
    "Spreadsheet",
    "Task",
    "TaskDuty",
    "TrialPeriod",
]
