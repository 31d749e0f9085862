"""Coming in: who may, what is written down, and that an answer never tells whether an account exists."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from organisations.choices import SecurityEventKind
from organisations.models import SecurityEvent
from organisations.services import sign_in as service
from tests.organisations.door import (
    ELSEWHERE,
    HOME,
    PASSWORD,
    WRONG,
    counting_hashes,
    guess,
    is_in,
    kinds,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db

LONG_UNUSED = timezone.now() - dt.timedelta(days=200)


def dormant(username="dormant"):
    return make_person(username, date_joined=LONG_UNUSED)


def people():
    """One account of each kind, by name."""
    make_person("present")
    make_person("disabled", is_active=False)
    dormant()
    locked = make_person("locked")
    guess(locked, settings.LOCKOUT_ATTEMPTS)
    invited = make_person("invited")
    invited.set_unusable_password()
    invited.save()
    make_person("program", is_service=True)


ACCOUNTS = ("present", "disabled", "dormant", "locked", "invited", "program", "nobody-at-all")


def body_of(page):
    """The page without what differs for every visitor: the token, and the name they typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.text)
    return re.sub(r'name="login" value="[^"]*"', "", text)


def test_the_right_password_opens_and_is_written_down():
    user = make_person()

    page = sign_in(user)

    assert is_in(page)
    event = SecurityEvent.objects.get(kind=SecurityEventKind.SIGNED_IN)
    assert (event.user, event.address, event.target) == (user, HOME, "/login/")
    assert event.request_id == page.headers["X-Request-ID"]


def test_a_wrong_password_is_written_down_with_the_name_that_was_typed():
    page = sign_in("nobody-at-all", WRONG)

    event = SecurityEvent.objects.get()
    assert page.status_code == 200
    assert (event.kind, event.login, event.user) == ("sign_in_failed", "nobody-at-all", None)


def test_signing_out_is_written_down():
    user = make_person()
    page = sign_in(user)

    page.client.post(reverse("account_logout"))

    assert kinds(user) == ["signed_in", "signed_out"]
    assert "_auth_user_id" not in page.client.session


def test_a_wrong_password_gets_the_same_answer_whatever_the_account_is():
    people()

    answers = {name: sign_in(name, WRONG, address=ELSEWHERE) for name in ACCOUNTS}

    assert {page.status_code for page in answers.values()} == {200}
    assert len({body_of(page) for page in answers.values()}) == 1


@pytest.mark.parametrize("address", [HOME, ELSEWHERE])
def test_a_wrong_password_costs_the_same_work_whatever_the_account_is(address):
    people()
    work = {}

    for name in ACCOUNTS:
        with counting_hashes() as hashes:
            sign_in(name, WRONG, address=address)
        work[name] = len(hashes)

    assert work == dict.fromkeys(ACCOUNTS, 1)


def test_twin_without_the_work_for_unknown_names_the_count_would_tell(monkeypatch):
    monkeypatch.setattr("organisations.backends.Backend._mitigate_timing_attack", lambda *_: None)

    with counting_hashes() as hashes:
        sign_in("nobody-at-all", WRONG)

    assert hashes == []


def test_a_disabled_person_hears_why_after_the_right_password_only():
    user = make_person(is_active=False)

    page = sign_in(user)

    assert page.status_code == 403
    assert "đã bị vô hiệu hóa" in page.text
    assert "_auth_user_id" not in page.client.session
    assert kinds(user) == ["sign_in_refused"]


def test_a_dormant_person_hears_after_how_many_days_and_who_opens_the_account():
    user = dormant()
    body = user.memberships.get().organisation

    page = sign_in(user)

    assert page.status_code == 403
    assert "bị khóa do 45 ngày không sử dụng" in page.text
    assert f"Thủ trưởng {body.name}" in page.text
    assert SecurityEvent.objects.get(user=user).detail == {"reason": "dormant"}


def test_a_service_account_never_signs_in():
    user = make_person(is_service=True)

    assert sign_in(user).status_code == 403


def test_five_wrong_passwords_from_one_address_lock_it_out_for_the_right_one_too():
    user = make_person()
    guess(user, settings.LOCKOUT_ATTEMPTS)

    page = sign_in(user)

    assert not is_in(page)
    assert body_of(page) == body_of(sign_in(user, WRONG, address=ELSEWHERE))
    assert kinds(user)[:7] == ["sign_in_failed"] * 5 + ["locked_out", "sign_in_refused"]


def test_four_wrong_passwords_do_not():
    user = make_person()
    guess(user, settings.LOCKOUT_ATTEMPTS - 1)

    assert is_in(sign_in(user))


@override_settings(LOCKOUT_ATTEMPTS=10_000, LOCKOUT_ATTEMPTS_ANYWHERE=10_000)
def test_twin_without_the_lock_out_guessing_would_go_on():
    user = make_person()
    guess(user, 6)

    assert is_in(sign_in(user))


def test_somebody_elses_guessing_locks_nobody_out_at_another_address():
    user = make_person()
    guess(user, settings.LOCKOUT_ATTEMPTS, address=ELSEWHERE)

    assert is_in(sign_in(user))


def test_another_spelling_of_the_name_does_not_count_apart():
    user = make_person("thuong")
    for spelling in ("thuong", "THUONG", " Thuong", "thuonG ", "tHuong"):
        sign_in(spelling, WRONG)

    assert not is_in(sign_in(user))


def test_the_lock_out_ends_by_itself():
    user = make_person()
    guess(user, settings.LOCKOUT_ATTEMPTS)
    attempt = service.Attempt.of(user.username, address=HOME, cookies={})
    later = timezone.now() + dt.timedelta(minutes=settings.LOCKOUT_MINUTES, seconds=1)

    assert service.is_locked_out(attempt, now=timezone.now())
    assert not service.is_locked_out(attempt, now=later)


def test_tries_during_the_lock_out_do_not_prolong_it():
    user = make_person()
    guess(user, settings.LOCKOUT_ATTEMPTS + 3)

    assert kinds(user).count("locked_out") == 1
    assert kinds(user).count("sign_in_failed") == settings.LOCKOUT_ATTEMPTS


def test_guessing_from_many_addresses_closes_the_account_on_unknown_devices():
    user = make_person()
    for number in range(settings.LOCKOUT_ATTEMPTS_ANYWHERE):
        sign_in(user, WRONG, address=f"198.51.100.{number}")

    assert not is_in(sign_in(user))


@override_settings(LOCKOUT_ATTEMPTS_ANYWHERE=10_000)
def test_twin_without_the_limit_for_the_account_many_addresses_would_guess_on():
    user = make_person()
    for number in range(21):
        sign_in(user, WRONG, address=f"198.51.100.{number}")

    assert is_in(sign_in(user))


def known_browser(user):
    """A browser in which the person signed in before."""
    browser = Client()
    assert is_in(sign_in(user, client=browser))
    browser.post(reverse("account_logout"))
    return browser


def test_a_known_device_comes_in_while_others_guess_from_the_same_address():
    user = make_person()
    browser = known_browser(user)
    guess(user, settings.LOCKOUT_ATTEMPTS)

    assert not is_in(sign_in(user))
    assert is_in(sign_in(user, client=browser))


def test_a_known_device_comes_in_while_the_whole_world_guesses():
    user = make_person()
    browser = known_browser(user)
    for number in range(settings.LOCKOUT_ATTEMPTS_ANYWHERE):
        sign_in(user, WRONG, address=f"198.51.100.{number}")

    assert is_in(sign_in(user, client=browser))


def test_a_known_device_is_locked_out_by_its_own_five_wrong_passwords():
    user = make_person()
    browser = known_browser(user)
    guess(user, settings.LOCKOUT_ATTEMPTS, client=browser)

    assert not is_in(sign_in(user, client=browser))
    assert is_in(sign_in(user)), "the address did nothing wrong"


def test_the_mark_of_a_device_is_out_of_reach_of_scripts():
    page = sign_in(make_person())

    (cookie,) = [c for name, c in page.cookies.items() if name.startswith("device-")]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_device_is_known_for_one_person_only():
    user, other = make_person(), make_person()
    cookie = service.device_cookie(user, {})
    name_for_other = service.device_cookie(other, {}).name

    assert service.known_device(user, {cookie.name: cookie.value})
    assert not service.known_device(other, {name_for_other: cookie.value})


def test_a_device_is_unknown_after_the_password_changed():
    user = make_person()
    cookie = service.device_cookie(user, {})
    user.set_password("một mật khẩu khác hẳn")

    assert not service.known_device(user, {cookie.name: cookie.value})


@pytest.mark.parametrize("value", ["", "x", "a:b:c"])
def test_an_invented_mark_makes_no_device_known(value):
    user = make_person()
    name = service.device_cookie(user, {}).name

    assert service.known_device(user, {name: value}) == ""


def test_a_session_gets_another_key_when_somebody_signs_in():
    user, browser = make_person(), Client()
    browser.get(reverse("account_login"))
    session = browser.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted

    page = sign_in(user, client=browser)

    assert is_in(page)
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != planted
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert victim.get("/tasks/").status_code == 302


def test_a_session_key_that_somebody_invented_is_not_taken_over():
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32

    sign_in(make_person(), client=browser)

    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != "x" * 32


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http://localhost:8000@evil.example/",
    ],
)
def test_the_way_back_never_leads_to_another_site(target):
    page = sign_in(make_person(), next=target)

    assert page.headers["Location"] == settings.LOGIN_REDIRECT_URL


def test_the_way_back_leads_to_the_page_that_was_asked_for():
    assert sign_in(make_person(), next="/tasks/?health=red").headers["Location"] == (
        "/tasks/?health=red"
    )


@override_settings(ALLOWED_HOSTS=["*"])
def test_the_host_header_does_not_widen_the_way_back():
    page = Client().post(
        reverse("account_login"),
        {"login": make_person().username, "password": PASSWORD, "next": "http://evil.example/x"},
        headers={"host": "evil.example"},
    )

    assert page.headers["Location"] == settings.LOGIN_REDIRECT_URL


@override_settings(TRUSTED_PROXIES=0)
def test_nobody_believes_a_forwarded_address_without_a_proxy_of_our_own():
    Client().post(
        reverse("account_login"),
        {"login": "x", "password": WRONG},
        REMOTE_ADDR=HOME,
        headers={"x-forwarded-for": ELSEWHERE},
    )

    assert SecurityEvent.objects.get().address == HOME


@override_settings(TRUSTED_PROXIES=1)
@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (ELSEWHERE, ELSEWHERE),
        (f"192.0.2.1, {ELSEWHERE}", ELSEWHERE),
        ("nonsense", None),
        ("", HOME),
    ],
)
def test_behind_our_proxy_its_own_entry_counts_and_not_what_a_caller_wrote_before(
    forwarded, address
):
    Client().post(
        reverse("account_login"),
        {"login": "x", "password": WRONG},
        REMOTE_ADDR=HOME,
        headers={"x-forwarded-for": forwarded},
    )

    assert SecurityEvent.objects.get().address == address


def test_a_flood_of_tries_is_answered_calmly():
    for _try in range(30):
        sign_in("nobody-at-all", WRONG)

    page = sign_in("nobody-at-all", WRONG)

    assert page.status_code == 429
    assert "Thử quá nhiều lần" in page.text
