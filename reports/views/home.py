"""The first page and the notices of a person."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from organisations.asking import person, standing_of
from organisations.models import Notice
from organisations.notices import mark_read
from organisations.templatetags.ui import page
from reports.selectors import lists
from reports.selectors.work import work_of
from reports.views.asking import (
    DASHBOARD,
    TASKS,
    may_see_dashboard,
)

NOTICES_SHOWN = 200


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What the person should see first: what waits for them, or where things stand."""
    standing = standing_of(request)
    if standing.is_administrator and not standing.positions:
        return redirect("organisations:setup")
    if may_see_dashboard(standing) and lists.reads_first(standing):
        return redirect(DASHBOARD)
    if standing.is_former:
        return redirect(page(TASKS) or reverse("reports:notices"))
    shown = {
        "work": work_of(standing),
        "on": standing.on,
        "may_import": standing.is_provincial_staff,
    }
    return render(request, "reports/work.html", shown)


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What the application has told the person, newest first."""
    told = person(request).notices.order_by("-pk")[:NOTICES_SHOWN]
    return render(request, "reports/notices.html", {"notices": told})


@require_POST
@login_required
def read_notice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    notice = get_object_or_404(Notice, uid=uid, user=person(request))
    mark_read(person(request), notice)
    is_here = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if notice.url and is_here else reverse("reports:notices"))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_read(person(request))
    return redirect("reports:notices")
