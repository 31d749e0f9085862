"""Asking for the pages of setting up as an administrator would."""

import datetime as dt
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.test import Client, RequestFactory
from django.urls import reverse

from organisations.models import User
from tests.builders import make_user

TODAY = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 3, tzinfo=dt.UTC)


def make_administrator(username: str = "admin") -> User:
    """An account of its own for administering, that can sign in; of the demo, so it never locks."""
    return make_user(username, is_administrator=True, is_demo=True, password="mật khẩu của tôi")


def signed_in(user: User, *, typed_password: bool = True) -> Client:
    """A browser of somebody who came in just now, by the password unless told otherwise."""
    client = Client()
    client.force_login(user)
    if not typed_password:
        return client
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session.save()
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"organisations:{name}", args=args)
