"""A limit that stops a client gone wild and that nobody else notices."""

from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle


class ProcessThrottle(UserRateThrottle):
    """Counts the requests of a person or a token in the memory of each server process.

    A count in the shared cache would cost every request a query or two, more than most answers.
    The limit of a whole server is therefore the rate times its processes.
    """

    cache = LocMemCache("api-throttle", {})
    scope = "user"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """A token counts for itself: a program gone wild locks nobody out of the pages."""
        token: Any = request.auth
        if token is None:
            return super().get_cache_key(request, view)
        return self.cache_format % {"scope": self.scope, "ident": f"token-{token.pk}"}
