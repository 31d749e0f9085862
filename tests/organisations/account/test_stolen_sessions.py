"""A key that somebody planted in a browser gains nothing; a stolen one dies when it should."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from tests.organisations.account.factor_door import SECRET, code_now
from tests.organisations.door import PASSWORD, make_person

pytestmark = pytest.mark.django_db


def browser_with(key: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def come_in(client: Client, user) -> None:
    client.post("/login/", {"login": user.username, "password": PASSWORD})


def sees_tasks(client: Client) -> bool:
    return client.get("/tasks/").status_code == 200


@pytest.fixture
def planted() -> str:
    """The key of a session that an attacker began, and put into somebody's browser."""
    session = SessionStore()
    session["visited"] = True
    session.create()
    assert session.session_key
    return session.session_key


def test_a_planted_key_is_not_the_one_of_who_signs_in_with_it(planted):
    victim = browser_with(planted)
    come_in(victim, make_person())

    assert sees_tasks(victim)
    assert key_of(victim) != planted
    assert not sees_tasks(browser_with(planted))


def test_were_the_key_kept_the_attacker_would_be_in(planted, monkeypatch):
    """The twin."""
    monkeypatch.setattr(SessionBase, "cycle_key", lambda _session: None)
    victim = browser_with(planted)
    come_in(victim, make_person())

    assert sees_tasks(browser_with(planted))


def test_the_key_from_between_password_and_code_gets_nobody_in():
    user = make_person()
    TOTP.activate(user, SECRET)
    client = Client()
    come_in(client, user)
    between = key_of(client)
    client.post("/login/factor/", {"code": code_now()})

    assert sees_tasks(client)
    assert key_of(client) != between
    assert not sees_tasks(browser_with(between))


def test_a_stolen_key_dies_when_its_person_signs_out():
    client = Client()
    come_in(client, make_person())
    thief = browser_with(key_of(client))
    assert sees_tasks(thief)

    client.post("/logout/")

    assert not sees_tasks(thief)


def test_a_stolen_key_dies_with_the_password():
    here, there = Client(), Client()
    user = make_person()
    come_in(here, user)
    come_in(there, user)
    thief = browser_with(key_of(there))
    assert sees_tasks(thief)

    new = "sương mù trên Biển Hồ 2026"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/", given).status_code == 302

    assert not sees_tasks(thief)
    assert sees_tasks(here)


def test_a_stolen_key_gets_no_new_way_in():
    """Tokens, factors, the address and the password ask for what a thief does not have."""
    client = Client()
    come_in(client, make_person())
    thief = browser_with(key_of(client))
    for address in ("mfa/app/", "mfa/passkeys/new/", "contact/"):
        assert thief.get(f"/account/{address}").headers["Location"].startswith("/account/confirm/")
    answer = thief.post("/account/tokens/", {"name": "x", "scope": "read", "days": "30"})
    assert answer.headers["Location"].startswith("/account/confirm/")
