"""The pages of setting up: who may open them, what they show, and that nothing typed is lost."""

import datetime as dt
import re

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dti_tracker.shared.time import today
from organisations.models import (
    CalendarDay,
    Letter,
    Membership,
    Organisation,
    SecurityEvent,
    Succession,
    User,
)
from organisations.succession_undoing import undoing_of
from tests.builders import (
    make_inspector,
    make_member,
    make_organisation,
    make_programme,
    make_succession,
    make_task,
    make_user,
)
from tests.organisations.setting_up import address, make_administrator, signed_in

pytestmark = pytest.mark.django_db
PLAIN = (
    "setup_people",
    "setup_person_new",
    "setup_people_import",
    "setup_people_template",
    "setup_bodies",
    "setup_body_new",
    "setup_successions",
    "setup_succession_new",
)
CALENDAR = ("setup_calendar", "setup_day_new")


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def client(admin):
    return signed_in(admin)


@pytest.fixture
def sct():
    return make_organisation("sct", name="Sở Công Thương", short_name="Sở Công Thương")


def addresses_of(person, body):
    membership = person.memberships.get()
    return [
        *(address(name) for name in ("setup", *PLAIN, *CALENDAR)),
        address("setup_person", person.username),
        address("setup_person_disable", person.username),
        address("setup_person_enable", person.username),
        address("setup_position_new", person.username),
        address("setup_position_end", person.username, membership.pk),
        address("setup_position_move", person.username, membership.pk),
        address("setup_body", body.code),
        address("setup_body_end", body.code),
    ]


def test_an_administrator_opens_every_page(client, sct):
    for url in addresses_of(make_member(sct), sct):
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("position", ["staff", "head", "clerk", "inspector", None])
def test_nobody_else_opens_any_of_them(sct, position):
    other = make_member(sct)
    person = make_member(sct, position) if position else make_user()
    asking = signed_in(person)
    for url in addresses_of(other, sct):
        assert asking.get(url).status_code == 403, url
        assert asking.post(url).status_code in (403, 405), url


def test_who_is_not_signed_in_is_sent_to_the_door(django_user_model, sct):
    from django.test import Client

    for url in addresses_of(make_member(sct), sct):
        assert Client().get(url).status_code == 302


def test_the_head_of_a_coordinating_body_sets_the_calendar_and_nothing_else():
    coordinator = make_organisation("skhcn")
    make_programme(coordinator=coordinator)
    head, clerk = make_member(coordinator, "head"), make_member(coordinator, "clerk")

    asking = signed_in(head)
    given = {"day": "2026-11-23", "is_working": "0", "name": "Bão", "reason": "Công điện 5"}

    assert asking.get(address("setup_calendar")).status_code == 200
    assert asking.post(address("setup_day_new"), given).status_code == 302
    assert CalendarDay.objects.get().name == "Bão"
    assert asking.get(address("setup_people")).status_code == 403
    assert address("setup_people") not in asking.get(address("setup")).text
    assert signed_in(clerk).get(address("setup_calendar")).status_code == 403


def test_an_inspector_finds_no_administration_in_the_navigation(client, sct):
    inspector = make_inspector(sct, make_programme())

    assert 'href="/setup/"' not in signed_in(inspector).get("/tasks/").text
    assert 'href="/setup/"' in client.get(address("setup")).text


@pytest.mark.parametrize("words", ["hong nhung", "Hồng Nhung", "NHUNG", "nhung.sct"])
def test_people_are_found_with_and_without_marks(client, sct, words):
    user = make_member(sct, username="nhung.sct")
    User.objects.filter(pk=user.pk).update(full_name="Nguyễn Thị Hồng Nhung")
    make_member(sct, username="khac")

    page = client.get(address("setup_people"), {"search": words}).text

    assert "nhung.sct" in page
    assert "/khac/" not in page


def test_people_stand_in_vietnamese_order_by_given_name(client):
    for name in ("Trần Đăng", "Lê Dũng", "Nguyễn Ánh", "Hồ An"):
        make_user(full_name=name)

    page = client.get(address("setup_people")).text

    found = re.findall(r'class="name"><a [^>]+>([^<]+)</a>', page)
    assert [n for n in found if n != "Admin"] == ["Hồ An", "Nguyễn Ánh", "Lê Dũng", "Trần Đăng"]


def test_people_are_filtered_by_body_position_and_state(client, sct):
    stc = make_organisation("stc")
    head, gone, nowhere = make_member(sct, "head"), make_member(stc), make_user()
    gone.is_active = False
    gone.save()

    def found(**query):
        page = client.get(address("setup_people"), query).text
        return {u for u in (head.username, gone.username, nowhere.username) if f"/{u}/" in page}

    assert found(organisation="sct") == {head.username}
    assert found(position="head") == {head.username}
    assert found(state="disabled") == {gone.username}
    assert found(state="without_position") == {nowhere.username}
    assert found(organisation="sct", position="staff") == set()


@pytest.mark.parametrize("query", [{"state": "x"}, {"organisation": "\x00"}, {"search": "x" * 201}])
def test_a_wrong_filter_is_named(client, query):
    assert client.get(address("setup_people"), query).status_code == 400
    if "organisation" not in query:
        assert client.get(address("setup_bodies"), query).status_code == 400


@pytest.mark.parametrize("name", ["setup_people", "setup_bodies", "setup_successions", "setup"])
def test_a_list_of_ten_costs_as_many_queries_as_one_of_one(client, name):
    client.get(address(name))  # what the first request of a session writes is none of the list's
    counts = []
    for more in (1, 9):
        for _n in range(more):
            old = make_organisation()
            make_member(old)
            heir = make_organisation()
            Succession.objects.create(
                predecessor=old, successor=heir, effective_on=dt.date(2026, 1, 1)
            )
            make_task(make_programme(), lead=make_organisation(valid_to=dt.date(2025, 1, 1)))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address(name)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_new_person_is_invited_and_the_link_shown_once(client, sct):
    given = {
        "username": "van.nguyen",
        "full_name": "Nguyễn Thị Vân",
        "organisation": "sct",
        "position": "staff",
        "valid_from": "2026-01-01",
    }

    page = client.post(address("setup_person_new"), given)

    assert page.status_code == 200
    assert re.search(r'value="http://[^"]+"', page.text)
    assert page["Cache-Control"] == "no-store"
    assert "http://" not in client.get(address("setup_person", "van.nguyen")).text.split("<main")[1]
    assert Membership.objects.get(user__username="van.nguyen").organisation == sct


def test_a_refused_person_keeps_what_was_typed(client, sct):
    given = {"username": "Vân!", "full_name": "Nguyễn Thị Vân", "phone": "0269", "position": "head"}

    page = client.post(address("setup_person_new"), given)

    assert page.status_code == 422
    assert 'value="Nguyễn Thị Vân"' in page.text
    assert '<option value="head" selected' in page.text
    assert not User.objects.filter(full_name="Nguyễn Thị Vân").exists()


def test_what_stands_still_is_read_before_it_happens(client, sct):
    head = make_member(sct, "head")
    url = address("setup_position_end", head.username, head.memberships.get().pk)
    given = {"last_day": f"{today():%Y-%m-%d}", "reason": "Nghỉ hưu"}

    page = client.post(url, given)

    assert head.memberships.get().valid_to is None
    assert "Sở Công Thương" in page.text
    assert "Nghỉ hưu" in page.text
    assert client.post(url, given | {"confirmed": "on"}).status_code == 302
    assert head.memberships.get().valid_to == today()


def test_disabling_asks_for_a_reason_and_stops_at_oneself(client, admin, sct):
    person = make_member(sct)
    make_member(sct, "head")
    make_administrator("second")
    url = address("setup_person_disable", person.username)

    assert client.post(url, {"reason": "", "x": "1"}).status_code == 422
    assert client.post(url, {"reason": "Nghỉ", "confirmed": "on"}).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    own = client.post(address("setup_person_disable", admin.username), {"reason": "x"})
    assert own.status_code == 403
    assert User.objects.get(pk=admin.pk).is_active


def test_a_service_account_is_no_person(client):
    make_user("ioc", is_service=True)
    assert client.get(address("setup_person", "ioc")).status_code == 404


def test_a_position_of_somebody_else_is_not_found(client, sct):
    one, other = make_member(sct), make_member(sct)
    url = address("setup_position_end", one.username, other.memberships.get().pk)
    assert client.get(url).status_code == 404


def test_renaming_leads_over_a_new_body_to_the_takeover(client, sct):
    url = address("setup_body_new") + "?copy=sct"
    assert 'value="Sở Công Thương"' in client.get(url).text
    given = {
        "code": "sct-2027",
        "name": "Sở Công Thương và Năng lượng",
        "short_name": "Sở CT&NL",
        "kind": "department",
        "valid_from": "2027-01-01",
    }

    answer = client.post(url, given)

    assert answer["Location"].startswith(address("setup_succession_new"))
    assert "predecessor=sct&successor=sct-2027&effective_on=2027-01-01" in answer["Location"]


def test_a_takeover_is_previewed_and_recorded_with_the_chosen_people(client, sct):
    stc = make_organisation("stc", name="Sở Tài chính")
    task = make_task(make_programme(), lead=sct)
    one, other = make_member(sct, "head"), make_member(sct)
    given = {
        "predecessor": "sct",
        "successor": "stc",
        "effective_on": "2027-01-01",
        "ends_predecessor": "on",
        "legal_basis": "NQ 12",
        "action": "preview",
    }
    url = address("setup_succession_new")

    page = client.post(url, given)

    assert page.status_code == 200
    assert task.name in page.text
    assert not Succession.objects.exists()
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)[1]
    assert len(re.findall(r'name="moving" value="\d+" checked', page.text)) == 2
    recording = given | {"action": "record", "moving": [one.memberships.get().pk]}
    assert client.post(url, recording | {"seen": "x"}).status_code == 412
    assert client.post(url, recording | {"seen": seen}).status_code == 302
    assert Succession.objects.get().successor == stc
    assert one.memberships.filter(organisation=stc).exists()
    assert not other.memberships.filter(organisation=stc).exists()


def test_a_takeover_to_come_is_withdrawn_after_reading_what_that_undoes(client, sct):
    stc = make_organisation("stc", name="Sở Tài chính")
    past = make_succession(make_organisation("cu"), stc, dt.date(2024, 1, 1))
    with pghistory.context():
        step = make_succession(sct, stc, dt.date(2030, 1, 1))
        sct.valid_to = dt.date(2029, 12, 31)
        sct.save()
    url = address("setup_succession_withdraw", step.pk)
    page = client.get(address("setup_successions")).text
    assert url in page
    assert address("setup_succession_withdraw", past.pk) not in page

    assert "tiếp tục hoạt động" in client.get(url).text
    given = {"reason": "Nghị quyết hoãn", "seen": "another"}
    client.post(url, given)
    stale = client.post(url, given | {"confirmed": "on"})
    assert (stale.status_code, Succession.objects.filter(pk=step.pk).exists()) == (412, True)
    seen = undoing_of(step).fingerprint
    assert f'name="seen" value="{seen}"' in stale.text
    assert "checked" not in stale.text
    assert client.post(url, given | {"confirmed": "on", "seen": seen}).status_code == 302
    assert list(Succession.objects.all()) == [past]
    refused = client.post(address("setup_succession_withdraw", past.pk), {"reason": "x"})
    assert refused.status_code == 409


def test_a_position_to_come_is_withdrawn_on_the_page_of_the_person(client, sct):
    person = make_member(sct, valid_from=dt.date(2030, 1, 1))
    url = address("setup_position_withdraw", person.username, person.memberships.get().pk)
    assert url in client.get(address("setup_person", person.username)).text

    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Ghi nhầm"}).status_code == 302

    assert not person.memberships.exists()


def test_a_circle_is_refused_at_its_field(client, sct):
    given = {
        "predecessor": "sct",
        "successor": "sct",
        "effective_on": "2027-01-01",
        "legal_basis": "x",
        "action": "preview",
    }
    assert client.post(address("setup_succession_new"), given).status_code == 422


def test_a_body_keeps_what_was_typed_when_its_name_is_refused(client, sct):
    given = {"name": "Sở Khác", "short_name": "SK", "kind": "department", "reason": "QĐ 1"}

    page = client.post(address("setup_body", "sct"), given)

    assert page.status_code == 422
    assert 'value="Sở Khác"' in page.text
    assert Organisation.objects.get(pk=sct.pk).name == "Sở Công Thương"


def test_the_calendar_says_what_it_cannot_know(client):
    assert "Tết" in client.get(address("setup_calendar"), {"year": "2026"}).text
    assert "message-info" in client.get(address("setup_calendar"), {"year": "2031"}).text
    assert "message-info" not in client.get(address("setup_calendar"), {"year": "2026"}).text
    for year in ("x", "1999", "9999", "²025"):
        assert client.get(address("setup_calendar"), {"year": year}).status_code == 404


def test_a_day_needs_a_document_or_a_reason_and_is_decided_once(client):
    given = {"day": "2026-11-23", "is_working": "0", "name": "Bão", "reason": ""}
    url = address("setup_day_new")

    assert client.post(url, given).status_code == 422
    assert client.post(url, given | {"reason": "Công điện"}).status_code == 302
    assert client.post(url, given | {"reason": "Công điện"}).status_code == 409
    removing = address("setup_day_remove", CalendarDay.objects.get().pk)
    assert client.post(removing, {"reason": "", "x": "1"}).status_code == 422
    assert client.post(removing, {"reason": "Nhầm"}).status_code == 302
    assert not CalendarDay.objects.exists()


def test_who_has_password_and_address_gets_the_link_by_mail_alone(client, sct):
    person = make_member(sct)
    person.set_password("mật khẩu của tôi")
    person.save()
    url = address("setup_person_invite", person.username)
    shown = client.post(url)
    assert "/login/password/" in shown.text
    assert "60 phút" in shown.text

    person.email = "van@gialai.gov.vn"
    person.save()
    mailed = client.post(url).text

    assert "van@gialai.gov.vn" in mailed
    assert 'id="link"' not in mailed
    assert Letter.objects.filter(user=person).count() == 1


def test_whoever_finds_an_open_session_makes_no_link(admin, sct):
    person = make_member(sct)
    client = signed_in(admin, typed_password=False)
    given = {"username": "van", "full_name": "Nguyễn Thị Vân"}
    for url, fields in (
        (address("setup_person_invite", person.username), {}),
        (address("setup_person_new"), given),
    ):
        asked = client.post(url, fields)
        assert asked.headers["Location"].startswith("/account/confirm/?next=")
    assert not SecurityEvent.objects.filter(kind="invited").exists()

    made = client.post(asked.headers["Location"], {"password": "mật khẩu của tôi"})

    assert 'id="link"' in made.text
    assert User.objects.filter(username="van").exists()
