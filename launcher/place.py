"""Where things lie, and the environment every program of the application runs in."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher.words import Refusal

DEFAULT_PORT = 8000
BROKER_FOLDERS = ("queue", "control")  # where messages lie when no Redis is named


@dataclass(frozen=True)
class Place:
    """One clone (`root`) and the folder of its changing data (`var`)."""

    root: Path
    var: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def venv(self) -> Path:
        """The virtual environment; other checkouts are not touched by it."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The virtual environment's Python."""
        return self.venv / "bin" / "python"

    @property
    def build(self) -> Path:
        """What is made from sources and can be made again."""
        return self.root / "build"

    @property
    def port(self) -> int:
        """Port of the web server, from `PORT`."""
        written = self.settings.get("PORT") or str(DEFAULT_PORT)
        if not written.isdigit() or not 0 < int(written) < 65536:
            raise Refusal(
                f"PORT must be a number from 1 to 65535, not {written!r}.",
                f"PORT phải là số từ 1 đến 65535, không phải {written!r}.",
            )
        return int(written)

    @property
    def has_own_database(self) -> bool:
        """Whether the embedded PostgreSQL serves, because nobody named another."""
        return not self.settings.get("DATABASE_URL")

    def log(self, name: str) -> Path:
        """The log file of one program or step."""
        folder = self.var / "log"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def environment(self) -> dict[str, str]:
        """What a child process sees: the person's settings and the clone's own programs first."""
        return dict(self.settings) | {
            "PATH": f"{self.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "VIRTUAL_ENV": str(self.venv),
            "VAR_DIR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "dti_tracker.settings",
            "PYTHONUNBUFFERED": "1",
        }


def read_env_file(path: Path) -> dict[str, str]:
    """The `NAME=value` lines of an `.env` file; quotes around a value and `export` are dropped."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            found[name.strip()] = value[1:-1] if quoted else value
    return found


def this_place(folder: str = "var") -> Place:
    """The clone this launcher belongs to; the environment goes before `.env`."""
    root = Path(__file__).resolve().parent.parent
    settings = read_env_file(root / ".env") | dict(os.environ)
    settings.pop("PYTHONPATH", None)
    place = Place(root=root, var=root / folder, settings=settings)
    if os.name != "posix":
        raise Refusal(
            "The launcher runs on Linux and macOS; on Windows use WSL.",
            "Trình khởi động chạy trên Linux và macOS; trên Windows hãy dùng WSL.",
        )
    os.umask(0o022)  # the database's user must be able to read its own programs
    sys.stdout.reconfigure(errors="replace", line_buffering=True)  # type: ignore[union-attr]
    for needed in (place.var, *(place.var / name for name in BROKER_FOLDERS)):
        needed.mkdir(parents=True, exist_ok=True)
    return place
