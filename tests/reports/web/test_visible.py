"""Lists of evaluations and reports show what the rights table allows, no less and no more."""

import pytest

from organisations.rights import allowed
from organisations.selectors import Standing
from reports.choices import EvaluationState
from reports.models import Evaluation, Report
from reports.relations import evaluation_relations
from tests.builders import make_member
from tests.reports.web.conftest import TODAY

EVERYBODY = {
    "staff": None,
    "head": None,
    "colleague": None,
    "leader": None,
    "office": None,
    "inspector": None,
    "stranger": None,
    "administrator": None,
    "liaison": None,
    "lead_clerk": ("sct", "clerk"),
    "coordinator_head": ("stttt", "head"),
    "coordinator_clerk": ("stttt", "clerk"),
    "committee_staff": ("committee", "staff"),
}


@pytest.mark.parametrize("state", list(EvaluationState))
@pytest.mark.parametrize("who", EVERYBODY)
def test_evaluations_and_reports_are_listed_to_whom_the_table_shows_them(
    people, waiting, who, state
):
    place = EVERYBODY[who]
    person = make_member(getattr(people.cast, place[0]), place[1]) if place else people.by_name(who)
    standing = Standing.of(person, on=TODAY)
    Report.objects.create(
        evaluation=waiting,
        snapshot=waiting.submitted_snapshot,
        organisation=people.cast.sct,
        version=1,
        subject="Báo cáo",
        code="BC-SCT",
        renderer={},
    )
    concluded = {"outcome": "noted", "concluded_on": TODAY} if state == "concluded" else {}
    Evaluation.objects.filter(pk=waiting.pk).update(state=state, **concluded)
    waiting.refresh_from_db()

    relations = evaluation_relations(waiting, standing)

    shows = bool(allowed("view_evaluation", relations, state))
    assert Evaluation.objects.visible_to(standing).exists() == shows
    assert Report.objects.visible_to(standing).exists() == bool(
        allowed("download_report", relations, state)
    )
