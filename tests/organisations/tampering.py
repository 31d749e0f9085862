"""What an intruder with all rights in the database does, and what the command says of it."""
# ruff: noqa: S608 - names of our own tables

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection

from organisations.trail import attaching

LEDGER, SEALS = "organisations_trailentry", "organisations_trailseal"
EVENTS = "organisations_organisationevent"


def run(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@contextmanager
def unprotected(*tables: str) -> Iterator[None]:
    """The triggers of tables are off, as only their owner can have it."""
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for name in ("trail_record", "trail_guard", "trail_refuse", "trail_whole"):
            run(
                f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '{table}'::regclass"
                f" AND tgname = '{name}') THEN"
                f" ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}; END IF; END $$"
            )


def verified() -> tuple[int, str]:
    """Exit code and what was printed."""
    out = StringIO()
    try:
        call_command("verify_history", stdout=out, stderr=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def adopt() -> None:
    """Take what happened before the trail into it."""
    run("ALTER TABLE organisations_trailshape DISABLE TRIGGER USER")
    run("DELETE FROM organisations_trailshape")
    run(f"DROP TRIGGER trail_record ON {EVENTS}")
    attaching.attach()


def make_digests_fit(event_id: int) -> None:
    """Compute the line's digest anew from the changed row."""
    with unprotected(LEDGER):
        run(
            f"UPDATE {LEDGER} t SET digest = sha256(convert_to(to_jsonb(e)::text, 'UTF8'))"
            f" FROM {EVENTS} e WHERE e.pgh_id = event_id AND t.source = %s AND event_id = %s",
            EVENTS,
            event_id,
        )
