"""Tables of the programmes' floor."""

from programmes.models.links import IndicatorLink, LinkValue
from programmes.models.mandate import InspectionMandate
from programmes.models.programme import Criterion, Programme, ProgrammeDuty, ProgrammeItem
from programmes.models.task import Task, TaskDuty
from programmes.models.trial import Commitment, Milestone, TrialPeriod
from programmes.models.update import ProgressUpdate

__all__ = [
    "Commitment",
    "Criterion",
    "IndicatorLink",
    "InspectionMandate",
    "LinkValue",
    "Milestone",
    "Programme",
    "ProgrammeDuty",
    "ProgrammeItem",
    "ProgressUpdate",
    "Task",
    "TaskDuty",
    "TrialPeriod",
]
