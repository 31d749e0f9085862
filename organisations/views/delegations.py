"""Delegations: what one gave, what one holds; giving and taking back."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dti_tracker.shared.errors import DomainError, NotAllowed
from dti_tracker.shared.forms import blame_fields
from organisations.asking import person, standing_of
from organisations.forms.delegations import DelegationForm
from organisations.models import Delegation, User
from organisations.selectors import Standing
from organisations.services.delegations import delegate, revoke_delegation, teams_of

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """A delegation as the page lists it."""

    delegation: Delegation
    holds: bool
    is_ahead: bool
    may_revoke: bool


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delegations(request: HttpRequest) -> HttpResponse:
    """Given and held delegations; heads make new ones here."""
    standing = standing_of(request)
    given = request.POST if request.method == "POST" else None
    form = _form(standing, person(request), given)
    if given is None:
        return _page(request, form)
    if form is None:
        sentence = _("Only heads of a body and their deputies delegate.")
        return _page(request, None, refusal=NotAllowed(sentence))
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    organisation, head, chosen = form.chosen
    try:
        made = delegate(
            organisation=organisation,
            delegator=head,
            delegate=chosen,
            valid_from=form.cleaned_data["valid_from"],
            valid_to=form.cleaned_data["valid_to"],
            reason=form.cleaned_data["reason"],
            by=person(request),
            on=standing.on,
        )
    except DomainError as refusal:
        blame_fields(form, refusal)
        return _page(
            request, form, refusal=None if refusal.fields else refusal, status=refusal.status
        )
    messages.success(
        request,
        _("%(person)s acts in these days and was told.") % {"person": made.delegate},
    )
    return redirect("organisations:delegations")


@require_POST
@login_required
def delegation_revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a delegation at once."""
    standing = standing_of(request)
    found = get_object_or_404(_seen_by(standing), uid=uid)
    try:
        revoke_delegation(delegation=found, by=person(request), on=standing.on)
    except DomainError as refusal:
        return _page(request, None, refusal=refusal, status=refusal.status)
    messages.success(request, _("Revoked: %(person)s no longer acts.") % {"person": found.delegate})
    return redirect("organisations:delegations")


def _form(standing: Standing, by: User, given: QueryDict | None) -> DelegationForm | None:
    """For heads and administrators; None for everybody else."""
    teams = teams_of(standing)
    if not teams and not standing.is_administrator:
        return None
    head = None if standing.is_administrator else by
    return DelegationForm(given, teams=teams, on=standing.on, head=head)


def _seen_by(standing: Standing) -> QuerySet[Delegation]:
    """One's own, given or taken; administrators see all."""
    found = Delegation.objects.select_related("organisation", "delegator", "delegate", "revoked_by")
    if standing.is_administrator:
        return found
    return found.filter(Q(delegator=standing.user_id) | Q(delegate=standing.user_id))


def _page(
    request: HttpRequest,
    form: DelegationForm | None,
    *,
    refusal: DomainError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    standing = standing_of(request)
    holding = set(Delegation.objects.current(on=standing.on).values_list("pk", flat=True))
    lines = [_line(found, standing, holding) for found in _seen_by(standing)[:SHOWN]]
    running = [line for line in lines if line.holds or line.is_ahead]
    context = {
        "form": form,
        "refusal": refusal.message if refusal else "",
        "given": [line for line in running if not _is_held(line, standing)],
        "held": [line for line in running if _is_held(line, standing)],
        "past": [line for line in lines if line not in running],
        "is_administrator": standing.is_administrator,
    }
    status = refusal.status if refusal else status
    return render(request, "organisations/delegations.html", context, status=status)


def _line(found: Delegation, standing: Standing, holding: set[int]) -> Line:
    is_ahead = found.revoked_at is None and found.valid_from > standing.on
    holds = found.pk in holding
    gave_it = found.delegator_id == standing.user_id
    return Line(
        delegation=found,
        holds=holds,
        is_ahead=is_ahead,
        may_revoke=(holds or is_ahead) and (gave_it or standing.is_administrator),
    )


def _is_held(line: Line, standing: Standing) -> bool:
    return line.delegation.delegate_id == standing.user_id
