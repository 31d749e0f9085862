"""Programs are written down, ended for certain, and strangers are left alone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.processes import (
    Program,
    birth,
    command_line,
    end_leftovers,
    end_process,
    only_one,
    start,
    write_record,
)
from launcher.words import Refusal

SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = (
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(p.pid, flush=True); time.sleep(60)"
)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is not the launcher's."""
    process = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)  # noqa: S603
    yield process
    process.kill()
    process.wait()


def run_program(folder: Path, code: str, name: str = "web") -> Program:
    log = folder / f"{name}.log"
    argv = [sys.executable, "-c", code]
    return start(
        argv, name=name, run=folder / "run", log=log, environment=dict(os.environ), cwd=folder
    )


def wait_for_output(folder: Path, name: str = "web") -> str:
    log = folder / f"{name}.log"
    deadline = time.monotonic() + 10
    while not log.read_text("utf-8").strip() and time.monotonic() < deadline:
        time.sleep(0.02)
    return log.read_text("utf-8").strip()


def test_a_program_that_ends_is_forgotten(tmp_path: Path) -> None:
    program = run_program(tmp_path, SLEEP)
    assert program.record.exists()
    program.end()
    assert not program.is_running
    assert not program.record.exists()


def test_a_program_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    program = run_program(tmp_path, STUBBORN)
    wait_for_output(tmp_path)
    program.end(patience_s=0.2)
    assert program.process.returncode == -signal.SIGKILL


def test_children_end_with_their_program(tmp_path: Path) -> None:
    program = run_program(tmp_path, PARENT)
    child = int(wait_for_output(tmp_path))
    assert birth(child)
    program.end()
    deadline = time.monotonic() + 5
    while birth(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not birth(child)


def test_the_next_start_ends_what_a_killed_launcher_left(tmp_path: Path) -> None:
    programs = [run_program(tmp_path, SLEEP, name) for name in ("database", "web", "worker")]
    assert end_leftovers(tmp_path / "run") == ["web", "worker", "database"]
    assert not any(program.is_running for program in programs)
    assert list((tmp_path / "run").iterdir()) == []
    assert end_leftovers(tmp_path / "run") == []


def test_a_stranger_with_an_old_number_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    record = write_record(tmp_path, "web", sleeper.pid)
    noted = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps(noted | {"birth": "1"}), encoding="utf-8")
    assert end_leftovers(tmp_path) == []
    assert sleeper.poll() is None
    assert not record.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_record_cut_off_while_written_is_forgotten(tmp_path: Path, content: str) -> None:
    (tmp_path / "web.json").write_text(content, encoding="utf-8")
    assert end_leftovers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_ending_a_process_that_is_gone_is_no_error(sleeper: subprocess.Popen[bytes]) -> None:
    sleeper.kill()
    sleeper.wait()
    end_process(sleeper.pid)
    assert birth(sleeper.pid) == ""


def test_a_process_is_known_by_its_command_line() -> None:
    assert "python" in command_line(os.getpid())


def test_only_one_launcher_runs_at_a_time(tmp_path: Path) -> None:
    refusal = Refusal("already running", "đang chạy")
    lock = tmp_path / "lock"
    with (
        only_one(lock, refusal),
        pytest.raises(Refusal, match="already running"),
        only_one(lock, refusal),
    ):
        pytest.fail("two at a time")
    with only_one(lock, refusal):
        pass
