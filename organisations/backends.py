"""Whom a session still stands for: asked anew with every request."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from dti_tracker.shared.time import today
from organisations.models import User
from organisations.services.sign_in import refusal_for


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Django reads the person of each session through `user_can_authenticate`.

    Who was disabled or whose account is locked for disuse is therefore nobody with the next request,
    whatever sessions are open.
    """

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        return isinstance(user, User) and refusal_for(user, on=today()) is None
