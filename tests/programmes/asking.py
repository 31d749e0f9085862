"""Asking for the pages of tasks as a person would."""

import re

from django.conf import settings
from django.test import Client
from django.urls import reverse

from organisations.models import User
from tests.programmes.cast import Cast

LIST = reverse("programmes:task_list")


def signed_in(user: User, language: str = "vi") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(user)
    return client


def detail(cast: Cast) -> str:
    return reverse("programmes:task_detail", args=[cast.task.code])


def writing(cast: Cast) -> str:
    return reverse("programmes:update_new", args=[cast.task.code])


def names_in(client: Client, **query: str) -> set[str]:
    """The codes of the tasks that a list shows."""
    page = client.get(LIST, query)
    assert page.status_code == 200
    return set(re.findall(r'href="/tasks/([\w-]+)/"', page.text))
