"""A limit that stops a client gone wild and that nobody else notices."""

from django.core.cache.backends.locmem import LocMemCache
from rest_framework.throttling import UserRateThrottle


class ProcessThrottle(UserRateThrottle):
    """Counts a person's requests in the memory of each server process.

    A count in the shared cache would cost every request a query or two, more than most answers.
    The limit of a whole server is therefore the rate times its processes.
    """

    cache = LocMemCache("api-throttle", {})
    scope = "user"
