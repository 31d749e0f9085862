"""The demo's people: one list for the loader, the log-in page and the start message."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DEMO_PASSWORD = "demo-dti-gl-2023"  # noqa: S105 - public by design; production refuses these accounts
ACCOUNTS = Path(__file__).parent / "data" / "demo_accounts.csv"


@dataclass(frozen=True)
class DemoAccount:
    """One row of the demo's people; `organisations` are codes, in order of time."""

    username: str
    full_name: str
    position: str
    title: str
    organisations: tuple[str, ...]


@cache
def demo_accounts() -> tuple[DemoAccount, ...]:
    """Every demo account, in the order of the file."""
    with ACCOUNTS.open(encoding="utf-8", newline="") as file:
        return tuple(
            DemoAccount(
                username=row["username"],
                full_name=row["full_name"],
                position=row["position"],
                title=row["title"],
                organisations=tuple(row["organisations"].split("|"))
                if row["organisations"]
                else (),
            )
            for row in csv.DictReader(file)
        )
