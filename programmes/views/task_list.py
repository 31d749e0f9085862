"""The list of tasks: its page, the same as CSV and XLSX, and the views a person keeps of it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.pages import page_number, page_of
from dti_tracker.shared.spreadsheet import csv_lines
from dti_tracker.shared.time import FIRST_DAY
from organisations.asking import day_asked, person, relations_to_set_up, standing_of
from organisations.relations import general_relations
from organisations.rights import allowed
from organisations.selectors import Standing
from programmes.models import SavedView
from programmes.services.views import delete_view, keep_view, rename_view
from programmes.task_list import export
from programmes.task_list.reading import TaskList, task_list_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Tasks the person may see, most urgent first; a wrong filter is named, never ignored."""
    standing = _reader(request)
    return _page(request, standing, _listed(request, standing))


@login_required
@require_safe
def task_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The tasks that the page shows for the same address, as CSV."""
    standing = _exporter(request)
    listed = _listed(request, standing)
    if not listed.is_valid:
        return _page(request, standing, listed)
    lines = csv_lines(export.csv_rows(listed, standing))
    return _attached(
        StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), listed, "csv"
    )


@login_required
@require_safe
def task_xlsx(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The tasks that the page shows for the same address, as XLSX."""
    standing = _exporter(request)
    listed = _listed(request, standing)
    if not listed.is_valid:
        return _page(request, standing, listed)
    content = export.workbook(listed, standing)
    return _attached(HttpResponse(content, content_type=XLSX), listed, "xlsx")


@login_required
@require_safe
def saved_views(request: HttpRequest) -> HttpResponse:
    """The views that a person keeps, to rename and delete."""
    _reader(request)
    return _own_views(request)


@login_required
@require_POST
def view_keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters that the list was asked for under a name."""
    standing = _reader(request)
    listed = task_list_of(QueryDict(request.POST.get("query", "")), standing, on=standing.on)
    if not listed.is_valid:
        return _page(request, standing, listed)
    try:
        view = keep_view(
            user=person(request), name=request.POST.get("name", ""), query=listed.query
        )
    except DomainError as refusal:
        return _page(request, standing, listed, refusal=refusal)
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect(f"{reverse('programmes:task_list')}?{view.query}")


@login_required
@require_POST
def view_rename(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a kept view another name."""
    try:
        rename_view(user=person(request), uid=uid, name=request.POST.get("name", ""))
    except SavedView.DoesNotExist as error:
        raise Http404 from error
    except DomainError as refusal:
        return _own_views(request, refusal)
    return redirect("programmes:saved_views")


@login_required
@require_POST
def view_delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Delete a kept view."""
    try:
        name = delete_view(user=person(request), uid=uid)
    except SavedView.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("The view “%(name)s” was deleted.") % {"name": name})
    return redirect("programmes:saved_views")


def _reader(request: HttpRequest) -> Standing:
    standing = standing_of(request)
    if not allowed("view_task", general_relations(standing)):
        raise PermissionDenied
    return standing


def _exporter(request: HttpRequest) -> Standing:
    standing = _reader(request)
    if not allowed("export", general_relations(standing)):
        raise PermissionDenied
    return standing


def _listed(request: HttpRequest, standing: Standing) -> TaskList:
    return task_list_of(request.GET, standing, on=day_asked(request, standing))


def _page(
    request: HttpRequest,
    standing: Standing,
    listed: TaskList,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    page = page_of(listed.summaries, page_number(request.GET.get("page")))
    day = f"as_of={listed.on:%Y-%m-%d}" if listed.on != standing.on else ""
    context: dict[str, Any] = {
        "list": listed,
        "form": listed.filter.form,
        "is_filtered": listed.is_filtered,
        "page": page,
        "summaries": page.rows,
        "total": len(listed.summaries),
        "on": listed.on,
        "earliest": FIRST_DAY,
        "today": standing.on,
        "is_past": listed.on != standing.on,
        "export_query": "&".join(part for part in (listed.query, day) if part),
        "shows_progress": listed.shows_progress,
        "may_send_sheets": standing.is_provincial_staff,
        "may_export": bool(allowed("export", general_relations(standing))),
        "may_set_up": allowed("create_set_up", relations_to_set_up(request)),
        "views": SavedView.objects.filter(user=person(request)),
        "refusal": refusal,
    }
    status = HTTPStatus.OK if listed.is_valid else HTTPStatus.BAD_REQUEST
    return render(
        request,
        "programmes/task_list.html",
        context,
        status=refusal.status if refusal else status,
    )


def _own_views(request: HttpRequest, refusal: DomainError | None = None) -> HttpResponse:
    context = {"views": SavedView.objects.filter(user=person(request)), "refusal": refusal}
    return render(
        request,
        "programmes/saved_views.html",
        context,
        status=refusal.status if refusal else HTTPStatus.OK,
    )


def _attached(
    answer: HttpResponse | StreamingHttpResponse, listed: TaskList, ending: str
) -> HttpResponse | StreamingHttpResponse:
    name = export.file_name(listed, ending)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
