"""Service accounts: the list, a new one, its tokens, its end."""

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from dti_tracker.shared.pages import page_number, page_of
from dti_tracker.shared.time import today
from organisations.asking import person
from organisations.forms.service_accounts import ServiceAccountForm
from organisations.forms.setup import ReasonForm
from organisations.models import ApiToken, Membership, User
from organisations.models.tokens import in_time
from organisations.services.service_accounts import (
    ACTION,
    disable_service_account,
    make_service_account,
)
from organisations.views.setup.pages import done, form_page, setting_up
from organisations.views.tokens import asking_again, made_by_form, status_of, token_page

FORM_METHODS = ["GET", "HEAD", "POST"]


@setting_up(ACTION)
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """Every service account with its body, what it is for, and how many tokens open with it."""
    is_usable = in_time(now=timezone.now(), of="api_tokens__")
    places = Membership.objects.select_related("organisation").order_by("valid_from")
    accounts = (
        User.objects.filter(is_service=True)
        .annotate(usable_tokens=Count("api_tokens", filter=is_usable))
        .prefetch_related(Prefetch("memberships", queryset=places))
        .order_by("-is_active", "full_name", "pk")
    )
    page = page_of(accounts, page_number(request.GET.get("page")))
    return render(request, "organisations/setup/service_accounts.html", {"page": page})


@setting_up(ACTION)
@require_http_methods(FORM_METHODS)
def account_new(request: HttpRequest) -> HttpResponse:
    """A new account; its tokens are made on its page."""
    on = today()
    form = ServiceAccountForm(request.POST if request.method == "POST" else None, on=on)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "organisation", "purpose")}
        made = done(form, lambda: make_service_account(by=person(request), on=on, **given))
        if made is not None:
            messages.success(request, _("The account is made; now make a token for it."))
            return redirect("organisations:setup_service_account", made.username)
    return form_page(
        request,
        form,
        heading=_("New service account"),
        crumb=_("Service accounts"),
        crumb_url=reverse("organisations:setup_service_accounts"),
        submit=_("Create account"),
    )


@setting_up(ACTION)
@require_http_methods(FORM_METHODS)
@asking_again  # type: ignore[untyped-decorator]
@cache_control(private=True, no_store=True)
def account_detail(request: HttpRequest, username: str) -> HttpResponse:
    """One account with its tokens; a new one's secret stands in the answer to the form alone."""
    account = _account(username)
    made, form = made_by_form(request, account)
    context = {
        "account": account,
        "memberships": account.memberships.select_related("organisation").order_by("valid_from"),
        "form": form,
        "made": made,
        "page": token_page(request, ApiToken.objects.filter(user=account)),
    }
    return render(
        request, "organisations/setup/service_account.html", context, status=status_of(form)
    )


@setting_up(ACTION)
@require_http_methods(FORM_METHODS)
def account_disable(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account for good, with a reason."""
    account, on = _account(username), today()
    form = ReasonForm(request.POST if request.method == "POST" else None, on=on)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        verb = disable_service_account
        if done(form, lambda: verb(account=account, reason=reason, by=person(request), on=on)):
            messages.success(request, _("The account is disabled; all its tokens are revoked."))
            return redirect("organisations:setup_service_account", account.username)
    return form_page(
        request,
        form,
        heading=_("Disable the service account"),
        crumb=account.full_name,
        crumb_url=reverse("organisations:setup_service_account", args=[account.username]),
        submit=_("Disable"),
        note=_("The programs that use its tokens are refused with their next request."),
    )


def _account(username: str) -> User:
    return get_object_or_404(User, username=username, is_service=True)
