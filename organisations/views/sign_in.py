"""The page for signing in: allauth's, which says how guessing ends."""

from typing import Any

from allauth.account import views as account
from django.conf import settings


class SignIn(account.LoginView):  # type: ignore[misc]
    """User name and password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the numbers of the lock-out, for who typed something wrong."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        lockout = {"tries": settings.LOCKOUT_ATTEMPTS, "minutes": settings.LOCKOUT_MINUTES}
        return context | {"lockout": lockout}


sign_in = SignIn.as_view()
