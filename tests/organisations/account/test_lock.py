"""The idle lock: what a locked session gives, and how it is lifted."""

import datetime as dt
import html
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone

from organisations.choices import SecurityEventKind
from organisations.middleware import session
from organisations.models import SecurityEvent, User
from organisations.services import lock
from tests.builders import make_member, make_organisation, make_token

PASSWORD = "mat-khau-rat-dai-2026"
SCRIPT = {"Accept": "application/json"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone():
    user = make_member(make_organisation())
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser(someone):
    client = Client()
    client.force_login(someone)
    return client


def later(minutes: float):
    return time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes), tick=False)


def unlock(client: Client, password: str = PASSWORD, **fields: str):
    return client.post("/account/unlock/", {"unlock-password": password} | fields, headers=SCRIPT)


def test_a_session_in_use_is_open(browser):
    with later(14):
        assert browser.get("/tasks/").status_code == 200
    with later(28):
        assert browser.get("/tasks/").status_code == 200


@pytest.mark.parametrize("path", ["/tasks/", "/notices/", "/", "/account/lock-nothing/"])
def test_a_page_of_a_locked_session_shows_the_lock_alone(browser, path):
    with later(15):
        answer = browser.get(path)
    assert answer.status_code in {404, 423}
    assert answer.status_code == 404 or "unlock-password" in answer.content.decode()


def test_a_locked_session_gives_the_api_nothing(browser):
    with later(15):
        answer = browser.get("/api/v1/tasks/")
    assert answer.status_code == 423
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith("session_locked")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_locked_session_gives_htmx_nothing(browser):
    with later(15):
        answer = browser.get("/tasks/", headers={"HX-Request": "true"})
    assert answer.status_code == 423
    assert "detail" in answer.json()


def test_without_the_middleware_the_lock_would_not_hold(browser, settings):
    """The twin: the same requests go through where nothing guards them."""
    name = "organisations.middleware.lock.SessionLockMiddleware"
    without = [layer for layer in settings.MIDDLEWARE if layer != name]
    assert len(without) == len(settings.MIDDLEWARE) - 1
    with override_settings(MIDDLEWARE=without), later(15):
        browser.handler.load_middleware()
        assert browser.get("/tasks/").status_code == 200
        assert browser.get("/api/v1/tasks/").status_code == 200


def test_an_administrator_is_locked_after_five_minutes(browser, someone):
    someone.is_administrator = True
    someone.save()
    with later(4):
        assert browser.get("/account/lock/").json()["state"] == "open"
    with later(9):
        assert browser.get("/account/lock/").json()["state"] == "locked"


def test_another_tab_is_locked_with_the_first(browser, someone):
    """Both tabs are one session; opening a new page in one of them lifts nothing."""
    with later(16):
        assert browser.get("/tasks/").status_code == 423
        assert browser.get("/tasks/").status_code == 423
    with later(17):
        assert browser.get("/login/").status_code == 423


def test_polling_in_the_background_keeps_no_session_open(browser):
    for minute in range(1, 15):
        with later(minute):
            browser.get("/account/lock/", headers={"X-Background": "1"})
    with later(15):
        assert browser.get("/tasks/").status_code == 423


def test_the_same_polling_by_a_person_keeps_it_open(browser):
    """The twin of the one above."""
    for minute in range(1, 15):
        with later(minute):
            browser.get("/account/lock/")
    with later(15):
        assert browser.get("/tasks/").status_code == 200


def test_the_clock_of_the_browser_decides_nothing(browser):
    with later(15):
        answer = browser.get("/tasks/", headers={"Date": "Mon, 01 Jan 2024 00:00:00 GMT"})
    assert answer.status_code == 423


def test_the_password_lifts_the_lock_and_leaves_a_line(browser, someone):
    with later(20):
        assert unlock(browser).json() == {"state": "open"}
        assert browser.get("/tasks/").status_code == 200
    assert SecurityEvent.objects.get(kind=SecurityEventKind.UNLOCKED).user == someone


def test_without_script_an_interrupted_submit_is_carried_through_the_lock(browser):
    fields = {"search": ["một", "hai\r\nba"], "csrfmiddlewaretoken": ["x"]}
    with later(20):
        page = browser.post("/i18n-nothing/", fields)
        assert page.status_code == 404
        page = browser.post("/tasks/?page=2", fields)
        text = page.content.decode()
        assert page.status_code == 423
        assert '<input type="hidden" name="search" value="một">' in text
        assert 'name="unlock-next" value="/tasks/?page=2"' in text
        answer = browser.post(
            "/account/unlock/",
            {
                "unlock-password": PASSWORD,
                "unlock-next": "/tasks/?page=2",
                "unlock-submit": "1",
                "search": "một",
            },
        )
    assert answer.status_code == 307
    assert answer.headers["Location"] == "/tasks/?page=2"


def test_a_button_without_fields_is_carried_through_the_lock_too(browser):
    with later(20):
        page = browser.post("/notices/read/")
        assert 'name="unlock-submit"' in page.content.decode()
        answer = browser.post(
            "/account/unlock/",
            {"unlock-password": PASSWORD, "unlock-next": "/notices/read/", "unlock-submit": "1"},
        )
    assert (answer.status_code, answer.headers["Location"]) == (307, "/notices/read/")


def test_a_wrong_password_keeps_what_was_carried(browser):
    with later(20):
        page = browser.post(
            "/account/unlock/",
            {
                "unlock-password": "sai",
                "unlock-next": "/tasks/",
                "unlock-submit": "1",
                "narrative": "đã gõ",
            },
        )
    assert page.status_code == 423
    assert 'name="narrative" value="đã gõ"' in page.content.decode()
    assert 'name="unlock-next" value="/tasks/"' in page.content.decode()


def test_what_was_typed_beside_a_file_is_carried_through_the_lock(browser):
    file = SimpleUploadedFile("người <mới>.csv", b"username")
    with later(20):
        page = browser.post("/setup/people/import/", {"note": "đã gõ", "file": file}).text
        assert 'name="note" value="đã gõ"' in page
        assert "tệp “người &lt;mới&gt;.csv”" in page
        hidden = re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
        sent = {name: html.unescape(value) for name, value in hidden}
        again = browser.post("/account/unlock/", sent | {"unlock-password": "sai"}).text
        assert 'name="note" value="đã gõ"' in again
        assert "tệp “người &lt;mới&gt;.csv”" in again
        answer = browser.post("/account/unlock/", sent | {"unlock-password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (307, "/setup/people/import/")


def test_a_form_that_comes_back_without_its_file_asks_for_it(browser, someone):
    User.objects.filter(pk=someone.pk).update(is_administrator=True)
    answer = browser.post("/setup/people/import/", {"unlock-file": "người mới.csv"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_no_secret_is_carried_through_the_lock(browser):
    with later(20):
        page = browser.post("/tasks/", {"new_password1": "bi-mat", "credential": "bi-mat"})
    assert "bi-mat" not in page.content.decode()


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:1",
        "http://testserver/tasks/",
    ],
)
def test_unlocking_leads_to_no_foreign_address(browser, place):
    with later(20):
        answer = browser.post(
            "/account/unlock/", {"unlock-password": PASSWORD, "unlock-next": place}
        )
    assert answer.headers["Location"] == "/"


def test_five_wrong_answers_end_the_session(browser, someone):
    with later(20):
        answers = [unlock(browser, "sai").json()["state"] for _ in range(5)]
        assert answers == ["locked"] * 4 + ["ended"]
        assert unlock(browser).json()["state"] == "ended"
        assert browser.get("/tasks/").headers["Location"].startswith("/login/")
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.UNLOCK_FAILED).count() == 5


def test_with_endless_answers_the_right_one_would_be_found(browser, monkeypatch):
    """The twin: without the limit the sixth answer opens."""
    monkeypatch.setattr(lock, "ANSWERS_ALLOWED", 1000)
    with later(20):
        for _ in range(6):
            assert unlock(browser, "sai").json()["state"] == "locked"
        assert unlock(browser).json()["state"] == "open"


def test_answers_side_by_side_get_no_more_than_five(browser, someone, monkeypatch):
    """Five others are under way, none of them judged yet: the sixth is not looked at."""
    key = browser.session.session_key
    left = [lock.take_answer(someone, session_key=key, address=None) for _ in range(6)]
    assert left == [4, 3, 2, 1, 0, None]
    monkeypatch.setattr(User, "check_password", lambda self, raw: pytest.fail("looked at"))
    with later(20):
        assert unlock(browser).json()["state"] == "ended"
    assert lock.take_answer(someone, session_key=key, address=None) is None


def test_a_copy_of_the_cookie_does_not_get_five_more_answers(browser, someone):
    thief = Client()
    thief.cookies = browser.cookies
    with later(20):
        for client in (browser, thief, browser, thief):
            assert unlock(client, "sai").json()["state"] == "locked"
        assert unlock(thief, "sai").json()["state"] == "ended"
        assert browser.get("/tasks/").status_code == 302


def test_a_right_answer_forgives_the_wrong_ones(browser):
    with later(20):
        for _ in range(4):
            unlock(browser, "sai")
        unlock(browser)
    with later(40):
        assert unlock(browser, "sai").json()["state"] == "locked"


def test_a_session_ends_after_twelve_hours_however_busy(browser):
    for minute in range(10, 720, 10):
        with later(minute):
            assert browser.get("/account/lock/").json()["state"] == "open"
    with later(721):
        assert browser.get("/tasks/").headers["Location"].startswith("/login/")


def test_a_session_that_knows_no_last_use_is_locked(browser):
    row = Session.objects.get()
    data = row.get_decoded()
    del data[lock.ACTIVE_AT]
    row.session_data = Session.get_session_store_class()().encode(data)
    row.save()
    assert browser.get("/tasks/").status_code == 423


def test_a_garbled_passkey_lifts_nothing(browser):
    for credential in ("{}", "nichts", '{"id":"x"}', '["a"]', '"\\u0000"'):
        with later(20):
            answer = browser.post(
                "/account/unlock/", {"unlock-credential": credential}, headers=SCRIPT
            )
        assert answer.json()["state"] in {"locked", "ended"}


def test_the_lock_lets_people_sign_out(browser):
    with later(20):
        assert browser.post("/logout/").status_code == 302
        assert browser.get("/tasks/").headers["Location"].startswith("/login/")


def test_health_asks_for_no_session(browser, someone, settings, django_assert_num_queries):
    settings.ADMINISTRATORS_NEED_SECOND_FACTOR = True
    User.objects.filter(pk=someone.pk).update(is_administrator=True)
    with later(20), django_assert_num_queries(0):
        assert browser.get("/health/live").status_code == 200


def test_a_probe_that_is_not_known_for_one_costs_the_session(
    browser, monkeypatch, django_assert_num_queries
):
    """The twin: session and person are read, and the day of the visit is written."""
    monkeypatch.setattr(session, "PROBES", frozenset())
    with django_assert_num_queries(3):
        browser.get("/health/live")


def test_a_token_is_not_judged_by_the_cookie_beside_it(browser, someone, settings):
    settings.ADMINISTRATORS_NEED_SECOND_FACTOR = True
    User.objects.filter(pk=someone.pk).update(is_administrator=True)
    headers = {"Authorization": f"Bearer {make_token(someone)[1]}"}
    with later(20):
        assert browser.get("/api/v1/tasks/").status_code == 423
        assert browser.get("/api/v1/tasks/", headers=headers).status_code == 200


def test_a_token_judged_as_a_session_would_be_locked_out(browser, someone, monkeypatch):
    """The twin of the one above."""
    monkeypatch.setattr(session, "names_bearer", lambda request: False)
    headers = {"Authorization": f"Bearer {make_token(someone)[1]}"}
    with later(20):
        assert browser.get("/api/v1/tasks/", headers=headers).status_code == 423


@pytest.mark.parametrize(("path", "status"), [("/api/v1/tasks/", 401), ("/tasks/", 423)])
def test_naming_a_token_opens_no_locked_session(browser, path, status):
    with later(20):
        answer = browser.get(path, headers={"Authorization": "Bearer dti_nothing"})
    assert answer.status_code == status


def ended_by(way: str, client: Client):
    """A session that has ended in one of the three ways, at the time of the request."""
    if way == "guesses":
        with later(20):
            for _ in range(5):
                unlock(client, "sai")
    elif way == "another browser":
        Session.objects.all().delete()
    return later(721 if way == "time" else 20)


@pytest.mark.parametrize("way", ["guesses", "another browser", "time"])
def test_however_a_session_ended_the_answers_are_the_same(browser, way):
    with ended_by(way, browser):
        page = browser.get("/tasks/")
        assert (page.status_code, page.headers["Location"]) == (302, "/login/?next=/tasks/")
        assert browser.get("/account/lock/").json()["state"] == "ended"
        for path, headers in [
            ("/api/v1/tasks/", {}),
            ("/tasks/", {"HX-Request": "true"}),
            ("/account/unlock/passkey/", SCRIPT),
        ]:
            answer = browser.get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.json()["type"].endswith(":not_authenticated")
            assert "đăng nhập" in answer.json()["detail"]
            assert "realm" in answer.headers["WWW-Authenticate"]
        answer = unlock(browser)
        assert (answer.status_code, answer.json()["state"]) == (401, "ended")
        answer = browser.post("/account/unlock/", {"unlock-next": "/tasks/"})
        assert answer.headers["Location"] == "/login/?next=/tasks/"
        assert "Phiên đã kết thúc" in browser.get("/login/").text


def test_the_sign_in_would_stand_where_a_piece_of_a_page_was_asked_for(browser, monkeypatch):
    """The twin: without it htmx follows to the form of the sign-in."""
    monkeypatch.setattr("organisations.middleware.lock.leads_to_sign_in", lambda answer: False)
    with ended_by("time", browser):
        assert browser.get("/tasks/", headers={"HX-Request": "true"}).status_code == 302
