"""Data about me: what is kept, all of it as a file, and corrections."""

import json
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from dti_tracker.shared.pages import page_number, page_of
from dti_tracker.shared.time import today
from organisations.about_person import export_about, parts_about, references_count
from organisations.asking import person
from organisations.choices import CorrectionState
from organisations.forms.personal_data import AnswerForm, CorrectionFilter, CorrectionForm
from organisations.models import CorrectionRequest
from organisations.services.personal_data import ANSWER, answer_correction, request_correction
from organisations.views.setup.pages import done, form_page, setting_up

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@login_required
def data_about_me(request: HttpRequest) -> HttpResponse:
    """A summary of what is kept; here a correction is asked for."""
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        text = form.cleaned_data["text"]
        asked = done(
            form, lambda: request_correction(person=person(request), text=text, on=today())
        )
        if asked is not None:
            messages.success(
                request,
                _("The administrators were told; they answer by %s.") % f"{asked.due_on:%d/%m/%Y}",
            )
            return redirect("organisations:data")
    parts = [(part.title, part.found.count()) for part in parts_about(person(request))]
    return form_page(
        request,
        form,
        template="organisations/data.html",
        parts=parts,
        references=references_count(person(request)),
        corrections=person(request).correction_requests.order_by("-pk")[:50],
    )


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def data_export(request: HttpRequest) -> HttpResponse:
    """Everything kept about the person, as one JSON file."""
    content = export_about(person(request), now=timezone.now())
    answer = HttpResponse(
        json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
    )
    name = f"{_('data-about-me')}-{today():%Y-%m-%d}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@setting_up(ANSWER)
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """What people ask to have corrected: what waits longest first."""
    form = CorrectionFilter(request.GET)
    found = CorrectionRequest.objects.select_related("user", "answered_by")
    if form.is_valid() and form.cleaned_data["state"]:
        found = found.filter(state=form.cleaned_data["state"])
    found = found.order_by("-state", "due_on", "pk") if form.is_valid() else found.none()
    context = {
        "form": form,
        "page": page_of(found, page_number(request.GET.get("page"))),
        "on": today(),
        "is_filtered": bool(request.GET.get("state")),
    }
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST
    return render(request, "organisations/setup/corrections.html", context, status=status)


@setting_up(ANSWER)
@require_http_methods(FORM_METHODS)
def correction_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and its answer."""
    requests = CorrectionRequest.objects.select_related("user", "answered_by")
    asked = get_object_or_404(requests, pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer, by = form.cleaned_data["answer"], person(request)
        if done(
            form,
            lambda: answer_correction(request=asked, answer=answer, by=by, now=timezone.now()),
        ):
            messages.success(request, _("Answered; the person was told."))
            return redirect("organisations:setup_corrections")
        asked = get_object_or_404(requests, pk=pk)
    return form_page(
        request,
        form,
        template="organisations/setup/correction.html",
        asked=asked,
        on=today(),
        is_open=asked.state == CorrectionState.OPEN,
    )
