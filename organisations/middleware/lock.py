"""No page, piece or API answer for a session that is locked, but the way to lift the lock."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.middleware.answers import problem, wants_problem
from organisations.middleware.session import comes_by_session
from organisations.security import address_of
from organisations.services import lock
from organisations.views.lock import locked_page

LOCKED, ENDED = 423, 401
# What a page asks for by itself (a progress bar, the lock's own question) is no sign of a person.
BACKGROUND = "X-Background"
OPEN_WHILE_LOCKED = frozenset(
    {
        "organisations:lock_state",
        "organisations:unlock",
        "organisations:unlock_passkey",
        "account_logout",
        "set_language",
    }
)


class SessionLockMiddleware:
    """Locks idle sessions, ends old ones, and writes down the last use of the others.

    Whose session has ended is led to the sign-in by a page, and told so by a 401 as a program: it
    would take the form of the sign-in for what it asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        return ended() if wants_problem(request) and leads_to_sign_in(answer) else answer

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Answer in place of the view, or None to let it."""
        if not comes_by_session(request) or not request.user.is_authenticated:
            return None
        now = lock.clock()
        state = lock.state_of(request.session, request.user, now=now)
        if state == lock.SessionState.OVER:
            logout(request)
            return None
        if state == lock.SessionState.LOCKED:
            match = request.resolver_match
            is_open = match is not None and match.view_name in OPEN_WHILE_LOCKED
            return None if is_open else locked(request)
        if BACKGROUND not in request.headers and lock.is_due(request.session, now=now):
            write_down_use(request, now=now)
        return None


def locked(request: HttpRequest) -> HttpResponse:
    """423: programs read why, people get the page that lifts the lock and keeps what they sent."""
    if wants_problem(request):
        return problem(LOCKED, "session_locked", _("The session is locked. Unlock it on the page."))
    return locked_page(request)


def leads_to_sign_in(answer: HttpResponse) -> bool:
    """Whether a page asks for a sign-in, from which it goes on."""
    place = urlsplit(answer.get("Location", ""))
    is_sign_in = place.path == resolve_url(settings.LOGIN_URL)
    return is_sign_in and REDIRECT_FIELD_NAME in QueryDict(place.query)


def ended() -> HttpResponse:
    """401, as the API says it itself."""
    answer = problem(ENDED, "not_authenticated", _("The session has ended. Sign in again."))
    answer["WWW-Authenticate"] = 'Session realm="pages"'
    return answer


def write_down_use(request: HttpRequest, *, now: float) -> None:
    """The session's last use, also for the list of sessions."""
    request.session[lock.ACTIVE_AT] = now
    request.session.save()
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=timezone.now(),
        ip=address_of(request) or "0.0.0.0",  # noqa: S104
    )
