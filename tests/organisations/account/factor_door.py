"""Second factors as people use them: setting up, signing in, removing."""

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

PASSWORD, SHORT = "mat-khau-rat-dai-2026", "mua-rung-24"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def forget_counts():
    """As if the cache had been emptied; the one of other tests is left alone."""
    cache.key_prefix += "-"


def code_now(steps: int = 0, secret: str = SECRET) -> str:
    step = int(timezone.now().timestamp()) // 30 + steps
    return str(format_hotp_value(hotp_value(secret, step)))


def first_step(user) -> Client:
    client = Client()
    answer = client.post("/login/", {"login": user.username, "password": PASSWORD})
    assert answer.headers["Location"] == "/login/factor/"
    return client


def is_in(client: Client) -> bool:
    return client.get("/tasks/").status_code == 200


def confirmed(user, password: str = PASSWORD) -> Client:
    """Signed in, with the password just typed again."""
    client = Client()
    client.post("/login/", {"login": user.username, "password": password})
    client.post("/account/confirm/", {"password": password})
    return client


def set_up_app(client: Client) -> str:
    page = client.get("/account/mfa/app/").content.decode()
    (secret,) = re.findall(r'class="secret">([A-Z2-7=]+)<', page)
    answer = client.post("/account/mfa/app/", {"code": code_now(secret=secret)})
    assert answer.headers["Location"] == "/account/mfa/codes/"
    return str(secret)


def with_key(user) -> str:
    """The address at which a passkey of the person is removed."""
    key = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "Khóa", "credential": {}}
    )
    return f"/account/mfa/passkeys/{key.pk}/remove/"


def with_app(user) -> str:
    """The address at which the app of the person is removed."""
    TOTP.activate(user, SECRET)
    return "/account/mfa/app/remove/"
