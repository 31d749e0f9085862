"""In a browser: a lock that keeps what was typed, and passkeys on a device of Chromium's own."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from organisations.services import lock
from tests.builders import make_member, make_organisation
from tests.web.axe import violations

PASSWORD = "mat-khau-rat-dai-2026"
TYPED = "0269 3 824 123"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def someone():
    user = make_member(make_organisation(), "head", "nga")
    user.set_password(PASSWORD)
    user.save()
    return user


def let_time_pass() -> None:
    """Every session was used last a long time ago."""
    for row in Session.objects.all():
        data = row.get_decoded() | {lock.ACTIVE_AT: lock.clock() - 3600}
        row.session_data = SessionStore().encode(data)
        row.save()


def sign_in(page) -> None:
    page.goto("/login/")
    page.fill("[name=login]", "nga")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button[type=submit]")
    page.wait_for_url(re.compile(r"/$"))


def confirm(page) -> None:
    page.goto("/account/contact/")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("#id_phone")).to_be_visible()


def wake(page) -> None:
    """What the page does when somebody comes back to it."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_was_typed_is_still_there_after_unlocking(page_at, someone, width):
    page = page_at(width, failing=True)
    sign_in(page)
    confirm(page)
    page.fill("#id_phone", TYPED)
    let_time_pass()
    wake(page)
    dialog = page.locator("#lock")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    page.fill("#lock-password", "sai")
    page.click("#lock button[type=submit]")
    expect(dialog.locator("[data-problem]")).not_to_be_empty()
    page.fill("#lock-password", PASSWORD)
    page.click("#lock button[type=submit]")
    expect(dialog).to_be_hidden()
    expect(page.locator("#id_phone")).to_have_value(TYPED)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/account/$"))
    someone.refresh_from_db()
    assert someone.phone == TYPED


def test_without_script_the_interrupted_form_goes_through_the_lock(page_at, someone):
    page = page_at(1280, script=False)
    sign_in(page)
    confirm(page)
    page.fill("#id_phone", TYPED)
    let_time_pass()
    page.click("main button[type=submit]")
    expect(page.locator("#unlock-password")).to_be_visible()
    page.fill("#unlock-password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/account/$"))
    someone.refresh_from_db()
    assert someone.phone == TYPED


def test_a_passkey_is_made_unlocks_and_signs_in(page_at, someone, live_server, settings):
    settings.SITE_URL = live_server.url.replace("127.0.0.1", "localhost")
    page = page_at(1280, failing=True)
    page.goto(settings.SITE_URL + "/login/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    site = settings.SITE_URL
    page.fill("[name=login]", "nga")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button[type=submit]")
    page.goto(site + "/account/mfa/passkeys/new/")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("#id_name", "Máy tính cơ quan")
    page.click("[data-passkey-ask]")
    page.wait_for_url(re.compile("/account/mfa/codes/"))
    key = Authenticator.objects.get(type="webauthn")
    assert key.data["name"] == "Máy tính cơ quan"
    let_time_pass()
    wake(page)
    page.click("[data-lock-passkey]")
    expect(page.locator("#lock")).to_be_hidden()
    page.context.clear_cookies()
    page.goto(site + "/login/")
    page.click("[data-passkey-ask]")
    page.wait_for_url(site + "/")
    assert UserSession.objects.filter(user=someone).count() == 2
    assert "credential" not in json.dumps(page.context.cookies())
