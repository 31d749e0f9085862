"""Who calls with a token, `Authorization: Bearer dti_…`, and how far that token reaches.

The framework reads this module while it defines its own views: it imports none of them.
"""

import re
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from dti_tracker.shared.api.throttling import ProcessThrottle
from organisations.choices import SecurityEventKind, TokenScope
from organisations.models import ApiToken, User
from organisations.models.tokens import PREFIX, digest_of
from organisations.relations import SCOPES
from organisations.rights import allowed
from organisations.security import address_of, record
from organisations.services.tokens import note_use

CHALLENGE = 'Bearer realm="api"'
SECRET = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")
CALL_READ, CALL_WRITE = "call_read", "call_write"


def names_bearer(request: Request | HttpRequest) -> bool:
    """Whether the client says that it comes with a token, good or bad; then no session counts."""
    return request.headers.get("Authorization", "").lower().split(maxsplit=1)[:1] == ["bearer"]


class TokenRefused(exceptions.AuthenticationFailed):
    """One answer for every reason: what is wrong with a token is nobody's business but its owner's."""

    default_detail = gettext_lazy(
        "The token is not valid: mistyped, expired, revoked, or its owner's account is closed."
    )
    default_code = "token_refused"


class ScopeNeeded(exceptions.PermissionDenied):
    """The token is valid and does not reach so far; names the scope that would (RFC 6750, 3.1)."""

    default_code = "scope_needed"

    def __init__(self, needed: TokenScope, scope: str) -> None:
        sentence = _("This needs a token of the scope “%(needed)s”; this one has “%(scope)s”.")
        super().__init__(sentence % {"needed": needed.value, "scope": scope})
        self.auth_header = f'{CHALLENGE}, error="insufficient_scope", scope="{needed.value}"'


class RefusalThrottle(ProcessThrottle):
    """Counts the refused tokens of an address: guessing fills no log."""

    scope = "refused_tokens"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"throttle-{self.scope}-{address_of(request._request)}"


class BearerAuthentication(BaseAuthentication):
    """The token in the header, whatever session comes beside it; needs no CSRF token.

    One query finds the token with its owner. What it may then see follows from the owner's
    relations, narrowed by the scope.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The owner and the token; None where no bearer is named. Raises TokenRefused, Throttled."""
        if not names_bearer(request):
            return None
        words = request.headers["Authorization"].split(maxsplit=1)
        now = timezone.now()
        token = _token_of(words[1].rstrip() if len(words) > 1 else "")
        if token is None or not token.opens(now=now):
            raise self.refusal(request, token)
        note_use(token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{CHALLENGE}, error="invalid_token"' if names_bearer(request) else CHALLENGE

    def refusal(self, request: Request, token: ApiToken | None) -> exceptions.APIException:
        """The refusal, written down without the secret."""
        throttle, any_view = RefusalThrottle(), cast(Any, None)
        if not throttle.allow_request(request, any_view):
            return exceptions.Throttled(throttle.wait())
        record(
            SecurityEventKind.TOKEN_REFUSED,
            request=request._request,
            user=token.user if token else None,
            detail={"token": str(token.uid), "state": token.state(now=timezone.now())}
            if token
            else {},
        )
        return TokenRefused()


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names a client's token."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of the account page. Its scope is `status` (the status call "
            "alone: names, states, health and dates), `read` or `write`.",
        }


class ScopeReaches(BasePermission):
    """The one gate of scopes: reading needs `call_read` of the rights table, all else `call_write`.

    A view that asks for less names its row in `token_action`.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or the refusal that names the scope. Raises ScopeNeeded."""
        scope = scope_of(request)
        if scope is None:
            return True
        reading = getattr(view, "token_action", CALL_READ)
        action = reading if request.method in SAFE_METHODS else CALL_WRITE
        if not reaches(scope, action):
            raise ScopeNeeded(next(s for s in TokenScope if reaches(s, action)), scope)
        return True


def scope_of(request: Request) -> TokenScope | None:
    """How far the token reaches with which a client calls; None for a session."""
    return TokenScope(request.auth.scope) if isinstance(request.auth, ApiToken) else None


def reaches(scope: TokenScope | None, action: str) -> bool:
    """Whether the table lets a scope do this; a session has no scope and reaches everything."""
    return scope is None or bool(allowed(action, {SCOPES[scope]}))


def _token_of(secret: str) -> ApiToken | None:
    if not SECRET.fullmatch(secret):
        return None
    return ApiToken.objects.select_related("user").filter(digest=digest_of(secret)).first()
