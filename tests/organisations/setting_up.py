"""Asking for the pages of setting up as an administrator would."""

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse

from organisations.models import User
from tests.builders import make_user

TODAY = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 3, tzinfo=dt.UTC)


def make_administrator(username: str = "admin") -> User:
    """An account of its own for administering; of the demo, so that it never locks."""
    return make_user(username, is_administrator=True, is_demo=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"organisations:{name}", args=args)
