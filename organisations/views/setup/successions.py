"""Successions: the list, and a new one with a preview of what will follow."""

import hashlib
import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dti_tracker.shared.errors import Stale
from dti_tracker.shared.time import today
from organisations.asking import person
from organisations.duties import unheld_duties
from organisations.forms.setup import SuccessionForm, WithdrawForm
from organisations.models import Organisation, Succession
from organisations.services import bodies
from organisations.services.people import ONE_DAY
from organisations.succession_preview import Preview, preview_of
from organisations.succession_undoing import Undoing, undoing_of
from organisations.templatetags.ui import day
from organisations.views.setup.pages import ask_first, done, form_page, setting_up

ASKED = ("predecessor", "successor", "effective_on", "duty", "legal_basis")


@setting_up(bodies.ACTION)
@require_safe
def succession_list(request: HttpRequest) -> HttpResponse:
    """Who took over from whom, newest first; and the duties that nobody holds today."""
    on = today()
    names = {body.pk: body for body in Organisation.objects.all()}
    context = {
        "successions": Succession.objects.select_related("predecessor", "successor").order_by(
            "-effective_on", "-pk"
        ),
        "unheld": [(duty, names[duty.organisation_id]) for duty in unheld_duties(on=on)],
        "on": on,
    }
    return render(request, "organisations/setup/successions.html", context)


@setting_up(bodies.ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def succession_new(request: HttpRequest) -> HttpResponse:
    """First what will follow, then the act; when things changed meanwhile, what follows again."""
    on = today()
    if request.method == "POST":
        form = SuccessionForm(request.POST, on=on)
    else:
        form = SuccessionForm(on=on, initial={name: request.GET.get(name, "") for name in ASKED})
    preview, moving = None, _moving(request)
    if form.is_valid():
        preview = done(form, lambda: _previewed(form))
        if _is_recorded(request, form, preview):
            messages.success(request, _("The takeover is recorded."))
            return redirect("organisations:setup_successions")
    context: dict[str, Any] = {"preview": preview}
    if preview is not None:
        is_first = "seen" not in request.POST
        context |= {
            "seen": _fingerprint(preview),
            "people": [(m, is_first or m.pk in moving) for m in preview.people],
        }
    return form_page(request, form, template="organisations/setup/succession_form.html", **context)


@setting_up(bodies.ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def succession_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a takeover whose day has not come; says first what that undoes."""
    on = today()
    steps = Succession.objects.select_related("predecessor", "successor")
    step = get_object_or_404(steps, pk=pk)
    undoing = undoing_of(step)
    seen = undoing.fingerprint
    form = WithdrawForm(request.POST or None, on=on, initial={"seen": seen})
    warnings = _undone(step, undoing)
    if form.is_valid() and not ask_first(form, warnings):
        given = {name: form.cleaned_data[name] for name in ("reason", "seen")}

        def act() -> bool:
            bodies.withdraw_succession(by=person(request), on=on, succession=step, **given)
            return True

        if done(form, act):
            messages.success(request, _("The takeover is withdrawn; the history keeps it."))
            return redirect("organisations:setup_successions")
        form.show_again(seen)
    words = {
        "old": step.predecessor.name,
        "new": step.successor.name,
        "day": day(step.effective_on),
    }
    return form_page(
        request,
        form,
        heading=_("Withdraw the takeover"),
        crumb=_("Successions"),
        crumb_url=reverse("organisations:setup_successions"),
        submit=_("Withdraw takeover"),
        note=_("%(new)s does not take over from %(old)s on %(day)s.") % words,
        warnings=warnings,
    )


def _undone(step: Succession, undoing: Undoing) -> list[str]:
    """What withdrawing a takeover undoes, and what it does not, in words."""
    words = {
        "body": step.predecessor.short_name,
        "day": day(step.effective_on - ONE_DAY),
        "staying": ", ".join(str(back.membership.user) for back in undoing.returning),
        "ending": ", ".join(str(held.user) for held in undoing.ending),
    }
    sentences = (
        (undoing.goes_on, _("%(body)s goes on after %(day)s.")),
        (undoing.returning, _("These people stay in %(body)s: %(staying)s.")),
        (
            undoing.ending,
            _(
                "Positions in %(body)s that end on %(day)s all the same; give them anew where they "
                "should not: %(ending)s."
            ),
        ),
    )
    return [sentence % words for is_so, sentence in sentences if is_so]


def _is_recorded(request: HttpRequest, form: SuccessionForm, preview: Preview | None) -> bool:
    """Whether recording was asked for and went through; a refusal stands in the form."""
    if preview is None or request.POST.get("action") != "record":
        return False
    return done(form, lambda: _record(request, form, preview)) is not None


def _previewed(form: SuccessionForm) -> Preview:
    succession = _succession(form)
    bodies.check_succession(succession)
    return preview_of(succession, ends_predecessor=form.cleaned_data["ends_predecessor"])


def _record(request: HttpRequest, form: SuccessionForm, preview: Preview) -> Succession:
    if request.POST.get("seen") != _fingerprint(preview):
        raise Stale(_("Something else would follow by now. Look at the preview again."))
    return bodies.record_succession(
        by=person(request),
        on=form.on,
        succession=_succession(form),
        ends_predecessor=form.cleaned_data["ends_predecessor"],
        moving=_moving(request),
    )


def _moving(request: HttpRequest) -> set[int]:
    """Keys of the positions that were ticked; what cannot be a key is none."""
    return {int(key) for key in request.POST.getlist("moving") if re.fullmatch(r"[0-9]{1,18}", key)}


def _succession(form: SuccessionForm) -> Succession:
    return Succession(**{name: form.cleaned_data[name] for name in ASKED}, certainty="entered")


def _fingerprint(preview: Preview) -> str:
    """What was shown, in short."""
    shown = [
        [(p.duty.role, str(p.duty.subject), p.before, p.after) for p in preview.passing],
        [(p.duty.role, str(p.duty.subject), p.before) for p in preview.unheld],
        [m.pk for m in preview.people],
        [(d.subject, d.before, d.after) for d in preview.desks],
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()
