"""How django-allauth behaves here: nobody signs themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators, for people with a position in an organisation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
