"""The calendar of a year: days off with their names and sources, and the province's own days."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dti_tracker.shared.time import FIRST_DAY, LAST_DAY, today
from organisations.asking import person
from organisations.forms.setup import CalendarForm, ReasonForm
from organisations.models import CalendarDay
from organisations.services.calendar import ACTION, remove_day, set_day
from organisations.views.setup.pages import done, form_page, setting_up
from organisations.working_days import LAST_DECIDED_YEAR, holidays_of


@setting_up(ACTION)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The special days of a year; `?year=`, this one when not asked."""
    year = _year(request.GET.get("year"))
    context = {
        "year": year,
        "previous": year - 1 if year > FIRST_DAY.year else None,
        "next": year + 1 if year < LAST_DAY.year else None,
        "days": holidays_of(year),
        "is_decided": year <= LAST_DECIDED_YEAR,
    }
    return render(request, "organisations/setup/calendar.html", context)


@setting_up(ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def day_new(request: HttpRequest) -> HttpResponse:
    """Decide a day otherwise."""
    on = today()
    form = CalendarForm(request.POST or None, on=on)
    if form.is_valid():
        given = form.cleaned_data
        made = done(
            form,
            lambda: set_day(
                by=person(request),
                on=on,
                day=given["day"],
                is_working=given["is_working"] == "1",
                name=given["name"],
                document=given["document"],
                reason=given["reason"],
            ),
        )
        if made is not None:
            messages.success(request, _("%s is in the calendar.") % f"{made.day:%d/%m/%Y}")
            return redirect(_of_year(made.day))
    return form_page(
        request, form, heading=_("Add a day"), submit=_("Add day"), **_crumb(), note=_about()
    )


@setting_up(ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the law decide a day again."""
    on, decided = today(), get_object_or_404(CalendarDay, pk=pk)
    day = decided.day
    form = ReasonForm(request.POST or None, on=on)
    if form.is_valid():
        reason = form.cleaned_data["reason"]

        def act() -> bool:
            remove_day(by=person(request), on=on, day=decided, reason=reason)
            return True

        if done(form, act):
            messages.success(request, _("%s follows the law again.") % f"{day:%d/%m/%Y}")
            return redirect(_of_year(day))
    return form_page(
        request,
        form,
        heading=_("Remove a day"),
        submit=_("Remove"),
        note=f"{day:%d/%m/%Y} · {decided.name}",
        **_crumb(),
    )


def _about() -> str:
    return _("What is decided here goes before the law's calendar, and counts for every deadline.")


def _crumb() -> dict[str, Any]:
    return {"crumb": _("Working days"), "crumb_url": reverse("organisations:setup_calendar")}


def _of_year(day: dt.date) -> str:
    return f"{reverse('organisations:setup_calendar')}?year={day.year}"


def _year(asked: str | None) -> int:
    if not asked:
        return today().year
    if not (asked.isascii() and asked.isdigit() and len(asked) == 4):
        raise Http404
    year = int(asked)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise Http404
    return year
