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


HEADS = frozenset({Position.HEAD, Position.DEPUTY})


class Capacity(models.TextChoices):
    """As what somebody did something: by their own position, or lent by a head.

    Deputies sign in the head's stead (KT.), delegates on somebody's authority (TUQ.), Decree
    30/2020/NĐ-CP, Article 13.
    """

    STAFF = "staff", _("as specialist")
    HEAD = "head", _("as head")
    DEPUTY = "deputy", _("as deputy head, in the head's stead (KT.)")
    CLERK = "clerk", _("as clerk")
    DELEGATE = "delegate", _("as delegate")


class TokenScope(models.TextChoices):
    """How much of its owner's sight a token has."""

    STATUS = "status", _("status: states, health and dates alone")
    READ = "read", _("read: what the owner may read")
    WRITE = "write", _("write: what the owner may read and do")


class TokenState(models.TextChoices):
    USABLE = "usable", pgettext_lazy("token", "usable")
    EXPIRED = "expired", pgettext_lazy("token", "expired")
    REVOKED = "revoked", pgettext_lazy("token", "revoked")


class AttemptPlace(models.TextChoices):
    """Where attempts at an account are counted together, and locked out."""

    DEVICE = "device", pgettext_lazy("security event", "this device")
    ADDRESS = "address", pgettext_lazy("security event", "this address")
    EVERYWHERE = "everywhere", pgettext_lazy("security event", "every unknown device")


class SecondFactor(models.TextChoices):
    """What answered, or was added or removed; a code is one of the app or for recovery."""

    APP = "app", pgettext_lazy("second factor", "app on the telephone")
    PASSKEY = "passkey", pgettext_lazy("second factor", "passkey")
    CODE = "code", pgettext_lazy("second factor", "code")


class Voucher(models.TextChoices):
    """What vouches for a person in the place of another person."""

    SINGLE_SIGN_ON = "single_sign_on", pgettext_lazy("security event", "the single sign-on")


class SecurityEventKind(models.TextChoices):
    """What the security log tells apart."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("wrong name, password or code")
    SIGN_IN_REFUSED = "sign_in_refused", _("sign-in refused")
    LOCKED_OUT = "locked_out", _("locked out after wrong attempts")
    SIGNED_OUT = "signed_out", _("signed out")
    UNLOCKED = "unlocked", _("session unlocked")
    UNLOCK_FAILED = "unlock_failed", _("wrong answer at a locked session")
    SESSION_ENDED = "session_ended", _("session ended from the account page")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    RESET_ASKED = "reset_asked", _("link for a new password asked for")
    INVITED = "invited", _("invited")
    FACTOR_ADDED = "factor_added", _("second factor added")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")
    CODES_MADE = "codes_made", _("new recovery codes made")
    CODES_SHOWN = "codes_shown", _("recovery codes shown")
    CODES_DOWNLOADED = "codes_downloaded", _("recovery codes downloaded")
    ADMINISTRATOR_MADE = "administrator_made", _("made an administrator")
    ADMINISTRATOR_ENDED = "administrator_ended", _("no longer an administrator")
    DISABLED = "disabled", _("account disabled")
    REACTIVATED = "reactivated", _("account reactivated")
    TOKEN_MADE = "token_made", _("token made")
    TOKEN_REVOKED = "token_revoked", _("token revoked")
    TOKEN_REFUSED = "token_refused", _("token refused")
    DELEGATED = "delegated", _("powers of a head delegated")
    DELEGATION_REVOKED = "delegation_revoked", _("delegation revoked")
    INSPECTED = "inspected", _("read by an inspector")
    EMERGENCY = "emergency", _("emergency administration entered")
    TRAIL_EXPORTED = "trail_exported", _("trail exported")


class SignInRefusal(models.TextChoices):
    """Why nobody comes in although the password may be right."""

    LOCKED_OUT = "locked_out", _("locked out after wrong attempts")
    DISABLED = "disabled", _("the account is disabled")
    DORMANT = "dormant", _("the account is locked because nobody used it")
    SERVICE = "service", _("the account belongs to a program")


class AccountState(models.TextChoices):
    """Whether an account can be used on a day; the first that holds is said."""

    DISABLED = "disabled", pgettext_lazy("account", "disabled")
    DORMANT = "dormant", pgettext_lazy("account", "locked, because nobody used it")
    WITHOUT_POSITION = "without_position", _("without position")
    INVITED = "invited", pgettext_lazy("account", "has not chosen a password yet")
    ACTIVE = "active", pgettext_lazy("account", "active")


class CorrectionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("correction", "open")
    ANSWERED = "answered", pgettext_lazy("correction", "answered")


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
    SHEET_READ = "sheet_read", _("reading a spreadsheet")
    SHEET_WRITE = "sheet_write", _("writing a spreadsheet's rows")


class TrailKind(models.TextChoices):
    """What happened to a row."""

    INSERT = "insert", pgettext_lazy("trail", "made")
    UPDATE = "update", pgettext_lazy("trail", "changed")
    DELETE = "delete", pgettext_lazy("trail", "removed")


class Channel(models.TextChoices):
    """Through which door a change came."""

    PAGE = "page", pgettext_lazy("trail", "page")
    API = "api", "API"
    JOB = "job", pgettext_lazy("trail", "background job")
    COMMAND = "command", pgettext_lazy("trail", "command")
    SQL = "sql", pgettext_lazy("trail", "direct SQL")
    ADOPTED = "adopted", pgettext_lazy("trail", "before the trail began")
