"""People: who is made, changed, disabled, moved, and what is refused."""

import datetime as dt

import pytest
from django.utils import timezone

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from dti_tracker.shared.time import start_of
from organisations.models import ApiToken, Membership, SecurityEvent, User
from organisations.selectors import Standing
from organisations.services import people
from organisations.services.people import Place
from organisations.standstill import standing_still
from tests.builders import (
    LONG_AGO,
    make_member,
    make_organisation,
    make_programme,
    make_task,
    make_user,
)
from tests.organisations.setting_up import TODAY, make_administrator, signed_in

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def sct():
    return make_organisation("sct", name="Sở Công Thương", short_name="Sở Công Thương")


def create(admin, **given):
    fields = {"username": "van.nguyen", "full_name": "Nguyễn Thị Vân", **given}
    return people.create_person(by=admin, on=TODAY, **fields)


def contact(**given):
    return {"full_name": "Vân", "email": "", "phone": "", "is_administrator": False, **given}


def test_a_new_person_has_a_position_and_no_password(admin, sct):
    made = create(admin, place=Place(sct, "staff", TODAY, "Chuyên viên"))

    assert not made.has_usable_password()
    assert Standing.of(made, on=TODAY).positions == {sct.pk: "staff"}


def test_names_are_stored_composed(admin):
    import unicodedata

    made = create(admin, full_name=unicodedata.normalize("NFD", "Nguyễn  Thị Vân"))

    assert User.objects.get(pk=made.pk).full_name == "Nguyễn Thị Vân"


@pytest.mark.parametrize("username", ["", "V", "Vân", "a b", "new", "import", "x" * 61, "../etc"])
def test_a_name_for_signing_in_is_small_and_plain(admin, username):
    with pytest.raises(DomainError) as refusal:
        create(admin, username=username)
    assert "username" in refusal.value.fields


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "taken"}, "username"),
        ({"email": "A@gialai.gov.vn"}, "email"),
        ({"email": "kein"}, "email"),
        ({"full_name": "  "}, "full_name"),
        ({"full_name": "\u200b"}, "full_name"),
        ({"full_name": "Nguyễn \u202eAn"}, "full_name"),
        ({"phone": "gọi tôi"}, "phone"),
    ],
)
def test_what_is_wrong_with_a_person_is_said_at_its_field(admin, given, field):
    create(admin, username="taken", email="a@gialai.gov.vn")
    with pytest.raises(DomainError) as refusal:
        create(admin, **given)
    assert field in refusal.value.fields


def test_a_body_that_has_ended_takes_nobody(admin):
    ended = make_organisation("stttt", valid_to=TODAY - dt.timedelta(days=1))
    with pytest.raises(DomainError) as refusal:
        create(admin, place=Place(ended, "staff", TODAY))
    assert "organisation" in refusal.value.fields
    assert not User.objects.filter(username="van.nguyen").exists()


def test_who_administers_inspects_nothing_and_who_inspects_does_not_administer(admin, sct):
    with pytest.raises(DomainError) as refusal:
        create(admin, is_administrator=True, place=Place(sct, "inspector", TOMORROW))
    assert "position" in refusal.value.fields
    inspector = make_member(sct, "inspector")
    change = contact(is_administrator=True)
    with pytest.raises(DomainError) as refusal:
        people.change_person(by=admin, on=TODAY, user=inspector, **change)
    assert "is_administrator" in refusal.value.fields
    assert User.objects.filter(is_administrator=True).get() == admin


def test_nobody_gives_themselves_a_position(admin, sct):
    with pytest.raises(NotAllowed):
        people.begin_membership(by=admin, on=TODAY, user=admin, place=Place(sct, "head", TODAY))
    own = admin.memberships.create(organisation=sct, position="staff", valid_from=TODAY)
    with pytest.raises(NotAllowed):
        people.move_person(by=admin, on=TODAY, membership=own, place=Place(sct, "head", TOMORROW))
    assert [m.position for m in admin.memberships.all()] == ["staff"]


@pytest.mark.parametrize("position", ["head", "staff", "clerk", "inspector"])
def test_nobody_but_an_administrator_sets_people_up(sct, position):
    member = make_member(sct, position)
    other = make_member(sct)
    membership = other.memberships.get()
    place = Place(sct, "head", TOMORROW)
    for verb, given in (
        (people.create_person, {"username": "x.y", "full_name": "X"}),
        (people.change_person, {"user": other, **contact()}),
        (people.disable_person, {"user": other, "reason": "x"}),
        (people.enable_person, {"user": other, "reason": "x"}),
        (people.begin_membership, {"user": other, "place": place}),
        (people.end_membership, {"membership": membership, "last_day": TODAY}),
        (people.move_person, {"membership": membership, "place": place}),
    ):
        with pytest.raises(NotAllowed):
            verb(by=member, on=TODAY, **given)


def test_disabling_ends_sessions_tokens_and_rights_at_once(admin, sct):
    person = make_member(sct)
    client = signed_in(person)
    now = timezone.now()
    ApiToken.objects.create(
        user=person,
        name="x",
        scope="read",
        digest="d",
        beginning="dti_",
        created_by=person,
        created_at=now,
        expires_at=now + dt.timedelta(days=9),
    )

    people.disable_person(by=admin, on=TODAY, user=person, reason="Nghỉ hưu")

    assert client.get("/tasks/").status_code == 302
    assert not ApiToken.objects.usable(now=timezone.now()).exists()
    assert SecurityEvent.objects.filter(kind="disabled", user=person).exists()
    people.enable_person(by=admin, on=TODAY, user=person, reason="Nhầm")
    assert client.get("/tasks/").status_code == 302, "an old session does not come back"
    assert SecurityEvent.objects.filter(kind="reactivated", user=person).exists()


def test_without_ending_sessions_an_old_one_would_come_back(admin, sct, monkeypatch):
    monkeypatch.setattr(people, "end_access", lambda **given: None)
    person = make_member(sct)
    client = signed_in(person)

    people.disable_person(by=admin, on=TODAY, user=person, reason="Nghỉ hưu")
    people.enable_person(by=admin, on=TODAY, user=person, reason="Nhầm")

    assert client.get("/tasks/").status_code == 200


def test_nobody_disables_themselves(admin):
    make_administrator("second")
    with pytest.raises(NotAllowed):
        people.disable_person(by=admin, on=TODAY, user=admin, reason="x")
    with pytest.raises(NotAllowed):
        people.change_person(by=admin, on=TODAY, user=admin, **contact())


def test_the_last_active_administrator_stays(admin):
    second = make_administrator("second")
    people.disable_person(by=admin, on=TODAY, user=second, reason="x")
    with pytest.raises(WrongState):
        people.change_person(by=admin, on=TODAY, user=admin, **contact())
    assert User.objects.get(pk=admin.pk).is_administrator


@pytest.mark.parametrize(
    "fields", [{"password": "!"}, {"is_demo": False, "last_seen_on": LONG_AGO}], ids=str
)
def test_who_cannot_sign_in_is_nobody_left_to_administer(admin, fields):
    second = make_administrator("second")
    User.objects.filter(pk=second.pk).update(**{"date_joined": start_of(LONG_AGO)} | fields)

    with pytest.raises(WrongState):
        people.change_person(by=admin, on=TODAY, user=admin, **contact())


@pytest.mark.parametrize(("verb", "active"), [("disable_person", False), ("enable_person", True)])
def test_what_is_so_already_is_refused(admin, sct, verb, active):
    person = make_member(sct)
    person.is_active = active
    person.save()
    with pytest.raises(WrongState):
        getattr(people, verb)(by=admin, on=TODAY, user=person, reason="x")


def test_disabling_says_why(admin, sct):
    with pytest.raises(DomainError) as refusal:
        people.disable_person(by=admin, on=TODAY, user=make_member(sct), reason="  ")
    assert "reason" in refusal.value.fields


def test_a_move_ends_the_old_position_the_day_before(admin, sct):
    stc = make_organisation("stc")
    person = make_member(sct)
    old = person.memberships.get()

    people.move_person(
        by=admin, on=TODAY, membership=old, place=Place(stc, "deputy", TOMORROW), reason="QĐ 12"
    )

    assert Standing.of(person, on=TODAY).positions == {sct.pk: "staff"}
    assert Standing.of(person, on=TOMORROW).positions == {stc.pk: "deputy"}


def test_a_move_within_a_body_changes_the_position(admin, sct):
    person = make_member(sct)

    people.move_person(
        by=admin, on=TODAY, membership=person.memberships.get(), place=Place(sct, "head", TODAY)
    )

    assert Standing.of(person, on=TODAY).positions == {sct.pk: "head"}


def test_a_move_that_cannot_begin_ends_nothing(admin, sct):
    gone = make_organisation("stttt", valid_to=TODAY - dt.timedelta(days=1))
    person = make_member(sct)
    with pytest.raises(DomainError):
        people.move_person(
            by=admin,
            on=TODAY,
            membership=person.memberships.get(),
            place=Place(gone, "staff", TOMORROW),
        )
    assert person.memberships.get().valid_to is None


def test_one_position_at_a_time_in_one_body(admin, sct):
    person = make_member(sct)
    with pytest.raises(DomainError) as refusal:
        people.begin_membership(by=admin, on=TODAY, user=person, place=Place(sct, "head", TODAY))
    assert "organisation" in refusal.value.fields


def test_a_position_ends_neither_before_it_begins_nor_twice(admin, sct):
    membership = make_member(sct).memberships.get()
    before = LONG_AGO - dt.timedelta(days=1)
    with pytest.raises(DomainError):
        people.end_membership(by=admin, on=TODAY, membership=membership, last_day=before)
    yesterday = TODAY - dt.timedelta(days=1)
    people.end_membership(by=admin, on=TODAY, membership=membership, last_day=yesterday)
    with pytest.raises(WrongState):
        people.end_membership(by=admin, on=TODAY, membership=membership, last_day=TODAY)


def test_the_last_head_and_the_last_reviewer_are_missed(sct):
    head = make_member(sct, "head")
    coordinator = make_organisation("skhcn", short_name="Sở KH&CN")
    reviewer = make_member(coordinator)
    colleague = make_member(coordinator)
    make_task(make_programme(coordinator=coordinator), lead=sct)

    def sentences(person):
        return standing_still(person, person.memberships.all(), on=TODAY)

    assert "Sở Công Thương" in sentences(head)[0]
    assert len(sentences(head)) == 2, "no head, and nobody to report"
    assert sentences(reviewer) == []
    colleague.memberships.update(valid_to=TODAY - dt.timedelta(days=1))
    assert "Sở KH&CN" in sentences(reviewer)[0]
    make_member(sct, "deputy")
    assert sentences(head) == []


def coming(person, body):
    return person.memberships.create(organisation=body, position="head", valid_from=TOMORROW)


def withdraw(admin, membership, *, on=TODAY, reason="Ghi nhầm"):
    people.withdraw_membership(by=admin, on=on, membership=membership, reason=reason)


def test_a_position_that_has_not_begun_is_withdrawn_and_stays_in_the_history(admin, sct):
    membership = coming(make_user(), sct)

    withdraw(admin, membership)

    assert not Membership.objects.exists()
    gone = Membership.pgh_event_model.objects.filter(pgh_label="delete").get()
    assert gone.pgh_context.metadata["reason"] == "Ghi nhầm"
    with pytest.raises(WrongState):
        withdraw(admin, membership)


def test_a_position_that_has_begun_is_ended_not_withdrawn(admin, sct):
    membership = coming(make_user(), sct)
    with pytest.raises(WrongState):
        withdraw(admin, membership, on=TOMORROW)
    with pytest.raises(DomainError):
        withdraw(admin, membership, reason="")
    with pytest.raises(NotAllowed):
        withdraw(make_member(sct, "head"), membership)
    assert Membership.objects.filter(pk=membership.pk).exists()
