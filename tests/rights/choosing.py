"""Which cells of a line are walked: all that differ, and of those that are alike some in turn.

At the shared task's object everybody knocks in the state in which the action is done, and in the
further states whoever may then, and some of those for whom the state makes a difference. At the
objects of other tasks knock some of each answer, and at the page of a form, whose sending everybody
tries. Where several lines share address and method (the
verbs of an evaluation), the objects of other tasks are walked for the first: whether they are
visible does not depend on the verb. Addresses without an object of a task (people, bodies, account)
are walked by some of each answer, others for each line. `RIGHTS_WALK=full` leaves out nothing.
"""

import os
import zlib
from collections.abc import Iterable, Iterator

from tests.rights import oracle
from tests.rights.cast import ACTORS, Cast
from tests.rights.oracle import TASKS, Actor, Target
from tests.rights.routes import Line, table

IS_FULL = os.environ.get("RIGHTS_WALK") == "full"
SOME, SOME_OF_OTHER_TASKS = 3, 2
MAIN, LEAD_COORDINATES = "shared", "coordinators"


def plan(line: Line, cast: Cast) -> Iterator[tuple[Target, list[Actor]]]:
    """The targets of a line with who knocks there."""
    turn = zlib.crc32(str(line).encode() + line.payload.encode())
    for group in _groups(line, cast):
        home = next((t for t in group if _is_done_in(line, t.state)), group[0])
        for target in group:
            yield target, list(ACTORS) if IS_FULL else _knocking(line, home, target, turn)


def _knocking(line: Line, home: Target, target: Target, turn: int) -> list[Actor]:
    is_main = home.task == MAIN and home.body in {"", TASKS[MAIN].lead}
    if target is home and is_main and not _is_form(line):
        return list(ACTORS)
    actors = ACTORS if target is home else [a for a in ACTORS if _differs(line, a, home, target)]
    return _some_of_each_answer(line, actors, target, turn, all_who_may=is_main)


def _some_of_each_answer(
    line: Line, actors: Iterable[Actor], target: Target, turn: int, *, all_who_may: bool
) -> list[Actor]:
    by_answer: dict[int, list[Actor]] = {}
    for actor in actors:
        by_answer.setdefault(oracle.expected(line, actor, target), []).append(actor)
    return [
        actor
        for answer, alike in by_answer.items()
        for actor in (alike if all_who_may and answer == 200 else _in_turn(alike, target, turn))
    ]


def _in_turn(alike: list[Actor], target: Target, turn: int) -> list[Actor]:
    start = turn % len(alike)
    some = SOME if target.task in {MAIN, ""} else SOME_OF_OTHER_TASKS
    return (alike[start:] + alike[:start])[:some]


def _is_form(line: Line) -> bool:
    """The page of a form: whoever may open it is who may send it."""
    return line.method == "GET" and any(
        (other.route, other.method) == (line.route, "POST") for other in table()
    )


def _groups(line: Line, cast: Cast) -> list[list[Target]]:
    """The targets by object; each group is one object in its states."""
    if line.object in {"none", "nothing"}:
        return [[oracle.NOTHING]]
    targets = cast.targets[line.object]
    if not IS_FULL and not _is_first(line):
        targets = [t for t in targets if t.task in {MAIN, LEAD_COORDINATES, ""}]
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(target.name, []).append(target)
    return list(groups.values())


def _is_first(line: Line) -> bool:
    return (
        next(other for other in table() if (other.route, other.method) == (line.route, line.method))
        == line
    )


def _is_done_in(line: Line, state: str) -> bool:
    cells = oracle.table().get(line.action, {}).values()
    return any(state in cell.partition(":")[2].split("|") for cell in cells)


def _differs(line: Line, actor: Actor, home: Target, target: Target) -> bool:
    """Whether the state changes the answer, or lets this actor do it."""
    here, there = (oracle.expected(line, actor, t) for t in (target, home))
    return here != there or (here == 200 and line.method != "GET")
