"""`make test` and `make bench`: the same set-up, a PostgreSQL of their own, then pytest or the bench.

All tests are shared out among the cores; a few that somebody names are not worth a database for each.
"""

import signal
import subprocess
import time

from launcher.place import Place
from launcher.postgres import EmbeddedPostgres
from launcher.processes import Interrupted, Signals, end_leftovers, only_one, write_record
from launcher.setup import prepare
from launcher.words import Refusal, step

ON_ALL_CORES = ("--numprocesses=logical", "--maxprocesses=4", "--dist=worksteal")


def test(place: Place, signals: Signals, arguments: list[str]) -> int:
    """Run pytest with these arguments; its exit code."""
    return with_a_database(place, signals, "pytest", arguments or [*ON_ALL_CORES])


def bench(place: Place, signals: Signals, arguments: list[str]) -> int:
    """`make bench`: measurements as ratios, in a database of their own; their exit code."""
    return with_a_database(place, signals, "tools.bench", arguments)


def with_a_database(place: Place, signals: Signals, module: str, arguments: list[str]) -> int:
    """Set up, start a PostgreSQL that nobody else uses, run a module of Python; its exit code."""
    busy = Refusal(
        "Tests are already running in this folder.", "Các phép thử đang chạy trong thư mục này."
    )
    with only_one(place.var / "run" / "lock", busy):
        end_leftovers(place.var / "run")
        prepare(place, "dev", signals)
        if not place.has_own_database:
            return run_module(place, signals, module, arguments)
        database = EmbeddedPostgres(place, is_durable=False)
        try:
            with step("Database server (PostgreSQL)"):
                database.start(signals)
            return run_module(place, signals, module, arguments)
        finally:
            database.stop()


def run_module(place: Place, signals: Signals, module: str, arguments: list[str]) -> int:
    """Run it in the terminal's own group: Ctrl-C reaches it directly, a request to end is passed on."""
    process = subprocess.Popen(  # the arguments are the person's own
        [str(place.python), "-m", module, *arguments],
        env=place.environment(),
        cwd=place.root,
    )
    record = write_record(place.var / "run", module, process.pid)
    heard = signals.asked
    try:
        while process.poll() is None:
            if signals.asked > heard:
                heard = signals.asked
                if signals.last != signal.SIGINT:
                    process.send_signal(signal.SIGINT)  # both clear up after this one alone
            time.sleep(0.05)
    finally:
        record.unlink(missing_ok=True)
    if signals.asked:
        raise Interrupted
    return process.returncode
