"""The one policy: may a person with these relations do this to an object in this state?

The table is data (`data/rights.csv`): a row an action, a column a relation, so that an officer can
read it. Each floor computes its own objects' relations and asks here.

Cells: `Y` may · `own` may with what is of the own body (`Belonging.OWN`) · `Y:a|b`, `own:a|b` may in
the states a and b · `-` says nothing · `no` forbids, whatever other relations allow (nobody decides
on their own work, nor takes back their own acceptance; a service account decides nothing).
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dti_tracker.shared.errors import NotAllowed, WrongState

TABLE = Path(__file__).parent / "data" / "rights.csv"


class Relation(StrEnum):
    """What a person is to an object on a day; columns of the table."""

    LEAD_STAFF = "lead_staff"
    LEAD_HEAD = "lead_head"
    LEAD_DEPUTY = "lead_deputy"
    LEAD_DELEGATE = "lead_delegate"
    LEAD_CLERK = "lead_clerk"
    COOPERATING = "cooperating"
    PARTNER = "partner"
    INDICATOR_OWNER = "indicator_owner"
    COORDINATOR = "coordinator"
    COORDINATOR_HEAD = "coordinator_head"
    COORDINATOR_DEPUTY = "coordinator_deputy"
    COORDINATOR_DELEGATE = "coordinator_delegate"
    COORDINATOR_CLERK = "coordinator_clerk"
    AUTHORITY_OFFICE = "authority_office"
    AUTHORITY_LEADER = "authority_leader"
    INSPECTOR = "inspector"
    STRANGER = "stranger"
    ADMINISTRATOR = "administrator"
    OWN_HEAD = "own_head"
    OWN_DELEGATE = "own_delegate"
    TOKEN_STATUS = "token_status"  # noqa: S105 - a scope
    TOKEN_READ = "token_read"  # noqa: S105
    TOKEN_WRITE = "token_write"  # noqa: S105
    ANONYMOUS = "anonymous"
    FORMER = "former"
    AUTHOR = "author"
    ACCEPTOR = "acceptor"
    SERVICE = "service"


class Belonging(StrEnum):
    """Whose an object is; no column of its own, it opens the cells that say `own`."""

    OWN = "own"


class Refusal(StrEnum):
    """Why not."""

    RELATION = "relation"
    STATE = "state"
    OWN_WORK = "own_work"
    OWN_ACCEPTANCE = "own_acceptance"
    SERVICE = "service"


REFUSALS: dict[Refusal, Promise | str] = {
    Refusal.RELATION: _("Your organisation and position do not allow this here."),
    Refusal.STATE: _("This cannot be done in the present state."),
    Refusal.OWN_WORK: _("You took part in writing this; another person has to decide."),
    Refusal.OWN_ACCEPTANCE: _("You accepted this yourself; another person has to reopen it."),
    Refusal.SERVICE: _("A service account reads and enters data; a person has to do this."),
}
# What a relation's "no" means.
FORBIDDEN_AS = {
    Relation.AUTHOR: Refusal.OWN_WORK,
    Relation.ACCEPTOR: Refusal.OWN_ACCEPTANCE,
    Relation.SERVICE: Refusal.SERVICE,
}


@dataclass(frozen=True)
class Decision:
    """The answer, and why not."""

    allowed: bool
    refusal: Refusal | None = None

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def reason(self) -> str:
        return str(REFUSALS[self.refusal]) if self.refusal else ""


@dataclass(frozen=True)
class Cell:
    grants: bool
    forbids: bool
    states: frozenset[str]
    is_own_only: bool = False

    @classmethod
    def read(cls, text: str) -> "Cell":
        word, _colon, states = text.strip().partition(":")
        if word not in {"Y", "own", "-", "no"}:
            raise ValueError(f"rights.csv: {text!r} is none of 'Y', 'own', '-', 'no' (':states').")
        return cls(
            grants=word in {"Y", "own"},
            forbids=word == "no",
            states=frozenset(states.split("|")) if states else frozenset(),
            is_own_only=word == "own",
        )

    def fits(self, state: str | None) -> bool:
        return not self.states or state in self.states


@cache
def table() -> dict[str, dict[Relation, Cell]]:
    """The rights table: action → relation → cell."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["action"]: {Relation(name): Cell.read(row[name]) for name in list(Relation)}
            for row in csv.DictReader(file)
        }


def allowed(
    action: str,
    relations: Collection[Relation],
    state: str | None = None,
    *,
    belonging: Belonging | None = None,
) -> Decision:
    """Whether any relation allows an action in a state and none forbids it.

    Args:
        belonging: `OWN` where the object is of the person's own body, for the cells that ask it.

    Raises:
        KeyError: the action is not in the table; a new action gets its row first.
    """
    cells = {relation: table()[action][relation] for relation in relations}
    granting = [
        cell for cell in cells.values() if cell.grants and (belonging or not cell.is_own_only)
    ]
    if not granting:
        return Decision(False, Refusal.RELATION)
    if not any(cell.fits(state) for cell in granting):
        return Decision(False, Refusal.STATE)
    forbidding = next((relation for relation, cell in cells.items() if cell.forbids), None)
    if forbidding is not None:
        return Decision(False, FORBIDDEN_AS[forbidding])
    return Decision(True)


def require(decision: Decision, *, wrong_state: str = "") -> None:
    """Go on only with what is allowed.

    Args:
        wrong_state: what to say instead of the table's own sentence where the state refuses.

    Raises:
        WrongState: the relations would allow it in another state.
        NotAllowed: they do not allow it, or one forbids it.
    """
    if decision.refusal == Refusal.STATE:
        raise WrongState(wrong_state or decision.reason)
    if not decision:
        raise NotAllowed(decision.reason)
