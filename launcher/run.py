"""`make run`: database, web server, worker and scheduler, started in order and stopped in order."""

import http.client
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from launcher.place import Place
from launcher.postgres import EmbeddedPostgres
from launcher.processes import Interrupted, Program, Signals, end_leftovers, only_one, start
from launcher.setup import prepare
from launcher.words import Refusal, say, step
from organisations.demo import DEMO_PASSWORD, demo_accounts

CELERY = ("celery", "-A", "dti_tracker")
QUIET = (
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
)  # one worker, no one to talk to
SERVERS = {
    "web": ("gunicorn", "--config", "python:dti_tracker.gunicorn", "dti_tracker.wsgi"),
    "worker": (*CELERY, "worker", *QUIET, "--loglevel", "INFO"),
    "scheduler": (*CELERY, "beat", "--pidfile=", "--loglevel", "INFO"),
}
START_S = 60
MOST_RESTARTS = 3
RESTARTS_WITHIN_S = 60


def run(place: Place, signals: Signals, arguments: list[str]) -> int:
    """Start everything, serve until asked to stop, stop everything; 0 after a stop by the person."""
    busy = Refusal(
        "The application is already running from this folder: stop it there with Ctrl-C first.",
        "Ứng dụng đang chạy từ thư mục này: hãy dừng nó (Ctrl-C) trước.",
    )
    with only_one(place.var / "run" / "lock", busy):
        for name in end_leftovers(place.var / "run"):
            say(f"  Ended the {name} that an earlier start left running.")
        refuse_taken_port(place.port)
        prepare(place, "local", signals)
        application = Application(place, signals)
        try:
            application.start()
            application.serve()
        except Interrupted:
            say("\nStopping … / Đang dừng …")
        finally:
            application.stop()
    say("Stopped. / Đã dừng.")
    return 0


def refuse_taken_port(port: int) -> None:
    """One sentence when another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Refusal(
                f"Port {port} is in use or not allowed: choose another, for example PORT={port + 1} make run.",
                f"Cổng {port} đang được dùng: hãy chọn cổng khác, ví dụ PORT={port + 1} make run.",
            ) from None


def answers(port: int, path: str = "/health/ready") -> bool:
    """Whether the web server answers 200 on that path."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@dataclass
class Application:
    """All programs of one start."""

    place: Place
    signals: Signals
    database: EmbeddedPostgres | None = None
    programs: dict[str, Program] = field(default_factory=dict)
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Database, its content, then web, worker and scheduler; returns when the pages answer."""
        for log in (*SERVERS, "database", "prepare"):
            keep_one_old(self.place.log(log))
        if self.place.has_own_database:
            self.database = EmbeddedPostgres(self.place)
            with step("Database server (PostgreSQL)"):
                self.database.start(self.signals)
        with step("Tables and data"):
            self.prepare_database()
        with step("Web server, worker, scheduler"):
            for name in SERVERS:
                self.start_server(name)
            self.wait_for_pages()
        self.greet()

    def prepare_database(self) -> None:
        """Bring tables and data up to date, by one Django process (starting one takes a second)."""
        log = self.place.log("prepare")
        argv = [str(self.place.python), "manage.py", "prepare"]
        program = start(
            argv,
            name="prepare",
            run=self.place.var / "run",
            log=log,
            environment=self.place.environment(),
            cwd=self.place.root,
        )
        self.programs["prepare"] = program
        while program.is_running:
            self.signals.check()
            time.sleep(0.05)
        del self.programs["prepare"]
        program.end()
        if program.process.returncode:
            raise Refusal(
                f"The database could not be prepared (details: {log}):\n{tail(log)}",
                "Không chuẩn bị được cơ sở dữ liệu.",
            )

    def start_server(self, name: str) -> None:
        """Start one of the servers from the virtual environment."""
        self.programs[name] = start(
            [str(self.place.python), "-m", *SERVERS[name]],
            name=name,
            run=self.place.var / "run",
            log=self.place.log(name),
            environment=self.place.environment(),
            cwd=self.place.root,
        )

    def wait_for_pages(self) -> None:
        """Return when the web server answers; a program that ends before that is a refusal."""
        deadline = time.monotonic() + START_S
        while not answers(self.place.port):
            self.signals.check()
            for name, program in self.programs.items():
                if not program.is_running:
                    self.give_up(name)
            if time.monotonic() > deadline:
                self.give_up("web")
            time.sleep(0.1)

    def greet(self) -> None:
        """The address, and who may sign in in demo mode."""
        say(f"\n  http://localhost:{self.place.port}/     (Ctrl-C stops everything)")
        if self.place.settings.get("MODE", "demo") == "demo":
            say(f"\n  Demo accounts, password {DEMO_PASSWORD}:")
            for account in demo_accounts():
                say(f"    {account.username:<16}{account.full_name} · {account.title}")

    def serve(self) -> None:
        """Watch the programs until somebody asks for an end; restart what falls over."""
        while True:
            self.signals.check()
            for name, program in list(self.programs.items()):
                if not program.is_running:
                    self.restart(name)
            if self.database and self.database.program and not self.database.program.is_running:
                self.restart("database")
            time.sleep(0.2)

    def restart(self, name: str) -> None:
        """Start a fallen program again, unless it falls over and over."""
        now = time.monotonic()
        self.restarts = [at for at in self.restarts if now - at < RESTARTS_WITHIN_S] + [now]
        if len(self.restarts) > MOST_RESTARTS:
            self.give_up(name)
        say(f"  The {name} ended by itself; starting it again (log: {self.place.log(name)}).")
        if name == "database" and self.database:
            self.database.stop()
            self.database.start(self.signals)
        else:
            self.programs[name].end()
            self.start_server(name)

    def give_up(self, name: str) -> None:
        """End the start with what the program said last."""
        log = self.place.log(name)
        raise Refusal(
            f"The {name} does not keep running, so everything is stopped (details: {log}):\n{tail(log)}",
            "Chương trình không chạy được nên tất cả đã dừng.",
        )

    def stop(self) -> None:
        """End everything that runs, the database server last."""
        for program in self.programs.values():
            program.ask_to_end()
        for program in self.programs.values():
            program.end()
        if self.database:
            self.database.stop()


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log."""
    if not log.exists():
        return ""
    return "\n".join(
        log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-lines:]
    )


def keep_one_old(log: Path) -> None:
    """Put the log of the last start aside, so that logs do not grow for ever."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
