"""Addresses of tokens, service accounts and personal data."""

from django.urls import path

from organisations.views import personal_data, service_accounts, tokens

urlpatterns = [
    path("account/tokens/", tokens.own_tokens, name="tokens"),
    path("account/tokens/<uuid:uid>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("account/data/", personal_data.data_about_me, name="data"),
    path("account/data/export/", personal_data.data_export, name="data_export"),
    path("setup/tokens/", tokens.all_tokens, name="setup_tokens"),
    path("setup/tokens/<uuid:uid>/revoke/", tokens.any_token_revoke, name="setup_token_revoke"),
    path("setup/service-accounts/", service_accounts.account_list, name="setup_service_accounts"),
    path(
        "setup/service-accounts/new/",
        service_accounts.account_new,
        name="setup_service_account_new",
    ),
    path(
        "setup/service-accounts/<str:username>/",
        service_accounts.account_detail,
        name="setup_service_account",
    ),
    path(
        "setup/service-accounts/<str:username>/disable/",
        service_accounts.account_disable,
        name="setup_service_account_disable",
    ),
    path("setup/corrections/", personal_data.correction_list, name="setup_corrections"),
    path("setup/corrections/<int:pk>/", personal_data.correction_detail, name="setup_correction"),
]
