"""The list of evaluations: who sees which, what waits first, and in how many queries."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.models import Evaluation
from reports.services import move_evaluation, open_due_evaluations, write_evaluation
from tests.builders import make_task, make_trial_period
from tests.reports.cast import OPENING, full_draft
from tests.reports.web.conftest import TODAY, client_of

LIST = reverse("reports:evaluations")


def shown(page):
    """The evaluations a page links to, in order."""
    return re.findall(r'href="/evaluations/([0-9a-f-]{36})/"', page.text)


def another(people, **fields):
    """One more ended trial of the same bodies, opened."""
    cast = people.cast
    task = make_task(cast.programme, lead=cast.sct, **fields)
    period = make_trial_period(task, dt.date(2023, 8, 1), dt.date(2024, 7, 31))
    open_due_evaluations(on=OPENING)
    return Evaluation.objects.get(trial_period=period)


def submit(people, evaluation, *, on):
    cast = people.cast
    evaluation = write_evaluation(
        evaluation=evaluation, draft=full_draft(cast), by=cast.staff, on=on, version=1
    )
    for verb, by in (("send_to_head", cast.staff), ("submit", cast.head)):
        evaluation = move_evaluation(evaluation=evaluation, verb=verb, by=by, on=on)
    return evaluation


@pytest.mark.parametrize("name", ["staff", "head", "reviewer", "inspector"])
def test_lead_coordinator_and_inspector_find_the_evaluation(people, evaluation, name):
    page = client_of(people.by_name(name)).get(LIST)

    assert str(evaluation.uid) in shown(page)


@pytest.mark.parametrize("name", ["stranger", "leader", "office"])
def test_others_of_the_province_find_an_empty_list_that_says_what_comes(people, evaluation, name):
    page = client_of(people.by_name(name)).get(LIST)

    assert page.status_code == 200
    assert shown(page) == []
    assert "tự động sau ngày cuối của thời gian thử nghiệm" in page.text


@pytest.mark.parametrize("name", ["liaison", "administrator"])
def test_for_an_enterprise_and_an_administrator_there_is_no_such_page(people, evaluation, name):
    client = client_of(people.by_name(name))

    assert client.get(LIST).status_code == 404
    assert client.get(reverse("reports:reports")).status_code == 404
    assert 'href="/evaluations/"' not in client.get(reverse("reports:notices")).text


def test_the_page_asks_for_a_log_in(client, people):
    assert client.get(LIST)["Location"].startswith("/login/")


def test_what_waits_longest_comes_first_in_the_queue(people, waiting):
    later = submit(people, another(people), on=TODAY)
    Evaluation.objects.filter(pk=later.pk).update(
        submitted_at=waiting.submitted_at - dt.timedelta(days=3)
    )

    queue = shown(client_of(people.cast.reviewer).get(LIST))[:2]

    assert queue == [str(later.uid), str(waiting.uid)]


def test_the_writers_see_no_review_queue_but_what_lies_with_them(people, waiting):
    mine = another(people)

    page = client_of(people.cast.staff).get(LIST)

    assert 'id="queue"' not in page.text
    assert shown(page)[0] == str(mine.uid)


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"state": "open"}, True),
        ({"state": "submitted"}, False),
        ({"lead_organisation": "sct"}, True),
        ({"search": "nhiem vu"}, True),
        ({"search": "không có đâu"}, False),
        ({"programme": "GL-2023"}, True),
    ],
)
def test_the_filters_find_what_they_name(people, evaluation, query, finds):
    page = client_of(people.inspector).get(LIST, query)

    assert page.status_code == 200
    assert (str(evaluation.uid) in shown(page)) is finds


@pytest.mark.parametrize(
    "query",
    [
        {"state": "no-such-state"},
        {"search": "\x00"},
        {"search": "\ud800".encode("utf-8", "surrogatepass")},
        {"lead_organisation": "'; drop table"},
        {"page": "-1"},
        {"page": "9" * 40},
        {"page": "²"},
    ],
)
def test_odd_input_is_answered_without_an_error(people, evaluation, query):
    assert client_of(people.cast.staff).get(LIST, query).status_code in (200, 400)


def test_ten_evaluations_cost_as_many_queries_as_one(people, evaluation):
    client = client_of(people.cast.staff)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _number in range(9):
        another(people)
    with CaptureQueriesContext(connection) as ten:
        client.get(LIST)

    assert len(ten) == len(one)


def test_a_filter_that_is_wrong_is_named_and_nothing_is_listed(people, evaluation):
    answer = client_of(people.inspector).get(LIST, {"state": "nope"})

    assert answer.status_code == 400
    assert "Bộ lọc “Trạng thái”" in answer.text
    assert shown(answer) == []
