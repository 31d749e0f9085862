"""A progress update from draft to acceptance: who may, when, and what is kept."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from organisations.selectors import Standing
from programmes.calendar import period_of
from programmes.choices import UpdateState
from programmes.models import ProgressUpdate
from programmes.selectors import task_summary
from programmes.services import (
    accept_update,
    missing,
    record_evaluation_opened,
    reporting_period,
    return_update,
    submit_update,
)
from tests.builders import make_member, make_milestone, make_update
from tests.programmes.cast import TEXT, TODAY

pytestmark = pytest.mark.usefixtures("english")
D = dt.date


def test_a_draft_is_saved_for_the_running_quarter_and_counts_its_versions(cast):
    update = cast.save()

    assert (update.period_starts_on, update.period_ends_on) == (D(2026, 9, 15), D(2026, 12, 14))
    assert (update.state, update.percent, update.version) == (UpdateState.DRAFT, 40, 1)
    again = cast.save(by=cast.colleague, version=1, fields={"narrative": "Đã tập huấn 4 xã."})
    assert (again.pk, again.version, again.percent) == (update.pk, 2, 40)
    assert again.author_ids == {cast.staff.pk, cast.colleague.pk}


def test_a_draft_can_go_on_what_ended_last(cast):
    ended = period_of(D(2026, 9, 14), "quarterly")

    assert cast.save(period=ended).period_ends_on == D(2026, 9, 14)
    assert cast.save(version=1, fields={"percent": "41"}).period_ends_on == D(2026, 9, 14)


def test_a_report_that_is_owed_lately_comes_first(cast):
    on = D(2026, 9, 20)

    assert reporting_period(cast.task, cast.sct, on=on).ends_on == D(2026, 9, 14)
    make_update(cast.task, D(2026, 9, 14))
    assert reporting_period(cast.task, cast.sct, on=on).ends_on == D(2026, 12, 14)


@pytest.mark.parametrize("percent", ["-1", "100.01", "33.333", "NaN", "Infinity", "bốn mươi"])
def test_a_percentage_outside_its_range_is_refused(cast, percent):
    with pytest.raises(DomainError) as refusal:
        cast.save(fields={"percent": percent})

    assert "percent" in refusal.value.fields
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(("given", "kept"), [("0", Decimal(0)), ("", None), (None, None)])
def test_zero_is_reported_and_nothing_is_not(cast, given, kept):
    assert cast.save(fields={"percent": given}).percent == kept


def test_a_colour_that_does_not_exist_is_refused(cast):
    with pytest.raises(DomainError, match="colour"):
        cast.save(fields={"declared_health": "pink"})


def test_a_field_that_does_not_exist_is_a_mistake_of_the_program(cast):
    with pytest.raises(TypeError, match="remarks"):
        cast.save(fields={"remarks": "x"})


def test_words_are_stored_composed_and_trimmed(cast):
    assert cast.save(fields={"narrative": "  Đã họp Sở \n"}).narrative == "Đã họp Sở"


@pytest.mark.parametrize(
    "who",
    [
        "clerk",
        "reviewer",
        "coordinator_head",
        "office",
        "leader",
        "cooperator",
        "liaison_vnpt",
        "stranger",
        "inspector",
        "administrator",
    ],
)
def test_only_the_leads_own_people_write(cast, who):
    with pytest.raises(NotAllowed, match="Sở Công Thương"):
        cast.save(by=getattr(cast, who))


def test_nobody_writes_for_a_body_that_does_not_lead(cast):
    with pytest.raises(NotAllowed, match="Sở KH&CN does not lead"):
        cast.save(organisation=cast.skhcn)


def test_who_left_the_body_writes_no_more(cast):
    former = make_member(cast.sct, valid_to=D(2026, 10, 31))

    with pytest.raises(NotAllowed):
        cast.save(by=former)


def test_a_submitted_update_is_history(cast):
    update = cast.submitted()

    assert (update.state, update.submitted_by) == (UpdateState.SUBMITTED, cast.staff)
    assert submit_update(update=update, by=cast.staff, on=TODAY).version == update.version
    with pytest.raises(WrongState, match="submitted"):
        submit_update(update=update, by=cast.colleague, on=TODAY)
    with pytest.raises(Stale, match=r"Staff\.Sct sent this update"):
        cast.save(version=update.version)


def test_only_the_lead_submits(cast):
    update = cast.save()

    with pytest.raises(NotAllowed):
        submit_update(update=update, by=cast.reviewer, on=TODAY)


def test_an_empty_update_does_not_leave_the_house(cast):
    update = cast.save(fields={"percent": "40"})

    with pytest.raises(DomainError, match="what was done") as refusal:
        submit_update(update=update, by=cast.staff, on=TODAY)

    assert set(refusal.value.fields) == {"narrative"}


def test_a_better_colour_than_the_rules_say_needs_a_reason(cast):
    make_milestone(cast.period, D(2026, 9, 1))
    fields = TEXT | {"percent": "80", "declared_health": "green"}
    update = cast.save(fields=fields)

    assert "milestone 1 is 81 days late" in missing(update, on=TODAY)["declared_reason"]
    with pytest.raises(DomainError, match="say why"):
        submit_update(update=update, by=cast.staff, on=TODAY)
    reasoned = cast.save(version=1, fields=fields | {"declared_reason": "Đã xong, chờ biên bản."})
    assert submit_update(update=reasoned, by=cast.staff, on=TODAY).state == UpdateState.SUBMITTED


@pytest.mark.parametrize("colour", ["red", "amber", "green"])
def test_a_colour_as_good_or_worse_needs_none(cast, colour):
    update = cast.save(fields=TEXT | {"percent": "81", "declared_health": colour})

    assert missing(update, on=TODAY) == {}


def test_no_change_carries_the_last_report_forward(cast):
    first = cast.submitted(fields=TEXT | {"difficulties": "Thiếu người"})
    accept_update(update=first, by=cast.reviewer, on=TODAY)

    second = cast.submitted(
        fields={"is_unchanged": True}, period=period_of(D(2026, 12, 20), "quarterly")
    )

    carried = second.percent, second.difficulties, second.narrative
    assert carried == (40, "Thiếu người", TEXT["narrative"])
    assert second.is_unchanged


def test_no_change_needs_something_that_did_not_change(cast):
    with pytest.raises(DomainError, match="Nothing was reported before"):
        cast.save(fields={"is_unchanged": True})


def test_no_change_with_another_percentage_contradicts_itself(cast):
    cast.submitted()

    with pytest.raises(DomainError, match="no change") as refusal:
        cast.save(fields={"is_unchanged": True, "percent": "50"})

    assert set(refusal.value.fields) == {"percent"}


def test_the_coordinator_accepts_and_the_figures_count(cast):
    update = cast.submitted()
    assert task_summary(cast.task, on=TODAY).percent is None

    accepted = accept_update(update=update, by=cast.reviewer, on=TODAY)

    assert (accepted.state, accepted.reviewed_by) == (UpdateState.ACCEPTED, cast.reviewer)
    assert task_summary(cast.task, on=TODAY).percent == 40


@pytest.mark.parametrize(
    "who", ["staff", "head", "coordinator_clerk", "office", "leader", "liaison_vnpt", "stranger"]
)
def test_only_the_coordinator_decides(cast, who):
    update = cast.submitted()

    with pytest.raises(NotAllowed):
        accept_update(update=update, by=getattr(cast, who), on=TODAY)
    with pytest.raises(NotAllowed):
        return_update(update=update, by=getattr(cast, who), on=TODAY, remarks="Bổ sung")


def test_nobody_decides_on_a_text_they_had_a_hand_in(cast):
    """The coordinator leads the task itself: a second person of it reviews."""
    cast.task.duties.filter(role="lead").update(organisation=cast.skhcn)
    writer, sender = make_member(cast.skhcn), make_member(cast.skhcn)
    draft = cast.save(organisation=cast.skhcn, by=writer)
    edited = cast.save(
        organisation=cast.skhcn, by=cast.reviewer, version=1, fields={"percent": "41"}
    )
    assert edited.pk == draft.pk
    update = submit_update(update=edited, by=sender, on=TODAY)

    for person in (writer, cast.reviewer, sender):
        with pytest.raises(NotAllowed, match="another person"):
            accept_update(update=update, by=person, on=TODAY)
    assert accept_update(update=update, by=cast.coordinator_head, on=TODAY).state == "accepted"


def test_a_decision_is_taken_once(cast):
    update = cast.submitted()
    accept_update(update=update, by=cast.reviewer, on=TODAY)

    with pytest.raises(WrongState, match="accepted since"):
        return_update(update=update, by=cast.coordinator_head, on=TODAY, remarks="Bổ sung")


def test_a_return_says_why(cast):
    update = cast.submitted()

    with pytest.raises(DomainError) as refusal:
        return_update(update=update, by=cast.reviewer, on=TODAY, remarks="  ")
    assert set(refusal.value.fields) == {"remarks"}

    returned = return_update(update=update, by=cast.reviewer, on=TODAY, remarks=" Thiếu số liệu ")
    assert (returned.state, returned.remarks) == (UpdateState.RETURNED, "Thiếu số liệu")


def test_a_returned_update_stays_as_it_was_sent_and_is_corrected_by_a_new_one(cast):
    returned = returned_by(cast)

    mended = cast.save(fields={"narrative": "Đã tập huấn 120 người."})
    assert (mended.corrects, mended.state, mended.version) == (returned, UpdateState.DRAFT, 1)
    sent = submit_update(update=mended, by=cast.staff, on=TODAY, version=mended.version)

    assert (sent.state, sent.remarks, sent.reviewed_by) == ("submitted", "", None)
    returned.refresh_from_db()
    assert (returned.state, returned.narrative) == (UpdateState.RETURNED, TEXT["narrative"])
    assert returned.remarks == "Thiếu số liệu"


def test_what_corrects_a_returned_update_is_its_own_peoples_until_it_is_sent(cast):
    returned_by(cast)
    draft = cast.save(fields={"narrative": "Chưa xong, đừng đọc"})

    for who, sees in (("staff", True), ("reviewer", False), ("liaison_viettel", False)):
        standing = Standing.of(getattr(cast, who), on=TODAY)
        visible = ProgressUpdate.objects.visible_to(standing)
        assert (draft in visible) is sees, who
        assert visible.filter(state=UpdateState.RETURNED).count() == 1


def test_a_returned_update_is_not_sent_again_as_it_is(cast):
    with pytest.raises(WrongState, match="returned since"):
        submit_update(update=returned_by(cast), by=cast.staff, on=TODAY)


def test_a_report_that_was_returned_is_what_one_comes_to_write(cast):
    ended = period_of(D(2026, 6, 14), "quarterly")
    returned_by(cast, period=ended)

    assert reporting_period(cast.task, cast.sct, on=TODAY) == ended
    assert cast.save().period_ends_on == ended.ends_on


def test_a_report_that_was_returned_is_not_carried_forward(cast):
    returned_by(cast)

    with pytest.raises(DomainError, match="Nothing was reported before"):
        cast.save(fields={"is_unchanged": True})


def returned_by(cast, **changes):
    """What staff sent, returned by the reviewer."""
    update = cast.submitted(**changes)
    return return_update(update=update, by=cast.reviewer, on=TODAY, remarks="Thiếu số liệu")


def test_what_is_returned_beside_a_newer_draft_is_corrected_by_that(cast):
    update = cast.submitted()
    draft = cast.save(fields={"narrative": "Bản mới"})

    return_update(update=update, by=cast.reviewer, on=TODAY, remarks="Bổ sung")

    sent = submit_update(update=draft, by=cast.staff, on=TODAY)
    assert sent.corrects == update


def test_a_correction_names_and_supersedes_the_update_of_the_same_period(cast):
    first = accept_update(update=cast.submitted(), by=cast.reviewer, on=TODAY)
    second = cast.submitted(fields=TEXT | {"percent": "35"})
    assert second.corrects == first

    accept_update(update=second, by=cast.reviewer, on=TODAY)

    first.refresh_from_db()
    assert first.state == UpdateState.SUPERSEDED
    assert task_summary(cast.task, on=TODAY).percent == 35


def test_the_table_of_transitions_holds_whatever_the_rights_say(cast, monkeypatch):
    monkeypatch.setattr("programmes.services.reviews.require_act", lambda *args: None)
    update = cast.save()

    with pytest.raises(WrongState, match="draft cannot go there"):
        accept_update(update=update, by=cast.reviewer, on=TODAY)


def test_a_stale_decision_is_refused(cast):
    update = cast.submitted()

    with pytest.raises(Stale):
        accept_update(update=update, by=cast.reviewer, on=TODAY, version=update.version - 1)


def test_the_day_an_evaluation_opened_stays_the_first(cast):
    cast.period.starts_on, cast.period.ends_on = D(2026, 2, 1), D(2026, 10, 31)
    cast.period.save()
    for on in (D(2026, 11, 1), D(2026, 11, 9)):
        record_evaluation_opened(period=cast.period, on=on)
    assert cast.period.evaluation_opened_on == D(2026, 11, 1)


def test_a_wrong_value_on_a_saved_draft_leaves_the_draft_as_it_was(cast):
    cast.save()

    with pytest.raises(DomainError):
        cast.save(version=1, fields={"percent": "200"})

    assert ProgressUpdate.objects.get().percent == 40


def test_no_change_on_a_draft_looks_back_past_the_draft_itself(cast):
    accept_update(update=cast.submitted(), by=cast.reviewer, on=TODAY)
    cast.save(fields={"percent": None})

    assert cast.save(version=1, fields={"is_unchanged": True}).percent == 40


@pytest.mark.parametrize("act", ["submitted", "reviewed"])
@pytest.mark.parametrize(("capacity", "names_head"), [("delegate", False), ("staff", True)])
def test_a_delegate_and_nobody_else_acts_on_behalf_of_a_head(cast, act, capacity, names_head):
    """Whatever the services do, the database refuses the rest."""
    update = cast.submitted()
    setattr(update, f"{act}_as", capacity)
    setattr(update, f"{act}_for", cast.head if names_head else None)

    with pytest.raises(IntegrityError, match="on_behalf_of_somebody"), transaction.atomic():
        update.save()
    setattr(update, f"{act}_as", "delegate" if names_head else "staff")
    update.save()
