"""Who has no position left gets one calm page that says what to do, wherever they knock."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organisations.asking import standing_of
from organisations.models import User

API = "/api/"
REFUSED = frozenset({403, 404})


class FormerMiddleware:
    """Puts the page in the place of every refusal to somebody without a position.

    It decides nothing: the views have refused already, with the status that stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code not in REFUSED or request.path.startswith(API):
            return answer
        person = getattr(request, "user", None)
        if not isinstance(person, User) or not standing_of(request).is_former:
            return answer
        return render(request, "organisations/without_position.html", status=answer.status_code)
