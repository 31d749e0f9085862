"""Tokens: one's own on the account page, everybody's for the administrators."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dti_tracker.shared.pages import Page, page_number, page_of
from dti_tracker.shared.text import SearchKey, search_key
from dti_tracker.shared.time import day_of
from organisations.asking import person
from organisations.choices import TokenScope, TokenState
from organisations.forms.tokens import TokenFilter, TokenForm
from organisations.models import ApiToken, User
from organisations.services.tokens import OF_ANYBODY, make_token, revoke_token
from organisations.views.setup.pages import done, setting_up

# Whoever finds an open session makes no key that outlives it; what was typed waits meanwhile.
asking_again = reauthentication_required(enabled=lambda request: request.method == "POST")


@dataclass(frozen=True)
class Line:
    """A token as a list shows it."""

    token: ApiToken
    state: TokenState
    is_owner_out: bool

    @property
    def is_usable(self) -> bool:
        return self.state == TokenState.USABLE


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@asking_again  # type: ignore[untyped-decorator]
@cache_control(private=True, no_store=True)
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The person's own tokens; a new one's secret stands in the answer to the form alone."""
    made, form = made_by_form(request, person(request))
    context = {
        "form": form,
        "made": made,
        "page": token_page(request, ApiToken.objects.filter(user=person(request))),
    }
    return render(request, "organisations/tokens.html", context, status=status_of(form))


@require_POST
@login_required
def token_revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a token of one's own."""
    token = get_object_or_404(ApiToken, uid=uid, user=person(request))
    revoke_token(token=token, by=person(request), now=timezone.now())
    messages.success(request, _("“%s” is revoked; it opens nothing any more.") % token.name)
    return redirect("organisations:tokens")


@setting_up(OF_ANYBODY)
@require_safe
def all_tokens(request: HttpRequest) -> HttpResponse:
    """Everybody's tokens, newest first; a wrong filter is named, never ignored."""
    form = TokenFilter(request.GET)
    is_right = form.is_valid()
    found = _found(**form.cleaned_data) if is_right else ApiToken.objects.none()
    context = {
        "form": form,
        "page": token_page(request, found),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    status = HTTPStatus.OK if is_right else HTTPStatus.BAD_REQUEST
    return render(request, "organisations/setup/tokens.html", context, status=status)


@setting_up(OF_ANYBODY)
@require_POST
def any_token_revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    """An administrator ends anybody's token."""
    token = get_object_or_404(ApiToken.objects.select_related("user"), uid=uid)
    revoke_token(token=token, by=person(request), now=timezone.now())
    messages.success(request, _("“%s” is revoked; it opens nothing any more.") % token.name)
    if token.user.is_service:
        return redirect("organisations:setup_service_account", token.user.username)
    return redirect("organisations:setup_tokens")


def made_by_form(
    request: HttpRequest, owner: User
) -> tuple[tuple[ApiToken, str] | None, TokenForm]:
    """The token with its secret that a form asked for; else None, and the form as it now stands."""
    if request.method != "POST":
        return None, TokenForm()
    form = TokenForm(request.POST)
    if not form.is_valid():
        return None, form
    given = form.cleaned_data
    made = done(
        form,
        lambda: make_token(
            owner=owner,
            name=given["name"],
            scope=TokenScope(given["scope"]),
            days=given["days"],
            uid=given["uid"],
            by=person(request),
            now=timezone.now(),
        ),
    )
    return made, TokenForm() if made else form


def status_of(form: Any) -> int:
    """The status of a page with a form: what a rule or the form refused."""
    fallback = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return int(getattr(form, "status", fallback))


def token_page(request: HttpRequest, found: QuerySet[ApiToken]) -> Page[Line]:
    """A page of tokens with what became of each."""
    tokens = found.select_related("user", "created_by", "revoked_by")
    page = page_of(tokens, page_number(request.GET.get("page")))
    now = timezone.now()
    lines = [
        Line(
            token,
            token.state(now=now),
            not token.user.is_active or token.user.is_dormant(on=day_of(now)),
        )
        for token in page.rows
    ]
    return Page(lines, page.previous, page.next)


def _found(*, owner: str, state: str) -> QuerySet[ApiToken]:
    found = ApiToken.objects.all()
    if state:
        found = found.in_state(TokenState(state), now=timezone.now())
    for word in search_key(owner).split():
        found = found.alias(owner_key=SearchKey("user__full_name")).filter(
            Q(owner_key__contains=word) | Q(user__username__icontains=word)
        )
    return found
