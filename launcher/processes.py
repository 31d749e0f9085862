"""Programs the launcher starts: each in a session of its own, written down, and ended for certain.

A session of its own keeps the terminal's Ctrl-C away from the programs: the launcher passes it on, once
(a Celery worker that hears it twice drops what it is doing). The record in `var/run` lets the next start
end what a killed launcher left behind.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.words import Refusal

POLL_S = 0.05


class Interrupted(Exception):
    """Ctrl-C, or a request to end, arrived."""


class Signals:
    """Notes the signals that ask for an end; the waiting loops look here."""

    def __init__(self) -> None:
        self.asked = 0
        self.last = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: object) -> None:
        self.asked += 1
        self.last = number

    def check(self) -> None:
        """Raise `Interrupted` when somebody asked for an end."""
        if self.asked:
            raise Interrupted


def birth(pid: int) -> str:
    """When a process began, as text to compare; empty when there is none (or only its corpse)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        if Path("/proc/self/stat").exists():
            return ""
        return subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)],  # macOS has no /proc
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
    return "" if fields[0] == "Z" else fields[19]


def command_line(pid: int) -> str:
    """The program and arguments of a process; empty when there is none."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    return subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)],  # macOS has no /proc
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()


def end_process(pid: int, *, gently: int = signal.SIGTERM, patience_s: float = 10) -> None:
    """Ask one process to end, wait, and kill its whole group when it does not."""
    began = birth(pid)
    if not began:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, gently)
    deadline = time.monotonic() + patience_s
    while birth(pid) == began and time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(POLL_S)
    end_group(pid)


def end_group(leader: int) -> None:
    """Kill whatever is left of a session's process group; its leader gave the group its number."""
    with suppress(ProcessLookupError, PermissionError):
        if leader != os.getpgrp():
            os.killpg(leader, signal.SIGKILL)


@dataclass
class Program:
    """One running child; `record` remembers it for the next start."""

    name: str
    process: subprocess.Popen[bytes]
    record: Path
    gently: int = signal.SIGTERM
    was_asked: bool = False

    @property
    def is_running(self) -> bool:
        """Whether the program has not ended."""
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        """Send its signal, once and to the program alone: it sees to its own children."""
        if self.is_running and not self.was_asked:
            self.was_asked = True
            with suppress(ProcessLookupError):
                self.process.send_signal(self.gently)

    def end(self, *, patience_s: float = 10) -> None:
        """End the program and its children, and forget it."""
        self.ask_to_end()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)
        end_group(self.process.pid)
        self.process.wait()
        self.record.unlink(missing_ok=True)


def start(
    argv: Sequence[str],
    *,
    name: str,
    run: Path,
    log: Path,
    environment: Mapping[str, str],
    cwd: Path,
    gently: int = signal.SIGTERM,
    **identity: Any,
) -> Program:
    """Start a program in a session of its own and write it down in the folder `run`.

    `gently` is the signal that ends it well; `identity` takes `user`, `group` and `extra_groups` of `subprocess.Popen`.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment),
            cwd=cwd,
            start_new_session=True,
            **identity,
        )
    return Program(name, process, write_record(run, name, process.pid, gently), gently)


def write_record(run: Path, name: str, pid: int, gently: int = signal.SIGTERM) -> Path:
    """Note a running program: its number, when it began, and the signal that ends it."""
    run.mkdir(parents=True, exist_ok=True)
    record = run / f"{name}.json"
    record.write_text(
        json.dumps({"pid": pid, "birth": birth(pid), "gently": gently}), encoding="utf-8"
    )
    return record


def end_leftovers(run: Path) -> list[str]:
    """End what an earlier launcher left running; numbers that went to another process are left alone.

    All are asked first, in the order of their names but for the database, which the others still need.
    """
    records = sorted(
        run.glob("*.json"), key=lambda record: (record.stem == "database", record.stem)
    )
    left = [(record, *noted) for record in records if (noted := read_record(record))]
    for record, pid, gently in left:
        if record.stem != "database":
            with suppress(ProcessLookupError):
                os.kill(pid, gently)
    for record, pid, gently in left:
        end_process(pid, gently=gently if record.stem == "database" else 0)
    for record in records:
        record.unlink(missing_ok=True)
    return [record.stem for record, _, _ in left]


def read_record(record: Path) -> tuple[int, int] | None:
    """Number and signal of a noted program that still runs."""
    with suppress(ValueError, KeyError, TypeError):
        noted = json.loads(record.read_text(encoding="utf-8"))
        if noted["birth"] and birth(noted["pid"]) == noted["birth"]:
            return noted["pid"], noted["gently"]
    return None


@contextmanager
def only_one(lock: Path, refusal: Refusal) -> Iterator[None]:
    """Hold a lock file; the system frees it however the launcher ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise refusal from None
        yield


def run_to_end(
    argv: Sequence[str],
    *,
    name: str,
    run: Path,
    log: Path,
    environment: Mapping[str, str],
    cwd: Path,
    signals: Signals,
) -> int:
    """Run one program to its end and return its exit code; an interruption ends it at once."""
    program = start(argv, name=name, run=run, log=log, environment=environment, cwd=cwd)
    try:
        while program.is_running:
            signals.check()
            time.sleep(POLL_S)
    finally:
        program.end(patience_s=3)
    return program.process.returncode
