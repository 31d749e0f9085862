"""The trail: the whole log with filters and its export, and the history of one object."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dti_tracker.shared.spreadsheet import csv_lines
from organisations import security
from organisations.asking import person, standing_of
from organisations.choices import SecurityEventKind
from organisations.forms.trail import TrailFilter
from organisations.relations import general_relations
from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.trail import exporting, reading, registry
from organisations.trail.words import Topic

ACTION = "view_trail"


def _reader(request: HttpRequest) -> Standing:
    standing = standing_of(request)
    decision = allowed(ACTION, general_relations(standing))
    if not decision:
        raise PermissionDenied(decision.reason)
    return standing


@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The whole log, newest first; a wrong filter is named, never ignored."""
    return _whole(request, _reader(request), TrailFilter(request.GET))


def _whole(request: HttpRequest, standing: Standing, form: TrailFilter) -> HttpResponse:
    """The page of the whole log, for its own address and where an export has a wrong filter."""
    is_understood = form.is_valid()
    found, sight = reading.whole_log(standing, form.cleaned_data.get("model", ""))
    page = reading.page(
        form.narrowed(found) if is_understood else found.none(),
        sight,
        before=_number(request, "before"),
        after=_number(request, "after"),
    )
    context = {
        "form": form,
        "is_filtered": form.is_filtered,
        "page": page,
        "is_whole": True,
        "hides_values": standing.is_administrator,
        **_neighbours(request, page),
    }
    status = HTTPStatus.OK if is_understood else HTTPStatus.BAD_REQUEST
    return render(request, "organisations/trail/trail.html", context, status=status)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The log as the filters in the address say, as CSV; that it was taken out is recorded first."""
    standing = _reader(request)
    form = TrailFilter(request.GET)
    if not form.is_valid():
        return _whole(request, standing, form)
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    security.record(
        SecurityEventKind.TRAIL_EXPORTED,
        request=request,
        user=person(request),
        detail={"filters": {name: str(value) for name, value in asked.items()}},
    )
    found, sight = reading.whole_log(standing, form.cleaned_data["model"])
    answer = StreamingHttpResponse(
        csv_lines(exporting.rows(form.narrowed(found), sight)),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="nhat-ky.csv"'
    return answer


@login_required
@require_safe
def history(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What happened to one object; whoever may not see the object sees no history of it."""
    subject = registry.subject_by_slug(slug)
    standing = standing_of(request)
    thing = subject.find(standing, key) if subject else None
    if subject is None or thing is None:
        raise Http404
    decision = subject.may(standing, thing)
    if not decision:
        raise PermissionDenied(decision.reason)
    topic = Topic(registry.label(subject.model), thing.pk, subject.title(thing))
    found, sight = reading.history(subject.parts(standing, thing), topic)
    page = reading.page(
        found, sight, before=_number(request, "before"), after=_number(request, "after")
    )
    context = {
        "page": page,
        "title": topic.title,
        "address": subject.address(thing),
        "shows_request": bool(allowed(ACTION, general_relations(standing))),
        **_neighbours(request, page),
    }
    return render(request, "organisations/trail/history.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    """From which line on; anything odd is the beginning."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _neighbours(request: HttpRequest, page: reading.LinePage) -> dict[str, str]:
    """Addresses of the pages beside this one, with its filters, and of the export."""
    asked = request.GET.copy()
    for name in ("before", "after"):
        asked.pop(name, None)
    filters = asked.urlencode()
    joined = f"{filters}&" if filters else ""
    return {
        "previous": f"?{joined}after={page.newer}" if page.newer else "",
        "next": f"?{joined}before={page.older}" if page.older else "",
        "export_url": f"{reverse('organisations:trail_export')}?{filters}",
    }
