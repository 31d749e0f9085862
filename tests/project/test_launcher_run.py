"""A start, a kill and a stop of the whole application, as a person at a terminal does it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from launcher.processes import birth, end_leftovers
from launcher.run import answers

ROOT = Path(__file__).resolve().parent.parent.parent
START = (
    "import sys; from pathlib import Path; from launcher.place import Place;"
    "from launcher.processes import Signals; from launcher.run import run;"
    "p = Place(Path(sys.argv[1]), Path(sys.argv[2]), {'PORT': sys.argv[3]});"
    "[(p.var / n).mkdir(parents=True, exist_ok=True) for n in ('queue', 'control')];"
    "sys.exit(run(p, Signals(), []))"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT / "build" / ".stamps").exists(), reason="make test prepares what a start needs"
    ),
]


@pytest.fixture
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dti-") as name:
        yield Path(name) / "var"
        end_leftovers(Path(name) / "var" / "run")  # of a test that failed half-way


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(var: Path, port: int) -> subprocess.Popen[str]:
    """The launcher in a session of its own, waited for until its own pages answer."""
    left = programs(var).get("web")
    launcher = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", START, str(ROOT), str(var), str(port)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 150
    while programs(var).get("web") in (None, left) or not answers(port):
        assert launcher.poll() is None, launcher.communicate()[0]
        assert time.monotonic() < deadline, "no answer after 150 s"
        time.sleep(0.2)
    return launcher


def programs(var: Path) -> dict[str, int]:
    """Numbers of the programs that the launcher wrote down."""
    with suppress(ValueError):  # one is being written
        records = (var / "run").glob("*.json")
        return {record.stem: json.loads(record.read_text("utf-8"))["pid"] for record in records}
    return {}


def test_a_killed_start_is_repaired_and_ctrl_c_stops_everything(var: Path) -> None:
    port = free_port()
    killed = start(var, port)
    left = programs(var)
    assert set(left) == {"database", "web", "worker", "scheduler"}
    killed.kill()
    killed.communicate()
    assert all(birth(pid) for pid in left.values())

    launcher = start(var, port)
    assert not any(birth(pid) for pid in left.values())
    running = programs(var)
    os.killpg(launcher.pid, signal.SIGINT)
    said, _ = launcher.communicate(timeout=60)
    assert launcher.returncode == 0, said
    assert "Ended the worker that an earlier start left running." in said
    assert f"http://localhost:{port}/" in said
    assert "staff.sct" in said
    assert not any(birth(pid) for pid in running.values())
    assert programs(var) == {}
    assert not answers(port)
