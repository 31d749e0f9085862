"""Django's admin is a door for emergencies: superuser, fresh second factor, and a reason on record."""

import time
from collections.abc import Callable

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from organisations.models import User
from organisations.views.emergency import LASTS_S, reason_of
from organisations.views.factors import has_fresh_factor


class EmergencyMiddleware:
    """Everything below /admin/ passes here, Django's own log-in page of it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        now = time.time()
        refusal = _refusal(request, now=now)
        if refusal is not None:
            return refusal
        with pghistory.context(reason=reason_of(request.session, now=now), emergency=True):
            return self.get_response(request)


def _refusal(request: HttpRequest, *, now: float) -> HttpResponse | None:
    user = request.user
    if not isinstance(user, User):
        return _lead(request, reverse(settings.LOGIN_URL))
    if not user.is_superuser:
        raise PermissionDenied
    if settings.ADMINISTRATORS_NEED_SECOND_FACTOR and not has_fresh_factor(
        request, since=now - LASTS_S
    ):
        return _lead(request, reverse("mfa_reauthenticate"))
    if not reason_of(request.session, now=now):
        return _lead(request, reverse("organisations:emergency"))
    return None


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
