"""Bodies of requests that are right, by the key in `routes.csv`: what whoever may would send.

Each is made from the object that the address is about, as the database has it just before, and for
who sends it. Those of setting up stand in `payloads_set_up.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from programmes.models import ProgressUpdate
from tests.rights.oracle import Actor, Target

JSON = "application/json"


@dataclass(frozen=True)
class Payload:
    """Data of a form (or JSON with `content_type`), headers, and whether it is to write anything."""

    data: Any = field(default_factory=dict)
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    writes: bool = True


EMPTY = Payload()
Maker = Callable[[Target, Actor], Payload]
PAYLOADS: dict[str, Maker] = {}


def payload(key: str) -> Callable[[Maker], Maker]:
    """Enter a maker under a key of the table."""

    def entered(make: Maker) -> Maker:
        PAYLOADS[key] = make
        return make

    return entered


@payload("language")
def language(_target: Target, _actor: Actor) -> Payload:
    return Payload({"language": "en", "next": "/"}, writes=False)


@payload("update_draft")
def update_draft(target: Target, _actor: Actor) -> Payload:
    drafts = ProgressUpdate.objects.filter(task=target.key, organisation__code=target.body)
    begun = drafts.filter(state="draft").values_list("version", flat=True).first()
    version = "" if begun is None else str(begun)
    return Payload({"action": "save", "percent": "40", "narrative": "Mới", "version": version})


@payload("contribution")
def contribution(target: Target, actor: Actor) -> Payload:
    return Payload({"action": "save", "narrative": "Mới", "version": _begun(target, actor.body)})


@payload("entry_draft")
def entry_draft(target: Target, _actor: Actor) -> Payload:
    version = _begun(target, target.body, kind="entered")
    return Payload({"action": "save", "percent": "40", "narrative": "Mới", "version": version})


def _begun(target: Target, body: str, *, kind: str = "contribution") -> str:
    """The version of the draft that is open, if any is."""
    drafts = ProgressUpdate.objects.filter(task=target.key, kind=kind, state="draft")
    begun = drafts.filter(organisation__code=body).values_list("version", flat=True).first()
    return "" if begun is None else str(begun)


@payload("objection")
def objection(_target: Target, _actor: Actor) -> Payload:
    return Payload({"note": "Số liệu không đúng."})


@payload("remarks")
def remarks(_target: Target, _actor: Actor) -> Payload:
    return Payload({"remarks": "Viết rõ số liệu."})


@payload("evaluation_form")
def evaluation_form(_target: Target, _actor: Actor) -> Payload:
    return Payload({"version": "1", "results": "Kết quả mới"})


@payload("evaluation_patch")
def evaluation_patch(_target: Target, _actor: Actor) -> Payload:
    return Payload({"results": "Kết quả mới"}, JSON, {"If-Match": '"1"'})


@payload("act")
def act(_target: Target, _actor: Actor) -> Payload:
    return Payload({"comment": "Có lý do."}, JSON)


def _move(verb: str) -> Maker:
    return lambda _target, _actor: Payload({"action": verb, "version": "1", "comment": "Có lý do."})


for _verb in (
    "send_to_head",
    "submit",
    "return_to_open",
    "withdraw",
    "return",
    "accept",
    "reopen",
):
    PAYLOADS[f"move_{_verb}"] = _move(_verb)
