"""The leaders' page."""

import datetime as dt
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dti_tracker.shared.time import FIRST_DAY
from organisations.asking import day_asked, standing_of
from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.templatetags.ui import named
from programmes.models import Programme
from programmes.relations import programme_relations
from reports.selectors.dashboard import dashboard_of, programmes_with_tasks
from reports.views.asking import may_see_dashboard


class Asked(NamedTuple):
    """Which programme, as of which day."""

    programme: Programme
    on: dt.date


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Where a programme stands as of a day; refused to whom the rights table does not show it."""
    standing = standing_of(request)
    if not may_see_dashboard(standing):
        raise PermissionDenied
    programmes = programmes_with_tasks(standing)
    if not programmes:
        return render(request, "reports/dashboard.html", {"dashboard": None})
    asked = _asked(request, programmes, standing)
    if not allowed("view_dashboard", programme_relations(asked.programme, standing)):
        raise PermissionDenied
    return render(
        request,
        "reports/dashboard.html",
        {
            "dashboard": dashboard_of(asked.programme, standing, on=asked.on),
            "programmes": programmes,
            "programme_label": named(asked.programme),
            "today": standing.on,
            "earliest": FIRST_DAY,
        },
    )


def _asked(request: HttpRequest, programmes: list[Programme], standing: Standing) -> Asked:
    """The choice of the person, who may open the page as of a day of the past."""
    code = request.GET.get("programme", "")
    chosen = next((p for p in programmes if p.code == code), None if code else programmes[0])
    if chosen is None:
        raise Http404
    return Asked(chosen, day_asked(request, standing))
