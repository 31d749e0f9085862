"""Choosing, changing and forgetting a password: allauth's views with our way back."""

from typing import Any

from allauth.account import views as account
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from organisations.adapters import keep_device


class Change(account.PasswordChangeView):  # type: ignore[misc]
    """Who is signed in changes the password, knowing the present one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who has none, because single sign-on vouches for them, gets one by the link alone."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """The device stays known, although the password that vouched for it is gone.

        The password and the letter that tells of it are written together.
        """
        with transaction.atomic():
            answer = super().form_valid(form)
        return keep_device(self.request, answer, form.user)


class Choose(account.PasswordResetFromKeyView):  # type: ignore[misc]
    """The page behind a link: of an invitation, or for a forgotten password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose password it is, and whether it is the first."""
        user = getattr(self, "reset_user", None)
        more = {"person": user, "is_first": user is not None and not user.has_usable_password()}
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | more

    def form_valid(self, form: Any) -> HttpResponse:
        """Who held the link is the real person: their device is known from now on.

        So the link lets them in even while somebody else's guessing keeps the account locked.
        """
        with transaction.atomic():  # the password and the letter that tells of it
            answer = super().form_valid(form)
        return keep_device(self.request, answer, self.reset_user)


change, choose = Change.as_view(), Choose.as_view()
