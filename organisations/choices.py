"""Codes, labels and words of the lowest floor: bodies, people, duties, documents, jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Certainty(models.TextChoices):
    """How sure a fact is; travels with the value to every screen and document."""

    READ = "read", _("read in a source")
    DERIVED = "derived", _("computed from what was read")
    INFERRED = "inferred", _("inferred")
    UNVERIFIED = "unverified", _("unverified")
    ENTERED = "entered", _("entered")
    CONFIRMED = "confirmed", _("confirmed")
    EXAMPLE = "example", _("example data")
    UNKNOWN = "unknown", _("unknown")


class DatePrecision(models.TextChoices):
    """To what a date is known: a letter of "August 2023" has a month, not a day."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", _("unknown")


class OrganisationKind(models.TextChoices):
    COMMITTEE = "committee", _("committee")
    DEPARTMENT = "department", _("provincial department")
    CENTRAL_AGENCY = "central_agency", _("central agency in the province")
    LOCALITY = "locality", _("district or commune")
    ENTERPRISE = "enterprise", _("enterprise group")
    ENTERPRISE_UNIT = "enterprise_unit", _("local unit of an enterprise")
    ASSOCIATION = "association", _("association")
    PARTY = "party", _("party body")


ENTERPRISE_KINDS = frozenset({OrganisationKind.ENTERPRISE, OrganisationKind.ENTERPRISE_UNIT})


class Position(models.TextChoices):
    """What a person is in an organisation; rights follow from it."""

    STAFF = "staff", _("specialist")
    HEAD = "head", _("head")
    DEPUTY = "deputy", _("deputy head")
    CLERK = "clerk", _("clerk")
    INSPECTOR = "inspector", _("inspector")


class Role(models.TextChoices):
    """A duty an organisation holds for a programme, a task or an indicator."""

    LEAD = "lead", _("lead")
    COOPERATING = "cooperating", _("co-operating body")
    PARTNER = "partner", _("enterprise")
    COORDINATOR = "coordinator", _("coordinator")
    AUTHORITY = "authority", _("authority")
    INDICATOR_OWNER = "indicator_owner", _("indicator owner")


class DocumentKind(models.TextChoices):
    """Types of administrative documents, by the abbreviation of Decree 30/2020/NĐ-CP."""

    LETTER = "CV", _("official letter")
    REPORT = "BC", pgettext_lazy("document type", "report")
    PLAN = "KH", _("plan")
    DECISION = "QĐ", _("decision")
    RESOLUTION = "NQ", _("resolution")
    SUBMISSION = "TTr", _("submission")
    NOTICE = "TB", _("notice")
    AGREEMENT = "TT", _("agreement")
    INSPECTION = "KLTT", _("inspection conclusion")


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class JobKind(models.TextChoices):
    EVALUATION_REPORT = "evaluation_report", _("evaluation report")
