"""The rights table in words: every action, relation, state and cell as the guide shows them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.rights import Cell, Relation, table

Words = Promise | str

THEMES: dict[str, tuple[Words, dict[str, Words]]] = {
    "progress": (
        _("Tasks and progress"),
        {
            "view_task": _("See tasks and what they are about"),
            "view_progress": _("See submitted progress and colours"),
            "view_draft_update": _("Read a progress report that is still a draft"),
            "write_update": _("Write a progress report"),
            "submit_update": _("Send a progress report to the coordinator"),
            "write_contribution": _("Write a contribution to a progress report"),
            "accept_update": _("Accept a progress report"),
            "return_update": _("Return a progress report with remarks"),
            "enter_for_silent_unit": _("Enter progress for a unit that is silent"),
            "confirm_entry": _("Confirm or dispute what was entered for one's body"),
            "enter_value": _("Enter indicator values"),
            "view_history": _("See the history of an object"),
        },
    ),
    "requests": (
        _("Requests and evidence"),
        {
            "ask_extension": _("Ask for an extension"),
            "grant_extension": _("Grant an extension"),
            "ask_explanation": _("Ask for an explanation"),
            "answer_request": _("Answer a request that names one's body"),
            "upload_evidence": _("Upload evidence"),
            "withdraw_evidence": _("Withdraw evidence (it is never erased)"),
            "view_lead_evidence": _("Read the lead's evidence"),
            "view_partner_evidence": _("Read an enterprise's evidence and remarks"),
        },
    ),
    "evaluations": (
        _("Evaluations"),
        {
            "view_evaluation": _("Read an evaluation"),
            "write_evaluation": _("Write an evaluation"),
            "write_opinion": _("Give an opinion on an evaluation"),
            "write_section": _("Write the enterprise's own section"),
            "write_minutes": _("Write, answer or dissent in joint minutes"),
            "send_to_head": _("Send an evaluation to the head"),
            "submit": _("Approve an evaluation and submit it to the coordinator"),
            "return_to_open": _("Give it back to its writer"),
            "withdraw": _("Withdraw a submitted evaluation"),
            "accept": _("Accept a submitted evaluation"),
            "return": _("Return a submitted evaluation"),
            "reopen": _("Reopen an accepted evaluation"),
        },
    ),
    "documents": (
        _("Reports, dossiers and publication"),
        {
            "generate_report": _("Have a report generated"),
            "download_report": _("Download a report"),
            "issue": _("Enter number, day and signer of a report"),
            "register_report": _("Register a report signed outside"),
            "enter_historical": _("Enter a report of the past"),
            "recall_document": _("Recall or replace an issued document"),
            "forward_dossier": _("Forward a dossier to the committee"),
            "conclude_dossier": _("Record the committee's conclusion"),
            "note_dossier": _("Record that no further opinion is expected, with the reason"),
            "give_directive": _("Give a directive"),
            "publish": _("Publish, or withdraw from publication"),
            "view_published": _("Read what is published"),
        },
    ),
    "overview": (
        _("Overview and figures"),
        {
            "view_dashboard": _("See the overview of the province"),
            "use_simulator": _("Use the simulator"),
            "export": _("Export what the lists show"),
            "load_edition": _("Load editions and published results"),
        },
    ),
    "set_up": (
        _("Setting up"),
        {
            "create_set_up": _("Create programmes, tasks and milestones"),
            "change_set_up": _("Change duties, days and indicator links, with reason and document"),
            "change_thresholds": _("Change thresholds and texts of criteria"),
            "manage_people": _("Manage people and their positions"),
            "manage_organisations": _("Manage organisations and their successions"),
            "manage_calendar": _("Manage days off and working days"),
            "manage_mandates": _("Enter decisions of inspection"),
            "manage_service_accounts": _("Manage service accounts"),
            "view_trail": _("Read the whole log"),
        },
    ),
    "account": (
        _("Accounts, delegations and programs"),
        {
            "manage_own_account": _("Manage one's own account, sessions and tokens"),
            "manage_delegations": _("Delegate to a colleague for some days"),
            "reactivate_person": _("Reactivate a locked account"),
            "revoke_any_token": _("Revoke anybody's token"),
            "call_status": _("Ask for states, health and dates through the API"),
            "call_read": _("Read through the API"),
            "call_write": _("Write through the API"),
        },
    ),
}
# Family and member: "lead (head, deputy)". A family of one has no member.
RELATIONS: dict[Relation, tuple[Words, Words]] = {
    Relation.LEAD_STAFF: (_("lead"), _("specialist")),
    Relation.LEAD_HEAD: (_("lead"), _("head")),
    Relation.LEAD_DEPUTY: (_("lead"), _("deputy head")),
    Relation.LEAD_DELEGATE: (_("lead"), _("delegate")),
    Relation.LEAD_CLERK: (_("lead"), _("clerk")),
    Relation.COOPERATING: (_("co-operating body"), ""),
    Relation.PARTNER: (_("enterprise of the task"), ""),
    Relation.INDICATOR_OWNER: (_("owner of the indicator"), ""),
    Relation.COORDINATOR: (_("coordinator"), _("specialist")),
    Relation.COORDINATOR_HEAD: (_("coordinator"), _("head")),
    Relation.COORDINATOR_DEPUTY: (_("coordinator"), _("deputy head")),
    Relation.COORDINATOR_DELEGATE: (_("coordinator"), _("delegate")),
    Relation.COORDINATOR_CLERK: (_("coordinator"), _("clerk")),
    Relation.AUTHORITY_OFFICE: (_("committee"), _("its Office")),
    Relation.AUTHORITY_LEADER: (_("committee"), _("its leaders")),
    Relation.INSPECTOR: (_("inspector, by a decision in force"), ""),
    Relation.STRANGER: (_("other staff of the province"), ""),
    Relation.ADMINISTRATOR: (_("administrator"), ""),
    Relation.OWN_HEAD: (_("head or deputy head of the person's own body"), ""),
    Relation.OWN_DELEGATE: (_("who acts for a head of the person's own body"), ""),
    Relation.TOKEN_STATUS: (_("program with a token"), _("status only")),
    Relation.TOKEN_READ: (_("program with a token"), _("reading")),
    Relation.TOKEN_WRITE: (_("program with a token"), _("reading and writing")),
    Relation.SERVICE: (_("service account"), ""),
    Relation.ANONYMOUS: (_("anybody, without signing in"), ""),
    Relation.FORMER: (_("account without a position"), ""),
    Relation.AUTHOR: (_("who wrote in it"), ""),
    Relation.ACCEPTOR: (_("who accepted it"), ""),
}
# Of drafts of progress, of evaluations, and of their documents.
STATES: dict[str, Words] = {
    "draft": pgettext_lazy("right", "a draft"),
    "open": pgettext_lazy("right", "being written"),
    "in_review": pgettext_lazy("right", "with the head"),
    "submitted": pgettext_lazy("right", "submitted"),
    "returned": pgettext_lazy("right", "returned"),
    "accepted": pgettext_lazy("right", "accepted"),
    "issued": pgettext_lazy("right", "issued"),
    "forwarded": pgettext_lazy("right", "forwarded to the committee"),
    "concluded": pgettext_lazy("right", "concluded"),
}
STATE_ORDER = tuple(STATES)


@dataclass(frozen=True)
class Group:
    """Who may do something in the same way."""

    how: str
    who: tuple[str, ...]
    forbids: bool = False


@dataclass(frozen=True)
class Line:
    """An action and who may do it."""

    action: str
    words: Words
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Theme:
    """Actions that belong together; `refused` are those the chosen relation may not do."""

    code: str
    title: Words
    lines: tuple[Line, ...]
    refused: tuple[Words, ...] = ()


def relation_words(relation: Relation) -> str:
    """`lead: deputy head`."""
    family, member = RELATIONS[relation]
    return f"{family}: {member}" if member else str(family)


def cell_words(cell: Cell) -> str:
    """A cell of the table as a person says it; "" where it says nothing."""
    if cell.forbids:
        return str(_("never, whatever else they are"))
    if not cell.grants:
        return ""
    states = ", ".join(str(STATES[s]) for s in STATE_ORDER if s in cell.states)
    if cell.is_own_only and states:
        return str(_("what is of their own body, while it is: %(states)s") % {"states": states})
    if cell.is_own_only:
        return str(_("what is of their own body"))
    return str(_("while it is: %(states)s") % {"states": states} if states else _("always"))


def themes_of(relation: Relation | None = None) -> list[Theme]:
    """The whole table by themes, or what one relation may do.

    The whole leaves out service accounts: what they may never do is said once, below it.
    """
    return [_theme(code, relation) for code in THEMES]


def _theme(code: str, relation: Relation | None) -> Theme:
    title, actions = THEMES[code]
    relations = [r for r in Relation if r != Relation.SERVICE] if relation is None else [relation]
    lines = [Line(action, words, _groups(action, relations)) for action, words in actions.items()]
    return Theme(
        code=code,
        title=title,
        lines=tuple(line for line in lines if line.groups),
        refused=tuple(line.words for line in lines if not line.groups),
    )


def _groups(action: str, relations: Iterable[Relation]) -> tuple[Group, ...]:
    """Relations with the same cell together, in the order of the table; what forbids comes last."""
    by_cell: dict[Cell, list[Relation]] = {}
    for relation in relations:
        cell = table()[action][relation]
        if cell.grants or cell.forbids:
            by_cell.setdefault(cell, []).append(relation)
    groups = [Group(cell_words(c), _families(found), c.forbids) for c, found in by_cell.items()]
    return tuple(sorted(groups, key=lambda group: group.forbids))


def _families(relations: Iterable[Relation]) -> tuple[str, ...]:
    """Each family once: whole, `lead`; all but one, `lead (not clerk)`; or `lead (head)`."""
    found = set(relations)
    families: dict[str, list[Relation]] = {}
    for relation, (family, _member) in RELATIONS.items():
        families.setdefault(str(family), []).append(relation)
    named = ((name, members) for name, members in families.items() if found.intersection(members))
    return tuple(_family(name, members, found) for name, members in named)


def _family(name: str, members: list[Relation], found: Collection[Relation]) -> str:
    held = [str(RELATIONS[relation][1]) for relation in members if relation in found]
    lacking = [str(RELATIONS[relation][1]) for relation in members if relation not in found]
    if not lacking:
        return name
    if len(lacking) == 1 and len(held) > 2:
        return str(_("%(family)s (not: %(member)s)") % {"family": name, "member": lacking[0]})
    return f"{name} ({', '.join(held)})"
