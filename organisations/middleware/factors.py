"""An administrator without a second factor reaches nothing but the set-up of one."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.middleware.answers import problem, wants_problem
from organisations.middleware.session import comes_by_session
from organisations.models import User

FORBIDDEN = 403
SETTING_UP = frozenset(
    {
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_change_password",
        "account_logout",
        "set_language",
        "organisations:lock_state",
        "organisations:unlock",
        "organisations:unlock_passkey",
    }
)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorMiddleware:
    """Level 2: administrators use a second factor. Asked of them at every request, not at sign-in
    alone: who becomes an administrator, or removes the last factor, meets it with the next click."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """The way to the set-up in place of the view, or None to let it."""
        if not settings.ADMINISTRATORS_NEED_SECOND_FACTOR or not must_set_up(request):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in SETTING_UP:
            return None
        if wants_problem(request):
            sentence = _("Administrators set up a second factor first, on the page “My account”.")
            return problem(FORBIDDEN, "second_factor_needed", sentence)
        return HttpResponseRedirect(reverse("mfa_index"))


def must_set_up(request: HttpRequest) -> bool:
    """An administrator who has no factor yet."""
    if not comes_by_session(request):
        return False
    user = request.user
    if not isinstance(user, User) or not user.is_powerful:
        return False
    return not Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
