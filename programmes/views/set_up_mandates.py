"""Pages of inspection mandates: running and past ones, a new one, an early end."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dti_tracker.shared.pages import page_number, page_of
from organisations.asking import person, standing_of
from organisations.relations import general_relations
from organisations.rights import allowed
from programmes import services
from programmes.forms.tasks import EndMandateForm, MandateForm
from programmes.models import InspectionMandate
from programmes.views.asking import Sheet, answered, require_page, typed

EDITED = ["GET", "HEAD", "POST"]


def _require(request: HttpRequest) -> None:
    require_page(allowed("manage_mandates", general_relations(standing_of(request))))


@login_required
@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """Who may inspect what, the last ones first."""
    _require(request)
    rows = InspectionMandate.objects.select_related("inspector", "programme", "document")
    page = page_of(rows.order_by("-valid_to", "-id"), page_number(request.GET.get("page")))
    context = {"page": page, "on": standing_of(request).on}
    return render(request, "programmes/setup/mandates.html", context)


@login_required
@require_http_methods(EDITED)
def mandate_new(request: HttpRequest) -> HttpResponse:
    """Let an inspector read a programme between two days, by a decision."""
    _require(request)
    on = standing_of(request).on
    form = MandateForm(typed(request), on=on, initial={"valid_from": on})

    def act(form: MandateForm) -> object:
        given = form.cleaned_data
        return services.give_mandate(
            inspector=given["inspector"],
            programme=given["programme"],
            document=form.chosen_document,
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            by=person(request),
            on=on,
        )

    sheet = _sheet(
        _("New inspection mandate"),
        _("Give the mandate"),
        _(
            "The inspector reads everything of the programme between these days and changes "
            "nothing; every reading is logged."
        ),
    )
    done = _("The mandate is given.")
    return answered(request, sheet, form, act, to=_list(), done=done)


@login_required
@require_http_methods(EDITED)
def mandate_end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """End a mandate before its last day."""
    _require(request)
    on = standing_of(request).on
    rows = InspectionMandate.objects.select_related("inspector", "programme")
    found = get_object_or_404(rows, uid=uid)
    form = EndMandateForm(typed(request), on=on)

    def act(form: EndMandateForm) -> object:
        reason = form.cleaned_data["reason"]
        return services.end_mandate(mandate=found, by=person(request), on=on, reason=reason)

    title = _("End the mandate of %(person)s") % {"person": found.inspector}
    intro = _("From now on nothing of %(programme)s is read by it.")
    sheet = _sheet(title, _("End the mandate"), intro % {"programme": found.programme.code})
    return answered(request, sheet, form, act, to=_list(), done=_("The mandate has ended."))


def _list() -> str:
    return reverse("programmes:setup_mandates")


def _sheet(title: str, submit: str, intro: str) -> Sheet:
    return Sheet(title, _list(), _("Inspection mandates"), submit, intro)
