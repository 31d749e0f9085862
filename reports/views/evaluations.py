"""The evaluations: list and queue, the page of one, moving it, writing it, its documents."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dti_tracker.shared.errors import DomainError, Stale, WrongState
from dti_tracker.shared.forms import refuse
from dti_tracker.shared.pages import page_number
from organisations.asking import person, standing_of
from organisations.choices import Role
from organisations.rights import require
from organisations.selectors import Standing
from reports.acts import acts_of, done_sentence
from reports.choices import Verb
from reports.desks import body_with
from reports.filters import EvaluationFilter
from reports.forms import Conflict, EvaluationForm, MoveForm, merged
from reports.may import WRITE, may
from reports.models import Evaluation
from reports.selectors import lists
from reports.selectors.evaluation import EvaluationPage, documents_of, evaluation_page
from reports.services import move_evaluation, request_report, write_evaluation
from reports.views.asking import (
    require_province,
    visible_evaluation,
)

BAD_REQUEST = 400
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Refused:
    """A move that was not made: which one, why, and the reason that was typed."""

    verb: str
    why: str
    comment: str


@require_safe
@login_required
def evaluation_list(request: HttpRequest) -> HttpResponse:
    """What waits on one's own desk, then every visible evaluation with filters."""
    standing = standing_of(request)
    require_province(standing)
    visible = Evaluation.objects.visible_to(standing)
    found = EvaluationFilter(request.GET, queryset=visible, standing=standing)
    is_understood = found.is_valid()
    return render(
        request,
        "reports/evaluation_list.html",
        {
            "queue": lists.review_queue(standing),
            "own_work": lists.own_work(standing),
            "filter_form": found.form,
            "is_filtered": any(request.GET.get(name) for name in found.filters),
            "page": lists.evaluation_page(
                found.qs if is_understood else visible.none(),
                standing,
                number=page_number(request.GET.get("page")),
            ),
        },
        status=200 if is_understood else BAD_REQUEST,
    )


@require_safe
@login_required
def evaluation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page of one evaluation."""
    return _page(request, visible_evaluation(standing_of(request), uid))


@require_POST
@login_required
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send, submit, return, accept …: one verb on the version the person saw."""
    standing = standing_of(request)
    target = visible_evaluation(standing, uid)
    form = MoveForm(request.POST)
    if not form.is_valid():
        why = _("Something in the request was not right. Look at the page again and try once more.")
        return _page(request, target, refused=Refused("", why, ""), status=UNPROCESSABLE)
    verb, comment = Verb(form.cleaned_data["action"]), form.cleaned_data["comment"]
    version = form.cleaned_data["version"]
    try:
        move_evaluation(
            evaluation=target,
            verb=verb,
            by=person(request),
            on=standing.on,
            comment=comment,
            version=version,
        )
    except DomainError as refusal:
        if not _is_repeat(refusal, target, verb, standing, version):
            refused = Refused(verb, refusal.message, comment)
            return _page(request, target, refused=refused, status=refusal.status)
    messages.success(request, done_sentence(verb, *_bodies(target, standing)))
    return redirect(target_url(target))


@require_POST
@login_required
def write(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Save what the person changed; a newer version shows both texts and loses nothing."""
    standing = standing_of(request)
    target = visible_evaluation(standing, uid)
    page = evaluation_page(target, standing)
    form = EvaluationForm(page.evaluation, page.criteria, page.findings_by_criterion, request.POST)
    try:
        require(may(WRITE, target, standing))
    except DomainError as refusal:
        refused = Refused("", refusal.message, "")
        typed = form.typed_texts()
        return _show(request, page, refused=refused, typed=typed, status=refusal.status)
    if not form.is_valid():
        return _show(request, page, form=form, status=UNPROCESSABLE)
    try:
        write_evaluation(
            evaluation=target,
            draft=form.draft(),
            by=person(request),
            on=standing.on,
            version=form.cleaned_data["version"],
        )
    except Stale as refusal:
        return _stale(request, target, standing, form, refusal)
    except DomainError as refusal:
        refuse(form, refusal)
        return _show(request, page, form=form, status=refusal.status)
    messages.success(request, _("Saved."))
    return redirect(f"{target_url(target)}#write")


@require_POST
@login_required
def generate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask for the draft again, from the data as they stand today."""
    standing = standing_of(request)
    target = visible_evaluation(standing, uid)
    try:
        job = request_report(evaluation=target, by=person(request), on=standing.on)
    except DomainError as refusal:
        refused = Refused("", refusal.message, "")
        return _page(request, target, refused=refused, status=refusal.status)
    if job.is_finished:
        messages.info(request, _("Nothing has changed since the last draft: it still stands."))
    return redirect(f"{target_url(target)}#documents")


@require_safe
@login_required
def job(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far the generation is; once it has ended, the documents in the place of the progress."""
    standing = standing_of(request)
    target = visible_evaluation(standing, uid)
    context = {"evaluation": target, "documents": documents_of(target, standing)}
    if context["documents"].is_running:  # type: ignore[attr-defined]
        return render(request, "reports/partials/_job.html", context)
    answer = render(request, "reports/partials/_documents.html", context)
    answer["HX-Retarget"] = "#documents"
    answer["HX-Reswap"] = "outerHTML"
    return answer


def target_url(target: Evaluation) -> str:
    return reverse("reports:evaluation", args=[target.uid])


def _bodies(target: Evaluation, standing: Standing) -> tuple[Any, Any]:
    roles = (Role.LEAD, Role.COORDINATOR)
    lead, coordinator = (
        body_with(role, target, standing.successions, on=standing.on) for role in roles
    )
    return lead, coordinator


def _is_repeat(
    refusal: DomainError, target: Evaluation, verb: Verb, standing: Standing, version: int
) -> bool:
    """A double click or a repeated request: the same person has just done the same thing."""
    if not isinstance(refusal, Stale | WrongState):
        return False
    last = target.moves.order_by("at", "pk").last()
    target.refresh_from_db(fields=["version"])
    return (
        last is not None
        and (last.verb, last.user_id) == (verb, standing.user_id)
        and target.version == version + 1
    )


def _stale(
    request: HttpRequest,
    target: Evaluation,
    standing: Standing,
    typed: EvaluationForm,
    refusal: Stale,
) -> HttpResponse:
    page = evaluation_page(target, standing)
    form, conflicts = merged(typed, page.evaluation, page.findings_by_criterion)
    return _show(
        request, page, form=form, conflicts=conflicts, stale=refusal.message, status=refusal.status
    )


def _page(
    request: HttpRequest,
    target: Evaluation,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    page = evaluation_page(target, standing_of(request))
    return _show(request, page, refused=refused, status=status)


def _show(
    request: HttpRequest,
    page: EvaluationPage,
    *,
    form: EvaluationForm | None = None,
    conflicts: list[Conflict] | None = None,
    stale: str = "",
    refused: Refused | None = None,
    typed: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with what was refused and what was typed on top of it."""
    if form is None and page.may_write:
        form = EvaluationForm(page.evaluation, page.criteria, page.findings_by_criterion)
    standing = standing_of(request)
    possible = [*page.actions, *([page.natural] if page.natural else [])]
    context = {
        "page": page,
        "evaluation": page.evaluation,
        "documents": page.documents,
        "acts": acts_of(possible, *_bodies(page.evaluation, standing)),
        "form": form,
        "conflicts": {conflict.name: conflict for conflict in conflicts or ()},
        "stale": stale,
        "refused": refused,
        "typed": typed,
    }
    return render(request, "reports/evaluation.html", context, status=status)
