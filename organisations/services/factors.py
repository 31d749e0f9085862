"""Removing second factors: the last one goes only where the password may stand alone."""

from allauth.mfa.models import Authenticator

from organisations.models import User
from organisations.validators import is_last_factor


def may_go(authenticator: Authenticator, *, password_was_asked: bool) -> bool:
    """Whether a factor may be removed in this transaction: another is left, or the password is long.

    Asked of the rows as they are, one removal at a time: of two at once each would see the other's
    factor.
    """
    User.objects.select_for_update().get(pk=authenticator.user_id)
    return password_was_asked or not is_last_factor(authenticator)
