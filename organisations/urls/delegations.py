"""Addresses of delegations, below the account."""

from django.urls import path

from organisations.views import delegations

urlpatterns = [
    path("account/delegations/", delegations.delegations, name="delegations"),
    path(
        "account/delegations/<uuid:uid>/revoke/",
        delegations.delegation_revoke,
        name="delegation_revoke",
    ),
]
