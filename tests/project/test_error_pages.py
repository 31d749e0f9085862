"""What people and programs read where an address refuses them before any view does."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings

from tests.builders import make_member, make_organisation, make_user

pytestmark = pytest.mark.django_db
POST_ONLY = ["/trail/export/", "/setup/people/import/confirm/", "/account/unlock/"]
PASSWORD = "mat-khau-rat-dai-2026"


def says_what_to_do(answer: HttpResponse) -> bool:
    return "chưa được lưu" in answer.text and '<a class="btn btn-primary" href="/">' in answer.text


@pytest.fixture
def person(client):
    user = make_user(is_administrator=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("path", POST_ONLY)
def test_an_address_of_a_form_says_so_to_who_opens_it(person, path):
    answer = person.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert says_what_to_do(answer)
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_a_page_says_so_to_who_sends_something_to_it(person):
    answer = person.put("/tasks/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert says_what_to_do(answer)


def test_without_the_middleware_the_page_would_be_blank(person):
    """The twin."""
    name = "dti_tracker.shared.http.MethodPageMiddleware"
    without = [layer for layer in settings.MIDDLEWARE if layer != name]
    assert len(without) == len(settings.MIDDLEWARE) - 1
    with override_settings(MIDDLEWARE=without):
        person.handler.load_middleware()
        assert person.get(POST_ONLY[0]).text == ""


def test_the_page_follows_the_switch_of_the_language(person):
    person.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "There is no page to open here" in person.get(POST_ONLY[0]).text


def test_signing_in_towards_an_address_of_a_form_ends_on_that_page(client):
    user = make_member(make_organisation())
    user.set_password(PASSWORD)
    user.save()
    fields = {"login": user.username, "password": PASSWORD, "next": POST_ONLY[0]}
    answer = client.post("/login/", fields, follow=True)
    assert answer.redirect_chain == [(POST_ONLY[0], 302)]
    assert answer.status_code == 405
    assert says_what_to_do(answer)


def test_htmx_and_the_api_have_their_own_ways(person):
    assert person.get(POST_ONLY[0], headers={"HX-Request": "true"}).content == b""
    answer = person.put("/api/v1/tasks/", "{}", content_type="application/json")
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"


@override_settings(ALLOWED_HOSTS=["localhost"])
@pytest.mark.parametrize(
    ("language", "title"),
    [("vi", "Không hiểu được yêu cầu"), ("en", "The request cannot be understood")],
)
def test_a_forged_host_is_a_problem_for_the_api_and_a_page_for_people(language, title):
    client = Client(
        headers={"host": "evil", "accept-language": language}, raise_request_exception=False
    )
    answer = client.get("/api/v1/tasks/")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:dti-tracker:problem:malformed"
    assert answer.json()["title"] == title
    page = client.get("/login/")
    assert (page.status_code, page.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "<h1>Không đọc được yêu cầu</h1>" in page.text
