"""Measure the import of spreadsheets in a database of its own, each step in a process of its own.

    python -m tools.bench [rows]

Prints a table: seconds, seconds against a plain openpyxl pass over the same file, peak memory.
"""

import os
import subprocess
import sys
from pathlib import Path

ROWS = 10_000
STEP_PATIENCE_S = 600
STEPS = ("export", "plain", "faulty", "clean", "write", "again")


def main(arguments: list[str]) -> int:
    """Fill a database, measure every step, print the table; the database is removed at the end."""
    import django

    django.setup()
    from django.db import connection

    from tools.bench import steps

    rows = int(arguments[0]) if arguments else ROWS
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        steps.fill(rows)
        connection.close()
        found = {step: _measured(step, name) for step in STEPS}
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    _print(rows, found)
    return 0


def _measured(step: str, database: str) -> tuple[float, float]:
    """Seconds and megabytes of one step."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tools.bench.steps", step],
        env=os.environ | {"BENCH_DATABASE": database},
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
        timeout=STEP_PATIENCE_S,
    )
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def _print(rows: int, found: dict[str, tuple[float, float]]) -> None:
    from tools.bench.steps import WORDS

    plain = found["plain"][0]
    lines = [f"{f'{rows} rows':42} {'seconds':>9} {'ratio':>7} {'peak MB':>10}"]
    lines += [
        f"{WORDS[step]:42} {seconds:9.1f} {seconds / plain:7.1f} {megabytes:10.0f}"
        for step, (seconds, megabytes) in found.items()
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dti_tracker.settings")
    sys.exit(main(sys.argv[1:]))
