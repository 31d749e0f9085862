"""Bodies and successions: what is recorded, refused, and seen before."""

import datetime as dt

import pytest

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from organisations.models import Organisation, Succession
from organisations.selectors import Standing, Successions
from organisations.services import bodies, people
from organisations.services.people import Place
from organisations.succession_preview import preview_of, unheld_after
from organisations.succession_undoing import undoing_of
from tests.builders import (
    make_member,
    make_organisation,
    make_programme,
    make_succession,
    make_task,
)
from tests.organisations.setting_up import TODAY, make_administrator

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 1, 1)
EVE = dt.date(2026, 12, 31)
FIELDS = {"name": "Sở Mới", "short_name": "Sở Mới", "kind": "department"}


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def sct():
    return make_organisation("sct", short_name="Sở Công Thương")


@pytest.fixture
def stc():
    return make_organisation("stc", short_name="Sở Tài chính")


def succession(old, new, day=DAY, duty=""):
    return Succession(
        predecessor=old, successor=new, effective_on=day, duty=duty, legal_basis="NQ 12"
    )


def record(admin, *given, ends=True, moving=(), **more):
    return bodies.record_succession(
        by=admin,
        on=TODAY,
        succession=succession(*given, **more),
        ends_predecessor=ends,
        moving=moving,
    )


def test_a_body_is_made_with_its_headers(admin):
    made = bodies.create_organisation(
        by=admin, on=TODAY, code="smoi", fields=FIELDS | {"header_name": "SỞ|MỚI"}
    )

    assert made.header_lines == ("SỞ", "MỚI")


@pytest.mark.parametrize(
    ("code", "fields", "at"),
    [
        ("sct", {}, "code"),
        ("Sở", {}, "code"),
        ("new", {}, "code"),
        ("ok", {"exchange_code": "X"}, "exchange_code"),
        ("ok", {"kind": "king"}, "kind"),
        ("ok", {"name": ""}, "name"),
        ("ok", {"name": "Sở \u202ecba"}, "name"),
    ],
)
def test_what_is_wrong_with_a_body_is_said_at_its_field(admin, sct, code, fields, at):
    with pytest.raises(DomainError) as refusal:
        bodies.create_organisation(by=admin, on=TODAY, code=code, fields=FIELDS | fields)
    assert at in refusal.value.fields


def test_another_name_is_a_new_body_unless_it_corrects_a_slip(admin, sct):
    change = {"by": admin, "on": TODAY, "body": sct, "fields": {"name": "Sở CT"}, "reason": "x"}
    with pytest.raises(DomainError) as refusal:
        bodies.change_organisation(**change)
    assert "name" in refusal.value.fields
    bodies.change_organisation(**change, is_correction=True)
    assert Organisation.objects.get(pk=sct.pk).name == "Sở CT"


def test_no_body_is_above_itself(admin, sct, stc):
    stc.parent = sct
    stc.save()
    with pytest.raises(DomainError) as refusal:
        bodies.change_organisation(by=admin, on=TODAY, body=sct, fields={"parent": stc}, reason="x")
    assert "parent" in refusal.value.fields


def test_a_body_ends_with_its_positions(admin, sct):
    person = make_member(sct)

    bodies.end_organisation(by=admin, on=TODAY, body=sct, last_day=TODAY, reason="Giải thể")

    assert Standing.of(person, on=TODAY).positions
    assert not Standing.of(person, on=TODAY + dt.timedelta(days=1)).positions
    with pytest.raises(WrongState):
        bodies.end_organisation(by=admin, on=TODAY, body=sct, last_day=DAY, reason="x")


@pytest.mark.parametrize("verb", ["create", "change", "end", "record"])
def test_nobody_but_an_administrator_sets_bodies_up(sct, stc, verb):
    head = make_member(sct, "head")
    common = {"by": head, "on": TODAY}
    acts = {
        "create": lambda: bodies.create_organisation(**common, code="x1", fields=FIELDS),
        "change": lambda: bodies.change_organisation(**common, body=sct, fields={}, reason="x"),
        "end": lambda: bodies.end_organisation(**common, body=sct, last_day=TODAY, reason="x"),
        "record": lambda: record(head, sct, stc),
    }
    with pytest.raises(NotAllowed):
        acts[verb]()


def test_a_takeover_passes_duties_and_people_in_one_act(admin, sct, stc):
    make_task(lead=sct)
    going, staying = make_member(sct, "head"), make_member(sct)

    record(admin, sct, stc, moving=[going.memberships.get().pk])

    assert Successions.load().holder(sct.pk, "lead", on=DAY) == stc
    assert Successions.load().holder(sct.pk, "lead", on=EVE) == sct
    assert Standing.of(going, on=EVE).positions == {sct.pk: "head"}
    assert Standing.of(going, on=DAY).positions == {stc.pk: "head"}
    assert not Standing.of(staying, on=DAY).positions
    assert Organisation.objects.get(pk=sct.pk).valid_to == EVE


def test_a_takeover_that_fails_leaves_everything(admin, sct, stc):
    make_member(sct, valid_from=dt.date(2027, 3, 1))
    first = make_member(sct)
    with pytest.raises(DomainError):
        record(admin, sct, stc, moving=[first.memberships.get().pk])
    assert not Succession.objects.exists()
    assert first.memberships.get().valid_to is None
    assert Organisation.objects.get(pk=sct.pk).valid_to is None


def test_without_its_transaction_half_a_takeover_would_stay(admin, sct, stc, monkeypatch):
    def stops(*args, **given):
        raise RuntimeError("the server stops in the middle")

    monkeypatch.setattr(bodies, "_ended", stops)
    given = {"by": admin, "on": TODAY, "succession": succession(sct, stc)}
    with pytest.raises(RuntimeError):
        bodies.record_succession(**given, ends_predecessor=True)
    assert not Succession.objects.exists()
    given["succession"] = succession(sct, stc)
    with pytest.raises(RuntimeError):
        bodies.record_succession.__wrapped__(**given, ends_predecessor=True)
    assert Succession.objects.exists()


def test_one_duty_passes_while_the_body_goes_on(admin, sct, stc):
    person = make_member(sct)

    record(admin, sct, stc, duty="coordinator", ends=False)

    successions = Successions.load()
    assert successions.holder(sct.pk, "coordinator", on=DAY) == stc
    assert successions.holder(sct.pk, "lead", on=DAY) == sct
    assert Standing.of(person, on=DAY).positions == {sct.pk: "staff"}


def test_a_split_gives_one_duty_here_and_the_rest_there(admin, sct, stc):
    rest = make_organisation("rest")
    record(admin, sct, rest)
    sct.refresh_from_db()
    record(admin, sct, stc, duty="coordinator", ends=False)

    successions = Successions.load()
    assert successions.holder(sct.pk, "coordinator", on=DAY) == stc
    assert successions.holder(sct.pk, "lead", on=DAY) == rest


def test_bodies_do_not_take_over_in_a_circle(admin, sct, stc):
    third = make_organisation("third")
    record(admin, sct, stc, ends=False)
    record(admin, stc, third, ends=False)
    for pair in ((third, sct), (third, stc), (sct, sct)):
        with pytest.raises(DomainError) as refusal:
            record(admin, *pair, day=dt.date(2028, 1, 1), ends=False)
        assert "successor" in refusal.value.fields


def test_a_circle_over_different_duties_is_none(admin, sct, stc):
    record(admin, sct, stc, duty="lead", ends=False)
    record(admin, stc, sct, duty="coordinator", ends=False)

    assert Successions.load().holder(sct.pk, "coordinator", on=DAY) == sct


@pytest.mark.parametrize(
    ("day", "duty"), [(DAY, ""), (dt.date(2028, 1, 1), ""), (dt.date(2028, 1, 1), "lead")]
)
def test_a_duty_passes_on_once(admin, sct, stc, day, duty):
    record(admin, sct, stc, ends=False)
    with pytest.raises(DomainError):
        record(admin, sct, make_organisation("other"), day=day, duty=duty, ends=False)


def test_a_body_that_is_not_there_on_the_day_takes_nothing_over(admin, sct):
    for fields in ({"valid_to": EVE}, {"valid_from": dt.date(2027, 2, 1)}):
        with pytest.raises(DomainError) as refusal:
            record(admin, sct, make_organisation(**fields))
        assert "successor" in refusal.value.fields


def test_the_preview_is_what_then_happens(admin, sct, stc):
    task = make_task(make_programme(coordinator=sct), lead=sct)
    other = make_task(make_programme(), lead=make_organisation("khac"))
    person = make_member(sct, "head")

    preview = preview_of(succession(sct, stc), ends_predecessor=True)

    assert {(p.duty.role, str(p.before), str(p.after)) for p in preview.passing} == {
        ("lead", str(sct), str(stc)),
        ("coordinator", str(sct), str(stc)),
    }
    assert other not in [p.duty.subject for p in preview.passing]
    assert [m.user for m in preview.people] == [person]
    assert preview.unheld == []
    record(admin, sct, stc)
    assert Successions.load().holder(task.duties.get().organisation_id, "lead", on=DAY) == stc


def test_the_preview_names_what_nobody_would_hold(sct, stc):
    make_task(make_programme(coordinator=sct), lead=sct)

    preview = preview_of(succession(sct, stc, duty="lead"), ends_predecessor=True)

    assert [p.duty.role for p in preview.unheld] == ["coordinator"]
    assert [p.duty.role for p in preview.passing] == ["lead"]
    assert len(unheld_after(sct, EVE)) == 2


def test_the_preview_costs_as_much_for_many_duties(sct, stc, django_assert_max_num_queries):
    programme = make_programme(coordinator=sct)
    for count in (1, 9):
        for _n in range(count):
            make_task(programme, lead=sct)
        with django_assert_max_num_queries(9) as counted:
            preview_of(succession(sct, stc), ends_predecessor=True)
    assert counted


def test_the_successor_of_a_successor_is_found(sct, stc):
    first = make_organisation("first", valid_to=dt.date(2025, 2, 28))
    make_succession(first, sct, dt.date(2025, 3, 1))
    make_task(lead=first)

    (passing,) = preview_of(succession(sct, stc), ends_predecessor=True).passing

    assert (passing.before, passing.after) == (sct, stc)


def withdraw(admin, step, *, on=TODAY, reason="Nghị quyết hoãn"):
    seen = undoing_of(step).fingerprint
    bodies.withdraw_succession(by=admin, on=on, succession=step, reason=reason, seen=seen)


def test_a_takeover_whose_day_has_not_come_is_withdrawn_with_what_it_did(admin, sct, stc):
    goes, stays = make_member(sct, "head"), make_member(sct)
    step = record(admin, sct, stc, moving=[goes.memberships.get().pk])
    undoing = undoing_of(Succession.objects.get())
    assert (undoing.goes_on, undoing.until, undoing.ending) == (True, None, [])

    withdraw(admin, step)

    assert not Succession.objects.exists()
    sct.refresh_from_db()
    assert sct.valid_to is None
    (back,) = goes.memberships.all()
    assert (back.organisation, back.position, back.valid_to) == (sct, "head", None)
    assert stays.memberships.get().valid_to is None
    gone = Succession.pgh_event_model.objects.filter(pgh_label="delete").get()
    assert gone.pgh_context.metadata["reason"] == "Nghị quyết hoãn"


def test_a_position_until_a_day_returns_until_that_day(admin, sct, stc):
    until = dt.date(2027, 6, 30)
    person = make_member(sct, valid_to=until)
    step = record(admin, sct, stc, moving=[person.memberships.get().pk])

    withdraw(admin, step)

    assert person.memberships.get().valid_to == until


def test_what_somebody_else_ended_on_the_eve_stays_ended(admin, sct, stc):
    make_member(sct)
    bodies.end_organisation(by=admin, on=TODAY, body=sct, last_day=EVE, reason="Nghị quyết 5")
    step = record(admin, sct, stc)
    undoing = undoing_of(step)
    assert (undoing.goes_on, undoing.returning, len(undoing.ending)) == (False, [], 1)

    withdraw(admin, step)

    sct.refresh_from_db()
    assert sct.valid_to == EVE


def test_a_body_that_was_to_end_later_ends_later_again(admin, sct, stc):
    later = dt.date(2027, 6, 30)
    person = make_member(sct)
    bodies.end_organisation(by=admin, on=TODAY, body=sct, last_day=later, reason="Nghị quyết 5")
    step = record(admin, sct, stc)

    withdraw(admin, step)

    sct.refresh_from_db()
    assert (sct.valid_to, person.memberships.get().valid_to) == (later, later)


def test_who_began_in_the_successor_by_another_act_stays_there(admin, sct, stc):
    person = make_member(sct)
    place = Place(stc, "staff", DAY)
    people.begin_membership(by=admin, on=TODAY, user=person, place=place)
    step = record(admin, sct, stc)

    withdraw(admin, step)

    assert [(m.organisation, m.valid_to) for m in person.memberships.order_by("pk")] == [
        (sct, None),
        (stc, None),
    ]


def test_who_was_taken_back_from_the_successor_meanwhile_is_not_put_anywhere(admin, sct, stc):
    person = make_member(sct)
    step = record(admin, sct, stc, moving=[person.memberships.get().pk])
    begun = person.memberships.get(organisation=stc)
    people.withdraw_membership(by=admin, on=TODAY, membership=begun, reason="Nghỉ việc")

    withdraw(admin, step)

    assert person.memberships.get().valid_to == EVE


def test_whoever_was_shown_something_else_reads_it_once_more(admin, sct, stc):
    step = record(admin, sct, stc)
    seen = undoing_of(step).fingerprint
    record(admin, sct, make_organisation("rest"), duty="coordinator", ends=False)

    with pytest.raises(Stale):
        bodies.withdraw_succession(by=admin, on=TODAY, succession=step, reason="x", seen=seen)
    assert Succession.objects.count() == 2


def test_a_body_ends_all_the_same_where_another_takes_the_rest(admin, sct, stc):
    rest = make_organisation("rest")
    make_member(sct)
    one = record(admin, sct, stc, duty="coordinator", ends=False)
    record(admin, sct, rest)

    withdraw(admin, one)

    sct.refresh_from_db()
    assert sct.valid_to == EVE
    assert Successions.load().holder(sct.pk, "coordinator", on=DAY) == rest


def test_what_has_taken_effect_is_not_withdrawn(admin, sct, stc):
    step = record(admin, sct, stc)
    with pytest.raises(WrongState):
        withdraw(admin, step, on=DAY)
    withdraw(admin, step, on=EVE)
    with pytest.raises(WrongState):
        withdraw(admin, step, on=EVE)


def test_withdrawing_asks_for_a_reason_and_an_administrator(admin, sct, stc):
    step = record(admin, sct, stc)
    with pytest.raises(DomainError):
        withdraw(admin, step, reason=" ")
    with pytest.raises(NotAllowed):
        withdraw(make_member(stc, "head"), step)
    assert Succession.objects.exists()
