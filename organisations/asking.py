"""Who asks: the signed-in person of a request and their standing, read once for each request."""

from typing import cast

from django.http import HttpRequest

from dti_tracker.shared.time import today
from organisations.models import User
from organisations.selectors import Standing


def person(request: HttpRequest) -> User:
    """The signed-in person; the view requires one."""
    return cast(User, request.user)


def standing_of(request: HttpRequest) -> Standing:
    """What the signed-in person is today."""
    known: Standing | None = getattr(request, "_standing", None)
    if known is None:
        known = Standing.of(person(request), on=today())
        request._standing = known  # type: ignore[attr-defined]
    return known
