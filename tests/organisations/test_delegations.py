"""A head delegates between two days; whatever ends it, ends it with the next request."""

import datetime as dt

import pytest
import time_machine
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from organisations.models import Delegation, Membership, Notice, SecurityEvent
from organisations.models.delegations import DelegationQuerySet
from organisations.rights import Relation
from organisations.selectors import Standing
from organisations.services.delegations import LONGEST_DAYS, delegate, revoke_delegation
from programmes.relations import task_relations
from tests.builders import make_member, make_organisation, make_user
from tests.programmes.cast import NOW, TODAY, make_cast

PAGE = reverse("organisations:delegations")
TOMORROW, NEXT_WEEK = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=7)


@pytest.fixture
def cast(db):
    with time_machine.travel(NOW, tick=True):
        yield make_cast()


def given(cast, **changes) -> Delegation:
    """The head of Sở Công Thương lets a specialist act for a week."""
    return delegate(
        **{
            "organisation": cast.sct,
            "delegator": cast.head,
            "delegate": cast.staff,
            "valid_from": TODAY,
            "valid_to": NEXT_WEEK,
            "reason": "Đi công tác",
            "by": cast.head,
            "on": TODAY,
        }
        | changes
    )


def is_delegate(cast, on=TODAY) -> bool:
    return Relation.LEAD_DELEGATE in task_relations(cast.task, Standing.of(cast.staff, on=on))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_giving_and_taking_back_are_lines_of_the_security_log(cast):
    made = given(cast)
    revoke_delegation(delegation=made, by=cast.head, on=TODAY)

    events = SecurityEvent.objects.filter(user=cast.staff).order_by("pk")
    assert [event.kind for event in events] == ["delegated", "delegation_revoked"]
    assert {event.detail["by"] for event in events} == {cast.head.username}
    assert {event.target for event in events} == {f"{cast.head.username} → {cast.staff.username}"}


def test_a_delegate_acts_for_the_head_from_the_first_day_to_the_last(cast):
    given(cast, valid_from=TOMORROW)

    assert not is_delegate(cast)
    assert is_delegate(cast, TOMORROW)
    assert is_delegate(cast, NEXT_WEEK)
    assert not is_delegate(cast, NEXT_WEEK + dt.timedelta(days=1))


def test_a_deputy_delegates_as_the_head_does(cast):
    deputy = make_member(cast.sct, "deputy")

    given(cast, delegator=deputy, by=deputy)

    assert is_delegate(cast)


def test_an_administrator_enters_it_for_a_head(cast):
    given(cast, by=cast.administrator)

    assert is_delegate(cast)


@pytest.mark.parametrize("who", ["staff", "clerk", "reviewer", "coordinator_head", "inspector"])
def test_who_does_not_head_the_body_delegates_nothing(cast, who):
    person = getattr(cast, who)

    with pytest.raises(NotAllowed):
        given(cast, delegator=person, by=person)


def test_nobody_lends_the_powers_of_another_head(cast):
    deputy = make_member(cast.sct, "deputy")

    with pytest.raises(NotAllowed):
        given(cast, by=deputy)


def test_a_delegate_delegates_no_further(cast):
    given(cast)

    with pytest.raises(NotAllowed):
        given(cast, delegator=cast.staff, delegate=cast.colleague, by=cast.staff)
    with pytest.raises(NotAllowed):
        given(cast, delegate=cast.colleague, by=cast.staff)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("valid_from", {"valid_from": TODAY - dt.timedelta(days=1)}),
        ("valid_to", {"valid_to": TODAY - dt.timedelta(days=1)}),
        ("valid_to", {"valid_to": TODAY + dt.timedelta(days=LONGEST_DAYS)}),
        ("reason", {"reason": "  "}),
    ],
)
def test_wrong_days_or_no_reason_are_refused_beside_their_field(cast, field, changes):
    with pytest.raises(DomainError) as refusal:
        given(cast, **changes)

    assert list(refusal.value.fields) == [field]
    assert not Delegation.objects.exists()


def test_a_delegation_lasts_ninety_days_at_most_both_included(cast):
    last = TODAY + dt.timedelta(days=LONGEST_DAYS - 1)

    made = given(cast, valid_to=last)

    assert list(Delegation.objects.current(on=last)) == [made]
    assert not Delegation.objects.current(on=last + dt.timedelta(days=1)).exists()


def test_nobody_outside_no_inspector_and_no_head_is_delegated_to(cast):
    people = [
        cast.reviewer,
        make_member(cast.sct, "inspector"),
        make_member(cast.sct, "deputy"),
        cast.head,
        make_user(),
        make_member(cast.sct, valid_to=TODAY - dt.timedelta(days=1)),
    ]
    for person in people:
        with pytest.raises(DomainError) as refusal:
            given(cast, delegate=person)
        assert "delegate" in refusal.value.fields


def test_the_same_two_people_have_one_delegation_at_a_time(cast):
    first = given(cast)

    with pytest.raises(DomainError) as refusal:
        given(cast, valid_from=TOMORROW, valid_to=TOMORROW)
    assert "delegate" in refusal.value.fields

    revoke_delegation(delegation=first, by=cast.head, on=TODAY)
    given(cast)
    assert is_delegate(cast)


def test_a_delegate_is_told_when_it_is_made_and_when_it_is_revoked(cast):
    made = given(cast)
    revoke_delegation(delegation=made, by=cast.head, on=TODAY)

    told = [notice.text for notice in Notice.objects.filter(user=cast.staff).order_by("pk")]
    assert len(told) == 2
    assert "Đi công tác" in told[0]


@pytest.mark.parametrize("who", ["staff", "colleague", "reviewer", "clerk"])
def test_who_did_not_give_it_does_not_revoke_it(cast, who):
    made = given(cast)

    with pytest.raises(NotAllowed):
        revoke_delegation(delegation=made, by=getattr(cast, who), on=TODAY)
    assert is_delegate(cast)


def test_what_has_ended_is_not_revoked_again(cast):
    made = given(cast)
    revoke_delegation(delegation=made, by=cast.administrator, on=TODAY)

    with pytest.raises(WrongState):
        revoke_delegation(delegation=made, by=cast.head, on=TODAY)
    with pytest.raises(WrongState):
        revoke_delegation(delegation=given(cast), by=cast.head, on=NEXT_WEEK + dt.timedelta(days=1))


def revoke(cast, made):
    revoke_delegation(delegation=made, by=cast.head, on=TODAY)


def end_headship(cast, made):
    Membership.objects.filter(user=cast.head).update(position="staff")


def end_the_heads_membership(cast, made):
    Membership.objects.filter(user=cast.head).update(valid_to=TODAY - dt.timedelta(days=1))


def disable_the_head(cast, made):
    cast.head.is_active = False
    cast.head.save()


def end_the_delegates_membership(cast, made):
    Membership.objects.filter(user=cast.staff).update(valid_to=TODAY - dt.timedelta(days=1))


def make_the_delegate_inspect(cast, made):
    Membership.objects.filter(user=cast.staff).update(position="inspector")


def expire(cast, made):
    Delegation.objects.filter(pk=made.pk).update(
        valid_from=TODAY - dt.timedelta(days=9), valid_to=TODAY - dt.timedelta(days=1)
    )


ENDINGS = [
    revoke,
    end_headship,
    end_the_heads_membership,
    disable_the_head,
    end_the_delegates_membership,
    make_the_delegate_inspect,
    expire,
]


@pytest.mark.parametrize("end", ENDINGS)
def test_it_ends_with_the_next_request(cast, end):
    made = given(cast)
    assert is_delegate(cast)

    end(cast, made)

    assert not is_delegate(cast)


def test_without_the_check_it_would_go_on(cast, monkeypatch):
    """The twin: with a queryset that asks for days alone every ending but one goes unnoticed."""

    def forgetful(self, *, on: dt.date) -> QuerySet[Delegation]:
        found: QuerySet[Delegation] = self.filter(valid_from__lte=on, valid_to__gte=on)
        return found

    made = given(cast)
    monkeypatch.setattr(DelegationQuerySet, "current", forgetful)
    revoke(cast, made)
    end_headship(cast, made)

    assert is_delegate(cast)


def test_a_head_delegates_and_revokes_on_the_page(cast):
    client = signed_in(cast.head)
    typed = {
        "delegate": f"sct:{cast.staff.username}",
        "valid_from": "2026-11-21",
        "valid_to": "2026-11-30",
        "reason": "Nghỉ phép",
    }

    assert client.post(PAGE, typed).status_code == 302
    made = Delegation.objects.get()
    assert is_delegate(cast)
    assert "Nghỉ phép" in client.get(PAGE).text
    assert "Nghỉ phép" in signed_in(cast.staff).get(PAGE).text
    assert "Nghỉ phép" not in signed_in(cast.colleague).get(PAGE).text

    revoked = client.post(reverse("organisations:delegation_revoke", args=[made.uid]))
    assert revoked.status_code == 302
    assert not is_delegate(cast)


def test_a_refused_form_keeps_what_was_typed(cast):
    typed = {
        "delegate": f"sct:{cast.staff.username}",
        "valid_from": "2026-11-01",
        "valid_to": "2026-11-30",
        "reason": "Nghỉ phép dài ngày",
    }

    answer = signed_in(cast.head).post(PAGE, typed)

    assert answer.status_code == 422
    assert "Nghỉ phép dài ngày" in answer.text
    assert answer.context["form"].errors.keys() == {"valid_from"}


def test_the_page_offers_people_of_the_own_body_alone(cast):
    offered = signed_in(cast.head).get(PAGE).text

    assert f"sct:{cast.staff.username}" in offered
    assert cast.reviewer.username not in offered


@pytest.mark.parametrize("who", ["staff", "clerk", "liaison_vnpt", "inspector"])
def test_who_heads_nothing_gets_no_form_and_posts_in_vain(cast, who):
    client = signed_in(getattr(cast, who))

    assert client.get(PAGE).context["form"] is None
    assert client.post(PAGE, {"delegate": "sct:x"}).status_code == 403


def test_an_administrator_says_for_which_head(cast):
    client = signed_in(cast.administrator)
    typed = {
        "delegator": f"sct:{cast.head.username}",
        "delegate": f"sct:{cast.staff.username}",
        "valid_from": "2026-11-21",
        "valid_to": "2026-11-30",
        "reason": "Đi công tác",
    }

    assert (
        client.post(PAGE, typed | {"delegate": f"skhcn:{cast.reviewer.username}"}).status_code
        == 422
    )
    assert client.post(PAGE, typed | {"delegator": ""}).status_code == 422
    assert client.post(PAGE, typed).status_code == 302
    assert is_delegate(cast)


def test_somebody_elses_delegation_does_not_exist(cast):
    made = given(cast)
    address = reverse("organisations:delegation_revoke", args=[made.uid])

    assert signed_in(cast.reviewer).post(address).status_code == 404
    assert signed_in(cast.staff).post(address).status_code == 403
    assert signed_in(cast.administrator).post(address).status_code == 302


def test_the_page_asks_the_same_number_of_queries_for_one_and_ten(
    cast, django_assert_max_num_queries
):
    def queries() -> int:
        client = signed_in(cast.head)
        with django_assert_max_num_queries(60) as asked:
            client.get(PAGE)
        return len(asked)

    given(cast)
    queries()  # the day's first request also notes that the person was here
    one = queries()
    for _number in range(9):
        given(cast, delegate=make_member(cast.sct))

    assert queries() == one


def test_a_head_of_two_bodies_chooses_for_which(cast):
    other = make_organisation("trung-tam")
    Membership.objects.create(
        user=cast.head, organisation=other, position="head", valid_from=dt.date(2024, 1, 1)
    )
    person = make_member(other)

    page = signed_in(cast.head).get(PAGE).text

    assert f"trung-tam:{person.username}" in page
    assert f"sct:{cast.staff.username}" in page


@pytest.mark.parametrize("number", [1, 10])
def test_the_task_tells_a_delegate_for_whom_they_act(cast, number, django_assert_max_num_queries):
    page = reverse("programmes:task_detail", args=[cast.task.code])
    assert "được thay mặt" not in signed_in(cast.staff).get(page).text

    for _deputy in range(number):
        deputy = make_member(cast.sct, "deputy")
        given(cast, delegator=deputy, by=deputy)

    person = signed_in(cast.staff)
    with django_assert_max_num_queries(30):
        told = person.get(page).text
    assert told.count("Tại đây bạn được thay mặt") == number
    assert str(deputy) in told
