"""Who asks: the signed-in person of a request and their standing, read once for each request."""

import datetime as dt
from typing import cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from dti_tracker.shared.time import parsed_day, today
from organisations.duties import set_up_relations
from organisations.models import User
from organisations.relations import bodies_headed, general_relations
from organisations.rights import Relation
from organisations.selectors import Standing


def person(request: HttpRequest) -> User:
    """The signed-in person; the view requires one."""
    return cast(User, request.user)


def standing_of(request: HttpRequest) -> Standing:
    """What the signed-in person is today."""
    known = standing_known(request)
    if known is None:
        known = Standing.of(person(request), on=today())
        remember_standing(request, known)
    return known


def standing_known(request: HttpRequest) -> Standing | None:
    """What was asked already while the request is answered; asks nothing itself."""
    return getattr(request, "_standing", None)


def remember_standing(request: HttpRequest, standing: Standing) -> None:
    """Keep it for whoever asks later in the same request."""
    request._standing = standing  # type: ignore[attr-defined]


def relations_to_set_up(request: HttpRequest) -> frozenset[Relation]:
    """What the signed-in person is to the set-up today; asked once for each request."""
    known: frozenset[Relation] | None = getattr(request, "_set_up_relations", None)
    if known is None:
        known = set_up_relations(standing_of(request))
        request._set_up_relations = known  # type: ignore[attr-defined]
    return known


def relations_to_pages(request: HttpRequest) -> frozenset[Relation]:
    """What decides on entries of the navigation; whether a body coordinates is asked of heads and their delegates."""
    standing = standing_of(request)
    if bodies_headed(standing) or standing.delegated:
        return relations_to_set_up(request)
    return general_relations(standing)


def day_asked(request: HttpRequest, standing: Standing) -> dt.date:
    """`?as_of=YYYY-MM-DD`, from 2000 to today; today when not asked. Raises BadRequest (400)."""
    given = request.GET.get("as_of")
    if not given:
        return standing.on
    try:
        return parsed_day(given, latest=standing.on)
    except ValueError as error:
        raise BadRequest(f"as_of: {error}") from error
