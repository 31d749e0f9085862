"""Bodies: the list on a day, a new one, what is written about one, its end."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dti_tracker.shared.pages import page_number, page_of
from dti_tracker.shared.time import today
from organisations.asking import person
from organisations.directory import bodies_found, body_state
from organisations.forms.setup import BodyFilter, ChangedBodyForm, EndForm, NewBodyForm
from organisations.models import Organisation
from organisations.services import bodies
from organisations.succession_preview import unheld_after
from organisations.views.setup.pages import ask_first, done, form_page, setting_up

FORM_METHODS = ["GET", "HEAD", "POST"]
COPIED = (
    "short_name",
    "name_en",
    "kind",
    "is_office",
    "header_name",
    "superior_header",
    "issuer_code",
    "head_title",
    "deputy_title",
    "signs_for",
    "place_name",
)
WRITTEN = ("name", *COPIED, "valid_from", "exchange_code")


@setting_up(bodies.ACTION)
@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """Bodies in Vietnamese order with their state on a day; a wrong filter is named."""
    form = BodyFilter(request.GET)
    on, found = today(), []
    if form.is_valid():
        given = form.cleaned_data
        on = given["as_of"] or on
        found = bodies_found(on=on, search=given["search"], state=given["state"])
    page = page_of(found, page_number(request.GET.get("page")))
    context = {
        "form": form,
        "page": page,
        "rows": page.rows,
        "total": len(found),
        "on": on,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST
    return render(request, "organisations/setup/bodies.html", context, status=status)


@setting_up(bodies.ACTION)
@require_http_methods(FORM_METHODS)
def body_new(request: HttpRequest) -> HttpResponse:
    """A new body; `?copy=` begins with what is written about an old one that is renamed."""
    on = today()
    old = Organisation.objects.filter(code=request.GET.get("copy", "")[:40]).first()
    form = NewBodyForm(request.POST or None, on=on, initial=_copied(old) if old else None)
    if form.is_valid():
        made = done(
            form,
            lambda: bodies.create_organisation(
                by=person(request), on=on, code=form.cleaned_data["code"], fields=form.written
            ),
        )
        if made is not None:
            messages.success(request, _("%s is set up.") % made.name)
            if old is None:
                return redirect("organisations:setup_body", made.code)
            day = made.valid_from or on
            query = f"predecessor={old.code}&successor={made.code}&effective_on={day:%Y-%m-%d}"
            return redirect(f"{reverse('organisations:setup_succession_new')}?{query}")
    note = ""
    if old is not None:
        note = _(
            "%s keeps its records. First the new name as a new body; then the takeover with its "
            "preview."
        )
        note = note % old.name
    return form_page(
        request,
        form,
        heading=_("Rename %s") % old.short_name if old else _("New body"),
        submit=_("Go on to the takeover") if old else _("Create body"),
        note=note,
        **_crumb(),
    )


@setting_up(bodies.ACTION)
@require_http_methods(FORM_METHODS)
def body_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What is written about a body, to be corrected; its predecessors and successors."""
    on, body = today(), _body(code)
    initial = {name: getattr(body, name) for name in WRITTEN}
    initial["parent"] = body.parent.code if body.parent else ""
    form = ChangedBodyForm(request.POST or None, on=on, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        changed = done(
            form,
            lambda: bodies.change_organisation(
                by=person(request),
                on=on,
                body=body,
                fields=form.written,
                reason=given["reason"],
                is_correction=given["is_correction"],
            ),
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("organisations:setup_body", body.code)
    return form_page(
        request,
        form,
        template="organisations/setup/body.html",
        body=body,
        state=body_state(body, on=on),
        successions=body.successions.select_related("successor"),
        inheritances=body.inheritances.select_related("predecessor"),
        submit=_("Save"),
    )


@setting_up(bodies.ACTION)
@require_http_methods(FORM_METHODS)
def body_end(request: HttpRequest, code: str) -> HttpResponse:
    """The last day of a body; says first which duties nobody would hold."""
    on, body = today(), _body(code)
    form = EndForm(request.POST or None, on=on, initial={"last_day": on})
    form.fields["reason"].required = True
    last_day = form.cleaned_data["last_day"] if form.is_valid() else on
    count = len(unheld_after(body, last_day))
    warnings = []
    if count:
        sentence = _(
            "%d duties would have no holder. Record who takes over instead, if somebody does."
        )
        warnings.append(sentence % count)
    if form.is_valid() and not ask_first(form, warnings):
        given = form.cleaned_data
        ended = done(
            form,
            lambda: bodies.end_organisation(
                by=person(request),
                on=on,
                body=body,
                last_day=given["last_day"],
                reason=given["reason"],
            ),
        )
        if ended is not None:
            messages.success(request, _("The body and the positions in it end on that day."))
            return redirect("organisations:setup_body", body.code)
    return form_page(
        request,
        form,
        heading=_("End the body"),
        crumb=body.name,
        crumb_url=reverse("organisations:setup_body", args=[body.code]),
        submit=_("End body"),
        note=_("The positions in it end on the same day. Records keep its name."),
        warnings=warnings,
    )


def _body(code: str) -> Organisation:
    return get_object_or_404(Organisation.objects.select_related("parent"), code=code)


def _copied(old: Organisation) -> dict[str, Any]:
    parent = old.parent.code if old.parent else ""
    return {"name": old.name, "parent": parent} | {name: getattr(old, name) for name in COPIED}


def _crumb() -> dict[str, str]:
    return {"crumb": _("Bodies"), "crumb_url": reverse("organisations:setup_bodies")}
