"""What a person is to a task follows from duties and positions of the day."""

import datetime as dt

import pytest

from organisations.models import User
from organisations.relations import general_relations
from organisations.rights import Relation, allowed
from organisations.selectors import Standing
from programmes.models import Task
from programmes.relations import programme_relations, task_relations, update_relations
from programmes.selectors import prepared
from tests.builders import make_member, make_organisation, make_succession
from tests.programmes.cast import TODAY


def of(cast, user: User, on: dt.date = TODAY) -> frozenset[Relation]:
    return task_relations(cast.task, Standing.of(user, on=on))


@pytest.mark.parametrize(
    ("who", "relations"),
    [
        ("staff", {Relation.LEAD_STAFF}),
        ("head", {Relation.LEAD_HEAD}),
        ("clerk", {Relation.LEAD_CLERK}),
        ("reviewer", {Relation.COORDINATOR}),
        ("coordinator_head", {Relation.COORDINATOR, Relation.COORDINATOR_DEPUTY}),
        ("coordinator_clerk", {Relation.COORDINATOR_CLERK}),
        ("office", {Relation.AUTHORITY_OFFICE}),
        ("leader", {Relation.AUTHORITY_LEADER}),
        ("cooperator", {Relation.COOPERATING}),
        ("liaison_vnpt", {Relation.PARTNER}),
        ("stranger", {Relation.STRANGER}),
        ("inspector", {Relation.INSPECTOR}),
        ("administrator", {Relation.ADMINISTRATOR}),
    ],
)
def test_a_persons_relation_follows_from_body_and_position(cast, who, relations):
    assert of(cast, getattr(cast, who)) == relations


def test_a_deputy_leads_as_the_head_does(cast):
    assert of(cast, make_member(cast.sct, "deputy")) == {Relation.LEAD_DEPUTY}


def test_staff_of_the_authority_itself_prepare_and_record(cast):
    assert of(cast, make_member(cast.ppc)) == {Relation.AUTHORITY_OFFICE}


def test_an_inspector_inside_a_body_takes_no_part_in_its_duties(cast):
    assert of(cast, make_member(cast.sct, "inspector")) == {Relation.INSPECTOR}
    assert of(cast, make_member(cast.vnpt, "inspector")) == set()  # an enterprise inspects nobody


def test_one_body_can_be_two_things_at_once(cast):
    cast.task.duties.filter(role="lead").update(organisation=cast.skhcn)

    assert of(cast, cast.reviewer) == {Relation.LEAD_STAFF, Relation.COORDINATOR}


def test_duties_pass_to_the_successor_on_its_day(cast):
    heir = make_organisation("sct-moi")
    handover = TODAY + dt.timedelta(days=1)
    make_succession(cast.sct, heir, handover)
    newcomer = make_member(heir)

    assert of(cast, newcomer) == {Relation.STRANGER}
    assert of(cast, newcomer, on=handover) == {Relation.LEAD_STAFF}
    assert of(cast, cast.staff, on=handover) == {Relation.STRANGER}


def test_a_duty_counts_between_its_days(cast):
    duty = cast.task.duties.get(role="lead")
    duty.valid_from, duty.valid_to = dt.date(2026, 1, 1), TODAY
    duty.save()

    assert of(cast, cast.staff) == {Relation.LEAD_STAFF}
    assert of(cast, cast.staff, on=TODAY + dt.timedelta(days=1)) == {Relation.STRANGER}
    assert of(cast, cast.staff, on=dt.date(2025, 12, 31)) == {Relation.STRANGER}


def test_who_is_disabled_is_nothing(cast):
    cast.staff.is_active = False
    cast.staff.save()

    assert of(cast, cast.staff) == {Relation.FORMER}


def test_who_wrote_in_an_update_is_its_author(cast):
    update = cast.save()

    assert Relation.AUTHOR in update_relations(update, Standing.of(cast.staff, on=TODAY))
    assert Relation.AUTHOR not in update_relations(update, Standing.of(cast.colleague, on=TODAY))


@pytest.mark.parametrize(
    ("who", "relations"),
    [
        ("staff", {Relation.STRANGER}),
        ("reviewer", {Relation.STRANGER}),
        ("leader", {Relation.STRANGER}),
        ("liaison_vnpt", {Relation.PARTNER}),
        ("inspector", {Relation.INSPECTOR}),
        ("administrator", {Relation.ADMINISTRATOR}),
    ],
)
def test_what_a_person_is_in_general_follows_from_their_positions_alone(cast, who, relations):
    assert general_relations(Standing.of(getattr(cast, who), on=TODAY)) == relations


def test_an_administrator_with_a_position_reads_as_their_colleagues_do(cast):
    cast.stranger.is_administrator = True
    cast.stranger.save()

    relations = of(cast, cast.stranger)

    assert relations == {Relation.STRANGER, Relation.ADMINISTRATOR}
    assert allowed("view_progress", relations)


@pytest.mark.parametrize("who", ["staff", "reviewer", "office", "leader", "liaison_vnpt"])
def test_who_may_see_progress_in_general_may_see_it_of_their_task(cast, who):
    standing = Standing.of(getattr(cast, who), on=TODAY)

    assert allowed("view_progress", general_relations(standing))
    assert allowed("view_progress", task_relations(cast.task, standing))


@pytest.mark.parametrize(
    ("who", "relations"),
    [
        ("reviewer", {Relation.COORDINATOR}),
        ("leader", {Relation.AUTHORITY_LEADER}),
        ("staff", {Relation.STRANGER}),
        ("liaison_vnpt", set()),
        ("inspector", {Relation.INSPECTOR}),
    ],
)
def test_a_programme_knows_coordinator_and_authority(cast, who, relations):
    standing = Standing.of(getattr(cast, who), on=TODAY)

    assert programme_relations(cast.programme, standing) == relations


def test_relations_of_prepared_tasks_ask_nothing(cast, django_assert_num_queries):
    task = prepared(Task.objects.all()).get()
    standing = Standing.of(cast.reviewer, on=TODAY)

    with django_assert_num_queries(0):
        task_relations(task, standing)
