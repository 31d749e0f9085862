"""Who administers changes with a reason, a line of the security log, and word to those it concerns."""

import unicodedata

import pytest
from django.urls import reverse

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.time import today
from organisations.models import Letter, Notice, SecurityEvent, TrailEntry, User
from organisations.services import people
from tests.builders import make_user

pytestmark = pytest.mark.django_db
KINDS = ["administrator_made", "administrator_ended"]


@pytest.fixture
def admin():
    person = make_user("quan-tri", full_name="Lê Quản Trị", is_administrator=True)
    person.set_password("mat-khau-rat-dai-2026")
    person.save()
    return person


@pytest.fixture
def other():
    """Administers too, and is told."""
    return make_user("quan-tri-khac", is_administrator=True)


def somebody(**given) -> User:
    return make_user("nga", full_name="Trần Nga", email="nga@gialai.example", **given)


def change(user: User, by: User, **given) -> None:
    people.change_person(by=by, on=today(), user=user, **people.written(user) | given)


@pytest.mark.parametrize("was", [False, True])
def test_a_change_is_a_line_and_told_to_the_person_and_the_other_administrators(admin, other, was):
    user = somebody(is_administrator=was)
    change(user, admin, is_administrator=not was, reason="Theo Quyết định 12/QĐ-STC")
    event = SecurityEvent.objects.get(kind=KINDS[was])
    assert event.user == user
    assert event.detail == {"by": "quan-tri", "reason": "Theo Quyết định 12/QĐ-STC"}
    assert "quản trị" in Letter.objects.get(user=user).context["what"]
    assert {notice.user for notice in Notice.objects.all()} == {user, other}
    told = Notice.objects.get(user=other)
    assert "Trần Nga" in told.text
    assert "Lê Quản Trị" in told.text
    assert told.url == reverse("organisations:setup_person", args=["nga"])


def test_nothing_is_told_where_only_the_contact_changes(admin, other):
    change(somebody(), admin, full_name="Trần Thị Nga")
    assert not SecurityEvent.objects.exists()
    assert not Letter.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("was", [False, True])
def test_without_a_reason_it_does_not_change(admin, was):
    user = somebody(is_administrator=was)
    with pytest.raises(DomainError) as refusal:
        change(user, admin, is_administrator=not was, reason="  ")
    assert "reason" in refusal.value.fields
    assert User.objects.get(pk=user.pk).is_administrator == was


def test_the_reason_is_kept_composed(admin):
    user, reason = somebody(), "Quyết định của Sở"
    change(user, admin, is_administrator=True, reason=unicodedata.normalize("NFD", reason))
    assert SecurityEvent.objects.get().detail["reason"] == reason
    line = TrailEntry.objects.filter(model="organisations.user", kind="update").latest("pk")
    assert line.circumstances["reason"] == reason


def test_a_new_administrator_is_told_of_too(admin, other):
    people.create_person(
        by=admin, on=today(), username="moi", full_name="Người Mới", is_administrator=True
    )
    assert SecurityEvent.objects.get(kind=KINDS[0]).detail == {"by": "quan-tri"}
    assert Notice.objects.filter(user=other).exists()


def test_the_page_asks_why_when_the_box_changes(client, admin):
    user = somebody()
    client.force_login(admin)
    page = reverse("organisations:setup_person", args=[user.username])
    assert 'name="reason"' in client.get(page).text
    given = {"full_name": "Trần Nga", "email": "", "phone": "", "is_administrator": "on"}
    refused = client.post(page, given)
    assert refused.status_code == 422
    assert refused.context["form"].errors["reason"]
    assert client.post(page, given | {"reason": "Thay người"}).status_code == 302
    assert SecurityEvent.objects.get(kind=KINDS[0]).detail["reason"] == "Thay người"


def test_a_new_person_needs_no_reason(client, admin):
    client.force_login(admin)
    assert 'name="reason"' not in client.get(reverse("organisations:setup_person_new")).text
