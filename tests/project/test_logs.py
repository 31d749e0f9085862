"""Every log line of a request carries its number."""

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from dti_tracker.shared.logs import RequestIdFilter, RequestIdMiddleware, current


def number_of(record: logging.LogRecord) -> object:
    RequestIdFilter().filter(record)
    return record.__dict__["request_id"]


def test_lines_of_a_request_carry_its_number_and_no_others(rf: RequestFactory) -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(number_of(logging.makeLogRecord({})))
        return HttpResponse()

    answer = RequestIdMiddleware(view)(rf.get("/"))
    assert seen == [answer.headers["X-Request-ID"]]
    assert number_of(logging.makeLogRecord({})) == "-"


def test_a_line_that_django_writes_after_the_answer_carries_the_number(rf: RequestFactory) -> None:
    request = rf.get("/")
    answer = RequestIdMiddleware(lambda request: HttpResponse(status=404))(request)
    late = logging.makeLogRecord({"request": request})
    assert number_of(late) == answer.headers["X-Request-ID"]


def test_the_number_is_forgotten_after_an_error(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        RequestIdMiddleware(view)(rf.get("/"))
    assert current.get() == "-"


def test_a_number_from_the_proxy_is_kept(client: Client) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": "7f3c-0123456789"})
    assert answer.headers["X-Request-ID"] == "7f3c-0123456789"


@pytest.mark.parametrize("forged", ["short", "a" * 65, "line\nbreak 123", "đđđđđđđđđ"])
def test_a_number_that_could_spoil_the_log_is_replaced(client: Client, forged: str) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": forged})
    assert answer.headers["X-Request-ID"] != forged
    assert answer.headers["X-Request-ID"].isalnum()
