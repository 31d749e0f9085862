"""What every page knows besides its own subject."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from organisations.demo import demo_accounts


def site(request: HttpRequest) -> dict[str, Any]:
    """Demo mode and its accounts for the log-in page, unread notices for the bar on top."""
    user = request.user
    return {
        "is_demo": settings.DEMO,
        "demo_accounts": demo_accounts() if settings.DEMO and not user.is_authenticated else (),
        "unread_notices": user.notices.filter(read_at__isnull=True).count()
        if user.is_authenticated
        else 0,
    }
