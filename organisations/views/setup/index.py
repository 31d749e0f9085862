"""The index of setting up: what the person may open, with what waits there."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dti_tracker.shared.time import today
from organisations.choices import AccountState, CorrectionState
from organisations.directory import people_found
from organisations.duties import unheld_duties
from organisations.models import CorrectionRequest
from organisations.templatetags.ui import page
from organisations.views.setup.pages import may, setting_up

Count = Callable[[dt.date], str]


@dataclass(frozen=True)
class Line:
    """A page of setting up; `waiting` says in words what waits there, if anything does."""

    path: str
    label: Promise
    about: Promise
    action: str
    waiting: Count = lambda on: ""


@dataclass(frozen=True)
class Shown:
    """A line as this person sees it."""

    line: Line
    waiting: str


def _people_without(on: dt.date) -> str:
    count = len(people_found(on=on, state=AccountState.WITHOUT_POSITION))
    if not count:
        return ""
    return ngettext("%d without position", "%d without position", count) % count


def _open_corrections(on: dt.date) -> str:
    count = CorrectionRequest.objects.filter(state=CorrectionState.OPEN).count()
    return ngettext("%d open", "%d open", count) % count if count else ""


def _unheld(on: dt.date) -> str:
    count = len(unheld_duties(on=on))
    return ngettext("%d duty unheld", "%d duties unheld", count) % count if count else ""


GROUPS: tuple[tuple[Promise, tuple[Line, ...]], ...] = (
    (
        _("People"),
        (
            Line(
                "/setup/people/",
                _("People"),
                _("Accounts, positions, invitations; import from a file"),
                "manage_people",
                _people_without,
            ),
            Line(
                "/setup/corrections/",
                _("Corrections"),
                _("What people ask to have corrected in data about them"),
                "manage_people",
                _open_corrections,
            ),
            Line(
                "/setup/service-accounts/",
                _("Service accounts"),
                _("Programs that read by a token"),
                "manage_service_accounts",
            ),
            Line("/setup/tokens/", _("Tokens"), _("All tokens; revoke any"), "revoke_any_token"),
        ),
    ),
    (
        _("Bodies"),
        (
            Line(
                "/setup/organisations/",
                _("Bodies"),
                _("Departments, localities, enterprises; names and document headers"),
                "manage_organisations",
            ),
            Line(
                "/setup/successions/",
                _("Successions"),
                _("Who takes over from whom, with a preview of what follows"),
                "manage_organisations",
                _unheld,
            ),
        ),
    ),
    (
        _("Programmes"),
        (
            Line(
                "/setup/programmes/",
                _("Programmes"),
                _("Tasks, duties, trials, milestones, criteria, thresholds"),
                "create_set_up",
            ),
            Line(
                "/setup/mandates/",
                _("Inspection mandates"),
                _("Who inspects which programme, by which decision"),
                "manage_mandates",
            ),
        ),
    ),
    (
        _("Calendar and log"),
        (
            Line(
                "/setup/calendar/",
                _("Working days"),
                _("Holidays, days off, days worked in exchange"),
                "manage_calendar",
            ),
            Line("/trail/", _("Log"), _("Who did what, when and from where"), "view_trail"),
        ),
    ),
)
ACTIONS = tuple({line.action for _heading, lines in GROUPS for line in lines} - {"view_trail"})


@setting_up(*ACTIONS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Groups of pages; only those that exist and that the person may open."""
    on = today()
    groups = [
        (heading, [Shown(line, line.waiting(on)) for line in lines if _is_open(request, line)])
        for heading, lines in GROUPS
    ]
    context = {"groups": [(heading, lines) for heading, lines in groups if lines]}
    return render(request, "organisations/setup/index.html", context)


def _is_open(request: HttpRequest, line: Line) -> bool:
    return bool(page(line.path)) and may(request, line.action)
