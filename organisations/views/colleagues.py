"""The people of the own body: for its head, deputy, and who acts for them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dti_tracker.shared.errors import DomainError, NotAllowed
from organisations.asking import person, standing_of
from organisations.colleagues import Body, bodies_with_people
from organisations.models import User
from organisations.relations import body_relations
from organisations.rights import allowed
from organisations.selectors import Standing
from organisations.services.dormancy import reactivate


@require_safe
@login_required
def colleagues(request: HttpRequest) -> HttpResponse:
    """Who sits in the bodies one heads; 403 for everybody else."""
    standing = standing_of(request)
    relations = body_relations(standing.organisation_ids, standing)
    if not allowed("reactivate_person", relations):
        raise PermissionDenied
    return render(request, "account/colleagues.html", {"bodies": bodies_with_people(standing)})


@require_POST
@login_required
def reactivate_colleague(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Opens the account of a colleague; 404 for people of other bodies, 409 when it is not locked."""
    standing = standing_of(request)
    bodies = bodies_with_people(standing)
    colleague = _visible(uid, bodies, standing)
    try:
        reactivate(user=colleague, by=person(request), on=standing.on)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return render(request, "account/colleagues.html", {"bodies": bodies}, status=refusal.status)
    messages.success(request, _("The account of %(person)s is open again.") % {"person": colleague})
    return redirect("organisations:colleagues")


def _visible(uid: UUID, bodies: list[Body], standing: Standing) -> User:
    """The person, or 404 as if they did not exist; an administrator sees everybody."""
    found = {c.person.uid: c.person for body in bodies for c in body.people}
    if uid in found:
        return found[uid]
    user = User.objects.filter(uid=uid).first() if standing.is_administrator else None
    if user is None:
        raise Http404
    return user
