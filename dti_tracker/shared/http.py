"""Answers that hold when things are down: health probes, 503 while the database is away, the calm 500."""

import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from dti_tracker.shared.api.problems import malformed
from dti_tracker.shared.api.views import follow_language

logger = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)
RETRY_AFTER_S = 10
BROKER_PATIENCE_S = 1
PIECE = 64 * 1024


class VietnameseFirstMiddleware(LocaleMiddleware):
    """Vietnamese until somebody uses the switch.

    What a browser asks for is no choice of anybody's: many offices run an English system. The API
    follows `Accept-Language` by itself.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Take the language of the switch's cookie, if it is one of ours."""
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language


class WholeAddressMiddleware:
    """404 for a page's address with a NUL: no text of ours holds one, and PostgreSQL takes none.

    The API finds nothing under such an address by itself, and says so in its own form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info and not request.path_info.startswith("/api/"):
            raise Http404
        return self.get_response(request)


class UploadLimitMiddleware:
    """413 for a body larger than any upload may be, before anything of it is parsed.

    Django reads no body without a length: what comes in chunks is counted onto disk first, so that it
    is read like any other, or refused as soon as it is too much.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = (settings.EVIDENCE_MAX_MB + 1) * 1024 * 1024  # with the rest of the form
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            with tempfile.TemporaryFile() as body:
                if not _spooled(request, body, limit):
                    return too_large(request)
                return self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > limit:
            _pass_by(request, limit)
            return too_large(request)
        return self.get_response(request)


def _spooled(request: HttpRequest, body: BinaryIO, limit: int) -> bool:
    """Whether a body without a length is small enough; if so, it is read from the file from now on."""
    source = request.META.get("wsgi.input")
    if source is None or not request.META.get("wsgi.input_terminated"):
        return False  # nobody would say where it ends
    while piece := source.read(PIECE):
        body.write(piece)
        if body.tell() > limit:
            return False
    request.META["CONTENT_LENGTH"] = str(body.tell())
    body.seek(0)
    request._stream = body
    return True


def _pass_by(request: HttpRequest, limit: int) -> None:
    """Let a little too much run past: a browser that is still sending reads no answer."""
    source, left = request.META.get("wsgi.input"), limit
    while source is not None and left > 0 and (piece := source.read(min(PIECE, left))):
        left -= len(piece)


class MethodPageMiddleware:
    """Gives people words where Django's own 405 is a blank page; the API has its problems.

    Inside of `CommonMiddleware`, which says how long the answer is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        is_page = request.headers.get("HX-Request") != "true"
        if is_page and isinstance(answer, HttpResponseNotAllowed):
            answer.content = render_to_string("405.html")
        return answer


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served, 503 with the reasons when not.

    A broker that is away is `degraded`, still 200: pages save, and the jobs run after its return.
    """
    checks = {"database": database_state()}
    if checks["database"] == "ok":
        checks["migrations"] = migrations_state()
    is_ready = all(state == "ok" for state in checks.values())
    checks["broker"] = broker_state()
    status = "unavailable" if not is_ready else "ok" if checks["broker"] == "ok" else "degraded"
    answer = JsonResponse({"status": status, "checks": checks}, status=200 if is_ready else 503)
    if not is_ready:
        answer["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def database_state() -> str:
    """`ok` or `away`."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DATABASE_AWAY:
        return "away"
    return "ok"


def migrations_state() -> str:
    """`ok` or `missing`: the code expects tables that the database does not have yet."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DATABASE_AWAY:
        return "away"
    return "missing" if plan else "ok"


def broker_state() -> str:
    """`ok` or `away`, for Redis and for the folder that stands in for it."""
    if not settings.REDIS_URL:
        folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
        return "ok" if os.access(folder, os.W_OK) else "away"
    timeouts = {"socket_timeout": BROKER_PATIENCE_S, "socket_connect_timeout": BROKER_PATIENCE_S}
    try:
        with Redis.from_url(settings.REDIS_URL, **timeouts) as broker:
            broker.ping()
    except (RedisError, OSError):
        return "away"
    return "ok"


class DatabaseAwayMiddleware:
    """Turns a lost database, met in a view, into 503; `server_error` does it for the middleware below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for errors of the connection alone; everything else is somebody else's."""
        if not isinstance(error, DATABASE_AWAY):
            return None
        logger.warning("The database is away: %s", error)
        return database_away(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to what cannot be read, such as a forged name of the server (`handler400`)."""
    if request.path.startswith("/api/"):
        follow_language(request)
        return malformed().response()
    return HttpResponse(render_to_string("400.html"), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to an exception that nothing else answered (`handler500`)."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return database_away(request)
    title, detail = _("Something went wrong on our side"), _("The error has been recorded.")
    return plain_answer(request, 500, title, detail)


def database_away(request: HttpRequest) -> HttpResponse:
    """503: come back in a moment."""
    title, detail = _("The server is busy for a moment"), _("The database does not answer.")
    answer = plain_answer(request, 503, title, detail)
    answer["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def too_large(request: HttpRequest) -> HttpResponse:
    """413: what was sent is larger than anything that is taken."""
    limit = {"limit": settings.EVIDENCE_MAX_MB}
    title = _("What you sent is too large")
    detail = (
        _("A file has at most %(limit)s MB. Scan it in a lower resolution, or split it.") % limit
    )
    answer: HttpResponse
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        answer = JsonResponse({"detail": detail}, status=413)
    else:
        answer = plain_answer(request, 413, title, detail)
    answer["Connection"] = "close"
    return answer


def plain_answer(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    """The page `<status>.html`, made without the database; under /api/ a problem after RFC 9457."""
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    words = {"title": title, "detail": detail}
    return HttpResponse(render_to_string(f"{status}.html", words), status=status)
