"""Bodies of requests of the list of tasks: views that are kept, renamed and deleted."""

from tests.rights.oracle import Actor, Target
from tests.rights.payloads import Payload, payload


@payload("view_keep")
def view_keep(_target: Target, _actor: Actor) -> Payload:
    return Payload({"name": "Việc gấp", "query": "search=cong&order=-name"})


@payload("view_rename")
def view_rename(_target: Target, _actor: Actor) -> Payload:
    return Payload({"name": "Tên khác"})
