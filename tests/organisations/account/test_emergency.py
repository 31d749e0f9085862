"""Whoever `createsuperuser` makes reaches the emergency administration, as the documents say."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from organisations.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "mat-khau-rat-dai-2026"


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30)))


@pytest.mark.parametrize("is_superuser", [True, False])
def test_a_superuser_from_the_command_line_comes_in_with_a_factor_and_a_reason(
    settings, monkeypatch, is_superuser
):
    """Twin: the same person without the mark of a superuser does not."""
    settings.ADMINISTRATORS_NEED_SECOND_FACTOR = True
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", username="khan-cap", full_name="Người Trực", verbosity=0
    )
    User.objects.update(is_superuser=is_superuser)
    client = Client()
    client.post("/login/", {"login": "khan-cap", "password": PASSWORD})
    client.post("/account/confirm/", {"password": PASSWORD})
    [secret] = re.findall(r'class="secret">([A-Z2-7=]+)<', client.get("/account/mfa/app/").text)
    client.post("/account/mfa/app/", {"code": code_of(secret)})
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1), tick=False):
        client.post("/account/mfa/confirm/", {"code": code_of(secret)})
        client.post("/account/emergency/", {"reason": "Mất điện thoại của quản trị viên"})
        answer = client.get("/admin/organisations/user/")
    assert answer.status_code == (200 if is_superuser else 403)
