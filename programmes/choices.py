"""Codes, labels and transitions of programmes, tasks, trials and progress."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.choices import Role

JOINING = frozenset({Role.COOPERATING, Role.PARTNER})  # whose part ends without a next holder


class ProgrammeKind(models.TextChoices):
    TRIAL = "trial", _("trial tasks")
    TARGETS = "targets", _("targets")
    PLAN = "plan", _("plan")
    AGREEMENT = "agreement", _("agreement")


class Reporting(models.TextChoices):
    """How often progress is due (plan 3015: quarterly)."""

    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half_yearly", _("half-yearly")
    YEARLY = "yearly", _("yearly")


class PillarCode(models.TextChoices):
    DIGITAL_GOVERNMENT = "digital_government", _("digital government")
    DIGITAL_ECONOMY = "digital_economy", _("digital economy")
    DIGITAL_SOCIETY = "digital_society", _("digital society")
    DIGITAL_INFRASTRUCTURE = "digital_infrastructure", _("digital infrastructure")
    CROSS_CUTTING = "cross_cutting", _("cross-cutting")


class TaskState(models.TextChoices):
    """Derived on the day asked; only the last three are ever stored."""

    PLANNED = "planned", _("planned")
    ON_TRIAL = "on_trial", _("on trial")
    TRIAL_ENDED = "trial_ended", _("trial ended")
    UNDER_EVALUATION = "under_evaluation", _("under evaluation")
    CONCLUDED = "concluded", _("concluded")
    STOPPED = "stopped", _("stopped")
    SUSPENDED = "suspended", _("suspended")
    REGULAR = "regular", _("regular duty")


STORED_TASK_STATES = (TaskState.STOPPED, TaskState.SUSPENDED, TaskState.REGULAR)


class Health(models.TextChoices):
    RED = "red", _("at risk")
    AMBER = "amber", _("needs attention")
    GREEN = "green", _("on course")
    GREY = "grey", _("cannot be judged yet")


HEALTH_ORDER = (Health.RED, Health.AMBER, Health.GREEN, Health.GREY)


class DeadlineState(models.TextChoices):
    UNKNOWN = "unknown", _("deadline not yet known")
    NONE = "none", _("no deadline (regular duty)")
    ON_TIME = "on_time", _("in time")
    DUE_SOON = "due_soon", _("due soon")
    OVERDUE = "overdue", _("overdue")
    DONE_EARLY = "done_early", _("done early")
    DONE_ON_TIME = "done_on_time", _("done on time")
    DONE_LATE = "done_late", _("done late")


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("planned")
    REACHED = "reached", _("reached")
    DROPPED = "dropped", _("dropped")


class Fulfilment(models.TextChoices):
    """What became of an enterprise's commitment."""

    UNKNOWN = "unknown", _("not yet known")
    KEPT = "kept", _("kept")
    PARTLY = "partly", _("kept in part")
    NOT_KEPT = "not_kept", _("not kept")


class UpdateState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", pgettext_lazy("progress update", "submitted")
    ACCEPTED = "accepted", pgettext_lazy("progress update", "accepted")
    RETURNED = "returned", pgettext_lazy("progress update", "returned")
    SUPERSEDED = "superseded", _("superseded")


class UpdateKind(models.TextChoices):
    """Whose report it is, and who typed it."""

    REPORT = "report", _("report of the lead")
    CONTRIBUTION = "contribution", _("contribution of a body that takes part")
    ENTERED = "entered", _("entered by the coordinator for the lead")


class OwnerAnswer(models.TextChoices):
    """What the lead says of a report that the coordinator entered for it."""

    CONFIRMED = "confirmed", pgettext_lazy("entered report", "confirmed")
    DISPUTED = "disputed", pgettext_lazy("entered report", "disputed")


UPDATE_TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
    "submit": (frozenset({UpdateState.DRAFT}), UpdateState.SUBMITTED),
    "accept": (frozenset({UpdateState.SUBMITTED}), UpdateState.ACCEPTED),
    "return": (frozenset({UpdateState.SUBMITTED}), UpdateState.RETURNED),
}


class LinkValueKind(models.TextChoices):
    BASELINE = "baseline", _("baseline")
    TARGET = "target", _("target")


class ExtensionState(models.TextChoices):
    """What became of a lead's wish for more time."""

    OPEN = "open", pgettext_lazy("extension", "asked")
    GRANTED = "granted", pgettext_lazy("extension", "granted")
    REFUSED = "refused", pgettext_lazy("extension", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("extension", "withdrawn")


class SheetKind(models.TextChoices):
    """What a spreadsheet brings."""

    PROGRESS = "progress", _("progress of a department")
    TRIAL_DATES = "trial_dates", _("trial dates of the annex")


class SheetState(models.TextChoices):
    """The way of a spreadsheet: nothing of it counts before it is written, and then only as drafts."""

    RECEIVED = "received", pgettext_lazy("spreadsheet", "being read")
    READ = "read", pgettext_lazy("spreadsheet", "waiting for a decision")
    FAULTY = "faulty", pgettext_lazy("spreadsheet", "has errors")
    CONFIRMED = "confirmed", pgettext_lazy("spreadsheet", "being written")
    WRITTEN = "written", pgettext_lazy("spreadsheet", "written")
    DISCARDED = "discarded", pgettext_lazy("spreadsheet", "discarded")
