"""Tokens: who makes and revokes them, and that their secret is shown once and kept nowhere."""

import datetime as dt
import json
import logging
import re
import uuid

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.utils import timezone

from dti_tracker.shared.errors import DomainError, NotAllowed
from organisations import rights
from organisations.models import ApiToken, Membership, SecurityEvent
from organisations.models.tokens import PREFIX, digest_of
from organisations.services import tokens
from organisations.services.tokens import MOST_USABLE, make_token, revoke_token
from tests import builders
from tests.builders import make_member, make_organisation, make_user
from tests.organisations.setting_up import address, make_administrator, signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "mưa rừng Tây Nguyên 2026"
SECRET = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


@pytest.fixture
def person():
    return make_member(make_organisation("sct"))


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def service():
    account = make_user("svc-ioc", is_service=True)
    Membership.objects.create(
        user=account,
        organisation=make_organisation("ioc"),
        position="staff",
        valid_from=builders.LONG_AGO,
    )
    return account


def make(owner, by=None, **given):
    fields = {"name": "IOC", "scope": "status", "days": 90, "uid": uuid.uuid4()} | given
    return make_token(owner=owner, by=by or owner, now=timezone.now(), **fields)


def form(**given):
    return {"name": "IOC", "scope": "status", "days": "90", "uid": str(uuid.uuid4())} | given


def test_a_person_makes_a_token_of_which_only_the_digest_is_kept(person):
    token, secret = make(person)

    token.refresh_from_db()
    assert SECRET.fullmatch(secret)
    assert token.digest == digest_of(secret)
    assert token.beginning == secret[:10]
    assert token.expires_at - token.created_at == dt.timedelta(days=90)
    event = SecurityEvent.objects.get(kind="token_made")
    assert (event.user, event.detail["token"]) == (person, str(token.uid))


@pytest.mark.parametrize(
    ("given", "field"), [({"name": " "}, "name"), ({"days": 91}, "days"), ({"days": 36500}, "days")]
)
def test_a_token_has_a_name_and_one_of_the_times_offered(person, given, field):
    with pytest.raises(DomainError) as refusal:
        make(person, **given)

    assert field in refusal.value.fields
    assert not ApiToken.objects.exists()


def test_nobody_makes_tokens_for_other_people(person, admin):
    for by in (make_member(make_organisation("snn")), admin):
        with pytest.raises(NotAllowed):
            make(person, by=by)
    assert not ApiToken.objects.exists()


def test_administrators_alone_make_tokens_for_service_accounts(person, admin, service):
    for by in (person, service):
        with pytest.raises(NotAllowed):
            make(service, by=by)

    assert make(service, by=admin)[0].created_by == admin


def test_a_disabled_account_gets_no_token(admin, service):
    service.is_active = False
    service.save()

    with pytest.raises(DomainError):
        make(service, by=admin)


def test_nobody_has_more_usable_tokens_than_twenty(person):
    made = [make(person)[0] for _ in range(MOST_USABLE)]
    with pytest.raises(DomainError):
        make(person)

    revoke_token(token=made[0], by=person, now=timezone.now())
    assert make(person)


def test_a_form_sent_twice_makes_one_token(person):
    key = uuid.uuid4()
    make(person, uid=key)

    with pytest.raises(DomainError):
        make(person, uid=key)
    assert ApiToken.objects.count() == 1


def test_a_token_is_revoked_by_its_owner_or_an_administrator(person, admin):
    first, second = make(person)[0], make(person)[0]
    with pytest.raises(NotAllowed):
        revoke_token(token=first, by=make_member(make_organisation("snn")), now=timezone.now())

    for token, by in ((first, person), (second, admin)):
        revoked = revoke_token(token=token, by=by, now=timezone.now())
        assert (revoked.revoked_by, revoked.state(now=timezone.now())) == (by, "revoked")
    assert SecurityEvent.objects.filter(kind="token_revoked", user=person).count() == 2


def test_the_table_is_what_holds_others_back(person, monkeypatch):
    """The twin: with the row opened to strangers, a stranger revokes."""
    token = make(person)[0]
    stranger = make_member(make_organisation("snn"))
    opened = rights.table()["manage_own_account"]
    monkeypatch.setitem(rights.table(), tokens.OF_ANYBODY, opened)

    assert revoke_token(token=token, by=stranger, now=timezone.now()).revoked_by == stranger


def test_what_was_revoked_first_stays(person, admin):
    token = make(person)[0]
    first = revoke_token(token=token, by=person, now=timezone.now())

    again = revoke_token(token=token, by=admin, now=timezone.now() + dt.timedelta(hours=1))

    assert (again.revoked_at, again.revoked_by) == (first.revoked_at, person)


def test_the_secret_stands_in_the_answer_to_the_form_alone(person, caplog):
    caplog.set_level(logging.DEBUG)
    client = signed_in(person)

    answer = client.post(address("tokens"), form())

    (secret,) = set(SECRET.findall(answer.content.decode()))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert ApiToken.objects.get().digest == digest_of(secret)
    assert secret not in client.get(address("tokens")).content.decode()
    assert secret not in client.get(address("data_export")).content.decode()
    assert secret not in caplog.text
    assert not any(secret in str(message) for message in get_messages(answer.wsgi_request))
    kept = [
        *(json.dumps(session.get_decoded(), default=str) for session in Session.objects.all()),
        json.dumps(list(ApiToken.objects.values()), default=str),
        json.dumps(list(SecurityEvent.objects.values()), default=str),
        json.dumps(list(ApiToken.pgh_event_model.objects.values()), default=str),
    ]
    assert not any(secret in text for text in kept)


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def asked_again(answer):
    """The address at which the person says who they are once more."""
    there = answer.headers["Location"]
    assert there.startswith("/account/confirm/?next=")
    assert not ApiToken.objects.exists()
    return there


def test_a_token_is_made_after_the_password_alone_and_nothing_typed_is_lost(person):
    client = signed_in(with_password(person), typed_password=False)
    assert client.get(address("tokens")).status_code == 200

    there = asked_again(client.post(address("tokens"), form(name="Trung tâm")))
    client.post(there, {"password": "sai mật khẩu rồi"})
    assert not ApiToken.objects.exists()
    answer = client.post(there, {"password": PASSWORD})

    assert SECRET.search(answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    assert f'method="post" action="{address("tokens")}"' in answer.content.decode()
    assert ApiToken.objects.get().name == "Trung tâm"


def test_the_password_counts_for_a_while(person):
    client = signed_in(with_password(person), typed_password=False)
    client.post("/account/confirm/", {"password": PASSWORD})
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=301)):
        asked_again(client.post(address("tokens"), form()))
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=290)):
        assert client.post(address("tokens"), form()).status_code == 200


def test_the_administrator_is_asked_again_for_a_token_of_a_program(admin, service):
    client = signed_in(with_password(admin), typed_password=False)
    page = address("setup_service_account", service.username)

    there = asked_again(client.post(page, form(name="Màn hình")))
    client.post(there, {"password": PASSWORD})

    assert ApiToken.objects.get().name == "Màn hình"


def test_twin_without_asking_an_open_session_would_do(person, monkeypatch):
    flow = "allauth.account.internal.flows.reauthentication.is_reauthentication_required"
    monkeypatch.setattr(flow, lambda *_given, **_more: False)

    signed_in(with_password(person), typed_password=False).post(address("tokens"), form())

    assert ApiToken.objects.exists()


def test_a_refused_form_keeps_what_was_typed(person):
    client = signed_in(person)

    answer = client.post(address("tokens"), form(name="Trung tâm", days="91"))

    assert answer.status_code == 422
    assert "Trung tâm" in answer.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "given",
    [{"scope": "all"}, {"name": "\x00"}, {"uid": "x"}, {"uid": ""}, {"days": "x"}, {"name": ""}],
)
def test_odd_forms_are_refused(person, given):
    assert signed_in(person).post(address("tokens"), form(**given)).status_code == 422


def test_one_sees_and_revokes_ones_own_tokens_alone(person):
    other, _secret = builders.make_token(make_user())
    own, _secret = builders.make_token(person)
    client = signed_in(person)

    assert other.name not in client.get(address("tokens")).content.decode()
    assert client.post(address("token_revoke", other.uid)).status_code == 404
    assert client.post(address("token_revoke", own.uid)).status_code == 302
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.revoked_by, other.revoked_at) == (person, None)


def test_administrators_find_and_revoke_everybodys_tokens(admin, person):
    person.full_name = "Nguyễn Đức Vân"
    person.save()
    token, _secret = builders.make_token(person, name="Kho dữ liệu")
    builders.make_token(make_user(), name="Cổng tỉnh")
    client = signed_in(admin)

    def listed(query):
        return client.get(address("setup_tokens") + query).content.decode()

    assert "Kho dữ liệu" in listed("")
    assert "Cổng tỉnh" in listed("")
    assert "Kho dữ liệu" in listed("?owner=duc+van&state=usable")
    assert "Cổng tỉnh" not in listed("?owner=duc+van")
    assert "Kho dữ liệu" not in listed("?state=revoked")
    assert client.get(address("setup_tokens") + "?state=x").status_code == 400
    assert client.post(address("setup_token_revoke", token.uid)).status_code == 302
    assert "Kho dữ liệu" in listed("?state=revoked")


def test_the_administrators_pages_are_closed_to_others(person):
    token, _secret = builders.make_token(make_user())
    client = signed_in(person)

    assert client.get(address("setup_tokens")).status_code == 403
    assert client.post(address("setup_token_revoke", token.uid)).status_code == 403
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_token_is_no_key_to_the_pages(person, client):
    _token, secret = builders.make_token(person, scope="write")

    answer = client.get(address("tokens"), headers={"authorization": f"Bearer {secret}"})

    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]


@pytest.mark.parametrize("name", ["tokens", "setup_tokens"])
def test_the_lists_cost_the_same_for_one_token_and_ten(name, admin, django_assert_num_queries):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address(name))
        return len(captured)

    client = signed_in(admin)
    client.get(address(name))
    builders.make_token(admin, created_by=make_user())
    with_one = queries()
    for _ in range(9):
        builders.make_token(admin, created_by=make_user())

    assert queries() == with_one


def test_a_token_of_an_account_that_fell_asleep_is_not_usable(person):
    token, _secret = builders.make_token(person)
    now = timezone.now()
    assert token.opens(now=now)
    assert ApiToken.objects.usable(now=now).get() == token

    person.date_joined = now - dt.timedelta(days=100)
    person.save()

    assert not ApiToken.objects.get().opens(now=now)
    assert not ApiToken.objects.usable(now=now).exists()
