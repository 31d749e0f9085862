"""Everything between a fresh clone and a program that can start; each step is skipped when nothing changed.

A stamp with the digest of a step's inputs is written after the step has ended well and removed before it
begins, so that a step which was cut off is done again.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from launcher.place import Place
from launcher.processes import Signals, end_leftovers, only_one, run_to_end
from launcher.words import Refusal, step

OFFLINE = (
    "NewConnectionError",
    "NameResolutionError",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Failed to establish a new connection",
    "ProxyError",
    "ConnectTimeout",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "ETIMEDOUT",
)


@dataclass(frozen=True)
class Build:
    """One thing made from sources by one command; `inputs` are patterns below the clone."""

    name: str
    inputs: tuple[str, ...]
    output: str
    command: tuple[str, ...]


REQUIREMENTS = {
    "local": ("requirements.txt", "requirements-local.txt", "constraints.txt"),
    "dev": (
        "requirements.txt",
        "requirements-local.txt",
        "requirements-dev.txt",
        "constraints.txt",
    ),
}
BUILDS = (
    Build(
        "Front-end packages (npm)",
        ("package.json", "package-lock.json", ".npmrc"),
        "node_modules",
        ("npm", "ci", "--no-audit", "--no-fund"),
    ),
    Build(
        "Style sheets and scripts",
        ("package-lock.json", "static/**/*"),
        "build/assets",
        ("node", "static/build.mjs"),
    ),
    Build(
        "Fonts for documents",
        ("package-lock.json", "tools/build_fonts.py"),
        "build/fonts",
        ("python", "tools/build_fonts.py"),
    ),
    Build(
        "Translations",  # the results are among the inputs: a lost one is made again
        ("locale/*/LC_MESSAGES/*.[pm]o", "*/locale/*/LC_MESSAGES/*.[pm]o", "tools/messages.py"),
        "locale",
        ("python", "tools/messages.py", "compile"),
    ),
    Build(
        "Static files gathered and compressed",
        (
            "constraints.txt",
            "dti_tracker/settings.py",
            "dti_tracker/apps.py",
            "static/**/*",
            "build/assets/**/*",
        ),
        "build/static",
        ("python", "manage.py", "collectstatic", "--noinput", "--clear"),
    ),
)
NOT_OURS = {".venv", "node_modules", "var", ".git"}


def digest(root: Path, patterns: Iterable[str]) -> str:
    """One fingerprint of the names and contents of all files that match."""
    total = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            inside = path.relative_to(root)
            if path.is_file() and not NOT_OURS & set(inside.parts):
                total.update(f"{inside}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def prepare(place: Place, packages: str, signals: Signals, *, builds: bool = True) -> None:
    """Bring packages, assets, fonts and translations up to date; `packages` is `local` or `dev`."""
    busy = Refusal(
        "Another start is still setting up this folder: wait for it, then try again.",
        "Một lần khởi động khác đang chuẩn bị thư mục này: hãy chờ rồi thử lại.",
    )
    with only_one(place.root / "var" / "setup.lock", busy):
        end_leftovers(place.root / "var" / "setup")
        install_python_packages(place, packages, signals)
        for each in BUILDS if builds else ():
            build(place, each, signals)


def install_python_packages(place: Place, packages: str, signals: Signals) -> None:
    """The virtual environment with every pinned package; one that was left half-made is made anew."""
    half_made = place.venv / ".half-made"
    if is_installed(place, packages) and not half_made.exists():
        return
    with step("Python packages (pip)"):
        is_new = half_made.exists() or not place.python.exists()
        if is_new:
            shutil.rmtree(place.venv, ignore_errors=True)
        place.venv.mkdir(exist_ok=True)
        half_made.touch()
        if is_new:
            make_venv(place, signals)
        try:
            pip_install(place, packages, signals)
        except Refusal:
            if not is_new:  # pip ends before it changes anything when a package cannot be had
                half_made.unlink()
            raise
        half_made.unlink()


def pip_install(place: Place, packages: str, signals: Signals) -> None:
    """Install one list of requirements and stamp it, with the smaller list that it contains."""
    for old in place.venv.glob(".installed-*"):
        old.unlink()
    argv = [str(place.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    argv += ["-c", "constraints.txt", "-r", f"requirements-{packages}.txt"]
    perform(place, argv, "Installing the Python packages", signals)
    for name in ("local", packages):
        stamp = place.venv / f".installed-{name}"
        stamp.write_text(package_digest(place, name), encoding="utf-8")


def is_installed(place: Place, packages: str) -> bool:
    """Whether the virtual environment holds exactly these requirements (and was not moved here)."""
    stamp = place.venv / f".installed-{packages}"
    return place.python.exists() and is_stamped(stamp, package_digest(place, packages))


def package_digest(place: Place, packages: str) -> str:
    """Fingerprint of a list of requirements in this very folder: a virtual environment cannot be moved."""
    return f"{digest(place.root, REQUIREMENTS[packages])} {place.venv}"


def make_venv(place: Place, signals: Signals) -> None:
    """An empty virtual environment of the Python that runs the launcher."""
    argv = [sys.executable, "-m", "venv", str(place.venv)]
    code = perform_quietly(place, argv, signals)
    if code:
        raise Refusal(
            "Python cannot make a virtual environment; on Debian: apt install python3-venv."
            f" (Details: {place.log('setup')})",
            "Python không tạo được môi trường ảo; trên Debian: apt install python3-venv.",
        )


def build(place: Place, what: Build, signals: Signals) -> None:
    """Make one thing unless its inputs are what they were when it was last made."""
    stamp = place.build / ".stamps" / what.output.replace("/", "-")
    made = (place.root / what.output).exists()
    if made and is_stamped(stamp, digest(place.root, what.inputs)):
        return
    with step(what.name):
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        perform(place, what.command, what.name, signals)
        stamp.write_text(digest(place.root, what.inputs), encoding="utf-8")


def is_stamped(stamp: Path, wanted: str) -> bool:
    """Whether a step ended well with exactly these inputs."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def perform(place: Place, argv: Iterable[str], name: str, signals: Signals) -> None:
    """Run one command of the set-up, or refuse with what went wrong."""
    log = place.log("setup")
    begins = log.stat().st_size if log.exists() else 0
    if perform_quietly(place, argv, signals) == 0:
        return
    with log.open("rb") as file:
        file.seek(begins)
        said = file.read().decode(errors="replace")
    if any(sign in said for sign in OFFLINE):
        raise Refusal(
            f"{name}: no network. The first start must reach the package indexes (PyPI, npm); connect and try again.",
            "Không có mạng: lần chạy đầu cần tải các gói từ PyPI và npm; hãy nối mạng rồi thử lại.",
        )
    last = "\n".join(said.strip().splitlines()[-8:])
    raise Refusal(f"{name} failed (details: {log}):\n{last}", "Bước này không thành công.")


def perform_quietly(place: Place, argv: Iterable[str], signals: Signals) -> int:
    """Run one command with its output in the log of the set-up; the exit code."""
    first, *others = argv
    own = place.venv / "bin" / first
    return run_to_end(
        [str(own) if own.exists() else first, *others],
        name="step",
        run=place.root / "var" / "setup",
        log=place.log("setup"),
        environment=place.environment(),
        cwd=place.root,
        signals=signals,
    )
