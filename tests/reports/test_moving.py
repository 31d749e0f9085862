"""Who moves an evaluation where, and onto which desk it comes."""

import datetime as dt

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from organisations.models import Job, Membership, Notice, Organisation
from organisations.selectors import Standing
from programmes.relations import task_relations
from reports.choices import DispatchPurpose, EvaluationState
from reports.may import what_may
from reports.models import Dispatch, Evaluation, EvaluationMove
from reports.services import move_evaluation, write_evaluation
from reports.services.writing import Draft, Finding
from tests.builders import LONG_AGO, make_inspector, make_member, make_organisation
from tests.reports.cast import HANDOVER, OPENING, full_draft, make_cast, opened, submitted, written

pytestmark = pytest.mark.django_db
EVE = HANDOVER - dt.timedelta(days=1)


def move(evaluation, verb, by, on=OPENING, **rest):
    return move_evaluation(evaluation=evaluation, verb=verb, by=by, on=on, **rest)


def desk(evaluation):
    (dispatch,) = evaluation.dispatches.filter(settled_at__isnull=True).exclude(
        purpose=DispatchPurpose.FOR_INFORMATION
    )
    return dispatch.recipient, dispatch.purpose


def test_the_day_before_the_handover_the_draft_goes_to_stttt():
    cast = make_cast()
    assert desk(submitted(cast, on=EVE)) == (cast.stttt, DispatchPurpose.FOR_REVIEW)


def test_from_the_day_of_the_handover_the_draft_goes_to_skhcn():
    cast = make_cast()
    assert desk(submitted(cast, on=HANDOVER)) == (cast.skhcn, DispatchPurpose.FOR_REVIEW)


def test_only_people_of_the_body_that_holds_the_duty_that_day_may_review():
    cast = make_cast()
    evaluation = submitted(cast, on=HANDOVER)
    with pytest.raises(NotAllowed):
        move(evaluation, "accept", cast.colleague, HANDOVER)
    assert move(evaluation, "accept", cast.reviewer, HANDOVER).state == EvaluationState.ACCEPTED


def test_a_coordinator_that_leads_dispatches_nothing_to_itself():
    cast = make_cast(lead_is_coordinator=True)
    evaluation = submitted(cast)
    assert not evaluation.dispatches.filter(settled_at__isnull=True).exists()
    assert cast.reviewer.notices.filter(text__contains="GL-2023-09").count() == 2


def test_in_a_coordinator_that_leads_another_person_reviews():
    cast = make_cast(lead_is_coordinator=True)
    evaluation = submitted(cast)
    for author in (cast.staff, cast.head):
        with pytest.raises(NotAllowed):
            move(evaluation, "accept", author)
    assert move(evaluation, "accept", cast.reviewer).state == EvaluationState.ACCEPTED


def test_where_everybody_who_could_review_wrote_it_the_submission_is_refused_with_their_names():
    cast = make_cast(lead_is_coordinator=True)
    make_member(cast.stttt, "clerk", "clerk")
    left = make_member(cast.stttt, "staff", "left")
    left.is_active = False
    left.save()
    evaluation = written(cast)
    for author in (cast.reviewer, cast.colleague):
        evaluation = write_evaluation(
            evaluation=evaluation,
            draft=Draft(fields={"results": f"{author} viết."}),
            by=author,
            on=OPENING,
            version=evaluation.version,
        )
    evaluation = move(evaluation, "send_to_head", cast.staff)

    with pytest.raises(DomainError, match="không còn ai khác được thẩm định") as refused:
        move(evaluation, "submit", cast.head)

    for author in (cast.staff, cast.head, cast.reviewer, cast.colleague):
        assert author.full_name in refused.value.message
    assert cast.stttt.name in refused.value.message
    evaluation.refresh_from_db()
    assert evaluation.state == EvaluationState.IN_REVIEW
    assert evaluation.submitted_snapshot is None

    another = make_member(cast.stttt, "deputy", "another")
    evaluation = move(evaluation, "submit", cast.head)
    assert move(evaluation, "accept", another).state == EvaluationState.ACCEPTED


def test_only_colleagues_who_may_review_are_told_of_a_submission_within_one_body():
    cast = make_cast(lead_is_coordinator=True)
    clerk = make_member(cast.stttt, "clerk", "clerk")
    inspector = make_inspector(cast.stttt, cast.programme, "inspector")
    evaluation = submitted(cast)

    told = Notice.objects.filter(
        cause__startswith=f"dispatch:{evaluation.uid}:{DispatchPurpose.FOR_REVIEW}"
    )

    assert {notice.user for notice in told} == {cast.reviewer, cast.colleague}
    assert not {clerk, inspector, cast.staff} & {notice.user for notice in told}


def test_without_the_veto_an_author_could_accept_their_own_work(monkeypatch):
    """The twin: without the relation "author" nothing would stop them."""
    cast = make_cast(lead_is_coordinator=True)
    evaluation = submitted(cast)
    monkeypatch.setattr(
        "reports.may.evaluation_relations",
        lambda evaluation, standing: task_relations(evaluation.trial_period.task, standing),
    )
    assert move(evaluation, "accept", cast.head).state == EvaluationState.ACCEPTED


def test_nothing_is_routed_to_nobody():
    cast = make_cast()
    evaluation = move(written(cast), "send_to_head", cast.staff)
    Organisation.objects.filter(pk=cast.stttt.pk).update(valid_to=dt.date(2024, 1, 1))
    with pytest.raises(DomainError, match=r"recipient|nơi nhận|đầu mối"):
        move(evaluation, "submit", cast.head)
    evaluation.refresh_from_db()
    assert evaluation.state == EvaluationState.IN_REVIEW


def test_staff_cannot_submit():
    cast = make_cast()
    evaluation = move(written(cast), "send_to_head", cast.staff)
    with pytest.raises(NotAllowed):
        move(evaluation, "submit", cast.staff)


def test_an_outsider_cannot_move_anything():
    cast = make_cast()
    evaluation = written(cast)
    for outsider in (cast.liaison, cast.reviewer, make_member(cast.viettel)):
        with pytest.raises(NotAllowed):
            move(evaluation, "send_to_head", outsider)


def test_a_disabled_person_moves_nothing():
    cast = make_cast()
    evaluation = written(cast)
    cast.staff.is_active = False
    cast.staff.save()
    with pytest.raises(NotAllowed):
        move(evaluation, "send_to_head", cast.staff)


def test_an_unwritten_evaluation_is_refused_with_everything_that_is_missing():
    cast = make_cast()
    with pytest.raises(DomainError) as refused:
        move(opened(cast), "send_to_head", cast.staff)
    assert {"results", "shortcomings", "proposal_kind", "proposal", "criterion:c1"} <= set(
        refused.value.fields
    )


def test_a_wrong_state_is_refused():
    cast = make_cast()
    with pytest.raises(WrongState):
        move(written(cast), "submit", cast.head)


def test_a_return_says_why_and_comes_back_through_the_head():
    cast = make_cast()
    evaluation = submitted(cast)
    with pytest.raises(DomainError):
        move(evaluation, "return", cast.reviewer, comment="  ")
    evaluation = move(evaluation, "return", cast.reviewer, comment="Thiếu biên bản nghiệm thu.")
    assert desk(evaluation) == (cast.sct, DispatchPurpose.FOR_CORRECTION)
    with pytest.raises(WrongState):
        move(evaluation, "submit", cast.head)
    evaluation = move(evaluation, "send_to_head", cast.staff)
    assert move(evaluation, "submit", cast.head).state == EvaluationState.SUBMITTED


def test_a_withdrawn_draft_leaves_the_desk():
    cast = make_cast()
    evaluation = move(submitted(cast), "withdraw", cast.head)
    assert evaluation.state == EvaluationState.IN_REVIEW
    assert not Dispatch.objects.filter(
        purpose=DispatchPurpose.FOR_REVIEW, settled_at__isnull=True
    ).exists()


def test_an_accepted_one_is_reopened_by_another_person_than_the_one_who_accepted():
    cast = make_cast()
    evaluation = move(submitted(cast), "accept", cast.reviewer)
    with pytest.raises(NotAllowed, match="Chính bạn đã đồng ý"):
        move(evaluation, "reopen", cast.reviewer, comment="Sai số liệu.")
    evaluation = move(evaluation, "reopen", cast.colleague, comment="Sai số liệu.")
    assert evaluation.state == EvaluationState.RETURNED


def test_reopening_is_offered_to_another_person_than_the_one_who_accepted():
    cast = make_cast()
    evaluation = move(submitted(cast), "accept", cast.reviewer)

    offers = {
        person: what_may(evaluation, Standing.of(person, on=OPENING))[0]
        for person in (cast.reviewer, cast.colleague)
    }

    assert {offer.verb for offer in offers.values()} == {"reopen"}
    assert not offers[cast.reviewer].allowed
    assert (
        offers[cast.reviewer].reason == "Chính bạn đã đồng ý nội dung này; cần người khác mở lại."
    )
    assert offers[cast.colleague].allowed


def test_who_accepted_an_earlier_version_may_reopen_what_another_accepted():
    cast = make_cast()
    evaluation = move(submitted(cast), "accept", cast.reviewer)
    evaluation = move(evaluation, "reopen", cast.colleague, comment="Sai số liệu.")
    evaluation = move(evaluation, "send_to_head", cast.staff)
    evaluation = move(evaluation, "submit", cast.head)
    evaluation = move(evaluation, "accept", cast.colleague)

    evaluation = move(evaluation, "reopen", cast.reviewer, comment="Vẫn sai.")

    assert evaluation.state == EvaluationState.RETURNED


def test_a_submission_reads_the_successions_once():
    cast = make_cast()
    evaluation = move(written(cast), "send_to_head", cast.staff)

    with CaptureQueriesContext(connection) as asked:
        move(evaluation, "submit", cast.head)

    reads = [q for q in asked if q["sql"].startswith('SELECT "organisations_succession"')]
    assert len(reads) == 1


def test_submission_pins_a_snapshot_that_later_edits_do_not_change():
    cast = make_cast()
    evaluation = submitted(cast)
    pinned = evaluation.submitted_snapshot
    evaluation = move(evaluation, "return", cast.reviewer, comment="Bổ sung.")
    write_evaluation(
        evaluation=evaluation,
        draft=Draft(fields={"results": "Viết lại."}),
        by=cast.staff,
        on=OPENING,
        version=evaluation.version,
    )
    pinned.refresh_from_db()
    assert "Hệ thống đã vận hành" in pinned.canonical_json


def test_a_second_submission_with_the_same_text_keeps_one_snapshot_and_one_job():
    cast = make_cast()
    evaluation = submitted(cast)
    jobs_before = Job.objects.count()
    evaluation = move(evaluation, "withdraw", cast.head)
    evaluation = move(evaluation, "submit", cast.head)
    assert Job.objects.count() == jobs_before


def test_every_move_is_recorded_with_person_and_body():
    cast = make_cast()
    evaluation = submitted(cast)
    last = evaluation.moves.last()
    assert (last.verb, last.user, last.organisation) == ("submit", cast.head, cast.sct)
    assert last.snapshot == evaluation.submitted_snapshot


def test_who_sits_in_two_bodies_moves_for_the_one_that_acts():
    cast = make_cast()
    Membership.objects.create(
        user=cast.reviewer,
        organisation=make_organisation(),
        position="staff",
        valid_from=LONG_AGO - dt.timedelta(days=1),
    )

    accepted = move(submitted(cast), "accept", cast.reviewer)

    assert accepted.moves.last().organisation == cast.stttt


def test_moves_cannot_be_changed_or_deleted():
    cast = make_cast()
    opened(cast)
    with pytest.raises(InternalError), transaction.atomic():
        EvaluationMove.objects.update(comment="x")
    with pytest.raises(InternalError), transaction.atomic():
        EvaluationMove.objects.all().delete()


def test_a_stale_version_is_refused():
    cast = make_cast()
    evaluation = written(cast)
    with pytest.raises(Stale):
        move(evaluation, "send_to_head", cast.staff, version=evaluation.version - 1)


def test_the_second_writer_is_told_and_the_first_text_stays():
    cast = make_cast()
    evaluation = opened(cast)
    first = write_evaluation(
        evaluation=evaluation, draft=full_draft(cast), by=cast.staff, on=OPENING, version=1
    )
    with pytest.raises(Stale):
        write_evaluation(
            evaluation=evaluation,
            draft=Draft(fields={"results": "Bản khác."}),
            by=cast.head,
            on=OPENING,
            version=1,
        )
    assert Evaluation.objects.get(pk=first.pk).results == first.results


def test_nobody_writes_while_it_lies_with_the_coordinator():
    cast = make_cast()
    evaluation = submitted(cast)
    with pytest.raises(WrongState):
        write_evaluation(
            evaluation=evaluation,
            draft=full_draft(cast),
            by=cast.head,
            on=OPENING,
            version=evaluation.version,
        )


@pytest.mark.parametrize(
    "draft",
    [
        Draft(fields={"cost_vnd": -1}),
        Draft(fields={"proposal_kind": "dance"}),
        Draft(fields={"state": "accepted"}),
        Draft(findings=(Finding("c9", "met"),)),
        Draft(findings=(Finding("c1", "perfect"),)),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(draft):
    cast = make_cast()
    evaluation = opened(cast)
    with pytest.raises(DomainError):
        write_evaluation(evaluation=evaluation, draft=draft, by=cast.staff, on=OPENING, version=1)
    evaluation.refresh_from_db()
    assert evaluation.version == 1
    assert not evaluation.findings.exists()
