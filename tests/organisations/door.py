"""What every test at the door needs: a password, a browser, and what the security log says."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dti_tracker.shared.time import VIETNAM
from organisations import tasks
from organisations.models import Letter, SecurityEvent, User
from tests.builders import make_member, make_organisation

PASSWORD = "mưa rừng Tây Nguyên 2026"
WRONG = "không phải mật khẩu này"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def make_person(username: str = "", **fields) -> User:
    """Somebody with a position and a password."""
    user = make_member(make_organisation(), "staff", username)
    user.set_password(PASSWORD)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def sign_in(user: User | str, password: str = PASSWORD, *, client=None, address=HOME, **more):
    """One try; `client` is a browser with its cookies, a new one where left out."""
    name = user if isinstance(user, str) else user.username
    browser = Client() if client is None else client
    form = {"login": name, "password": password} | more
    return browser.post(reverse("account_login"), form, REMOTE_ADDR=address)


def guess(user: User | str, times: int, **where) -> None:
    for _try in range(times):
        sign_in(user, WRONG, **where)


def is_in(page) -> bool:
    """Signed in and sent on, as only the right password does."""
    return page.status_code == 302 and "_auth_user_id" in page.client.session


def deliver() -> None:
    """What the worker does with the letters that wait."""
    for uid in Letter.objects.waiting().order_by("pk").values_list("uid", flat=True):
        tasks.send_letter(str(uid))


def kinds(user: User | None = None) -> list[str]:
    """What the log says of an account, oldest first."""
    events = SecurityEvent.objects.filter(user=user).order_by("pk")
    return list(events.values_list("kind", flat=True))


@contextmanager
def counting_hashes() -> Iterator[list[str]]:
    """The computations of password hashes, which are nearly all the work of an answer."""
    done: list[str] = []
    hasher: type[BasePasswordHasher] = type(get_hasher())
    original = hasher.encode

    def encode(self, password, salt, *args, **kwargs):
        done.append(password)
        return original(self, password, salt, *args, **kwargs)

    with patch.object(hasher, "encode", encode):
        yield done


def later(**span: float) -> dt.datetime:
    """A moment to travel to; by the clock of Vietnam, as links are dated by the local one."""
    return timezone.now().astimezone(VIETNAM) + dt.timedelta(**span)
