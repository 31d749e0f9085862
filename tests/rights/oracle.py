"""What the table of rights and the rule of visibility alone say somebody is to be answered.

Nothing of the application is asked here: the CSV is read anew, and what a person is to a task
follows from the few facts of the cast. Not visible → 404, visible and not allowed → 403, wrong
state → 409, not signed in → 401 or the log-in page. Pages answer like the API, with the sentence on
the page they came from.
"""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.rights.routes import Line

TABLE = Path(__file__).parents[2] / "organisations" / "data" / "rights.csv"
COMMITTEE, OFFICE = "ppc", "vpub"
ENTERPRISES = {"vnpt", "viettel"}


@dataclass(frozen=True)
class Duties:
    """Who holds which duty for a task."""

    lead: str
    partners: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    programme: str = "GL-2023"
    coordinator: str = "skhcn"
    authority: str = COMMITTEE


TASKS = {
    "shared": Duties("sct", ("vnpt", "viettel"), ("ca",)),
    "other": Duties("sxd"),
    "vnpt_only": Duties("sxd", ("vnpt",)),
    "viettel_only": Duties("sxd", ("viettel",)),
    "coordinators": Duties("skhcn", ("vnpt",)),
    "elsewhere": Duties("sxd", (), (), "KHAC-2024", "stp", "hdnd"),
}


@dataclass(frozen=True)
class Actor:
    """Somebody who knocks.

    `door` is a session, a token's scope, `shut` (an open session of a disabled person) or `none`.
    """

    name: str
    body: str = ""
    position: str = "staff"
    is_delegate: bool = False
    is_administrator: bool = False
    mandates: frozenset[str] = frozenset()
    door: str = "session"
    is_author: bool = False
    is_acceptor: bool = False
    is_service: bool = False

    @property
    def is_out(self) -> bool:
        return self.door in {"none", "shut"}

    @property
    def scope(self) -> str:
        return self.door.removeprefix("token_") if self.door.startswith("token_") else ""

    @property
    def enterprise(self) -> str:
        return self.body if self.body in ENTERPRISES else ""

    @property
    def is_inspector(self) -> bool:
        return self.position == "inspector"

    @property
    def is_of_province(self) -> bool:
        return bool(self.body) and not self.enterprise and not self.is_inspector


@dataclass(frozen=True)
class Target:
    """What an address is about: an object of a task in a state, of a body or of a person.

    `at` is what stands in the address where that is not a field of the object `key`; `holder` is to
    whom the owner lent something.
    """

    kind: str
    name: str
    task: str = ""
    state: str = ""
    body: str = ""
    owner: str = ""
    holder: str = ""
    key: Any = field(default=None, compare=False)
    at: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.name, self.state)))


# What an operations centre needs: names, states, health and dates alone.
FOR_STATUS = {"api:programme_status"}
# Things of the set-up: who may not is told so before anybody looks whether the thing exists.
SET_UP = {
    "any_token",
    "body",
    "calendar_day",
    "correction",
    "disabled_person",
    "dormant_person",
    "mandate",
    "person",
    "position",
    "service_account",
    "succession",
}
# Parts of a set-up: seen by whoever sees the task.
OF_TASKS = {
    "criterion",
    "link",
    "link_value",
    "milestone",
    "period",
    "programme",
    "task",
    "task_duty",
}
HEADS = {"head", "deputy"}
NOTHING = Target("none", "")


@cache
def table() -> dict[str, dict[str, str]]:
    """Action → relation → cell, as it is written."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row.pop("action"): row for row in csv.DictReader(file)}


def relations(actor: Actor, task: str) -> set[str]:
    """What somebody is to a task."""
    if actor.is_inspector:
        return {"inspector"} if TASKS[task].programme in actor.mandates else set()
    found = {*_as_lead(actor, task), *_as_member(actor, task), *_for_programme(actor, task)}
    return _with_general(actor, found)


def relations_to_programme(actor: Actor, task: str) -> set[str]:
    """What somebody is to the programme of a task: who leads a task is a stranger to that."""
    if actor.is_inspector:
        return relations(actor, task)
    return _with_general(actor, _for_programme(actor, task))


def _with_general(actor: Actor, found: set[str]) -> set[str]:
    if not found and actor.is_of_province:
        found = {"stranger"}
    is_what = {"administrator": actor.is_administrator, "service": actor.is_service}
    return found | {relation for relation, holds in is_what.items() if holds}


def general(actor: Actor) -> set[str]:
    """What somebody is before an object is chosen: whatever they are to any task, and themselves."""
    found = set().union(*(relations(actor, task) for task in TASKS))
    if actor.is_inspector:
        found.add("inspector")
    if actor.body and actor.position in HEADS:
        found.add("own_head")
    if actor.is_delegate:
        found.add("own_delegate")
    return found or {"former"}


def _as_lead(actor: Actor, task: str) -> set[str]:
    if actor.body != TASKS[task].lead:
        return set()
    return {f"lead_{actor.position}"} | ({"lead_delegate"} if actor.is_delegate else set())


def _as_member(actor: Actor, task: str) -> set[str]:
    duties = TASKS[task]
    cooperates, is_partner = actor.body in duties.cooperating, actor.body in duties.partners
    return ({"cooperating"} if cooperates else set()) | ({"partner"} if is_partner else set())


def _for_programme(actor: Actor, task: str) -> set[str]:
    duties = TASKS[task]
    if actor.body == duties.coordinator:
        return _as_coordinator(actor)
    if duties.authority != COMMITTEE or actor.body not in {COMMITTEE, OFFICE}:
        return set()
    if actor.body == COMMITTEE and actor.position in HEADS:
        return {"authority_leader"}
    return {"authority_office"} | ({"authority_leader"} if actor.is_delegate else set())


def _as_coordinator(actor: Actor) -> set[str]:
    if actor.position == "clerk":
        return {"coordinator_clerk"}
    special = {f"coordinator_{actor.position}"} if actor.position in HEADS else set()
    return {"coordinator"} | special | ({"coordinator_delegate"} if actor.is_delegate else set())


def decide(action: str, held: Collection[str], state: str, *, own: bool = False) -> int:
    """200, 403 or 409: what the table says of an action in a state."""
    cells = [table()[action][relation].partition(":") for relation in held]
    granting = [states for word, _colon, states in cells if word == "Y" or (word == "own" and own)]
    if not granting:
        return 403
    if not any(not states or state in states.split("|") for states in granting):
        return 409
    return 403 if any(word == "no" for word, _colon, _states in cells) else 200


def sees(actor: Actor, target: Target) -> bool:
    """The rule of visibility, for what an address can be about."""
    if target.kind in {"none", *SET_UP}:
        return True
    if actor.is_out:
        return False
    if not target.task:
        return _sees_of_people(actor, target)
    if target.kind == "sheet":
        return target.body == actor.body
    held, own = relations(actor, target.task), target.body == actor.body
    if target.kind in {"update", "entered", "commitment"}:
        return _sees_update(actor, target, held, own=own)
    if target.kind == "extension":  # what offices write to each other: no firm's, nor set-up
        is_of_offices = bool(actor.body) and not actor.enterprise
        return is_of_offices and decide("view_task", held, "") == 200
    if target.kind == "evidence":
        return _sees_evidence(target, held, own=own)
    action = "view_task" if target.kind in OF_TASKS else "view_evaluation"
    return decide(action, held, target.state, own=own) == 200


def _sees_of_people(actor: Actor, target: Target) -> bool:
    """What is somebody's own: theirs, whom they lent it to, and what administrators care for.

    A colleague is seen by who heads their body or acts for its head.
    """
    if target.owner:
        is_private = target.kind in {"notice", "saved_view", "session", "token"}
        is_theirs = actor.name in {target.owner, target.holder}
        return is_theirs or (actor.is_administrator and not is_private)
    acts_as_head = actor.position in HEADS or actor.is_delegate
    return actor.is_administrator or (actor.body == target.body and acts_as_head)


def _sees_update(actor: Actor, target: Target, held: set[str], *, own: bool) -> bool:
    """A draft is its own body's alone; what one enterprise writes never reaches another."""
    if target.state == "draft":
        return own and decide("view_draft_update", held, "draft", own=True) == 200
    is_rivals = target.body in ENTERPRISES and actor.enterprise not in {"", target.body}
    if is_rivals:
        return False
    is_of_firm = target.kind == "update" and target.body in ENTERPRISES and not own
    action = "view_partner_evidence" if is_of_firm else "view_progress"
    return decide(action, held, target.state) == 200


def _sees_evidence(target: Target, held: set[str], *, own: bool) -> bool:
    """What comes with a draft is its own body's alone; an enterprise's is never its rival's."""
    is_firms = target.body in ENTERPRISES
    action = "view_partner_evidence" if is_firms else "view_lead_evidence"
    is_out = target.state != "draft" or own
    return is_out and decide(action, held, target.state, own=own) == 200


def expected(line: Line, actor: Actor, target: Target) -> int:
    """The answer: 200 stands for whatever says yes, 401 also for the log-in page."""
    if line.object == "nothing":
        return 404
    if line.action == "public":
        return 200
    if actor.is_out or (actor.scope and not line.is_api):
        return 401
    if actor.scope and not _reaches(line, actor):
        return 403
    if line.action in WORDS:
        refused = line.refused or ("404" if line.action == "own" else "403")
        return 200 if WORDS[line.action](actor, target) else int(refused)
    if not sees(actor, target):
        return 404
    answer = _of_table(line, actor, target)
    return int(line.refused) if answer == 403 and line.refused else answer


def _reaches(line: Line, actor: Actor) -> bool:
    """Whether the scope of a token opens an address at all, before anything is looked for."""
    action = "call_write" if line.method != "GET" else _reading(line)
    return decide(action, {actor.door}, "") == 200


def _reading(line: Line) -> str:
    return "call_status" if line.route in FOR_STATUS else "call_read"


def _of_table(line: Line, actor: Actor, target: Target) -> int:
    held = _held(line, actor, target)
    writings = {"update", "entered", "evaluation", "extension"}
    if actor.is_author and target.kind in writings and target.task == "shared":
        held.add("author")
    if actor.is_acceptor and target.kind == "evaluation" and target.state == "accepted":
        held.add("acceptor")
    state = line.state or target.state
    if "enter_for_silent_unit" in line.actions and _leads_itself(target.task):
        return 403  # the coordinator reports on its own tasks as every lead does
    # Of a history everybody reads their own part, and contributes to a task for their own body.
    own = target.body == actor.body or bool(
        {"view_history", "write_contribution", "upload_evidence"} & {*line.actions}
    )
    answers = {decide(action, held, state, own=own) for action in line.actions}
    return next(answer for answer in (200, 409, 403) if answer in answers)


def _leads_itself(task: str) -> bool:
    return TASKS[task].lead == TASKS[task].coordinator


def _held(line: Line, actor: Actor, target: Target) -> set[str]:
    """To a programme there are duties of its own; it is read by whoever reads a task of it."""
    if not target.task:
        return general(actor)
    is_of_programme = target.kind == "programme" and "view_history" in line.actions
    find = relations_to_programme if is_of_programme else relations
    return find(actor, target.task)


WORDS = {
    "signed_in": lambda actor, _target: True,
    "session_only": lambda actor, _target: not actor.scope,
    "province": lambda actor, _target: actor.is_of_province or actor.is_inspector,
    "administrator": lambda actor, _target: actor.is_administrator,
    "emergency": lambda _actor, _target: False,
    "own": lambda actor, target: target.owner == actor.name,
}
