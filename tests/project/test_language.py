"""Vietnamese first, English by the switch."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from organisations.forms.fields import DayField
from tests.builders import make_user

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


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("words=%00", "Nội dung có ký tự rỗng (NUL) không hợp lệ; hãy gõ lại."),
        ("object=x", "Hãy nhập một số nguyên."),
    ],
)
def test_sentences_of_the_framework_are_in_our_words(client, asked, sentence):
    client.force_login(make_user(is_administrator=True))
    assert sentence in client.get(f"/trail/?{asked}").text


@pytest.mark.parametrize("typed", ["1999-12-31", "2100-01-01"])
def test_days_in_sentences_are_written_as_in_vietnam(typed):
    with pytest.raises(ValidationError) as refusal:
        DayField().clean(typed)
    assert refusal.value.messages == ["Cần một ngày từ 01/01/2000 đến 31/12/2099."]
