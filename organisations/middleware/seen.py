"""Remembers on which day somebody was last here: by a session, never by a token."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from dti_tracker.shared.time import today
from organisations.middleware.session import comes_by_session
from organisations.models import User
from organisations.services.dormancy import note_seen


class LastSeenMiddleware:
    """One write for each person and day."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Lets every request through."""
        if comes_by_session(request) and isinstance(request.user, User):
            note_seen(request.user, on=today())
        return None
