"""In what capacity an evaluation was moved, who finds it in their queue, and what a clerk sees."""

import datetime as dt

import pytest
from django.test import Client

from dti_tracker.shared.errors import NotAllowed
from organisations.models import Delegation, Membership
from organisations.selectors import Standing
from reports.choices import EvaluationState, Verb
from reports.models import EvaluationMove
from reports.relations import reviewers
from reports.selectors import lists
from reports.services import move_evaluation
from tests.builders import make_member
from tests.reports.cast import OPENING, make_cast, submitted, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def delegated(cast, person, head=None, body=None, on=OPENING) -> None:
    Delegation.objects.create(
        organisation=body or cast.sct,
        delegator=head or cast.head,
        delegate=person,
        valid_from=on,
        valid_to=on,
        reason="Đi công tác",
    )


def sent(cast):
    return move_evaluation(
        evaluation=written(cast), verb=Verb.SEND_TO_HEAD, by=cast.staff, on=OPENING
    )


def last_move() -> EvaluationMove:
    move = EvaluationMove.objects.order_by("pk").last()
    assert move is not None
    return move


def queue(person, on=OPENING) -> list[str]:
    standing = Standing.of(person, on=on)
    rows = [*lists.review_queue(standing), *lists.own_work(standing)]
    return [str(row.state) for row in rows]


@pytest.mark.parametrize("position", ["head", "deputy"])
def test_a_head_and_a_deputy_submit_each_in_their_own_capacity(cast, position):
    evaluation = sent(cast)
    person = make_member(cast.sct, position)

    move_evaluation(evaluation=evaluation, verb=Verb.SUBMIT, by=person, on=OPENING)

    assert (last_move().capacity, last_move().on_behalf_of) == (position, None)


def test_a_delegate_submits_on_behalf_of_the_head(cast):
    evaluation = sent(cast)
    delegated(cast, cast.staff)

    move_evaluation(evaluation=evaluation, verb=Verb.SUBMIT, by=cast.staff, on=OPENING)

    assert (last_move().capacity, last_move().on_behalf_of) == ("delegate", cast.head)


def test_what_the_own_position_allows_is_not_done_as_a_delegate(cast):
    delegated(cast, cast.staff)

    sent(cast)

    assert (last_move().capacity, last_move().on_behalf_of) == ("staff", None)


def test_without_a_delegation_of_the_day_nobody_submits_for_the_head(cast):
    evaluation = sent(cast)
    delegated(cast, cast.staff, on=OPENING + dt.timedelta(days=1))

    with pytest.raises(NotAllowed):
        move_evaluation(evaluation=evaluation, verb=Verb.SUBMIT, by=cast.staff, on=OPENING)


def test_the_coordinators_staff_accept_as_staff_and_its_delegated_clerk_as_delegate(cast):
    head = make_member(cast.stttt, "head")
    clerk = make_member(cast.stttt, "clerk")
    evaluation = submitted(cast)
    with pytest.raises(NotAllowed):
        move_evaluation(evaluation=evaluation, verb=Verb.ACCEPT, by=clerk, on=OPENING)
    delegated(cast, clerk, head, cast.stttt)

    move_evaluation(evaluation=evaluation, verb=Verb.ACCEPT, by=clerk, on=OPENING)

    assert (last_move().capacity, last_move().on_behalf_of) == ("delegate", head)


def test_the_application_itself_has_no_capacity(cast):
    written(cast)

    assert EvaluationMove.objects.get(verb="open").capacity == ""


def test_page_and_api_say_on_whose_behalf_it_was_submitted(cast):
    evaluation = sent(cast)
    delegated(cast, cast.staff)
    move_evaluation(evaluation=evaluation, verb=Verb.SUBMIT, by=cast.staff, on=OPENING)
    client = Client()
    Membership.objects.filter(user=cast.head).update(position="head")
    client.force_login(cast.head)

    page = client.get(f"/evaluations/{evaluation.uid}/").text
    history = client.get(f"/api/v1/evaluations/{evaluation.uid}/").json()["history"]

    assert f"thừa ủy quyền (TUQ.) của {cast.head}" in page
    assert history[-1]["capacity"] == "delegate"
    assert history[-1]["on_behalf_of"] == cast.head.full_name
    assert history[0]["capacity"] is None


def test_a_delegate_finds_what_lies_with_the_head(cast):
    sent(cast)
    assert queue(cast.staff) == []
    assert queue(cast.head) == ["in_review"]

    delegated(cast, cast.staff)

    assert queue(cast.staff) == ["in_review"]
    assert queue(cast.staff, OPENING + dt.timedelta(days=1)) == []


def test_who_heads_another_body_finds_nothing_that_lies_with_this_one(cast):
    sent(cast)
    Membership.objects.create(
        user=cast.staff, organisation=cast.stttt, position="head", valid_from=OPENING
    )

    assert queue(cast.staff) == []


@pytest.mark.parametrize("position", ["clerk", "inspector"])
def test_clerks_and_inspectors_get_no_review_queue(cast, position):
    submitted(cast)

    assert queue(make_member(cast.stttt, position)) == []
    assert queue(cast.reviewer) == ["submitted"]


def test_a_clerk_to_whom_the_head_delegated_gets_it_and_is_told(cast):
    clerk, head = make_member(cast.stttt, "clerk"), make_member(cast.stttt, "head")
    delegated(cast, clerk, head, cast.stttt)

    evaluation = submitted(cast)

    assert queue(clerk) == ["submitted"]
    assert clerk in reviewers(evaluation, cast.stttt, on=OPENING)


def test_nobody_finds_their_own_text_in_the_queue_where_the_coordinator_leads():
    cast = make_cast(lead_is_coordinator=True)
    evaluation = submitted(cast)

    assert evaluation.state == EvaluationState.SUBMITTED
    assert queue(cast.staff) == []
    assert queue(cast.head) == []
    assert queue(cast.colleague) == ["submitted"]
