"""The interactive pages of the API in a real browser, under the policy that every page has."""

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Route, expect

from tests.builders import make_member, make_organisation, make_task
from tests.web.conftest import OpenPage


def serve(route: Route) -> None:
    """The package's file, as `collectstatic` would copy it: the test server has our own only."""
    route.fulfill(path=str(finders.find(urlsplit(route.request.url).path.removeprefix("/static/"))))


@pytest.mark.django_db(transaction=True)
def test_a_client_reads_and_tries_the_api_without_an_error_in_the_console(
    page_at: OpenPage,
) -> None:
    lead = make_organisation("sct")
    make_task(lead=lead, code="GL-2023-01")
    page = page_at(1280, user=make_member(lead), language="en")

    page.route("**/static/drf_spectacular_sidecar/**", serve)
    page.goto("/api/v1/docs/")
    page.locator("#operations-tasks-task .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("code").fill("GL-2023-01")
    page.get_by_role("button", name="Execute").click()

    answer = page.locator("#operations-tasks-task .live-responses-table")
    expect(answer).to_contain_text('"code": "GL-2023-01"')
