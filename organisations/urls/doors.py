"""Addresses of the doors, mounted one by one: only what is used is reachable.

django-allauth looks its addresses up by name, so they stand in no namespace.
"""

from allauth.account import views as account
from django.urls import path, re_path

from organisations.views import factors, passwords, sign_in, single_sign_on

urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", passwords.change, name="account_change_password"),
    path("login/forgotten/", account.password_reset, name="account_reset_password"),
    path("login/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^login/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        passwords.choose,
        name="account_reset_password_from_key",
    ),
    path(
        "login/password/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # Second factors, sessions, single sign-on ---------------------------------------------------
    path("login/factor/", factors.second_step, name="mfa_authenticate"),
    path("login/passkey/", factors.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("login/cancelled/", single_sign_on.cancelled, name="socialaccount_login_cancelled"),
    path("login/with/<str:provider_id>/", single_sign_on.begin, name="openid_connect_login"),
    path(
        "login/with/<str:provider_id>/callback/",
        single_sign_on.callback,
        name="openid_connect_callback",
    ),
    path("account/mfa/", factors.factors, name="mfa_index"),
    path("account/mfa/confirm/", factors.confirm, name="mfa_reauthenticate"),
    path(
        "account/mfa/confirm/passkey/",
        factors.confirm_by_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/mfa/app/", factors.set_up_app, name="mfa_activate_totp"),
    path("account/mfa/app/remove/", factors.remove_app, name="mfa_deactivate_totp"),
    path("account/mfa/codes/", factors.codes, name="mfa_view_recovery_codes"),
    path("account/mfa/codes/new/", factors.new_codes, name="mfa_generate_recovery_codes"),
    path("account/mfa/codes/download/", factors.download_codes, name="mfa_download_recovery_codes"),
    path("account/mfa/passkeys/", factors.passkeys, name="mfa_list_webauthn"),
    path("account/mfa/passkeys/new/", factors.add_passkey, name="mfa_add_webauthn"),
    path("account/mfa/passkeys/<int:pk>/", factors.rename_passkey, name="mfa_edit_webauthn"),
    path(
        "account/mfa/passkeys/<int:pk>/remove/", factors.remove_passkey, name="mfa_remove_webauthn"
    ),
]
