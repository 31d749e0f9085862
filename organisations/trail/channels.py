"""Through which door a change comes: what the application tells the database of each change.

A statement that writes carries it along (pghistory's context); reading costs nothing. Each door
opens a context of its own, also inside another one: a request that the development server answers
within its command is a page, not a command.
"""

import getpass
import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pghistory
from celery.signals import task_postrun, task_prerun
from pghistory import runtime

_running: dict[str, ExitStack] = {}


@contextmanager
def acting(channel: str, **circumstances: Any) -> Iterator[None]:
    """Everything written inside came through this channel, under these circumstances."""
    told = {"channel": channel, **circumstances}
    tracker: Any = runtime._tracker
    outer = getattr(tracker, "value", None)
    if outer is None:
        with pghistory.context(**told):
            yield
        return
    tracker.value = runtime.Context(id=uuid.uuid4(), metadata=told)
    try:
        yield
    finally:
        tracker.value = outer


@contextmanager
def command(arguments: list[str]) -> Iterator[None]:
    """A management command, by its name and by who started it on this machine.

    Its other arguments are left out: they may hold a password.
    """
    name = next((word for word in arguments[1:] if not word.startswith("-")), "help")
    with acting("command", command=name, os_user=_os_user()):
        yield


def _os_user() -> str:
    """A container's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def connect() -> None:
    """Listen to the workers' own signals: each job enters and leaves its context there."""
    task_prerun.connect(begin_job)
    task_postrun.connect(end_job)


def begin_job(task_id: str, task: Any, **_rest: Any) -> None:
    """A job of the queue; one that runs at once inside a request is still the request's."""
    if task.request.is_eager:
        return
    stack = ExitStack()
    stack.enter_context(acting("job", job=task.name, request_id=task_id))
    _running[task_id] = stack


def end_job(task_id: str, **_rest: Any) -> None:
    stack = _running.pop(task_id, None)
    if stack is not None:
        stack.close()
