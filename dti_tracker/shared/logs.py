"""One number on every log line of a request or a job, so that a report of a fault can be followed."""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from celery.signals import task_prerun
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
IN_REQUEST = "HTTP_X_REQUEST_ID"
GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")
current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Gives each request a number, or keeps the proxy's, and tells it to the caller."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        request.META[IN_REQUEST] = (
            number  # for lines that Django writes when the answer is on its way
        )
        token = current.set(number)
        try:
            answer = self.get_response(request)
        finally:
            current.reset(token)
        answer[HEADER] = number
        return answer


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        of_request = request.META.get(IN_REQUEST) if isinstance(request, HttpRequest) else None
        record.request_id = of_request or current.get()
        return True


@task_prerun.connect
def number_the_job(task_id: str, **kwargs: Any) -> None:
    """A job's lines carry the number of its delivery."""
    current.set(task_id)
