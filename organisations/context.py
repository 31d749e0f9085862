"""What every page knows besides its own subject."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from organisations.demo import demo_accounts
from organisations.services.lock import limit_s


def site(request: HttpRequest) -> dict[str, Any]:
    """Demo mode and its accounts for the log-in page, unread notices for the bar on top,
    and after how many idle seconds the session locks.

    A request that is refused before anybody could sign in (an unknown host) has no user.
    """
    user = getattr(request, "user", None)
    is_signed_in = user is not None and user.is_authenticated
    return {
        "is_demo": settings.DEMO,
        "demo_accounts": demo_accounts() if settings.DEMO and not is_signed_in else (),
        "unread_notices": user.notices.filter(read_at__isnull=True).count()
        if user is not None and is_signed_in
        else 0,
        "single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "lock_seconds": limit_s(user) if user is not None and is_signed_in else 0,
    }
