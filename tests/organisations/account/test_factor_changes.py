"""A change of a second factor is told or does not happen; of two removed at once one stays."""

import re
import threading
from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from organisations import letters
from organisations.choices import SecurityEventKind
from organisations.models import Letter, SecurityEvent
from organisations.views.factors import Removing, Told
from tests.organisations.account.factor_door import (
    PASSWORD,
    SECRET,
    SHORT,
    code_now,
    confirmed,
    set_up_app,
    with_app,
    with_key,
)
from tests.programmes.test_update_races import race

pytestmark = pytest.mark.django_db


def no_letters(monkeypatch) -> None:
    def failing(*_given, **_more):
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr(letters, "write", failing)


@pytest.mark.parametrize("having", [with_app, with_key])
def test_a_factor_stays_where_the_letter_of_its_removal_cannot_be_written(
    someone, monkeypatch, having
):
    reachable(someone)
    client, path = confirmed(someone), having(someone)
    no_letters(monkeypatch)
    with pytest.raises(RuntimeError):
        client.post(path, {"password": PASSWORD})
    assert Authenticator.objects.filter(user=someone).exists()
    assert not SecurityEvent.objects.filter(kind=SecurityEventKind.FACTOR_REMOVED).exists()


def test_without_its_transaction_the_factor_would_go_untold(someone, monkeypatch):
    """The twin."""
    reachable(someone)
    client, path = confirmed(someone), with_app(someone)
    no_letters(monkeypatch)
    for view in (Told, Removing):
        monkeypatch.setattr(view, "form_valid", view.form_valid.__wrapped__)
    with pytest.raises(RuntimeError):
        client.post(path, {"password": PASSWORD})
    assert not Authenticator.objects.filter(user=someone).exists()


def test_no_app_and_no_codes_come_without_their_letter(someone, monkeypatch):
    reachable(someone)
    client = confirmed(someone)
    page = client.get("/account/mfa/app/").content.decode()
    (secret,) = re.findall(r'class="secret">([A-Z2-7=]+)<', page)
    no_letters(monkeypatch)
    with pytest.raises(RuntimeError):
        client.post("/account/mfa/app/", {"code": code_now(secret=secret)})
    assert not Authenticator.objects.filter(user=someone).exists()
    TOTP.activate(someone, SECRET)
    before = RecoveryCodes.activate(someone).get_unused_codes()
    with pytest.raises(RuntimeError):
        client.post("/account/mfa/codes/new/")
    codes = Authenticator.objects.get(user=someone, type="recovery_codes")
    assert RecoveryCodes(codes).get_unused_codes() == before


def test_each_change_of_a_factor_is_told_by_one_letter(someone, django_capture_on_commit_callbacks):
    reachable(someone)
    client = confirmed(someone)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
        client.post("/account/mfa/codes/new/")
        client.post("/account/mfa/app/remove/", {"password": PASSWORD})
        client.post(with_key(someone), {"password": PASSWORD})
    assert [letter.context["what"] for letter in Letter.objects.order_by("pk")] == [
        "Tài khoản của anh/chị đã được gắn ứng dụng xác thực.",
        "Mã khôi phục mới đã được tạo cho tài khoản của anh/chị.",
        "Ứng dụng xác thực đã bị gỡ khỏi tài khoản của anh/chị.",
        "Một khóa truy cập (passkey) đã bị gỡ khỏi tài khoản của anh/chị.",
    ]


def reachable(user) -> None:
    user.email = "nguoi@gialai.example"
    user.save()


def removals(someone):
    """App and passkey removed at once by somebody whose password is short, from two browsers."""
    someone.set_password(SHORT)
    someone.save()
    browsers = [confirmed(someone, SHORT) for _number in range(2)]
    paths = [with_app(someone), with_key(someone)]
    return [partial(client.post, path) for client, path in zip(browsers, paths, strict=True)]


@pytest.mark.django_db(transaction=True)
def test_of_two_factors_that_are_removed_at_once_one_stays(someone):
    race(*removals(someone))

    assert Authenticator.objects.filter(user=someone).count() == 1


@pytest.mark.django_db(transaction=True)
def test_unless_the_person_is_locked_both_go(someone, monkeypatch):
    both = threading.Barrier(2)
    monkeypatch.setattr(
        "organisations.services.factors.may_go", lambda *_given, **_more: both.wait(10) >= 0
    )

    race(*removals(someone))

    assert not Authenticator.objects.filter(user=someone).exists()
