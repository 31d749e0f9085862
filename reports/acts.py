"""What each verb does, in one sentence for the person who is about to do it, and once it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from reports.choices import Verb
from reports.may import May

EFFECTS: dict[Verb, Promise] = {
    Verb.SEND_TO_HEAD: _(
        "The head of %(lead)s gets it to look through and submit; after that only the head "
        "changes the text."
    ),
    Verb.SUBMIT: _("The figures are frozen and the draft goes to %(coordinator)s for review."),
    Verb.RETURN_TO_OPEN: _("The writer gets it back with your reason."),
    Verb.WITHDRAW: _("The draft leaves the desk of %(coordinator)s and can be changed again."),
    Verb.ACCEPT: _(
        "%(lead)s gets it to have it signed and issued. The submitted version stays as it is."
    ),
    Verb.RETURN: _("%(lead)s gets it back with your reason, corrects it and submits it again."),
    Verb.REOPEN: _("%(lead)s gets it back with your reason; it was not issued yet."),
}
DONE: dict[Verb, Promise] = {
    Verb.SEND_TO_HEAD: _("It lies with the head of %(lead)s now."),
    Verb.SUBMIT: _("Submitted: the draft lies with %(coordinator)s now."),
    Verb.RETURN_TO_OPEN: _("The writer has it again, with your reason."),
    Verb.WITHDRAW: _("Withdrawn: the draft can be changed again."),
    Verb.ACCEPT: _("Accepted: %(lead)s has it signed and issued now."),
    Verb.RETURN: _("Returned to %(lead)s, with your reason."),
    Verb.REOPEN: _("Reopened and returned to %(lead)s, with your reason."),
}
MAIN = frozenset({Verb.SEND_TO_HEAD, Verb.SUBMIT, Verb.ACCEPT})


@dataclass(frozen=True)
class Act:
    """A button: its word, what will happen, and why not where it is not allowed just now."""

    verb: Verb
    label: str
    effect: str
    is_main: bool
    needs_comment: bool
    is_allowed: bool
    why_not: str


def acts_of(
    possible: Sequence[May], lead: Organisation | None, coordinator: Organisation | None
) -> list[Act]:
    """The buttons of an evaluation, what leads on first."""
    names = _names(lead, coordinator)
    acts = [
        Act(
            verb=Verb(step.verb),
            label=step.label,
            effect=str(EFFECTS[Verb(step.verb)]) % names,
            is_main=step.verb in MAIN,
            needs_comment=step.needs_comment,
            is_allowed=step.allowed,
            why_not="" if step.allowed else step.reason,
        )
        for step in possible
    ]
    return sorted(acts, key=lambda act: not act.is_main)


def done_sentence(verb: Verb, lead: Organisation | None, coordinator: Organisation | None) -> str:
    """What is told after a verb was done."""
    return str(DONE[verb]) % _names(lead, coordinator)


def _names(lead: Organisation | None, coordinator: Organisation | None) -> dict[str, str]:
    return {
        "lead": lead.short_name if lead else str(_("the lead department")),
        "coordinator": coordinator.short_name if coordinator else str(_("the coordinator")),
    }
