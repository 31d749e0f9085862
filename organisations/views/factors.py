"""Second factors: set up, named, used, removed. allauth's views, with a line in the security log.

Each change asks first for the password or a factor again (allauth's re-authentication).
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.http import HttpRequest, HttpResponse

from organisations import security
from organisations.asking import person
from organisations.choices import SecurityEventKind


def note(request: HttpRequest, kind: SecurityEventKind, factor: str) -> None:
    """One line of the security log about a factor of the person."""
    security.record(kind, request=request, user=person(request), detail={"factor": factor})


class Factors(base.IndexView):  # type: ignore[misc]
    """What the person has, and what they could have."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the number of recovery codes that are left."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        codes = context["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        has_factor = set(context["authenticators"]) - {Authenticator.Type.RECOVERY_CODES}
        return context | {
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
            "has_factor": bool(has_factor),
        }


class SecondStep(base.AuthenticateView):  # type: ignore[misc]
    """The second step of a sign-in."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """A wrong answer is a failed sign-in."""
        security.record(
            SecurityEventKind.SIGN_IN_FAILED,
            request=self.request,
            user=self.stage.login.user,
            detail={"factor": "code" if "code" in form.fields else "passkey"},
        )
        answer: HttpResponse = super().form_invalid(form)
        return answer


class SetUpApp(totp.ActivateTOTPView):  # type: ignore[misc]
    """Scan the picture, type the first code."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        form.spend()
        note(self.request, SecurityEventKind.FACTOR_ADDED, "totp")
        return answer


class RemoveApp(totp.DeactivateTOTPView):  # type: ignore[misc]
    """The app no longer counts."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note(self.request, SecurityEventKind.FACTOR_REMOVED, "totp")
        return answer


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """A new passkey, on this device or on a key that is plugged in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question to the device: for a passkey that can sign in by itself."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        question = {"creation_options": begin_registration(person(self.request), True)}
        # Upstream forgets the form that was refused; its messages belong to the page.
        return context | {"js_data": question, "form": kwargs.get("form", context["form"])}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note(self.request, SecurityEventKind.FACTOR_ADDED, "webauthn")
        return answer


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """A passkey that is lost, or not used any more."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note(self.request, SecurityEventKind.FACTOR_REMOVED, "webauthn")
        return answer


def has_fresh_factor(request: HttpRequest, *, since: float) -> bool:
    """Whether a second factor, or a passkey, answered in this session since a moment."""
    records = get_authentication_records(request, person(request))
    return any(r["method"] == "mfa" and r["at"] >= since for r in records)


factors = Factors.as_view()
second_step = SecondStep.as_view()
confirm = base.reauthenticate
set_up_app, remove_app = SetUpApp.as_view(), RemoveApp.as_view()
passkeys, add_passkey = webauthn.list_webauthn, AddPasskey.as_view()
rename_passkey, remove_passkey = webauthn.edit_webauthn, RemovePasskey.as_view()
sign_in_by_passkey = webauthn.login_webauthn
confirm_by_passkey = webauthn.reauthenticate_webauthn
codes = recovery_codes.view_recovery_codes
new_codes = recovery_codes.generate_recovery_codes
download_codes = recovery_codes.download_recovery_codes
