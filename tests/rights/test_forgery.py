"""No page of another site writes anything with somebody's session, at any address."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import make_member, make_organisation
from tests.rights import routes

pytestmark = pytest.mark.django_db
SAFE = {"GET", "HEAD", "OPTIONS", "*"}
MADE_UP = {"uid": "5886426d-5a1d-457b-a488-5f9df710dcf8", "pk": 1, "duty": 1, "number": 1}
WRITES = sorted({(line.route, line.method) for line in routes.table() if line.method not in SAFE})
PARAMETERS = {address.route: address.parameters for address in routes.addresses()}


def signed_in(*, checks: bool) -> Client:
    client = Client(enforce_csrf_checks=checks)
    client.force_login(make_member(make_organisation()))
    return client


def answer_to(client: Client, route: str, method: str) -> int:
    kwargs = {name: MADE_UP.get(name, "khong-co") for name in PARAMETERS[route]}
    send = getattr(client, method.lower())
    return int(send(reverse(route, kwargs=kwargs), content_type="application/json").status_code)


@pytest.mark.parametrize(("route", "method"), WRITES, ids=" ".join)
def test_a_write_with_the_session_alone_is_refused(route, method):
    assert answer_to(signed_in(checks=True), route, method) == 403


def test_without_the_check_some_of_them_would_get_further():
    """The twin: what refuses is the check, not the made-up keys."""
    client = signed_in(checks=False)
    got = [answer_to(client, route, method) for route, method in WRITES]
    assert sum(status != 403 for status in got) > len(got) / 2
