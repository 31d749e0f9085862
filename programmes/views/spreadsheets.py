"""Pages of spreadsheets: prefilled files out, filled ones in, what they would do, writing them."""

import uuid
from collections.abc import Iterator
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.forms import refuse
from dti_tracker.shared.pages import page_number
from organisations.asking import person, standing_of
from organisations.models import Organisation
from organisations.selectors import Standing
from programmes.calendar import ReportingPeriod
from programmes.forms.spreadsheets import DatesFileForm, ProgressFileForm
from programmes.models import Programme, Spreadsheet
from programmes.services import Ground, spreadsheets
from programmes.spreadsheet_pages import SENT, SheetPage, dated_programmes, sheet_page, sheets_page
from programmes.spreadsheets.opening import MEGABYTE
from programmes.views.asking import Sheet, answered, programme_of, require_page, typed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """What the person may fill in as a spreadsheet, and what was sent."""
    standing = standing_of(request)
    context = {
        "offers": [offer for offer in _offers(standing) if offer["periods"]],
        "programmes": dated_programmes(standing),
        "page": sheets_page(standing, page_number(request.GET.get("page"))),
    }
    return render(request, "programmes/imports.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_progress(request: HttpRequest, body: str) -> HttpResponse:
    """Send a file of progress for a body; it is read, shown, and nothing is written yet."""
    standing = standing_of(request)
    found = _body(body, standing)
    periods = _periods(found, standing)
    form = ProgressFileForm(typed(request), request.FILES or None, periods=periods)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                sheet = spreadsheets.receive_progress(
                    body=found,
                    period_ends_on=form.ends_on,
                    content=_content(form),
                    name=form.cleaned_data["file"].name,
                    by=person(request),
                    on=standing.on,
                )
            except DomainError as refusal:
                refuse(form, refusal)
            else:
                return redirect("programmes:import", uid=sheet.uid)
    context = {"offer": {"body": found, "form": form, "periods": periods}}
    return render(request, "programmes/import_progress.html", context, status=status)


@login_required
@require_safe
def progress_file(request: HttpRequest, body: str) -> HttpResponse:
    """The prefilled XLSX of a body for the period asked (`?period=YYYY-MM-DD`), else the first."""
    standing = standing_of(request)
    found = _body(body, standing)
    asked = request.GET.get("period", "")
    ends = {p.ends_on.isoformat(): p.ends_on for p in _periods(found, standing)}
    ends_on = ends.get(asked) if asked else next(iter(ends.values()), None)
    if ends_on is None:
        raise Http404
    content = spreadsheets.progress_file(
        found, ends_on, successions=standing.successions, on=standing.on
    )
    return _attachment(content, f"tien-do-{found.code}-{ends_on:%Y-%m-%d}.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_dates(request: HttpRequest, code: str) -> HttpResponse:
    """Send the annex of trial dates of a programme; nothing is written yet."""
    standing = standing_of(request)
    programme = _dated(request, code)
    form = DatesFileForm(
        typed(request),
        request.FILES or None,
        on=standing.on,
        initial={"document": programme.document_id},
    )

    def act(form: DatesFileForm) -> Spreadsheet:
        return spreadsheets.receive_trial_dates(
            programme=programme,
            content=_content(form),
            name=form.cleaned_data["file"].name,
            by=person(request),
            on=standing.on,
            ground=Ground(form.cleaned_data["reason"], form.chosen_document),
        )

    sheet = Sheet(
        _("Trial dates as a spreadsheet"),
        reverse("programmes:imports"),
        _("Spreadsheets"),
        _("Show what it would do"),
        _("Nothing is written before you have seen what would change."),
    )
    return answered(
        request,
        sheet,
        form,
        act,
        to=lambda sent: reverse("programmes:import", args=[sent.uid]),
        done=_("The file was received."),
        template="programmes/import_dates.html",
        programme=programme,
    )


@login_required
@require_safe
def dates_file(request: HttpRequest, code: str) -> HttpResponse:
    """The XLSX of the tasks of a programme whose trial has no known days."""
    programme = _dated(request, code)
    name = f"thoi-gian-thu-nghiem-{programme.code}.xlsx"
    return _attachment(spreadsheets.dates_file(programme), name)


@login_required
@require_safe
def import_detail(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A file that was sent: how far it is, what is wrong with it, or what it would do."""
    return _shown(request, _sheet(request, uid))


@login_required
@require_safe
def import_job(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """How far the reading or writing is; once it has ended, the whole page is asked for."""
    page = _page(request, _sheet(request, uid))
    answer = render(request, "programmes/partials/_import_job.html", {"page": page})
    if not page.is_running:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def import_write(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Agree to what a file would do."""
    sheet, standing = _sheet(request, uid), standing_of(request)
    try:
        spreadsheets.confirm_spreadsheet(sheet=sheet, by=person(request), on=standing.on)
    except DomainError as refusal:
        return _shown(request, sheet, refusal)
    return redirect("programmes:import", uid=uid)


@login_required
@require_POST
def import_discard(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Put a file aside."""
    sheet, standing = _sheet(request, uid), standing_of(request)
    try:
        spreadsheets.discard_spreadsheet(sheet=sheet, by=person(request), on=standing.on)
    except DomainError as refusal:
        return _shown(request, sheet, refusal)
    messages.success(request, _("The spreadsheet was discarded; nothing of it was written."))
    return redirect("programmes:imports")


def _sheet(request: HttpRequest, uid: uuid.UUID) -> Spreadsheet:
    visible = Spreadsheet.objects.visible_to(standing_of(request)).defer("content")
    return get_object_or_404(visible.select_related(*SENT), uid=uid)


def _page(request: HttpRequest, sheet: Spreadsheet) -> SheetPage:
    return sheet_page(sheet, standing_of(request), number=page_number(request.GET.get("page")))


def _shown(
    request: HttpRequest, sheet: Spreadsheet, refusal: DomainError | None = None
) -> HttpResponse:
    sheet.refresh_from_db(fields=["state"])
    context = {"page": _page(request, sheet), "refusal": refusal.message if refusal else ""}
    status = refusal.status if refusal else HTTPStatus.OK
    return render(request, "programmes/import.html", context, status=status)


def _body(code: str, standing: Standing) -> Organisation:
    """A body in which the person sits; 403 where they do not write its reports."""
    own = (standing.successions.organisations[key] for key in standing.positions)
    found = next((body for body in own if body.code == code), None)
    if found is None:
        raise Http404
    decision = spreadsheets.may_report(found, standing)
    if not decision:
        raise PermissionDenied(decision.reason)
    return found


def _dated(request: HttpRequest, code: str) -> Programme:
    """A programme of which the person enters trial dates; 404 or 403 where not."""
    programme, rights = programme_of(request, code)
    require_page(rights.change)
    return programme


def _periods(body: Organisation, standing: Standing) -> list[ReportingPeriod]:
    return spreadsheets.periods_of(body, successions=standing.successions, on=standing.on)


def _offers(standing: Standing) -> Iterator[dict[str, object]]:
    for body in spreadsheets.reports_for(standing):
        periods = _periods(body, standing)
        yield {"body": body, "periods": periods, "form": ProgressFileForm(periods=periods)}


def _content(form: Form) -> bytes:
    """No more of the file than shows that it is too large."""
    content: bytes = form.cleaned_data["file"].read(settings.SPREADSHEET_MAX_MB * MEGABYTE + 1)
    return content


def _attachment(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
