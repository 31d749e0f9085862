"""Who administers: asked before the last one goes, and before the first one is made."""

import datetime as dt

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from organisations.models import User
from organisations.models.people import awake


def administrators_who_can_sign_in(*, on: dt.date) -> QuerySet[User]:
    """Administrators with an open account and a way into it that day.

    A way in is a password, unless nobody used the account for too long; or, where there is single
    sign-on, the bond to it, which opens such an account too.
    """
    has_password = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    ways = has_password & awake(on=on)
    if settings.OIDC_ISSUER:
        ways |= Q(pk__in=SocialAccount.objects.values("user"))
    return User.objects.filter(ways, is_active=True, is_administrator=True)
