"""What was recorded on days of the past: the history is moved to the day on which it should lie."""
# ruff: noqa: S608 - names of our own tables

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from programmes.models import (
    Commitment,
    IndicatorLink,
    Milestone,
    Programme,
    ProgrammeDuty,
    Task,
    TaskDuty,
    TrialPeriod,
)
from tests.organisations.tampering import run, unprotected

MODELS = (
    Commitment,
    IndicatorLink,
    Milestone,
    Programme,
    ProgrammeDuty,
    Task,
    TaskDuty,
    TrialPeriod,
)


@contextmanager
def recorded_on(day: dt.date) -> Iterator[None]:
    """What is written inside has been recorded at noon of a day, as far as the history knows."""
    histories = [model.pgh_event_model for model in MODELS]  # type: ignore[union-attr]
    last = {
        history: history.objects.order_by("-pgh_id").values_list("pgh_id", flat=True).first() or 0
        for history in histories
    }
    yield
    noon = dt.datetime.combine(day, dt.time(5), tzinfo=dt.UTC)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for history in histories:
        table = history._meta.db_table
        with unprotected(table):
            run(f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_id > %s", noon, last[history])
    run("SET CONSTRAINTS ALL DEFERRED")
