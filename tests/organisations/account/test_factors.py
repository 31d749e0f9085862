"""Second factors: set up, asked, never good twice, required of administrators."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client, override_settings
from django.utils import timezone

from organisations.choices import SecurityEventKind
from organisations.forms import factors
from organisations.forms.factors import LastFactor, RemovePasskeyForm
from organisations.models import SecurityEvent
from tests.organisations.account.factor_door import (
    PASSWORD,
    SECRET,
    SHORT,
    code_now,
    confirmed,
    first_step,
    forget_counts,
    is_in,
    set_up_app,
    with_app,
    with_key,
)

pytestmark = pytest.mark.django_db


def test_the_app_is_set_up_after_confirming_and_leaves_a_line(someone):
    client = Client()
    client.post("/login/", {"login": someone.username, "password": PASSWORD})
    asked = client.get("/account/mfa/app/")
    assert asked.headers["Location"].startswith("/account/confirm/")
    client = confirmed(someone)
    page = client.get("/account/mfa/app/").content.decode()
    assert "data:image/svg+xml;base64," in page
    set_up_app(client)
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.FACTOR_ADDED).count() == 1


def test_the_secret_stands_encrypted_in_the_database(someone):
    secret = set_up_app(confirmed(someone))
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_the_password_alone_lets_nobody_in_who_has_an_app(someone):
    TOTP.activate(someone, SECRET)
    client = first_step(someone)
    assert not is_in(client)
    assert client.get("/api/v1/tasks/").status_code == 401
    client.post("/login/factor/", {"code": "000000"})
    assert not is_in(client)
    failed = SecurityEvent.objects.get(kind=SecurityEventKind.SIGN_IN_FAILED)
    assert failed.user == someone


def test_a_code_signs_in(someone):
    TOTP.activate(someone, SECRET)
    client = first_step(someone)
    client.post("/login/factor/", {"code": code_now()})
    assert is_in(client)


@pytest.mark.parametrize("seconds", [0, 29, 31, 45])
def test_a_code_is_good_once(someone, seconds):
    """Also when its step is over, as long as the tolerance for clocks would still take it."""
    TOTP.activate(someone, SECRET)
    start = timezone.now().replace(second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        code = code_now()
        client = first_step(someone)
        client.post("/login/factor/", {"code": code})
        assert is_in(client)
        clock.shift(seconds)
        thief = first_step(someone)
        forget_counts()  # the mark of a used code must not live in a cache alone
        thief.post("/login/factor/", {"code": code})
        assert not is_in(thief)


def test_without_the_mark_the_code_would_be_good_again(someone, monkeypatch):
    """The twin: what keeps a code from being used twice is the mark."""
    monkeypatch.setattr(factors, "use_up", lambda *_: True)
    TOTP.activate(someone, SECRET)
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(2):
            client = first_step(someone)
            forget_counts()
            client.post("/login/factor/", {"code": code_now()})
            assert is_in(client)


def test_the_code_before_the_last_one_used_is_not_taken(someone):
    TOTP.activate(someone, SECRET)
    with time_machine.travel(timezone.now(), tick=False):
        first_step(someone).post("/login/factor/", {"code": code_now()})
        client = first_step(someone)
        client.post("/login/factor/", {"code": code_now(-1)})
        assert not is_in(client)


def test_the_code_that_set_the_app_up_signs_nobody_in(someone):
    with time_machine.travel(timezone.now(), tick=False):
        secret = set_up_app(confirmed(someone))
        client = first_step(someone)
        client.post("/login/factor/", {"code": code_now(secret=secret)})
        assert not is_in(client)


def test_a_recovery_code_is_good_once(someone):
    TOTP.activate(someone, SECRET)
    code = RecoveryCodes.activate(someone).get_unused_codes()[0]
    client = first_step(someone)
    client.post("/login/factor/", {"code": code})
    assert is_in(client)
    thief = first_step(someone)
    thief.post("/login/factor/", {"code": code})
    assert not is_in(thief)


def test_guessing_codes_is_stopped(someone):
    TOTP.activate(someone, SECRET)
    client = first_step(someone)
    for guess in range(5):
        client.post("/login/factor/", {"code": f"{guess:06}"})
    client.post("/login/factor/", {"code": code_now()})
    assert not is_in(client)


@pytest.mark.parametrize("credential", ["{}", '{"id":"x"}', "[]", "x", '{"id":1,"response":{}}'])
@pytest.mark.parametrize("address", ["/login/passkey/", "/login/factor/"])
def test_a_garbled_passkey_signs_nobody_in(someone, credential, address):
    TOTP.activate(someone, SECRET)
    client = first_step(someone)
    assert client.post(address, {"credential": credential}).status_code in {200, 302}
    assert not is_in(client)


def test_one_factor_has_one_word_in_the_log_whatever_was_done_with_it(someone):
    confirmed(someone).post(with_key(someone), {"password": PASSWORD})
    TOTP.activate(someone, SECRET)
    first_step(someone).post("/login/factor/", {"credential": "{}"})
    for kind in (SecurityEventKind.FACTOR_REMOVED, SecurityEventKind.SIGN_IN_FAILED):
        assert SecurityEvent.objects.get(kind=kind).detail == {"factor": "passkey"}


def codes_told(user) -> list[str]:
    events = SecurityEvent.objects.filter(user=user, kind__startswith="codes_").order_by("pk")
    return [event.kind for event in events]


def test_recovery_codes_that_are_made_shown_or_downloaded_leave_lines(someone):
    TOTP.activate(someone, SECRET)
    client = Client()
    client.force_login(someone)
    confirm = "/account/mfa/confirm/"
    client.post(confirm, {"code": code_now()})
    client.post("/account/mfa/codes/new/")
    assert codes_told(someone) == ["codes_made"]
    assert client.get("/account/mfa/codes/").status_code == 200
    assert client.get("/account/mfa/codes/download/").status_code == 200
    assert codes_told(someone) == ["codes_made", "codes_shown", "codes_downloaded"]


def test_covered_codes_were_not_shown(someone):
    TOTP.activate(someone, SECRET)
    RecoveryCodes.activate(someone)
    client = Client()
    client.force_login(someone)
    client.get("/account/mfa/codes/")
    client.get("/account/mfa/codes/download/")
    assert codes_told(someone) == []


def test_removing_the_app_asks_who_one_is_and_leaves_a_line(someone):
    TOTP.activate(someone, SECRET)
    client = Client()
    client.force_login(someone)
    asked = client.post("/account/mfa/app/remove/")
    assert asked.headers["Location"].startswith("/account/confirm/")
    assert Authenticator.objects.filter(user=someone).exists()
    client.post("/account/confirm/", {"password": PASSWORD})
    client.post("/account/mfa/app/remove/", {"password": PASSWORD})
    assert not Authenticator.objects.filter(user=someone).exists()
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.FACTOR_REMOVED).count() == 1


@pytest.mark.parametrize("having", [with_app, with_key])
def test_the_last_factor_goes_only_where_the_password_may_stand_alone(someone, having):
    someone.set_password(SHORT)
    someone.save()
    client, path = confirmed(someone, SHORT), having(someone)
    assert 'name="password"' in client.get(path).content.decode()
    for given, sentence in (
        (SHORT, "ít nhất 14 ký tự"),
        ("sai-mat-khau-roi-day", "Mật khẩu chưa đúng"),
        ("", "bắt buộc"),
    ):
        answer = client.post(path, {"password": given})
        assert sentence in answer.content.decode()
        assert Authenticator.objects.filter(user=someone).exists()


def test_what_leaves_another_factor_asks_for_nothing(someone):
    someone.set_password(SHORT)
    someone.save()
    client, path = confirmed(someone, SHORT), with_key(someone)
    TOTP.activate(someone, SECRET)
    assert 'name="password"' not in client.get(path).content.decode()
    client.post(path)
    assert [key.type for key in Authenticator.objects.filter(user=someone)] == ["totp"]


def test_whom_single_sign_on_alone_lets_in_has_no_password_to_type(someone):
    someone.set_unusable_password()
    someone.save()
    client = Client()
    client.force_login(someone)
    path = with_key(someone)
    assert (
        not LastFactor.base_fields.keys()
        & RemovePasskeyForm(authenticator=Authenticator.objects.get()).fields.keys()
    )
    assert client.post(path).headers["Location"].startswith("/account/mfa/confirm/")


def test_a_passkey_belongs_to_the_site_by_its_name(someone, settings):
    settings.SITE_URL = "https://dti.gialai.gov.vn"
    client = confirmed(someone)
    page = client.get("/account/mfa/passkeys/new/").content.decode()
    assert '"id": "dti.gialai.gov.vn"' in page
    assert '"userVerification": "required"' in page
    assert '"residentKey": "required"' in page


def test_keys_of_others_are_out_of_reach(someone, administrator):
    key = Authenticator.objects.create(
        user=administrator, type="webauthn", data={"name": "Khóa", "credential": {}}
    )
    client = confirmed(someone)
    for path in (f"/account/mfa/passkeys/{key.pk}/", f"/account/mfa/passkeys/{key.pk}/remove/"):
        assert client.post(path, {"name": "Của tôi"}).status_code == 404


def test_an_administrator_without_a_factor_reaches_nothing_but_its_set_up(
    administrator, outside_demo
):
    client = Client()
    client.force_login(administrator)
    for path in ("/", "/tasks/", "/account/", "/admin/", "/account/sessions/", "/setup/people/"):
        answer = client.get(path)
        if path == "/admin/":
            assert answer.status_code in {302, 403}
        else:
            assert answer.headers["Location"] == "/account/mfa/"
    assert client.post("/setup/people/new/", {}).headers["Location"] == "/account/mfa/"
    refused = client.get("/api/v1/tasks/")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("second_factor_needed")
    assert client.get("/tasks/", headers={"HX-Request": "true"}).status_code == 403
    assert client.get("/account/mfa/").status_code == 200


def test_an_administrator_with_a_factor_works(administrator, outside_demo):
    TOTP.activate(administrator, SECRET)
    client = Client()
    client.force_login(administrator)
    assert client.get("/account/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(administrator, outside_demo):
    RecoveryCodes.activate(administrator)
    client = Client()
    client.force_login(administrator)
    assert client.get("/account/").headers["Location"] == "/account/mfa/"


def test_without_the_gate_an_administrator_would_walk_in(administrator, outside_demo, settings):
    """The twin: the same request, nothing in its way."""
    name = "organisations.middleware.factors.SecondFactorMiddleware"
    without = [layer for layer in settings.MIDDLEWARE if layer != name]
    assert len(without) == len(settings.MIDDLEWARE) - 1
    with override_settings(MIDDLEWARE=without):
        client = Client()
        client.force_login(administrator)
        assert client.get("/account/").status_code == 200


def test_others_and_the_demo_are_only_offered_a_factor(administrator, someone, settings):
    for user, is_needed in ((administrator, False), (someone, True)):
        settings.ADMINISTRATORS_NEED_SECOND_FACTOR = is_needed
        client = Client()
        client.force_login(user)
        page = client.get("/account/")
        assert page.status_code == 200
        assert "/account/mfa/" in page.content.decode()
