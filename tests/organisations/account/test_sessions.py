"""Sessions of a person, the account page, and the door for emergencies."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pghistory.models import Events

from dti_tracker.shared.errors import NotAllowed
from dti_tracker.shared.time import today
from organisations.choices import SecurityEventKind
from organisations.models import Delegation, Letter, SecurityEvent, User
from organisations.security import NOWHERE
from organisations.selectors import Standing
from organisations.services import sessions
from organisations.services.lock import limit_s
from organisations.services.profile import change_contact
from organisations.views.account import sections_for
from tests.builders import make_member, make_organisation, make_user
from tests.organisations.account.factor_door import PASSWORD, SECRET, code_now
from tests.organisations.door import deliver

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36"

ALIAS = "http://testserver/admin/"  # the host of these requests, and not the site's own name

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone():
    user = make_member(make_organisation(), "head")
    user.set_password(PASSWORD)
    user.email = "cu@gialai.gov.vn"
    user.save()
    return user


def signed_in(user, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/login/", {"login": user.username, "password": PASSWORD})
    return client


def test_sessions_are_listed_with_device_and_address(someone):
    here = signed_in(someone)
    signed_in(someone, PHONE)
    page = here.get("/account/sessions/").content.decode()
    assert "Firefox · Linux" in page
    assert "Chrome · Android" in page
    assert "127.0.0.1" in page
    assert page.count('name="csrfmiddlewaretoken"') >= 2


def test_behind_a_local_socket_people_sign_in_and_see_their_sessions(someone):
    """A web server on a socket of the same machine names no address."""
    here = Client(REMOTE_ADDR="")
    for password in ("sai-mat-khau-roi-day", PASSWORD):
        here.post("/login/", {"login": someone.username, "password": password})
    page = here.get("/account/sessions/")
    assert page.status_code == 200
    assert "Từ –" in page.text
    assert UserSession.objects.get(user=someone).ip == NOWHERE
    assert {event.address for event in SecurityEvent.objects.all()} == {None}


def test_a_session_that_was_ended_is_dead_with_the_next_request(someone):
    here, thief = signed_in(someone), signed_in(someone, PHONE)
    assert thief.get("/tasks/").status_code == 200
    line = next(
        line
        for line in sessions.sessions_of(
            someone, this=here.session.session_key, now=someone.date_joined
        )
        if not line.is_this_one
    )
    here.post(f"/account/sessions/{line.id}/end/")
    assert thief.get("/tasks/").headers["Location"].startswith("/login/")
    assert thief.get("/api/v1/tasks/").status_code == 401
    assert here.get("/tasks/").status_code == 200
    assert SecurityEvent.objects.get(kind=SecurityEventKind.SESSION_ENDED).user == someone


def test_if_only_the_list_forgot_it_the_session_would_live(someone, monkeypatch):
    """The twin: what kills a session is that requests no longer find it."""
    here, thief = signed_in(someone), signed_in(someone)
    monkeypatch.setattr(sessions.Session.objects, "filter", lambda **_: Session.objects.none())
    sessions.end_sessions(by=someone, this=here.session.session_key)
    monkeypatch.undo()
    assert thief.get("/tasks/").status_code == 200


def test_all_others_end_at_once(someone):
    here, *others = [signed_in(someone) for _ in range(3)]
    here.post("/account/sessions/end/")
    assert [o.get("/tasks/").status_code for o in others] == [302, 302]
    assert here.get("/tasks/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(someone):
    other = make_member(make_organisation())
    other.set_password(PASSWORD)
    other.save()
    theirs, mine = signed_in(other), signed_in(someone)
    line = sessions.sessions_of(other, this="", now=other.date_joined)[0]
    mine.post(f"/account/sessions/{line.id}/end/")
    assert theirs.get("/tasks/").status_code == 200


def test_a_session_from_before_a_new_password_is_not_listed(someone):
    here, before = signed_in(someone), signed_in(someone)
    row = Session.objects.get(session_key=before.session.session_key)
    data = row.get_decoded() | {"_auth_user_hash": "x"}
    row.session_data = Session.get_session_store_class()().encode(data)
    row.save()
    lines = sessions.sessions_of(someone, this=here.session.session_key, now=someone.date_joined)
    assert [line.is_this_one for line in lines] == [True]


def test_ten_sessions_ask_as_much_as_one(someone):
    here = signed_in(someone)
    here.get("/account/sessions/")
    with CaptureQueriesContext(connection) as one:
        here.get("/account/sessions/")
    for _ in range(9):
        signed_in(someone)
    with CaptureQueriesContext(connection) as ten:
        here.get("/account/sessions/")
    assert len(ten) == len(one)


def test_the_account_page_leads_only_where_something_is(someone):
    client = signed_in(someone)
    page = client.get("/account/").content.decode()
    assert someone.full_name in page
    assert "/account/sessions/" in page
    assert "/account/colleagues/" in page


def test_a_changed_address_is_confirmed_by_the_password_and_told_to_the_old_one(someone):
    client = signed_in(someone)
    fields = {"email": "moi@gialai.gov.vn", "phone": "0269 3 824 000"}
    asked = client.post("/account/contact/", fields)
    assert asked.headers["Location"].startswith("/account/confirm/")
    assert User.objects.get(pk=someone.pk).email == "cu@gialai.gov.vn"
    client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/contact/"})
    client.post("/account/contact/", fields)
    someone.refresh_from_db()
    assert (someone.email, someone.phone) == ("moi@gialai.gov.vn", "0269 3 824 000")
    deliver()
    assert [letter.to for letter in mail.outbox] == [["cu@gialai.gov.vn"]]


def test_an_address_of_somebody_else_is_refused_beside_the_field(someone):
    make_user("khac", email="co@gialai.gov.vn")
    client = signed_in(someone)
    client.post("/account/confirm/", {"password": PASSWORD})
    answer = client.post("/account/contact/", {"email": "CO@gialai.gov.vn", "phone": "1"})
    assert answer.status_code == 422
    assert 'value="CO@gialai.gov.vn"' in answer.content.decode()
    assert not mail.outbox


# The door for emergencies -----------------------------------------------------------------------
@pytest.fixture
def superuser(settings):
    settings.ADMINISTRATORS_NEED_SECOND_FACTOR = True
    user = make_user("khan-cap", is_superuser=True, is_staff=True, is_administrator=True)
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SECRET)
    return user


def test_djangos_admin_asks_for_a_second_factor_and_a_reason(superuser):
    client = Client()
    client.force_login(superuser)
    assert client.get("/admin/").headers["Location"].startswith("/account/mfa/confirm/")
    client.post("/account/mfa/confirm/", {"code": code_now()})
    asked = client.get("/admin/organisations/user/")
    assert asked.headers["Location"].startswith("/account/emergency/?next=")
    assert client.post("/account/emergency/", {"reason": " "}).status_code == 422
    entered = client.post(
        "/account/emergency/",
        {"reason": "Khôi phục tài khoản", "next": "/admin/organisations/user/"},
    )
    assert entered.headers["Location"] == "/admin/organisations/user/"
    page = client.get("/admin/organisations/user/").content.decode()
    assert "Khôi phục tài khoản" in page
    event = SecurityEvent.objects.get(kind=SecurityEventKind.EMERGENCY)
    assert event.detail == {"reason": "Khôi phục tài khoản"}


def test_what_is_changed_there_carries_the_reason(superuser):
    client = Client()
    client.force_login(superuser)
    client.post("/account/mfa/confirm/", {"code": code_now()})
    client.post("/account/emergency/", {"reason": "Sửa tên đơn vị"})
    body = make_organisation("so-tttt")
    client.post(f"/admin/organisations/organisation/{body.pk}/delete/", {"post": "yes"})
    gone = Events.objects.filter(pgh_obj_id=str(body.pk), pgh_label="delete").first()
    assert gone.pgh_context["reason"] == "Sửa tên đơn vị"


def test_others_do_not_enter_whatever_they_say(someone, settings):
    someone.is_staff = True
    someone.save()
    client = signed_in(someone)
    assert client.get("/admin/").status_code == 403
    assert client.get("/account/emergency/").status_code == 403
    assert Client().get("/admin/login/").headers["Location"].startswith("/login/")


def test_the_emergency_door_leads_nowhere_else(superuser):
    client = Client()
    client.force_login(superuser)
    for place in ("https://evil.example/", "//evil.example/admin/", "/tasks/", ALIAS):
        answer = client.post("/account/emergency/", {"reason": "x", "next": place})
        assert answer.headers["Location"] == "/admin/"


def test_an_address_that_is_only_taken_out_is_told_as_that(someone):
    User.objects.filter(pk=someone.pk).update(email="cu@gialai.gov.vn")

    change_contact(user=someone, email="", phone="", on=today())

    (letter,) = Letter.objects.filter(to="cu@gialai.gov.vn")
    assert letter.context["what"].endswith("đã được gỡ khỏi tài khoản của anh/chị.")


def test_who_may_not_keep_an_account_of_their_own_changes_no_contact(someone):
    User.objects.filter(pk=someone.pk).update(is_service=True)

    with pytest.raises(NotAllowed):
        change_contact(user=someone, email="", phone="1", on=today())


def test_a_refused_sign_in_says_how_guessing_ends(someone, settings):
    settings.LOCKOUT_ATTEMPTS, settings.LOCKOUT_MINUTES = 7, 25

    page = Client().post("/login/", {"login": someone.username, "password": "sai"}).text

    assert "sau 7 lần sai" in page
    assert "25 phút" in page


def test_a_delegate_and_an_administrator_find_the_pages_that_they_may_open(someone):
    delegate = make_member(body := someone.memberships.get().organisation)
    Delegation.objects.create(
        organisation=body,
        delegator=someone,
        delegate=delegate,
        valid_from=today(),
        valid_to=today(),
        reason="x",
    )
    for user, colleagues, delegations in (
        (delegate, True, False),
        (make_user(is_administrator=True), True, True),
        (make_member(body), False, False),
    ):
        paths = {s.path for s in sections_for(Standing.of(user, on=today()))}
        assert ("/account/colleagues/" in paths) is colleagues
        assert ("/account/delegations/" in paths) is delegations


@pytest.mark.parametrize("power", ["is_administrator", "is_staff", "is_superuser"])
def test_sessions_of_whoever_administers_anything_lock_sooner(settings, power):
    sooner = settings.SESSION_LOCK_MINUTES_ADMINISTRATORS * 60
    assert limit_s(User(**{power: True})) == sooner < limit_s(User())
