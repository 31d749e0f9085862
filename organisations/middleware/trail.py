"""Tells the trail who asks: person, token, address, path and number of the request."""

from collections.abc import Callable
from typing import Any

import pghistory
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from dti_tracker.shared import logs
from organisations.models import ApiToken, User
from organisations.security import address_of
from organisations.trail.channels import acting


class TellingRequest(WSGIRequest):
    """Tells the trail who the person is when it becomes known.

    That is late: the REST framework signs in inside the view, and a page that asks for nobody never
    reads the session. Reading it only for the trail would cost every page a query.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        # By type: asking a lazy user what it is would already read it.
        if name in ("user", "_cached_user") and issubclass(type(value), User):
            pghistory.context(user=value.pk)
        elif name == "auth" and isinstance(value, ApiToken):
            pghistory.context(token=value.name)
        super().__setattr__(name, value)


class TrailMiddleware:
    """Opens the context in which the view, and what stands after this, write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        channel = "api" if request.path.startswith("/api/") else "page"
        person = request.__dict__.get("_cached_user")
        with acting(
            channel,
            user=person.pk if isinstance(person, User) else None,
            method=request.method,
            url=request.path,
            request_id=request.META.get(logs.IN_REQUEST),
            address=address_of(request),
        ):
            if isinstance(request, WSGIRequest):
                request.__class__ = TellingRequest
            return self.get_response(request)
