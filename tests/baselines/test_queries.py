"""Pages ask the database as often for ten of everything as for one: `queries.csv` says how often.

A line for each page and person: `page` is an address (`{code}` the task of the cast), `person` a
member of the cast, `count` the queries of the second visit. Whoever adds a page adds lines; a count
that changed is changed there, with the reason in the commit.
"""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import User
from programmes.models import Task
from programmes.services.views import keep_view
from tests.builders import (
    make_commitment,
    make_link,
    make_link_value,
    make_measurement,
    make_milestone,
    make_task,
    make_trial_period,
    make_update,
)
from tests.programmes.asking import signed_in
from tests.programmes.cast import TODAY, Cast, make_cast
from tests.programmes.conftest import at_today

__all__ = ["at_today"]

TABLE = Path(__file__).parent / "queries.csv"
ROWS = (1, 10)


def lines() -> list[tuple[str, str, int]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [(row["page"], row["person"], int(row["count"])) for row in csv.DictReader(file)]


@pytest.fixture
def cast(db: None, at_today: None) -> Cast:
    return make_cast()


def fill(cast: Cast, number: int) -> None:
    """So many of everything a page may show, on the task of the cast and beside it."""
    for place in range(1, number + 1):
        day = TODAY - dt.timedelta(days=10 * place)
        make_milestone(cast.period, day)
        make_commitment(cast.period, cast.vnpt, due_on=day)
        link = make_link(cast.task, share=Decimal(2))
        make_link_value(link, cast.period, "baseline", 20)
        make_link_value(link, cast.period, "target", 40)
        make_measurement(link.sub_indicator, day, 30)
        make_update(cast.task, day, author=cast.staff, percent=Decimal(place))
        make_update(cast.task, day, author=cast.staff, state="submitted", reviewed_at=None)
        keep_view(user=cast.staff, name=f"Bộ lọc {place}", query="")
        task = make_task(
            cast.programme, lead=cast.sct, partners=(cast.vnpt,), cooperating=(cast.skhcn,)
        )
        make_milestone(make_trial_period(task), day)
        make_link(task)
        make_task(cast.programme, lead=cast.sct)  # without dates
        make_update(task, day, author=cast.staff)
        make_update(task, day, author=cast.staff, state="returned", remarks="Viết rõ hơn.")


def asked_by(user: User, address: str) -> int:
    """The queries of a second visit."""
    person = signed_in(user)
    assert person.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as asked:
        answer = person.get(address)
        if answer.streaming:
            b"".join(answer)
    return len(asked)


@pytest.mark.parametrize("number", ROWS)
def test_every_page_asks_as_often_as_the_baseline_says(cast, number):
    fill(cast, number)
    address = {page: page.format(code=cast.task.code) for page, _who, _count in lines()}

    counted = [
        (page, who, asked_by(getattr(cast, who), address[page])) for page, who, _count in lines()
    ]

    assert counted == lines()


def test_there_were_ten_times_as_many_rows(cast):
    """The twin: a page that reads once more for each row is noticed."""
    counts = []
    for number in ROWS:
        fill(cast, number)
        with CaptureQueriesContext(connection) as asked:
            for task in Task.objects.all():
                list(task.duties.all())
        counts.append(len(asked))

    assert counts[1] > counts[0] + ROWS[1] - ROWS[0]
