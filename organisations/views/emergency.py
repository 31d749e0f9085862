"""Entering Django's admin: the reason is asked, kept for an hour, and written down for good."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from organisations import security
from organisations.asking import person
from organisations.choices import SecurityEventKind
from organisations.forms.account import EmergencyForm
from organisations.links import leads_here

EMERGENCY = "emergency"
LASTS_S = 60 * 60


def reason_of(session: Mapping[str, Any], *, now: float) -> str:
    """The reason given within the last hour, else ""."""
    kept = session.get(EMERGENCY) or {"reason": "", "at": 0}
    return str(kept["reason"]) if now - kept["at"] < LASTS_S else ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def emergency(request: HttpRequest) -> HttpResponse:
    """Ask a superuser why, and write it down."""
    user = person(request)
    if not user.is_superuser:
        raise PermissionDenied
    form = EmergencyForm(request.POST or None)
    place = _next(request)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        context = {"form": form, "next": place}
        return render(request, "organisations/emergency.html", context, status=status)
    reason = form.cleaned_data["reason"]
    security.record(
        SecurityEventKind.EMERGENCY, request=request, user=user, detail={"reason": reason}
    )
    request.session[EMERGENCY] = {"reason": reason, "at": time.time()}
    return HttpResponseRedirect(place)


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    door = reverse("admin:index")
    return asked if leads_here(asked) and asked.startswith(door) else door
