"""Choosing, changing and forgetting a password; the letters that go with it."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations import letters, mails, tasks
from organisations.models import Letter, SecurityEvent
from organisations.validators import LengthByFactorValidator
from tests.organisations.door import (
    ELSEWHERE,
    PASSWORD,
    counting_hashes,
    guess,
    is_in,
    kinds,
    later,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db

NEW = "câu chuyện bên bếp lửa"
ADDRESS = "nguyen.van@gialai.example"


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """A worker that does at once what it is handed."""
    handed: list[str] = []

    def wake(uid):
        letter = Letter.objects.get(uid=uid)
        handed.append(letter.name)
        tasks.send_letter(str(uid))

    monkeypatch.setattr(letters, "wake_after_commit", wake)
    return handed


@pytest.fixture
def worker_away(monkeypatch):
    """Nobody takes what is handed over."""
    monkeypatch.setattr(letters, "wake_after_commit", lambda _uid: None)


def ask(address=ADDRESS, **how):
    return Client().post(reverse("account_reset_password"), {"email": address}, **how)


def link_in(letter) -> str:
    found = re.search(r"https?://\S+/login/password/\S+", letter.body)
    assert found is not None
    return found.group()


def path_of(link: str) -> str:
    return link.removeprefix(settings.SITE_URL)


def follow(link, *, password=NEW, client=None):
    """Open the link, choose the password; the last page."""
    browser = Client() if client is None else client
    opened = browser.get(path_of(link))
    if opened.status_code != 302:
        return opened
    form = {"password1": password, "password2": password}
    return browser.post(opened.headers["Location"], form)


def test_the_link_in_the_letter_sets_a_new_password():
    user = make_person(email=ADDRESS)
    ask()

    page = follow(link_in(mail.outbox[0]))

    assert page.status_code == 302
    assert not is_in(sign_in(user, address=ELSEWHERE))
    assert is_in(sign_in(user, NEW))
    assert "password_changed" in kinds(user)


def test_the_link_works_once():
    make_person(email=ADDRESS)
    ask()
    link = link_in(mail.outbox[0])
    follow(link)

    page = follow(link, password="và thêm một lần nữa")

    assert page.status_code == 200
    assert "không còn hiệu lực" in page.text


def test_the_link_dies_after_an_hour():
    make_person(email=ADDRESS)
    ask()

    with time_machine.travel(later(minutes=settings.RESET_LINK_MINUTES, seconds=5)):
        page = follow(link_in(mail.outbox[0]))

    assert "không còn hiệu lực" in page.text


@override_settings(RESET_LINK_MINUTES=10_000)
def test_twin_with_a_longer_life_the_same_link_would_work():
    make_person(email=ADDRESS)
    ask()

    with time_machine.travel(later(hours=2)):
        page = follow(link_in(mail.outbox[0]))

    assert page.status_code == 302


def test_a_link_of_somebody_who_was_disabled_is_dead():
    user = make_person(email=ADDRESS)
    ask()
    user.is_active = False
    user.save()

    assert "không còn hiệu lực" in follow(link_in(mail.outbox[0])).text


def test_the_link_lets_the_real_person_in_while_the_account_is_locked_out():
    user = make_person(email=ADDRESS)
    guess(user, settings.LOCKOUT_ATTEMPTS)
    browser = Client()
    ask()
    follow(link_in(mail.outbox[0]), client=browser)

    assert is_in(sign_in(user, NEW, client=browser))


def test_an_unknown_address_gets_the_same_answer_for_the_same_work(worker):
    make_person(email=ADDRESS)
    make_person(email="disabled@gialai.example", is_active=False)
    answers, work = set(), set()
    for address in (ADDRESS, "disabled@gialai.example", "nobody@gialai.example"):
        with counting_hashes() as hashes:
            page = ask(address)
        answers.add((page.status_code, page.headers["Location"]))
        work.add(len(hashes))

    assert len(answers) == 1
    assert work == {0}
    assert worker == ["password_reset"] * 3, "whether known or not"
    assert [letter.to for letter in mail.outbox] == [[ADDRESS]]


def test_the_page_itself_looks_nobody_up(worker_away):
    make_person(email=ADDRESS)
    counts = set()
    for address in (ADDRESS, "nobody@gialai.example"):
        with CaptureQueriesContext(connection) as queries:
            ask(address)
        counts.add(len(queries))
        assert not any('"organisations_user"' in q["sql"] for q in queries)

    assert len(counts) == 1


def test_asking_is_written_down_with_the_address_that_was_typed():
    ask("nobody@gialai.example")

    event = SecurityEvent.objects.get()
    assert (event.kind, event.login) == ("reset_asked", "nobody@gialai.example")


@override_settings(ALLOWED_HOSTS=["*"], SITE_URL="https://dti.gialai.example")
def test_the_link_leads_to_our_site_whatever_host_the_request_names():
    make_person(email=ADDRESS)
    ask(headers={"host": "evil.example", "x-forwarded-host": "evil.example"})

    (letter,) = mail.outbox
    html = letter.alternatives[0].content
    assert "https://dti.gialai.example/login/password/" in letter.body
    assert "evil" not in letter.body + html + letter.subject + letter.from_email


def test_a_wish_holds_the_address_alone_and_no_link(worker_away):
    make_person(email=ADDRESS)
    ask()

    wish = Letter.objects.get()
    assert (wish.user, wish.to, wish.context) == (None, ADDRESS, {})


def test_a_mail_server_that_is_away_is_told_to_nobody_at_the_door(monkeypatch):
    make_person(email=ADDRESS)

    def away(*_args, **_more):
        raise OSError

    monkeypatch.setattr(mails, "send", away)
    assert ask().status_code == 302
    assert Letter.objects.waiting().get().error == "OSError: "


def test_a_double_click_sends_one_letter():
    make_person(email=ADDRESS)
    answers = [ask().status_code, ask(ADDRESS.upper()).status_code]

    assert answers == [302, 302]
    assert len(mail.outbox) == 1


def test_twin_without_the_look_back_it_would_send_two(monkeypatch):
    monkeypatch.setattr(letters, "REPEATED", dt.timedelta(0))
    make_person(email=ADDRESS)
    ask()
    ask()

    assert len(mail.outbox) == 2


def test_who_is_asked_about_too_often_gets_no_more_letters():
    make_person(email=ADDRESS)
    answers = []
    for minutes in (0, 2, 4, 6):
        with time_machine.travel(later(minutes=minutes)):
            answers.append(ask().status_code)

    assert answers == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


def change(client, present=PASSWORD, new=NEW):
    form = {"oldpassword": present, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), form)


def test_changing_the_password_ends_other_sessions_and_keeps_this_one():
    user = make_person(email=ADDRESS)
    here, there = Client(), Client()
    sign_in(user, client=here)
    sign_in(user, client=there)

    page = change(here)

    assert page.status_code == 302
    assert here.get(reverse("account_change_password")).status_code == 200
    assert there.get(reverse("account_change_password")).status_code == 302
    assert mail.outbox[0].subject == "Tài khoản của anh/chị vừa có thay đổi"
    assert "Mật khẩu của anh/chị đã được thay đổi." in mail.outbox[0].body


def test_the_device_stays_known_when_its_person_changes_the_password():
    user, here = make_person(), Client()
    sign_in(user, client=here)
    change(here)
    here.post(reverse("account_logout"))
    guess(user, settings.LOCKOUT_ATTEMPTS)

    assert is_in(sign_in(user, NEW, client=here))


def test_changing_the_password_needs_the_present_one():
    user, here = make_person(), Client()
    sign_in(user, client=here)

    page = change(here, present="wrong")

    assert page.status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_present_password_cannot_be_guessed_with_a_stolen_session():
    user, here = make_person(), Client()
    sign_in(user, client=here)
    answers = [change(here, present=f"guess {n}").status_code for n in range(6)]

    assert answers == [200] * 5 + [429]


def test_a_password_needs_fourteen_characters_without_a_second_factor():
    user = make_person()
    LengthByFactorValidator().validate("a" * 14, user)

    with pytest.raises(ValidationError, match="14"):
        LengthByFactorValidator().validate("a" * 13, user)


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_a_password_needs_eight_characters_with_a_second_factor(kind):
    user = make_person()
    Authenticator.objects.create(user=user, type=kind, data={})
    LengthByFactorValidator().validate("a" * 8, user)

    with pytest.raises(ValidationError, match="8"):
        LengthByFactorValidator().validate("a" * 7, user)


def test_recovery_codes_alone_are_no_second_factor():
    user = make_person()
    Authenticator.objects.create(user=user, type="recovery_codes", data={})

    with pytest.raises(ValidationError):
        LengthByFactorValidator().validate("a" * 13, user)


def test_a_new_password_obeys_the_rules_on_the_page_too():
    make_person(email=ADDRESS)
    ask()

    page = follow(link_in(mail.outbox[0]), password="ngắn quá")

    assert page.status_code == 200
    assert "Ít nhất 14 ký tự" in page.text


LETTERS = {
    "password_reset": {"link": "https://x.example/1", "minutes": 60, "days": 0},
    "invitation": {"link": "https://x.example/1", "minutes": 10080, "days": 7},
    "idle_warning": {"locks_on": dt.date(2026, 12, 1), "days": 45},
    "account_changed": {"what": "…", "time": "10:00", "address": "203.0.113.7"},
}
WORDS = {
    "vi": {
        "password_reset": ("trong 60 phút", "https://x.example/1"),
        "invitation": ("trong 7 ngày", "https://x.example/1"),
        "idle_warning": ("01/12/2026", "45 ngày"),
        "account_changed": ("10:00", "203.0.113.7"),
    },
    "en": {
        "password_reset": ("within 60 minutes", "https://x.example/1"),
        "invitation": ("within 7 days", "https://x.example/1"),
        "idle_warning": ("01/12/2026", "45 days"),
        "account_changed": ("10:00", "203.0.113.7"),
    },
}
GREETING = {"vi": "Kính gửi", "en": "Dear"}
NAME = {"vi": "Theo dõi DTI tỉnh Gia Lai", "en": "DTI tracker of Gia Lai"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_each_letter_says_the_same_plain_and_in_html_in_either_language(name, language):
    user = make_person(email=ADDRESS, full_name="Rơ Châm <b>H'Lan</b>")

    letter = mails.letter(name, user, language=language, **LETTERS[name])

    html = letter.alternatives[0].content
    assert letter.alternatives[0].mimetype == "text/html"
    for text in (letter.body, html):
        for words in (*WORDS[language][name], GREETING[language], NAME[language]):
            assert words in text
    assert "Rơ Châm <b>H'Lan</b>" in letter.body
    assert "<b>H" not in html
    assert "&lt;b&gt;" not in letter.body
    assert letter.to == [ADDRESS]
    assert "\n" not in letter.subject


def test_two_different_passwords_are_refused_in_the_readers_language():
    make_person(email=ADDRESS)
    ask()
    browser = Client()
    form_page = browser.get(path_of(link_in(mail.outbox[0]))).headers["Location"]

    page = browser.post(form_page, {"password1": NEW, "password2": NEW + "!"})

    assert "Hai lần nhập không giống nhau" in page.text
    assert "You must type" not in page.text


def test_a_wrong_present_password_is_told_in_the_readers_language():
    here = Client()
    sign_in(make_person(), client=here)

    assert "Mật khẩu hiện tại chưa đúng" in change(here, present="wrong").text
