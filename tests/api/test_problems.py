"""Refusals: one shape, the right status, the caller's language, for whatever comes in."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from dti_tracker.shared.api.throttling import ProcessThrottle
from dti_tracker.shared.api.views import ApiView
from dti_tracker.shared.time import today
from tests.builders import make_user
from tests.reports.cast import make_cast, opened

pytestmark = pytest.mark.django_db
TASKS = "/api/v1/tasks/"


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert body["status"] == status
    assert body["type"].startswith("urn:dti-tracker:problem:")
    assert body["title"]
    assert body["detail"]
    return body


def test_without_signing_in_there_is_a_challenge(client):
    answer = client.get(TASKS)

    assert problem(answer, 401)["title"] == "Chưa đăng nhập"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("vi", "Không tìm thấy"),
        ("en", "Not found"),
        ("en-GB,en;q=0.9", "Not found"),
        ("fr, en;q=0.5", "Not found"),
        ("fr", "Không tìm thấy"),
        ("", "Không tìm thấy"),
        (";;;q=x,,", "Không tìm thấy"),
    ],
)
def test_problems_speak_the_language_of_the_caller(client, header, title):
    client.force_login(make_user())

    answer = client.get(f"{TASKS}NONE/", headers={"accept-language": header})

    assert problem(answer, 404)["title"] == title


def test_the_header_decides_also_against_the_language_of_the_pages(client):
    client.force_login(make_user())
    client.cookies["django_language"] = "vi"

    answer = client.get(f"{TASKS}NONE/", headers={"accept-language": "en"})

    assert problem(answer, 404)["title"] == "Not found"


def test_an_unknown_address_is_a_problem_too(staff):
    for rest in ("", "nothing/", "tasks/a/b/", "evaluations/x/", "tasks/%00/", "%0A", "a%0Ab/"):
        problem(staff.get(f"/api/v1/{rest}"), 404)
    problem(staff.post("/api/v1/nothing/"), 404)


def test_a_forgotten_slash_is_put_right(staff):
    answer = staff.get("/api/v1/tasks?page_size=1&search=kho%20d%E1%BB%AF")

    assert answer.status_code == 308
    assert answer.headers["Location"] == "/api/v1/tasks/?page_size=1&search=kho%20d%E1%BB%AF"
    problem(staff.get("/api/v1/nothing"), 404)


def test_another_method_is_named_with_those_that_work(staff):
    answer = staff.delete(TASKS)

    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]
    problem(staff.options(TASKS), 405)


def test_only_json_is_answered(staff):
    problem(staff.get(TASKS, headers={"accept": "text/csv"}), 406)
    assert staff.get(TASKS, headers={"accept": "text/html,*/*;q=0.8"}).status_code == 200


@pytest.fixture
def evaluation_path():
    cast = make_cast()
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.staff)
    return client, f"/api/v1/evaluations/{opened(cast, today()).uid}/"


@pytest.mark.parametrize(
    ("content_type", "content", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/xml", b"<a/>", 415),
        ("application/x-www-form-urlencoded", b"results=x", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/json; charset=utf-16", "{}".encode("utf-16"), 400),
        ("application/json; charset=base64", b"{}", 400),
        ("application/json", b"\xff\xfe", 400),
        ("application/json", b"", 400),
        ("application/json", b"{", 400),
        ("application/json", b"nul", 400),
        ("application/json", b'{"results": NaN}', 400),
        ("application/json", b'{"results": "a", "results": "b"}', 400),
        ("application/json", b'{"results": "a\\u0000b"}', 400),
        ("application/json", b'{"results": "\\ud800"}', 400),
        ("application/json", b'{"\\udfff": 1}', 400),
        ("application/json", b'{"cost_vnd": 1e999999999}', 400),
        ("application/json", b'{"cost_vnd": ' + b"9" * 5000 + b"}", 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b"[" * 50 + b"]" * 50, 400),
        ("application/json", b'{"criteria": ' + b'{"a":' * 30 + b"1" + b"}" * 31, 400),
        ("application/json", b'{"results": "' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
def test_content_that_is_not_plain_json_is_refused(evaluation_path, content_type, content, status):
    client, path = evaluation_path

    answer = client.patch(path, content, content_type=content_type, headers={"if-match": '"1"'})

    problem(answer, status)


@pytest.mark.parametrize("query", ["search=%00", "%00=1", "search=%ED%A0%80%00", "a" * 5000])
def test_odd_queries_are_refused(staff, query):
    problem(staff.get(f"{TASKS}?{query}"), 400)


def test_more_parameters_than_anybody_needs_are_refused(staff):
    query = "&".join(f"p{number}=1" for number in range(2000))

    problem(staff.get(f"{TASKS}?{query}"), 400)


def test_a_write_without_the_csrf_token_is_refused():
    cast = make_cast()
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.staff)
    path = f"/api/v1/evaluations/{opened(cast, today()).uid}/reports/"

    problem(client.post(path, {}, content_type="application/json"), 403)


class Slow(ApiView):
    """A view with a limit that two requests reach."""

    class Limit(ProcessThrottle):
        rate = "1/min"

    throttle_classes = [Limit]

    def get(self, request: Any) -> Any:
        return Response({})


def test_a_client_gone_wild_is_told_when_to_come_back():
    user = make_user()

    def ask() -> Any:
        request = APIRequestFactory().get("/api/v1/slow/")
        force_authenticate(request, user)
        return Slow.as_view()(request)

    first, second = ask(), ask()

    assert first.status_code == 200
    problem(second, 429)
    assert 0 < int(second.headers["Retry-After"]) <= 61


def test_a_lost_database_is_a_problem_of_a_moment(staff, monkeypatch):
    def away(*_args: Any, **_options: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr("programmes.api.views.task_summaries", away)
    monkeypatch.setattr("programmes.filters.task_summaries", away)

    answer = staff.get(f"{TASKS}?health=red")

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
