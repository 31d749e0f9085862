"""The embedded PostgreSQL starts, survives, and clears up after whatever happened to it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from launcher.place import Place
from launcher.postgres import EmbeddedPostgres
from launcher.processes import birth, end_leftovers
from tests.project.test_launcher_setup import Calm

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of our own: pytest closes its own to the user that the server runs as under root."""
    with tempfile.TemporaryDirectory(prefix="dti-") as name:
        yield Path(name)


@pytest.fixture
def place(folder: Path) -> Place:
    return Place(ROOT, folder / "var", {})


@pytest.fixture
def server(place: Place) -> Iterator[EmbeddedPostgres]:
    """A server that runs at the start of the test and is stopped after it."""
    place.var.mkdir()
    server = EmbeddedPostgres(place)
    server.start(Calm())
    yield server
    server.stop()


def ask(server: EmbeddedPostgres, question: str) -> object:
    connection = psycopg2.connect(server.url_file.read_text("utf-8").strip())
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def test_vietnamese_capitals_are_compared_as_they_should(server: EmbeddedPostgres) -> None:
    assert ask(server, "SELECT upper('sở nội vụ') = 'SỞ NỘI VỤ'") is True


def test_a_stopped_server_leaves_nothing_and_keeps_its_data(server: EmbeddedPostgres) -> None:
    ask(server, "CREATE TABLE kept AS SELECT 7 AS n; SELECT n FROM kept")
    assert server.program
    server.stop()
    assert not birth(server.program.process.pid)
    assert not server.url_file.exists()
    server.start(Calm())
    assert ask(server, "SELECT n FROM kept") == 7


def test_a_killed_server_recovers(server: EmbeddedPostgres) -> None:
    ask(server, "CREATE TABLE kept AS SELECT 7 AS n; SELECT n FROM kept")
    assert server.program
    server.program.process.kill()
    server.program.process.wait()
    server.start(Calm())
    assert ask(server, "SELECT n FROM kept") == 7


def test_a_server_left_running_is_replaced(server: EmbeddedPostgres, place: Place) -> None:
    assert server.program
    left = server.program.process
    (place.var / "run" / "database.json").unlink()  # not even a record of it
    server.start(Calm())
    assert left.wait(5) == 0
    assert ask(server, "SELECT 1") == 1


def test_a_recorded_server_is_ended_by_the_next_start(
    server: EmbeddedPostgres, place: Place
) -> None:
    assert end_leftovers(place.var / "run") == ["database"]
    assert server.program
    assert not server.program.is_running


@pytest.mark.parametrize(
    "content",
    ["", "not a number", f"{os.getpid()}\n/elsewhere\n"],
    ids=["empty", "not a number", "of another program"],
)
def test_a_stale_number_file_is_no_obstacle(server: EmbeddedPostgres, content: str) -> None:
    server.stop()
    stale = server.data / "postmaster.pid"
    stale.write_text(content, encoding="utf-8")
    server.start(Calm())
    assert ask(server, "SELECT 1") == 1


def test_a_half_made_data_folder_is_made_anew(place: Place) -> None:
    half_made = place.var / "postgres.half-made"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n", encoding="utf-8")
    server = EmbeddedPostgres(place)
    try:
        server.start(Calm())
        assert ask(server, "SELECT 1") == 1
        assert not half_made.exists()
    finally:
        server.stop()


def test_a_path_too_long_for_a_socket_is_no_obstacle(folder: Path) -> None:
    place = Place(ROOT, folder / ("long" * 20) / "var", {})
    place.var.mkdir(parents=True)
    server = EmbeddedPostgres(place)
    try:
        server.start(Calm())
        assert server.sockets != server.data
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()
    assert not server.sockets.exists()


def test_only_the_server_user_reaches_the_socket_folder(server: EmbeddedPostgres) -> None:
    assert server.data.stat().st_mode & 0o077 == 0


def test_the_settings_find_the_running_server(server: EmbeddedPostgres, place: Place) -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from django.db import connection as c;"
            "cursor = c.cursor(); cursor.execute('SHOW data_directory'); print(cursor.fetchone()[0])",
        ],
        cwd=ROOT,
        env=place.environment() | {"VAR_DIR": str(place.var)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str(server.data)
