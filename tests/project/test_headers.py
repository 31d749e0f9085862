"""Every answer carries the headers that keep a browser from helping an attacker, whatever its status."""

import re

import pytest
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from tests.builders import make_member, make_organisation

ALWAYS = {
    "X-Content-Type-Options": r"nosniff",
    "Referrer-Policy": r"same-origin",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "X-Frame-Options": r"SAMEORIGIN|DENY",
    "Permissions-Policy": r".*camera=\(\).*",
    "Content-Security-Policy": r".*default-src 'self'.*",
}


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("away on purpose")


def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("breaks/", breaks),
    path("away/", away),
    path("nothing/", nothing),
    path("", include("dti_tracker.urls")),
]
handler500 = "dti_tracker.shared.http.server_error"

ANSWERS = [
    ("/health/live", 200),
    ("/login/", 302),
    ("/tasks/", 200),
    ("/api/v1/tasks/", 200),
    ("/api/v1/docs/", 200),
    ("/", 200),
    ("/api/v1/tasks/?nonsense=1", 400),
    ("/tasks/NO-SUCH-TASK/", 404),
    ("/no/such/page/", 404),
    ("/api/v1/nothing", 404),
    ("/nothing/", 404),
    ("/trail/task/%00/", 404),
    ("/setup/people/%00/", 404),
    ("/api/v1/tasks/%00/", 404),
    ("/breaks/", 500),
    ("/away/", 503),
]


@pytest.fixture
def client(db) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_member(make_organisation()))
    return client


def faults(answer) -> list[str]:
    """Which headers are missing or weak."""
    found = [
        f"{name}: {answer.headers.get(name)}"
        for name, wanted in ALWAYS.items()
        if not re.fullmatch(wanted, answer.headers.get(name, ""))
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    return found + [
        word for word in ("unsafe-inline", "unsafe-eval", "*", "http:") if word in policy
    ]


@override_settings(ROOT_URLCONF="tests.project.test_headers")
@pytest.mark.parametrize(("address", "status"), ANSWERS)
def test_every_status_carries_the_headers(client, address, status):
    answer = client.get(address)

    assert answer.status_code == status
    assert not faults(answer)


def test_a_refused_form_and_a_refused_method_carry_them_too(client):
    strict = Client(enforce_csrf_checks=True)

    for answer in (strict.post("/login/", {"login": "x"}), client.put("/tasks/")):
        assert answer.status_code in {403, 405}
        assert not faults(answer)


def test_an_unknown_host_is_refused_with_them(client):
    answer = client.get("/login/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert not faults(answer)


@override_settings(MIDDLEWARE=["django.middleware.common.CommonMiddleware"])
def test_without_the_middleware_the_headers_would_be_missed(client):
    assert faults(client.get("/health/live"))


@override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True)
def test_behind_tls_the_browser_is_told_to_stay_there(client):
    answer = client.get("/login/", secure=True)

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True)
def test_cookies_stay_away_from_scripts_and_from_other_sites(db):
    person = make_member(make_organisation())
    person.set_password("a long password for a test")
    person.save()
    browser = Client()
    page = browser.get("/login/", secure=True)
    browser.post(
        "/login/",
        {"login": person.username, "password": "a long password for a test"},
        secure=True,
        headers={"referer": "https://testserver/login/"},
    )

    assert page.status_code == 200
    assert browser.cookies["sessionid"]["httponly"]
    assert all(cookie["secure"] for cookie in browser.cookies.values())
    assert {cookie["samesite"] for cookie in browser.cookies.values()} <= {"Lax", "Strict"}
