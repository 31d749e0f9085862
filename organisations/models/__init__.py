"""Tables of the lowest floor."""

from organisations.models.days import CalendarDay
from organisations.models.delegations import Delegation
from organisations.models.documents import Document
from organisations.models.duties import Duty
from organisations.models.idempotency import AnsweredRequest
from organisations.models.jobs import Job
from organisations.models.letters import Letter
from organisations.models.notices import Notice
from organisations.models.organisation import Organisation, Succession
from organisations.models.people import Membership, User
from organisations.models.reference import ReferenceRow
from organisations.models.security import CorrectionRequest, SecurityEvent
from organisations.models.tokens import ApiToken
from organisations.models.trail import TrailEntry, TrailSeal, TrailShape

__all__ = [
    "AnsweredRequest",
    "ApiToken",
    "CalendarDay",
    "CorrectionRequest",
    "Delegation",
    "Document",
    "Duty",
    "Job",
    "Letter",
    "Membership",
    "Notice",
    "Organisation",
    "ReferenceRow",
    "SecurityEvent",
    "Succession",
    "TrailEntry",
    "TrailSeal",
    "TrailShape",
    "User",
]
