"""Tables of the lowest floor."""

from organisations.models.documents import Document
from organisations.models.duties import Duty
from organisations.models.idempotency import AnsweredRequest
from organisations.models.jobs import Job
from organisations.models.notices import Notice
from organisations.models.organisation import Organisation, Succession
from organisations.models.people import Membership, User
from organisations.models.reference import ReferenceRow

__all__ = [
    "AnsweredRequest",
    "Document",
    "Duty",
    "Job",
    "Membership",
    "Notice",
    "Organisation",
    "ReferenceRow",
    "Succession",
    "User",
]
