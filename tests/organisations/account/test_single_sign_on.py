"""The province's single sign-on: who comes in by it, and what it never does."""

import copy
import datetime as dt
import threading
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.utils import timezone

from organisations import adapters_sso, letters
from organisations.choices import SecurityEventKind
from organisations.models import SecurityEvent, User
from tests.builders import make_member, make_organisation
from tests.organisations.account.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.programmes.test_update_races import race

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    server = Provider()
    providers = copy.deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    providers["openid_connect"]["APPS"] = [
        {
            "provider_id": "sso",
            "name": "SSO Gia Lai",
            "client_id": CLIENT_ID,
            "secret": CLIENT_SECRET,
            "settings": {"server_url": server.issuer},
        }
    ]
    settings.SOCIALACCOUNT_PROVIDERS = providers
    settings.OIDC_ISSUER, settings.OIDC_NAME = server.issuer, "SSO Gia Lai"
    yield server
    server.close()


@pytest.fixture
def someone():
    user = make_member(make_organisation(), username="nga")
    user.email = "nga@gialai.gov.vn"
    user.save()
    return user


def come(provider: Provider, client: Client | None = None, **changes: str):
    """Through the button, to the provider and back."""
    client = client or Client()
    there = client.get("/login/with/sso/?next=/tasks/")
    assert there.status_code == 302
    answer = provider.authorize(there.headers["Location"]) | changes
    return client.get("/login/with/sso/callback/", answer)


def is_in(answer) -> bool:
    return bool(answer.client.get("/tasks/").status_code == 200)


def test_without_settings_there_is_no_button_and_no_door():
    assert "/login/with/" not in Client().get("/login/").content.decode()
    assert Client().get("/login/with/sso/").status_code == 404
    assert Client().get("/login/with/sso/callback/?code=1&state=2").status_code == 404


def test_the_button_bears_the_name(provider):
    assert "SSO Gia Lai" in Client().get("/login/").content.decode()


def test_a_verified_address_signs_the_person_in_and_binds_the_sub(provider, someone):
    provider.claims = {"sub": "42", "email": "NGA@gialai.gov.vn", "email_verified": True}
    answer = come(provider)
    assert answer.headers["Location"] == "/tasks/"
    assert is_in(answer)
    bound = SocialAccount.objects.get()
    assert (bound.user, bound.uid, bound.extra_data) == (someone, "42", {"sub": "42"})
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.SIGNED_IN, user=someone).exists()


def test_the_sub_alone_signs_in_the_next_time(provider, someone):
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    assert is_in(come(provider))
    provider.claims = {"sub": "42", "preferred_username": "ten-khac", "email": "x@y.vn"}
    assert is_in(come(provider))
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nga@gialai.gov.vn", "email_verified": False},
        {"email": "nga@gialai.gov.vn"},
        {"email": "nga@gialai.gov.vn", "email_verified": "true"},
        {"email": "la@gialai.gov.vn", "email_verified": True},
        {"preferred_username": "nguoi-la"},
        {"preferred_username": ""},
        {},
    ],
)
def test_who_is_not_known_is_refused_and_never_made(provider, someone, claims):
    provider.claims = {"sub": "42"} | claims
    answer = come(provider)
    assert answer.status_code == 403
    assert not is_in(answer)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.SIGN_IN_REFUSED).exists()


def test_a_second_sub_does_not_take_over_an_account(provider, someone):
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    come(provider)
    provider.claims = {"sub": "43", "preferred_username": "nga"}
    answer = come(provider)
    assert answer.status_code == 403
    assert SocialAccount.objects.get().uid == "42"


def test_the_disabled_stay_outside(provider, someone):
    User.objects.update(is_active=False)
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    assert not is_in(come(provider))


def test_a_dormant_account_wakes(provider, someone):
    long_ago = timezone.now() - dt.timedelta(days=100)
    User.objects.update(date_joined=long_ago, last_seen_on=long_ago.date())
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    assert is_in(come(provider))
    someone.refresh_from_db()
    assert someone.reactivated_on is not None
    opened = SecurityEvent.objects.get(kind=SecurityEventKind.REACTIVATED)
    assert opened.detail == {"vouched_by": "single_sign_on"}


def test_a_dormant_account_with_a_second_factor_wakes_after_it_alone(provider, someone):
    long_ago = timezone.now() - dt.timedelta(days=100)
    User.objects.update(date_joined=long_ago, last_seen_on=long_ago.date())
    TOTP.activate(someone, SECRET)
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    answer = come(provider)
    assert answer.headers["Location"] == "/login/factor/"
    someone.refresh_from_db()
    assert someone.reactivated_on is None
    code = format_hotp_value(hotp_value(SECRET, int(timezone.now().timestamp()) // 30))
    assert is_in(answer.client.post("/login/factor/", {"code": str(code)}))
    someone.refresh_from_db()
    assert someone.reactivated_on is not None


def test_a_dormant_account_stays_closed_to_its_password(someone):
    someone.set_password("mat-khau-rat-dai-2026")
    someone.save()
    long_ago = timezone.now() - dt.timedelta(days=100)
    User.objects.update(date_joined=long_ago, last_seen_on=long_ago.date())
    given = {"login": "nga", "password": "mat-khau-rat-dai-2026"}
    answer = Client().post("/login/", given)
    assert answer.status_code == 403
    someone.refresh_from_db()
    assert someone.reactivated_on is None


def test_a_dormant_and_disabled_account_stays_closed(provider, someone):
    long_ago = timezone.now() - dt.timedelta(days=100)
    User.objects.update(date_joined=long_ago, last_seen_on=long_ago.date(), is_active=False)
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    assert not is_in(come(provider))
    someone.refresh_from_db()
    assert someone.reactivated_on is None


def no_letters(monkeypatch) -> None:
    def failing(*_given, **_more):
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr(letters, "write", failing)


def test_nobody_is_bound_where_the_letter_cannot_be_written(provider, someone, monkeypatch):
    no_letters(monkeypatch)
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    with pytest.raises(RuntimeError):
        come(provider)
    assert not SocialAccount.objects.exists()


def test_without_the_transaction_they_would_be_bound_untold(provider, someone, monkeypatch):
    """The twin."""
    no_letters(monkeypatch)
    monkeypatch.setattr(adapters_sso, "bound", adapters_sso.bound.__wrapped__)
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    with pytest.raises(RuntimeError):
        come(provider)
    assert SocialAccount.objects.exists()


def test_who_has_a_second_factor_is_asked_for_it_here_too(provider, someone):
    TOTP.activate(someone, SECRET)
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    answer = come(provider)
    assert answer.headers["Location"] == "/login/factor/"
    assert not is_in(answer)


def test_a_foreign_state_is_refused(provider, someone):
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    answer = come(provider, state="fremd")
    assert answer.status_code == 401
    assert not is_in(answer)


def test_the_answer_to_somebody_elses_attempt_is_refused(provider, someone):
    """A link that carries an attacker's code signs nobody in."""
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    there = Client().get("/login/with/sso/")
    given = provider.authorize(there.headers["Location"])
    answer = Client().get("/login/with/sso/callback/", given)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"nonce": "cu"}, {"iss": "http://127.0.0.1:1"}, {"aud": "ung-dung-khac"}, {"sub": "7"}],
)
def test_a_token_of_another_attempt_or_program_is_refused(provider, someone, wrong):
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    provider.wrong = wrong
    answer = come(provider)
    assert answer.status_code in {401, 403}
    assert not is_in(answer)


def test_without_the_check_an_old_nonce_would_pass(provider, someone, monkeypatch):
    """The twin: what stops the old token is our look at the nonce."""
    monkeypatch.setattr(adapters_sso, "constant_time_compare", lambda *_: True)
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    provider.wrong = {"nonce": "cu"}
    assert is_in(come(provider))


def test_a_token_signed_by_somebody_else_is_refused(provider, someone):
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    answer = come(provider)
    assert answer.status_code == 401
    assert not is_in(answer)


def test_the_code_is_bound_to_the_attempt(provider, someone):
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    client = Client()
    there = client.get("/login/with/sso/")
    given = provider.authorize(there.headers["Location"])
    assert provider.asked["code_challenge_method"] == "S256"
    provider.asked["code_challenge"] = "khac"
    assert client.get("/login/with/sso/callback/", given).status_code == 401


def test_a_provider_that_is_away_is_said(provider, someone):
    provider.close()
    answer = Client().get("/login/with/sso/")
    assert answer.status_code == 401
    assert 'href="/login/"' in answer.content.decode()


def test_the_way_back_leads_to_the_site_by_its_own_name(provider, someone):
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    client = Client()
    there = client.get("/login/with/sso/?next=http://testserver/tasks/")
    answer = client.get("/login/with/sso/callback/", provider.authorize(there.headers["Location"]))
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("power", ["is_administrator", "is_staff", "is_superuser"])
def test_a_name_that_nobody_verified_opens_no_account_that_administers(provider, someone, power):
    User.objects.update(**{power: True})
    provider.claims = {"sub": "42", "preferred_username": "nga"}
    assert come(provider).status_code == 403

    provider.claims = {"sub": "42", "email": "nga@gialai.gov.vn", "email_verified": True}
    come(provider)

    assert SocialAccount.objects.get().user == someone


def test_an_address_is_verified_by_whoever_names_it(provider, someone):
    provider.wrong = {"email": "nga@gialai.gov.vn"}
    provider.claims = {"sub": "42", "email": "la@gialai.gov.vn", "email_verified": True}

    assert come(provider).status_code == 403


def bindings(user, *, meeting=lambda: None):
    """Two who come at once for one person with another `sub`."""

    def connect(sub):
        meeting()
        SocialAccount.objects.create(user=user, provider="sso", uid=sub)

    def act(sub):
        login = SimpleNamespace(
            account=SimpleNamespace(provider="sso"), connect=lambda *_given: connect(sub)
        )
        return lambda: adapters_sso.bound(None, login, user)

    return act("42"), act("43")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_at_once_one_is_bound(someone):
    assert sorted(race(*bindings(someone))) == [False, True]
    assert SocialAccount.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_unless_the_person_is_locked_both_are_bound(someone, monkeypatch):
    both = threading.Barrier(2)
    monkeypatch.setattr(adapters_sso, "lock_person", lambda _user: None)

    assert race(*bindings(someone, meeting=lambda: both.wait(10))) == [True, True]
