"""Importing people: template, upload with preview, confirmation.

The file travels from the preview to the confirmation signed and bound to its person; what it would
do is computed again from what is there then.
"""

import csv
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dti_tracker.shared.errors import DomainError, Stale
from dti_tracker.shared.time import today
from organisations.asking import person
from organisations.forms.setup import UploadForm
from organisations.services.people import ACTION
from organisations.services.people_import import (
    COLUMNS,
    LARGEST_BYTES,
    Deed,
    Plan,
    import_people,
    labels,
    plan_import,
    read_text,
)
from organisations.views.setup.pages import setting_up

SALT = "organisations.people_import"
PREVIEW_SECONDS = 60 * 60
SHOWN_LINES, SHOWN_ERRORS = 200, 200
EXAMPLE = ("van.nguyen", "Nguyễn Thị Vân", "", "", "sct", "staff", "Chuyên viên", "2026-01-01")


@setting_up(ACTION)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The head and one example line; with BOM, so that spreadsheets read the marks."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    writer = csv.writer(answer)
    writer.writerow(COLUMNS)
    writer.writerow(EXAMPLE)
    return answer


@setting_up(ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; then what it would do is shown and nothing is written."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            content = form.cleaned_data["file"].read(LARGEST_BYTES + 1)
            text = read_text(content)
            return _preview(request, text, plan_import(text))
        except DomainError as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "columns": [(name, labels()[name]) for name in COLUMNS]}
    status = 422 if form.errors else 200
    return render(request, "organisations/setup/import.html", context, status=status)


@setting_up(ACTION)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write the file that was shown, all of it or nothing."""
    try:
        carried = signing.loads(request.POST.get("carried", ""), salt=SALT, max_age=PREVIEW_SECONDS)
        is_own = carried["by"] == person(request).pk
    except signing.BadSignature:
        is_own = False
    if not is_own:
        messages.error(request, _("The preview is too old. Choose the file once more."))
        return redirect("organisations:setup_people_import")
    try:
        plan = import_people(
            by=person(request),
            on=today(),
            text=carried["text"],
            shown=carried["shown"],
            inviting=bool(request.POST.get("invite")),
        )
    except DomainError as refusal:
        plan = plan_import(carried["text"])
        status = refusal.status if isinstance(refusal, Stale) else 422
        return _preview(request, carried["text"], plan, refusal=refusal.message, status=status)
    words = {"new": len(plan.of(Deed.NEW)), "changed": len(plan.of(Deed.CHANGED))}
    messages.success(request, _("Written: %(new)d new, %(changed)d changed.") % words)
    return redirect("organisations:setup_people")


def _preview(
    request: HttpRequest, text: str, plan: Plan, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    carried = {"by": person(request).pk, "text": text, "shown": plan.fingerprint}
    doing = [line for line in plan.lines if line.deed in (Deed.NEW, Deed.CHANGED)]
    names = labels()
    errors = [(e, names[e.column]) for e in plan.errors[:SHOWN_ERRORS]]
    context: dict[str, Any] = {
        "plan": plan,
        "new": len(plan.of(Deed.NEW)),
        "changed": len(plan.of(Deed.CHANGED)),
        "unchanged": len(plan.of(Deed.UNCHANGED)),
        "lines": doing[:SHOWN_LINES],
        "warnings": [warning for line in doing for warning in line.warnings],
        "more_lines": max(len(doing) - SHOWN_LINES, 0),
        "errors": errors,
        "more_errors": max(len(plan.errors) - SHOWN_ERRORS, 0),
        "refusal": refusal,
        "carried": signing.dumps(carried, salt=SALT, compress=True) if plan.does_something else "",
    }
    if plan.errors and status == 200:
        status = 422
    return render(request, "organisations/setup/import_preview.html", context, status=status)
