"""Whether a request is judged by the session whose cookie comes with it."""

from django.conf import settings
from django.http import HttpRequest

from organisations.api.authentication import names_bearer
from organisations.middleware.answers import API

# These answer without the database.
PROBES = frozenset({"health_live", "health_ready"})


def comes_by_session(request: HttpRequest) -> bool:
    """True for a browser's cookie, but at the health addresses and beside a token of the API.

    There the token alone says who asks, and a bad one is refused: the session opens nothing. A page
    knows no tokens. Asked in `process_view`: before it nobody knows the address by its name.
    """
    match = request.resolver_match
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        and not (match is not None and match.view_name in PROBES)
        and not (request.path.startswith(API) and names_bearer(request))
    )
