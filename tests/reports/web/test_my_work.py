"""My work: each person their own, most urgent first, and what happens next where nothing is due."""

import datetime as dt

import pytest
import time_machine

from programmes.choices import OwnerAnswer
from programmes.models import ProgressUpdate, TrialPeriod
from programmes.services import answer_entry, return_update, save_update_draft, submit_update
from reports.services import open_due_evaluations
from tests.builders import (
    make_commitment,
    make_milestone,
    make_task,
    make_trial_period,
    make_update,
)
from tests.programmes.cast import NOW, TODAY, make_cast
from tests.programmes.test_contributions import contributed
from tests.programmes.test_entered_reports import entered
from tests.reports.web.conftest import client_of

D = dt.date
WORK_QUERIES = 26


@pytest.fixture
def cast(db):
    """Everybody, on 21 November 2026."""
    with time_machine.travel(NOW, tick=True):
        yield make_cast()


def work(user, language="vi"):
    answer = client_of(user, language).get("/")
    assert answer.status_code == 200
    return answer.context["work"]


def whats(items):
    return [item.what for item in items]


def test_what_is_owed_stands_first_with_its_days(cast):
    items = work(cast.staff).items

    assert whats(items) == ["Báo cáo tiến độ Quý 3/2026", "Báo cáo tiến độ Quý 4/2026"]
    assert (items[0].due_on, items[0].days_left, items[0].tone) == (D(2026, 9, 16), -66, "red")
    assert (items[1].due_on, items[1].days_left, items[1].tone) == (D(2026, 12, 16), 25, "")


def test_what_came_back_stands_first_with_the_reason(cast):
    make_update(cast.task, D(2026, 9, 14))
    sent = cast.submitted()
    return_update(update=sent, by=cast.reviewer, on=TODAY, remarks="Thiếu số liệu quý")

    first = work(cast.staff).items[0]

    assert "Thiếu số liệu quý" in first.why
    assert (first.rank, first.label, first.one_tap) == (0, "Sửa và gửi lại", {})


def test_no_change_is_one_tap_from_here(cast):
    make_update(cast.task, D(2026, 9, 14), percent=55)
    person = client_of(cast.staff)
    item = work(cast.staff).items[0]

    answer = person.post(item.url, {**item.one_tap, "action": "unchanged"})

    assert answer.status_code == 302
    sent = ProgressUpdate.objects.get(state="submitted")
    assert (sent.percent, sent.is_unchanged, sent.period_ends_on) == (55, True, D(2026, 12, 14))
    assert not work(cast.staff).items
    assert whats(work(cast.staff).waiting) == ["Đã gửi báo cáo, chờ Sở Khoa học và Công nghệ"]


def test_one_tap_is_not_offered_over_a_draft(cast):
    make_update(cast.task, D(2026, 9, 14))
    cast.save()

    (item,) = work(cast.staff).items

    assert (item.one_tap, item.label) == ({}, "Viết tiếp")


def test_a_draft_stands_at_its_own_period_alone(cast):
    cast.save()
    earlier, present = work(cast.staff).items

    assert (earlier.label, earlier.why) == ("Báo cáo", "đang có bản nháp của kỳ khác")
    assert (present.label, present.why) == ("Viết tiếp", "đã có bản nháp")


def test_the_coordinator_decides_and_sees_who_owes(cast):
    cast.submitted()
    seen = work(cast.reviewer)

    assert "Xem xét báo cáo của Sở Công Thương" in whats(seen.items)
    (debt,) = seen.debts
    assert (debt.owed.lead, debt.owed.period.ends_on, debt.days_over, debt.may_enter) == (
        cast.sct,
        D(2026, 9, 14),
        66,
        True,
    )


def test_nobody_decides_on_their_own_report_from_here(cast):
    own = make_task(cast.programme, code="GL-2023-03", lead=cast.skhcn)
    make_trial_period(own, D(2026, 2, 1), D(2027, 1, 31))
    draft = save_update_draft(
        task=own,
        organisation=cast.skhcn,
        by=cast.reviewer,
        on=TODAY,
        fields={"narrative": "Đã làm"},
        version=None,
    )
    submit_update(update=draft, by=cast.reviewer, on=TODAY)

    mine = [item for item in work(cast.reviewer).items if item.code == own.code]
    theirs = [item for item in work(cast.coordinator_head).items if item.code == own.code]

    assert "Xem xét báo cáo của Sở KH&CN" not in whats(mine)
    assert "Xem xét báo cáo của Sở KH&CN" in whats(theirs)


def test_the_lead_confirms_what_was_entered_and_the_coordinator_reads_the_objection(cast):
    update = entered(cast)
    assert "Xác nhận báo cáo nhập thay Sở Công Thương" in whats(work(cast.head).items)

    answer_entry(
        update=update, by=cast.head, on=TODAY, answer=OwnerAnswer.DISPUTED, note="Sai số liệu"
    )

    assert "Xác nhận báo cáo nhập thay Sở Công Thương" not in whats(work(cast.head).items)
    found = [item for item in work(cast.reviewer).items if "Sai số liệu" in item.why]
    assert len(found) == 1


def test_an_enterprise_sees_its_own_promises_and_never_its_rivals(cast):
    for body in (cast.vnpt, cast.viettel):
        make_commitment(cast.period, body, content=f"Hẹn của {body.code}", due_on=D(2026, 12, 1))
    page = client_of(cast.liaison_vnpt).get("/").text

    assert "Hẹn của vnpt-gl" in page
    assert "viettel" not in page.lower()


def test_the_coordinator_is_reminded_of_unknown_dates(cast):
    task = make_task(cast.programme, code="GL-2023-08", lead=cast.sct)
    make_trial_period(task, None, None)

    assert "Chưa xác định thời gian thử nghiệm" in whats(work(cast.reviewer).items)
    assert "Chưa xác định thời gian thử nghiệm" not in whats(work(cast.staff).items)


def test_an_evaluation_that_opened_waits_for_the_lead(cast):
    TrialPeriod.objects.filter(pk=cast.period.pk).update(ends_on=D(2026, 11, 20))
    open_due_evaluations(on=TODAY)

    assert "Soạn đánh giá" in whats(work(cast.staff).items)


def test_a_contribution_that_was_sent_anew_is_no_work_any_more(cast):
    first = contributed(cast)
    return_update(update=first, by=cast.reviewer, on=TODAY, remarks="Nói rõ hơn")
    assert (
        "Ý kiến của VNPT-GL bị trả lại".lower()
        in " ".join(whats(work(cast.liaison_vnpt).items)).lower()
    )

    contributed(cast)

    assert not [item for item in work(cast.liaison_vnpt).items if "bị trả lại" in item.what]


def test_where_nothing_waits_the_next_thing_is_named(cast):
    make_update(cast.task, D(2026, 9, 14))
    cast.submitted()
    page = client_of(cast.staff).get("/").text
    assert "Không có việc nào chờ bạn." in page
    assert "Khi có báo cáo đến hạn" in page

    other = client_of(cast.stranger).get("/").text
    assert "Đơn vị chưa tham gia nhiệm vụ nào" in other


@pytest.mark.parametrize("count", [1, 10])
def test_my_work_asks_as_much_for_ten_tasks_as_for_one(cast, count, django_assert_num_queries):
    for number in range(1, count):
        task = make_task(cast.programme, code=f"GL-X-{number}", number=20 + number, lead=cast.sct)
        period = make_trial_period(task, D(2026, 2, 1), D(2027, 1, 31))
        make_milestone(period, D(2026, 12, 1))
        make_update(task, D(2026, 9, 14))
    person = client_of(cast.head)
    person.get("/")

    with django_assert_num_queries(WORK_QUERIES):
        person.get("/")
