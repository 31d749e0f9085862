"""The page on which people come in by a file: shown first, then all of it or nothing."""

import io
import re

import pytest
from django.core import signing

from organisations.models import (
    Membership,
    SecurityEvent,
    User,
)
from organisations.services.people_import import COLUMNS
from organisations.views.setup import people_import as import_page
from tests.builders import (
    make_organisation,
    make_user,
)
from tests.organisations.setting_up import address, make_administrator, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def client(admin):
    return signed_in(admin)


@pytest.fixture
def sct():
    return make_organisation("sct", name="Sở Công Thương", short_name="Sở Công Thương")


def upload(client, content, name="people.csv"):
    file = io.BytesIO(content)
    file.name = name
    return client.post(address("setup_people_import"), {"file": file})


def line(**changes):
    values = {
        "username": "van.nguyen",
        "full_name": "Nguyễn Thị Vân",
        "organisation": "sct",
        "position": "staff",
        "valid_from": "2026-01-01",
    } | changes
    return ",".join(values.get(name, "") for name in COLUMNS)


def file_of(*lines):
    return "\n".join([",".join(COLUMNS), *lines]).encode()


def carried(page):
    return re.search(r'name="carried" value="([^"]+)"', page.text)[1]


def test_a_file_is_shown_first_and_written_on_confirmation(client, sct):
    page = upload(client, file_of(line()))
    assert page.status_code == 200
    assert not User.objects.filter(username="van.nguyen").exists()

    answer = client.post(address("setup_people_confirm"), {"carried": carried(page)})

    assert answer.status_code == 302
    assert User.objects.filter(username="van.nguyen").exists()


def test_new_people_with_an_address_are_invited_when_it_is_asked_for(client, sct):
    held = carried(upload(client, file_of(line(email="van@x.vn"), line(username="b.b"))))

    client.post(address("setup_people_confirm"), {"carried": held, "invite": "on"})

    invited = SecurityEvent.objects.filter(kind="invited").values_list("user__username", flat=True)
    assert list(invited) == ["van.nguyen"]


def test_wrong_cells_are_shown_with_line_and_column(client, sct):
    page = upload(client, file_of(line(), line(username="b.b", position="vua")))

    assert page.status_code == 422
    assert re.search(r"<td data-label=[^>]+>3</td>", page.text)
    assert "carried" not in page.text


def test_what_was_carried_cannot_be_changed_lent_or_kept(client, sct, monkeypatch):
    held = carried(upload(client, file_of(line())))
    other = signed_in(make_administrator("second"))
    assert other.post(address("setup_people_confirm"), {"carried": held}).status_code == 302
    forged = signing.dumps({"by": 1, "text": "x", "shown": "x"}, salt="another")
    for bad in (forged, held[:-2], "", "\x00"):
        client.post(address("setup_people_confirm"), {"carried": bad})
    monkeypatch.setattr(import_page, "PREVIEW_SECONDS", -1)
    client.post(address("setup_people_confirm"), {"carried": held})
    assert not User.objects.filter(username="van.nguyen").exists()


def test_what_changed_after_the_preview_is_shown_again(client, sct):
    held = carried(upload(client, file_of(line())))
    make_user("van.nguyen", full_name="Người Khác")

    page = client.post(address("setup_people_confirm"), {"carried": held})

    assert page.status_code == 412
    assert "Người Khác" in page.text
    assert not Membership.objects.exists()


@pytest.mark.parametrize("content", [b"\xff\xfea", b"x" * (1024 * 1024 + 9), b"a;b", b"\x00"])
def test_a_file_that_is_none_is_refused_with_words(client, content):
    assert upload(client, content).status_code == 422


def test_the_template_is_read_as_it_is(client, sct):
    page = upload(client, client.get(address("setup_people_template")).content)
    assert page.status_code == 200
    assert carried(page)
