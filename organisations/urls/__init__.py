"""Addresses of this floor's pages."""

from organisations.urls import account, delegations, guide, setup, tokens, trail

app_name = "organisations"

urlpatterns = [
    *account.urlpatterns,
    *delegations.urlpatterns,
    *setup.urlpatterns,
    *tokens.urlpatterns,
    *trail.urlpatterns,
    *guide.urlpatterns,
]
