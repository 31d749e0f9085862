"""Second factors: set up, named, used, removed. allauth's views, with a line in the security log.

A change, its line and the letter that tells of it are one transaction. Each change asks first for the password or a factor again (allauth's re-authentication).
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _

from organisations import letters, security
from organisations.asking import person
from organisations.choices import SecondFactor, SecurityEventKind
from organisations.forms.factors import RemovePasskeyForm
from organisations.services import factors as factors_service


class Told:
    """Before the view of a change: does it with a line of the log and a letter, or not at all.

    Attributes:
        kind, factor: what the line says.
        what: the sentence of the letter, as a message to be translated.
    """

    request: HttpRequest
    kind: SecurityEventKind
    factor: SecondFactor | None = None
    what = ""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        user = person(self.request)
        detail = {"factor": self.factor} if self.factor else {}
        security.record(self.kind, request=self.request, user=user, detail=detail)
        letters.tell_of_change(user, self.what)
        return answer


class Removing(Told):
    """Asks once more, when nobody else removes a factor, whether the password alone would be left."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        is_asked = "password" in form.fields
        if not factors_service.may_go(form.authenticator, password_was_asked=is_asked):
            answer: HttpResponse = self.form_invalid(self.get_form())  # type: ignore[attr-defined]
            return answer
        return super().form_valid(form)


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
            detail={"factor": SecondFactor.CODE if "code" in form.fields else SecondFactor.PASSKEY},
        )
        answer: HttpResponse = super().form_invalid(form)
        return answer


class SetUpApp(Told, totp.ActivateTOTPView):  # type: ignore[misc]
    """Scan the picture, type the first code."""

    kind, factor = SecurityEventKind.FACTOR_ADDED, SecondFactor.APP
    what = _("An authenticator app was added to your account.")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        form.spend()
        return answer


class RemoveApp(Removing, totp.DeactivateTOTPView):  # type: ignore[misc]
    """The app no longer counts."""

    kind, factor = SecurityEventKind.FACTOR_REMOVED, SecondFactor.APP
    what = _("The authenticator app was removed from your account.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Nothing is wrong before anything was typed."""
        given: dict[str, Any] = super().get_form_kwargs()
        return given if self.request.method == "POST" else given | {"data": None}


class AddPasskey(Told, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """A new passkey, on this device or on a key that is plugged in."""

    kind, factor = SecurityEventKind.FACTOR_ADDED, SecondFactor.PASSKEY
    what = _("A passkey was added to your account.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question to the device: for a passkey that can sign in by itself."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        question = {"creation_options": begin_registration(person(self.request), True)}
        # Upstream forgets the form that was refused; its messages belong to the page.
        return context | {"js_data": question, "form": kwargs.get("form", context["form"])}


class RemovePasskey(Removing, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """A passkey that is lost, or not used any more."""

    kind, factor = SecurityEventKind.FACTOR_REMOVED, SecondFactor.PASSKEY
    what = _("A passkey was removed from your account.")
    form_class = RemovePasskeyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        given: dict[str, Any] = super().get_form_kwargs()
        return given | {"authenticator": self.object}


class NewCodes(Told, recovery_codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Other recovery codes; the former ones are good for nothing."""

    kind = SecurityEventKind.CODES_MADE
    what = _("New recovery codes were made for your account.")


class ShowCodes(recovery_codes.ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes that are left, after the password was given again."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What can be read is written down; the covered list is not."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if context["can_view_codes"]:
            kind, user = SecurityEventKind.CODES_SHOWN, person(self.request)
            security.record(kind, request=self.request, user=user)
        return context


class DownloadCodes(recovery_codes.DownloadRecoveryCodesView):  # type: ignore[misc]
    """The codes as a file."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Written down before it leaves."""
        kind, user = SecurityEventKind.CODES_DOWNLOADED, person(self.request)
        security.record(kind, request=self.request, user=user)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context


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
codes = ShowCodes.as_view()
new_codes = NewCodes.as_view()
download_codes = DownloadCodes.as_view()
