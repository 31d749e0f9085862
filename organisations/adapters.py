"""How django-allauth behaves here: who comes in, what is written down, what letters say."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from dti_tracker.shared.time import today
from organisations import letters
from organisations.choices import SecurityEventKind, SignInRefusal
from organisations.links import leads_here
from organisations.models import Membership, User
from organisations.security import NOWHERE, address_of, record
from organisations.services import dormancy, sign_in

# What allauth tells a person by letter, by the name of its template.
CHANGES: dict[str, str] = {
    "account/email/password_changed": _("The password of your account was changed."),
    "account/email/password_reset": _("Your password was set anew through a link."),
    "socialaccount/email/account_connected": _("Your account was joined to single sign-on."),
    "socialaccount/email/account_disconnected": _(
        "Your account was separated from single sign-on."
    ),
}
# The views of second factors write theirs in the transaction of the change; allauth tells after it.
TOLD_BY_VIEWS = "mfa/email/"
# How else somebody shows who they are, by allauth's key of the way.
WAYS = {
    "reauthenticate": gettext_lazy("With the password"),
    "mfa_reauthenticate": gettext_lazy("With a code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("With a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators, for people with a position in an organisation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": gettext_lazy("The present password is not right."),
        "incorrect_password": gettext_lazy("The password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """One address for limits and log; requests through a local socket share one limit."""
        return address_of(request) or NOWHERE

    def is_safe_url(self, url: str) -> bool:
        """allauth's ways back, by the rule of all."""
        return leads_here(url)

    # Coming in ---------------------------------------------------------------------------------
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth counts wrong passwords in the cache; here the security log counts."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person whose password this is, one hash later; None when wrong or locked out."""
        attempt = sign_in.Attempt.of(
            credentials.get("username", ""), address=address_of(request), cookies=request.COOKIES
        )
        with transaction.atomic():
            sign_in.wait_for_turn(attempt)
            now = timezone.now()
            if sign_in.is_locked_out(attempt, now=now):
                make_password(credentials["password"])  # the work of a check
                sign_in.note_locked_out(attempt)
                return None
            user: User | None = super().authenticate(request, **credentials)
            if user is None:
                sign_in.note_failure(attempt, now=now)
        return user

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Who proved who they are but may not come in hears why, here and nowhere before."""
        on = today()
        refusal = sign_in.refusal_for(user, on=on)
        if refusal is None or (refusal == SignInRefusal.DORMANT and vouched_for(request, user)):
            return None
        record(
            SecurityEventKind.SIGN_IN_REFUSED,
            request=request,
            user=user,
            detail={"reason": refusal},
        )
        request.session.flush()
        memberships = Membership.objects.filter(user=user).valid(on=on)
        return render(
            request,
            "account/account_inactive.html",
            {
                "refusal": refusal.value,
                "idle_days": settings.IDLE_ACCOUNT_DAYS,
                "bodies": [m.organisation for m in memberships.select_related("organisation")],
            },
            status=403,
        )

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Signed in, second factor and all: write it down and know the device again.

        Whom single sign-on let pass although nobody used the account opens it now, no sooner.
        """
        answer = super().post_login(request, user, **kwargs)
        if user.is_dormant(on=today()):
            dormancy.reopen_by_single_sign_on(user=user, on=today())
        is_known = bool(sign_in.known_device(user, request.COOKIES))
        detail = {"known_device": is_known}
        record(SecurityEventKind.SIGNED_IN, request=request, user=user, detail=detail)
        return keep_device(request, answer, user)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            record(SecurityEventKind.SIGNED_OUT, request=request, user=request.user)
        super().logout(request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """allauth's ways, in words that are translated here."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way | {"description": WAYS.get(way["id"], way["description"])} for way in ways]

    # Passwords and letters -----------------------------------------------------------------------
    def set_password(self, user: User, password: str) -> None:
        """Only the password is written: a form opened long ago brings nothing else back."""
        user.set_password(password)
        user.save(update_fields=["password"])
        record(SecurityEventKind.PASSWORD_CHANGED, user=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/account/"

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Every change of the ways into an account is told by letter, for the person to protest."""
        if not template_prefix.startswith(TOLD_BY_VIEWS):
            letters.tell_of_change(user, CHANGES[template_prefix])


def vouched_for(request: HttpRequest, user: User) -> bool:
    """Whether the province's single sign-on was the first proof of this sign-in."""
    records = get_authentication_records(request, user)
    return bool(records) and records[0]["method"] == "socialaccount"


def keep_device(request: HttpRequest, answer: HttpResponse, user: User) -> HttpResponse:
    """Let the browser keep what makes this device known for the person."""
    cookie = sign_in.device_cookie(user, request.COOKIES)
    answer.set_cookie(
        cookie.name,
        cookie.value,
        max_age=cookie.max_age,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
