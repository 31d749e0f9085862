"""Vietnamese first, English by the switch."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


def test_a_browser_that_asks_for_english_gets_vietnamese():
    page = Client(headers={"accept-language": "en-US,en"}).get("/login/")
    assert '<html lang="vi"' in page.text


def test_the_switch_brings_english_and_keeps_it():
    client = Client()
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert '<html lang="en"' in client.get("/login/").text


def test_an_unknown_language_in_the_cookie_is_vietnamese():
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert '<html lang="vi"' in client.get("/login/").text


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_an_unknown_host_is_a_calm_400():
    client = Client(headers={"host": "evil"}, raise_request_exception=False)
    assert client.get("/login/").status_code == 400
