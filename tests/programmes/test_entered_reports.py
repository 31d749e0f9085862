"""Nhập thay: the coordinator types a silent body's report, the lead confirms or disputes it."""

import datetime as dt

import pytest
from django.urls import reverse

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from organisations.models import Notice
from organisations.services.documents import NewDocument
from programmes.choices import OwnerAnswer, UpdateKind
from programmes.models import ProgressUpdate
from programmes.selectors import task_summary
from programmes.services import (
    accept_update,
    answer_entry,
    open_update,
    save_update_draft,
    submit_update,
)
from tests.programmes.asking import detail, signed_in
from tests.programmes.cast import TEXT, TODAY

pytestmark = pytest.mark.usefixtures("english", "at_today")
LETTER = NewDocument(
    kind="CV", subject="Báo cáo tiến độ", number_code="12/SCT-CNTT", issued_on=dt.date(2026, 11, 20)
)


def draft(cast, **changes):
    given = {
        "task": cast.task,
        "organisation": cast.sct,
        "by": cast.reviewer,
        "on": TODAY,
        "fields": TEXT,
        "version": None,
        "kind": UpdateKind.ENTERED,
        "document": LETTER,
    }
    return save_update_draft(**given | changes)


def entered(cast, **changes):
    by = changes.get("by", cast.reviewer)
    return submit_update(update=draft(cast, **changes), by=by, on=TODAY)


def entry(cast):
    return reverse("programmes:entry_new", args=[cast.task.code])


def test_it_is_marked_names_its_document_and_tells_the_lead(cast):
    update = entered(cast)

    assert (update.kind, update.organisation, update.received_document.number_code) == (
        "entered",
        cast.sct,
        "12/SCT-CNTT",
    )
    assert set(Notice.objects.values_list("user", flat=True)) >= {cast.staff.pk, cast.head.pk}
    page = signed_in(cast.head).get(detail(cast)).text
    assert "12/SCT-CNTT" in page
    assert "cơ quan chủ trì chưa xác nhận" in page


def test_without_its_document_it_is_not_sent(cast):
    with pytest.raises(DomainError) as refusal:
        entered(cast, document=None)

    assert "document" in refusal.value.fields


@pytest.mark.parametrize(
    "who", ["staff", "head", "cooperator", "liaison_vnpt", "leader", "stranger", "administrator"]
)
def test_only_the_coordinator_enters(cast, who):
    with pytest.raises(NotAllowed):
        draft(cast, by=getattr(cast, who))


def test_nobody_enters_for_another_body_than_the_lead(cast):
    with pytest.raises(NotAllowed):
        draft(cast, organisation=cast.skhcn)


def test_the_coordinator_enters_nothing_for_itself(cast):
    cast.task.duties.filter(role="lead").update(organisation=cast.skhcn)

    with pytest.raises(NotAllowed):
        draft(cast, organisation=cast.skhcn)


def test_it_stands_beside_the_leads_own_draft(cast):
    own = cast.save()

    draft(cast)

    assert open_update(cast.task, cast.sct) == own
    assert ProgressUpdate.objects.filter(state="draft").count() == 2


def test_another_person_of_the_coordinator_accepts_it(cast):
    update = entered(cast)
    with pytest.raises(NotAllowed):
        accept_update(update=update, by=cast.reviewer, on=TODAY)

    accept_update(update=update, by=cast.coordinator_head, on=TODAY)

    assert task_summary(cast.task, on=TODAY).percent == 40


def test_the_lead_confirms_it(cast):
    update = entered(cast)

    answered = answer_entry(update=update, by=cast.head, on=TODAY, answer=OwnerAnswer.CONFIRMED)

    assert (answered.owner_answer, answered.answered_by) == ("confirmed", cast.head)


def test_an_objection_says_what_is_wrong_and_is_told(cast):
    update = entered(cast)
    with pytest.raises(DomainError):
        answer_entry(update=update, by=cast.head, on=TODAY, answer=OwnerAnswer.DISPUTED)

    answer_entry(
        update=update, by=cast.head, on=TODAY, answer=OwnerAnswer.DISPUTED, note="Chưa đạt 40%"
    )

    notice = Notice.objects.get(user=cast.reviewer)
    assert "Chưa đạt 40%" in notice.text
    assert "Chưa đạt 40%" in signed_in(cast.reviewer).get(detail(cast)).text


@pytest.mark.parametrize("who", ["reviewer", "clerk", "cooperator", "stranger", "liaison_vnpt"])
def test_nobody_but_the_lead_answers(cast, who):
    update = entered(cast)

    with pytest.raises(NotAllowed):
        answer_entry(update=update, by=getattr(cast, who), on=TODAY, answer=OwnerAnswer.CONFIRMED)


def test_a_report_of_its_own_needs_no_answer(cast):
    with pytest.raises(WrongState):
        answer_entry(update=cast.submitted(), by=cast.head, on=TODAY, answer=OwnerAnswer.CONFIRMED)


def test_the_leads_own_report_of_the_period_takes_its_place(cast):
    first = entered(cast)
    accept_update(update=first, by=cast.coordinator_head, on=TODAY)
    own = cast.submitted(fields={**TEXT, "percent": "35"})

    accept_update(update=own, by=cast.reviewer, on=TODAY)

    first.refresh_from_db()
    own.refresh_from_db()
    assert (first.state, own.corrects) == ("superseded", first)
    assert task_summary(cast.task, on=TODAY).percent == 35


def test_the_form_takes_the_document_in_one_go(cast):
    person = signed_in(cast.reviewer)
    given = {
        "action": "submit",
        "percent": "41",
        "narrative": "Theo công văn",
        "new_kind": "CV",
        "new_number": "13/SCT-CNTT",
        "new_issued": "19/11/2026",
        "new_subject": "Báo cáo quý IV",
    }
    page = person.get(entry(cast))
    assert "Nhập thay báo cáo của Sở Công Thương" in page.text

    answer = person.post(entry(cast), given)

    assert answer.status_code == 302
    update = ProgressUpdate.objects.get()
    assert (update.kind, update.state, update.percent) == ("entered", "submitted", 41)
    assert update.received_document.number_code == "13/SCT-CNTT"


def test_the_pages_answer_as_the_services_do(cast):
    update = entered(cast)
    confirm = reverse("programmes:entry_confirm", args=[update.uid])
    dispute = reverse("programmes:entry_dispute", args=[update.uid])

    assert signed_in(cast.stranger).post(confirm).status_code == 403
    refused = signed_in(cast.head).post(dispute, {"note": ""})
    assert refused.status_code == 422
    assert signed_in(cast.head).post(confirm).status_code == 302
    update.refresh_from_db()
    assert update.owner_answer == "confirmed"
