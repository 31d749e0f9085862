"""Codes, labels and the one table of transitions of evaluations and reports."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EvaluationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("evaluation", "being written")
    IN_REVIEW = "in_review", pgettext_lazy("evaluation", "with the head")
    SUBMITTED = "submitted", pgettext_lazy("evaluation", "with the coordinator")
    RETURNED = "returned", pgettext_lazy("evaluation", "returned")
    ACCEPTED = "accepted", pgettext_lazy("evaluation", "accepted, to be issued")
    ISSUED = "issued", pgettext_lazy("evaluation", "issued")
    FORWARDED = "forwarded", pgettext_lazy("evaluation", "forwarded to the committee")
    CONCLUDED = "concluded", pgettext_lazy("evaluation", "concluded")


class Verb(models.TextChoices):
    """What moves an evaluation; names are those of the API."""

    SEND_TO_HEAD = "send_to_head", _("Send to the head")
    SUBMIT = "submit", _("Submit to the coordinator")
    RETURN_TO_OPEN = "return_to_open", _("Return to the writer")
    WITHDRAW = "withdraw", _("Withdraw")
    RETURN = "return", _("Return with a reason")
    ACCEPT = "accept", _("Accept")
    REOPEN = "reopen", _("Reopen")


@dataclass(frozen=True)
class Transition:
    """From which states a verb leads where, and whether it must say why."""

    sources: frozenset[EvaluationState]
    target: EvaluationState
    needs_comment: bool = False


TRANSITIONS: dict[Verb, Transition] = {
    Verb.SEND_TO_HEAD: Transition(
        frozenset({EvaluationState.OPEN, EvaluationState.RETURNED}), EvaluationState.IN_REVIEW
    ),
    Verb.SUBMIT: Transition(frozenset({EvaluationState.IN_REVIEW}), EvaluationState.SUBMITTED),
    Verb.RETURN_TO_OPEN: Transition(
        frozenset({EvaluationState.IN_REVIEW}), EvaluationState.OPEN, needs_comment=True
    ),
    Verb.WITHDRAW: Transition(frozenset({EvaluationState.SUBMITTED}), EvaluationState.IN_REVIEW),
    Verb.RETURN: Transition(
        frozenset({EvaluationState.SUBMITTED}), EvaluationState.RETURNED, needs_comment=True
    ),
    Verb.ACCEPT: Transition(frozenset({EvaluationState.SUBMITTED}), EvaluationState.ACCEPTED),
    Verb.REOPEN: Transition(
        frozenset({EvaluationState.ACCEPTED}), EvaluationState.RETURNED, needs_comment=True
    ),
}


class Origin(models.TextChoices):
    """How an evaluation came to be; only opened ones run through the whole route."""

    OPENED = "opened", _("opened at the end of the trial")
    REGISTERED = "registered", _("registered from outside")
    HISTORICAL = "historical", _("historical")


class Outcome(models.TextChoices):
    CONCLUDED = "concluded", pgettext_lazy("outcome", "concluded by the committee")
    NOTED = "noted", pgettext_lazy("outcome", "reported, no further opinion")


class ProposalKind(models.TextChoices):
    """The proposal for the next period (letter of August 2023, point 3)."""

    CONTINUE = "continue", _("continue")
    EXPAND = "expand", _("expand")
    HIRE = "hire", _("hire as an IT service")
    EXTEND = "extend", _("extend the trial")
    ADJUST = "adjust", _("adjust")
    STOP = "stop", _("stop")


class Verdict(models.TextChoices):
    MET = "met", _("met")
    PARTLY = "partly", _("met in part")
    NOT_MET = "not_met", _("not met")


class ReportState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("report", "draft")
    ISSUED = "issued", pgettext_lazy("report", "issued")
    REPLACED = "replaced", _("replaced")
    RECALLED = "recalled", _("recalled")


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"


MEDIA_TYPES: dict[str, str] = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class DispatchPurpose(models.TextChoices):
    """Why something lies on a desk."""

    TO_COMPLETE = "to_complete", _("to complete")
    FOR_INFORMATION = "for_information", _("for information")
    FOR_REVIEW = "for_review", _("for review")
    FOR_CORRECTION = "for_correction", _("for correction")
    TO_ISSUE = "to_issue", _("to be signed and issued")
