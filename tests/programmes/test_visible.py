"""Whoever reads lists sees what the rights table allows, no less and no more."""

import datetime as dt

import pytest

from organisations.rights import Belonging, allowed
from organisations.selectors import Standing
from programmes.models import Commitment, Programme, ProgressUpdate, Task
from programmes.relations import task_relations
from tests.builders import make_inspector, make_member
from tests.programmes.cast import TODAY

EVERYBODY = [
    "staff",
    "head",
    "clerk",
    "reviewer",
    "coordinator_head",
    "coordinator_clerk",
    "office",
    "leader",
    "cooperator",
    "liaison_vnpt",
    "stranger",
    "inspector",
    "administrator",
    "own_inspector",
    "outsider",
]


@pytest.fixture
def standing(cast, who):
    if who == "own_inspector":
        return Standing.of(make_inspector(cast.sct, cast.programme), on=TODAY)
    if who == "outsider":
        cast.task.duties.filter(role="partner", organisation=cast.viettel).delete()
        return Standing.of(cast.liaison_viettel, on=TODAY)
    return Standing.of(getattr(cast, who), on=TODAY)


def test_an_inspector_sees_nothing_without_a_decision_or_on_another_day(cast):
    without = make_member(cast.sct, "inspector")
    cast.inspector.mandates.update(valid_to=TODAY - dt.timedelta(days=1))

    for person in (without, cast.inspector):
        standing = Standing.of(person, on=TODAY)
        assert not Programme.objects.visible_to(standing).exists()
        assert not Task.objects.visible_to(standing).exists()
        assert not Commitment.objects.visible_to(standing).exists()


@pytest.mark.parametrize("who", EVERYBODY)
def test_tasks_are_listed_to_whom_the_table_shows_them(cast, standing, who):
    decision = allowed("view_task", task_relations(cast.task, standing))

    assert Task.objects.visible_to(standing).exists() == bool(decision)


@pytest.mark.parametrize("who", EVERYBODY)
def test_submitted_updates_are_listed_to_whom_the_table_shows_progress(cast, standing, who):
    cast.submitted()
    decision = allowed("view_progress", task_relations(cast.task, standing))

    assert ProgressUpdate.objects.visible_to(standing).exists() == bool(decision)


@pytest.mark.parametrize("who", EVERYBODY)
def test_drafts_of_updates_are_listed_to_whom_the_table_shows_them(cast, standing, who):
    cast.save()
    belonging = Belonging.OWN if cast.sct.pk in standing.positions else None
    relations = task_relations(cast.task, standing)
    decision = allowed("view_draft_update", relations, belonging=belonging)

    assert ProgressUpdate.objects.visible_to(standing).exists() == bool(decision)
