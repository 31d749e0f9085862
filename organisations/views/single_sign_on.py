"""To the province's single sign-on and back."""

from secrets import token_urlsafe
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from organisations.adapters_sso import NONCE, PROVIDER, ProvinceAdapter
from organisations.links import leads_here


@require_safe
@never_cache
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider, with state, nonce and PKCE of this attempt.

    A link and not a form: `form-action` of the Content-Security-Policy covers redirects too.
    """
    provider = _provider(request, provider_id)
    asked = request.GET.get("next", "")
    nonce = token_urlsafe(24)
    try:
        answer: HttpResponse = provider.redirect(
            request,
            AuthProcess.LOGIN,
            next_url=asked if leads_here(asked) else None,
            auth_params={"nonce": nonce},
            **{NONCE: nonce},
        )
    except RequestException as error:
        answer = render_authentication_error(
            request, provider, error=AuthError.UNKNOWN, exception=error
        )
    return answer


@require_safe
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the provider sends back."""
    _provider(request, provider_id)
    view = OAuth2CallbackView.adapter_view(ProvinceAdapter(request, provider_id))
    answer: HttpResponse = view(request)
    return answer


@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    """The person turned back at the provider."""
    return render(request, "socialaccount/login_cancelled.html")


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        if provider_id == PROVIDER:
            return get_adapter().get_provider(request, provider=PROVIDER)
    except SocialApp.DoesNotExist:
        pass
    raise Http404
