"""Deputies, delegates, clerks, Offices, inspectors: what each position makes of a person."""

import datetime as dt

import pytest

from organisations.models import Delegation, Membership, Organisation
from organisations.relations import body_relations
from organisations.rights import Relation, allowed
from organisations.selectors import Standing
from programmes.models import ProgressUpdate
from programmes.relations import task_relations, update_relations
from programmes.services import accept_update
from tests.builders import make_member, make_organisation
from tests.programmes.cast import TODAY

DECIDING = ["accept_update", "return_update", "submit", "return_to_open", "withdraw", "accept"]
DECIDING += ["return", "reopen", "forward_dossier", "write_update", "submit_update"]
STATES = ["draft", "open", "in_review", "submitted", "returned", "accepted", "issued"]


def of(cast, user):
    return task_relations(cast.task, Standing.of(user, on=TODAY))


def delegated(body, head, person) -> None:
    Delegation.objects.create(
        organisation=body,
        delegator=head,
        delegate=person,
        valid_from=TODAY,
        valid_to=TODAY,
        reason="Đi công tác",
    )


def decides(relations) -> list[str]:
    return [
        action for action in DECIDING if any(allowed(action, relations, state) for state in STATES)
    ]


def test_a_delegate_has_the_rights_of_the_head_beside_their_own(cast):
    delegated(cast.sct, cast.head, cast.staff)

    assert of(cast, cast.staff) == {Relation.LEAD_STAFF, Relation.LEAD_DELEGATE}
    assert allowed("submit", of(cast, cast.staff), "in_review")
    assert not allowed("submit", of(cast, cast.colleague), "in_review")


@pytest.mark.parametrize("action", DECIDING)
@pytest.mark.parametrize("state", STATES)
def test_deputy_and_delegate_may_what_the_head_may(action, state):
    head = allowed(action, {Relation.LEAD_HEAD}, state)

    assert allowed(action, {Relation.LEAD_DEPUTY}, state) == head
    assert allowed(action, {Relation.LEAD_DELEGATE}, state) == head


def test_a_delegate_in_the_coordinating_body_forwards_as_its_head_does(cast):
    delegated(cast.skhcn, cast.coordinator_head, cast.coordinator_clerk)

    relations = of(cast, cast.coordinator_clerk)

    assert relations >= {Relation.COORDINATOR, Relation.COORDINATOR_DELEGATE}
    assert allowed("accept_update", relations, "submitted")


@pytest.mark.parametrize("who", ["clerk", "coordinator_clerk"])
def test_a_clerk_reads_evaluations_and_decides_nothing(cast, who):
    relations = of(cast, getattr(cast, who))

    assert allowed("view_evaluation", relations, "submitted")
    assert decides(relations) == []


def test_an_inspector_decides_nothing_wherever_they_sit(cast):
    for body in (cast.sct, cast.skhcn, cast.ppc, Organisation.objects.get(code="vpub")):
        inspector = make_member(body, "inspector")
        assert of(cast, inspector) == {Relation.INSPECTOR}
    assert decides({Relation.INSPECTOR}) == []


def test_a_delegate_of_the_committees_head_reads_and_asks_as_its_leader(cast):
    person = make_member(cast.ppc)
    delegated(cast.ppc, cast.leader, person)

    assert of(cast, person) == {Relation.AUTHORITY_OFFICE, Relation.AUTHORITY_LEADER}


@pytest.mark.parametrize("position", ["staff", "head", "deputy", "clerk"])
def test_whoever_sits_in_the_office_prepares_and_records(cast, position):
    person = make_member(Organisation.objects.get(code="vpub"), position)

    relations = of(cast, person)

    assert relations == {Relation.AUTHORITY_OFFICE}
    assert allowed("conclude_dossier", relations, "forwarded")
    assert not allowed("conclude_dossier", of(cast, cast.leader), "forwarded")


def test_an_enterprises_people_are_partners_whatever_their_position(cast):
    for position in ("staff", "head", "deputy", "clerk"):
        assert of(cast, make_member(cast.vnpt, position)) == {Relation.PARTNER}


def test_where_the_coordinator_leads_another_person_of_it_reviews(cast):
    cast.task.duties.filter(role="lead").update(organisation=cast.skhcn)
    second = make_member(cast.skhcn)
    update = ProgressUpdate.objects.create(
        task=cast.task,
        organisation=cast.skhcn,
        period_starts_on=dt.date(2026, 7, 1),
        period_ends_on=dt.date(2026, 9, 30),
        state="submitted",
        narrative="Đã làm.",
        author=cast.reviewer,
        submitted_by=cast.reviewer,
        submitted_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
    )

    own = allowed(
        "accept_update", update_relations(update, Standing.of(cast.reviewer, on=TODAY)), "submitted"
    )
    assert own.refusal == "own_work"
    assert accept_update(update=update, by=second, on=TODAY).state == "accepted"


def test_one_person_with_two_positions_is_both(cast):
    Membership.objects.create(
        user=cast.staff, organisation=cast.skhcn, position="head", valid_from=TODAY
    )

    assert of(cast, cast.staff) == {
        Relation.LEAD_STAFF,
        Relation.COORDINATOR,
        Relation.COORDINATOR_HEAD,
    }


def test_only_heads_and_deputies_head_a_body(cast):
    delegated(cast.sct, cast.head, cast.staff)

    def heads(user) -> bool:
        return Relation.OWN_HEAD in body_relations({cast.sct.pk}, Standing.of(user, on=TODAY))

    assert heads(cast.head)
    assert heads(make_member(cast.sct, "deputy"))
    assert not heads(cast.staff)
    assert not heads(cast.clerk)
    assert not heads(make_member(make_organisation("khac"), "head"))


def test_who_acts_for_a_head_opens_accounts_and_delegates_nothing(cast):
    delegated(cast.sct, cast.head, cast.staff)

    relations = body_relations({cast.sct.pk}, Standing.of(cast.staff, on=TODAY))

    assert Relation.OWN_DELEGATE in relations
    assert allowed("reactivate_person", relations)
    assert not allowed("manage_delegations", relations)
    elsewhere = body_relations({cast.skhcn.pk}, Standing.of(cast.staff, on=TODAY))
    assert not allowed("reactivate_person", elsewhere)


def test_an_administrator_with_a_position_keeps_its_rights_and_no_more(cast):
    cast.clerk.is_administrator = True
    cast.clerk.save()

    assert of(cast, cast.clerk) == {Relation.LEAD_CLERK, Relation.ADMINISTRATOR}
    assert decides(of(cast, cast.clerk)) == []
