"""The province's single sign-on (OpenID Connect): it lets people in that exist, and makes nobody.

PKCE and state are django-allauth's; the nonce and the signature of the ID token are checked here.
Bound to the provider's `sub` at the first time: by an e-mail address the provider has verified, else
by a `preferred_username` that is the account's name, which nobody verified: never for accounts that
administer.
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

from organisations import security
from organisations.choices import SecurityEventKind
from organisations.models import User

PROVIDER = "sso"
NONCE = "nonce"


class ProvinceAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Reads the ID token with its signature, also where it came straight from the provider."""

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        self.did_fetch_access_token = False  # upstream trusts the line alone after fetching
        claims: dict[str, Any] = super()._decode_id_token(app, id_token)
        return claims


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who comes from the provider is somebody here already, or nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person and bind them, or refuse; allauth signs in who is bound."""
        claims = checked_claims(request, sociallogin)
        sociallogin.account.extra_data = {"sub": claims["sub"]}  # nothing else about the person
        if sociallogin.is_existing:
            return
        user = person_of(claims)
        if user is None:
            refuse(request, "unknown", claims)
        if not bound(request, sociallogin, user):
            refuse(request, "bound_otherwise", claims)


@transaction.atomic
def bound(request: HttpRequest, sociallogin: SocialLogin, user: User) -> bool:
    """Bind a person, with the letter that tells of it; False for whom another `sub` is bound to."""
    lock_person(user)
    accounts = SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider)
    if accounts.exists():
        return False
    sociallogin.connect(request, user)
    return True


def lock_person(user: User) -> None:
    """Two who come at once for the same person come in turn."""
    User.objects.select_for_update().get(pk=user.pk)


def checked_claims(request: HttpRequest, sociallogin: SocialLogin) -> dict[str, Any]:
    """What the provider says of the person, if it says it to this very attempt."""
    data = sociallogin.account.extra_data
    token = data.get("id_token") or {}
    more = data.get("userinfo") or {}
    asked = str((sociallogin.state or {}).get(NONCE, ""))
    is_ours = bool(asked) and constant_time_compare(str(token.get("nonce", "")), asked)
    if not is_ours or more.get("sub", token["sub"]) != token["sub"]:
        refuse(request, "forged", {})
    # An address counts as verified by whoever named it, never by the other.
    source = token if "email" in token else more
    address = {name: source.get(name) for name in ("email", "email_verified")}
    return {**more, **token, **address}


def person_of(claims: dict[str, Any]) -> User | None:
    """The account these claims name; disabled ones too, the sign-in refuses them by name."""
    people = User.objects.filter(is_service=False)
    address = str(claims.get("email") or "")
    if address and claims.get("email_verified") is True:
        found = people.filter(email__iexact=address).first()
        if found is not None:
            return found
    name = str(claims.get("preferred_username") or "")
    found = people.filter(username=name).first() if name else None
    return None if found is not None and found.is_powerful else found


def refuse(request: HttpRequest, reason: str, claims: dict[str, Any]) -> NoReturn:
    """End the attempt with a page that says what to do."""
    security.record(
        SecurityEventKind.SIGN_IN_REFUSED,
        request=request,
        login=str(claims.get("preferred_username") or claims.get("email") or ""),
        detail={"reason": f"sso_{reason}"},
    )
    context = {"reason": reason, "provider": settings.OIDC_NAME}
    page = render(request, "socialaccount/refused.html", context, status=403)
    raise ImmediateHttpResponse(page)
