"""`make check`: everything that can be judged without running the application."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from launcher.place import Place
from launcher.processes import Signals
from launcher.setup import prepare
from launcher.words import WIDTH, say

LONGEST_FILE = 450
MEASURED = ("*.py", "*.html", "*.css", "*.js", "*.mjs", "*.typ")
CHECKS: dict[str, tuple[str, ...]] = {
    "Format (ruff)": ("ruff", "format", "--check", "."),
    "Lint (ruff)": ("ruff", "check", "."),
    "Types (mypy)": ("mypy", "."),
    "Floors (import-linter)": ("lint-imports",),
    "Template format (djade)": ("djade", "--check", "--target-version", "5.2", "*.html"),
    "Template indent (djhtml)": ("djhtml", "--check", "--tabwidth", "2", "*.html"),
    "Template lint (djLint)": ("djlint", "--lint", "--quiet", "*.html"),
    "Migrations complete": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "Production settings": ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    "Translations complete": ("python", "tools/messages.py", "check"),
}


def check(place: Place, signals: Signals, arguments: list[str]) -> int:
    """Run every check (or those whose names contain an argument); 1 when one fails."""
    prepare(place, "dev", signals, builds=False)
    (place.build / "assets").mkdir(
        parents=True, exist_ok=True
    )  # the settings name it; nothing is built
    failed = []
    for name, argv in CHECKS.items():
        signals.check()
        if not arguments or any(wanted.lower() in name.lower() for wanted in arguments):
            began = time.monotonic()
            said = run_check(place, argv)
            say(f"  {name:<{WIDTH}}{time.monotonic() - began:6.1f} s  {'FAILED' if said else 'ok'}")
            if said:
                failed.append(name)
                say(said)
    too_long = long_files(place.root)
    for line in too_long:
        say(line)
    if too_long:
        failed.append("File length")
    if failed:
        sys.stderr.write(f"\nmake check: {len(failed)} failed: {', '.join(failed)}\n")
    return 1 if failed else 0


def run_check(place: Place, argv: tuple[str, ...]) -> str:
    """What one tool complains of; nothing when it is content."""
    program, *arguments = argv
    files = [name for name in tracked(place.root, arguments[-1:]) if "*.html" in arguments]
    if "*.html" in arguments:
        if not files:
            return ""
        arguments = arguments[:-1] + files
    done = subprocess.run(
        [str(place.venv / "bin" / program), *arguments],
        cwd=place.root,
        env=place.environment() | production(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr).strip() or "failed" if done.returncode else ""


def production() -> dict[str, str]:
    """Settings as in production; no database is reached."""
    return {
        "MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "dti.example.gov.vn",
        "SITE_URL": "https://dti.example.gov.vn",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history",
    }


def tracked(root: Path, patterns: list[str] | tuple[str, ...]) -> list[str]:
    """Files that match and are in the repository, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    ).stdout.split("\n")
    return [name for name in listed if name and (root / name).exists()]


def long_files(root: Path) -> list[str]:
    """A sentence for each file that has outgrown one sitting."""
    found = []
    for name in tracked(root, MEASURED):
        lines = (root / name).read_bytes().count(b"\n")
        if lines > LONGEST_FILE and "/migrations/" not in name:
            found.append(f"  {name} has {lines} lines; at most {LONGEST_FILE}.")
    return found
