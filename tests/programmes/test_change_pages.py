"""The pages of changes: what is offered to whom, nothing typed is lost, the old beside the new."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from programmes import services, trail
from programmes.models import (
    ExtensionRequest,
    IndicatorLink,
    LinkValue,
    TaskDuty,
    TrialPeriod,
)
from tests.builders import make_milestone, make_sub_indicator, make_task, make_trial_period
from tests.programmes.asking import signed_in
from tests.programmes.cast import TODAY
from tests.programmes.changing import (
    BASELINE,
    a_document,
    a_ground,
    ask,
    grant,
    linked,
    refuse,
    set_value,
)

NEW_LETTER = {"new_kind": "CV", "new_subject": "Điều chỉnh chỉ tiêu"}


def address(page, *arguments):
    return reverse(f"programmes:{page}", args=arguments)


def target_of(link):
    return address("setup_link_value", link.uid, 1, "target")


def seen_in(page):
    found = re.search(r'name="seen" value="(\w+)"', page.text)
    return found.group(1) if found else ""


def written(page, **values):
    """What the form shows, some of it written anew."""
    fields = {"unit": "%", "on": "2027-01-31", "certainty": "entered", "seen": seen_in(page)}
    return {**fields, **NEW_LETTER, "reason": "Theo đề nghị", **values}


def test_a_target_is_entered_with_a_decimal_comma_and_read_with_one(cast):
    link, client = linked(cast), signed_in(cast.reviewer)
    page = client.get(target_of(link))

    answer = client.post(target_of(link), written(page, value="1.062,5", unit="người"))

    assert answer["Location"] == address("setup_task", cast.task.code) + "#indicators"
    assert LinkValue.objects.get().value == Decimal("1062.5")
    assert "1.062,5 người" in client.get(answer["Location"]).text


def test_the_page_of_a_target_shows_every_value_so_far_and_the_baseline(cast):
    link = linked(cast)
    set_value(cast, link, kind=BASELINE, value=Decimal(20))
    set_value(cast, link, value=Decimal("62.5"))
    set_value(cast, link, value=None, numerator=Decimal(3), denominator=Decimal(4))

    page = signed_in(cast.reviewer).get(target_of(link))

    assert "<s>62,5%</s>" in page.text
    assert "<strong>75% (3/4)</strong>" in page.text
    assert "Theo đề nghị của Sở" in page.text
    assert "Giá trị ban đầu: 20%" in page.text
    assert 'name="value" value' not in page.text  # it follows from its parts


def test_a_refused_value_keeps_what_was_typed(cast):
    link, client = linked(cast), signed_in(cast.reviewer)
    page = client.get(target_of(link))

    answer = client.post(target_of(link), written(page, numerator="3", denominator="0"))

    assert answer.status_code == 422
    assert 'value="3"' in answer.text
    assert "Mẫu số phải lớn hơn 0." in answer.text
    assert not LinkValue.objects.exists()


def test_who_clashed_over_a_target_sees_what_is_recorded_now(cast):
    link, client = linked(cast), signed_in(cast.reviewer)
    set_value(cast, link)
    page = client.get(target_of(link))
    set_value(cast, link, value=Decimal(70))

    answer = client.post(target_of(link), written(page, value="80"))

    assert answer.status_code == 412
    assert re.search(r'id="clashes".*?<dd>70</dd>', answer.text, re.DOTALL)
    assert 'value="80"' in answer.text
    assert client.post(target_of(link), written(answer, value="80")).status_code == 302


def test_no_value_is_offered_for_an_evaluated_trial_nor_to_who_administers(cast):
    link = linked(cast)
    page = address("setup_task", cast.task.code)
    assert target_of(link) in signed_in(cast.reviewer).get(page).text
    assert target_of(link) not in signed_in(cast.administrator).get(page).text

    TrialPeriod.objects.update(
        ends_on=dt.date(2026, 11, 1), evaluation_opened_on=dt.date(2026, 11, 2)
    )

    assert target_of(link) not in signed_in(cast.reviewer).get(page).text


@pytest.mark.parametrize("kind", ["actual", "BASELINE"])
def test_there_is_no_page_for_another_kind_of_value(cast, kind):
    page = address("setup_link_value", linked(cast).uid, 1, kind)

    assert signed_in(cast.reviewer).get(page).status_code == 404


def test_an_indicator_is_linked_with_its_share(cast):
    indicator, client = make_sub_indicator(name="Dịch vụ công toàn trình"), signed_in(cast.reviewer)
    page = address("setup_link_new", cast.task.code)
    assert "Dịch vụ công toàn trình" in client.get(page).text

    values = {"sub_indicator": indicator.pk, "direction": "rising", "share": "12,5"}
    answer = client.post(page, {**values, **NEW_LETTER, "reason": "Theo kế hoạch"})

    assert answer.status_code == 302
    assert IndicatorLink.objects.get().share == Decimal("12.5")


def test_a_link_is_taken_away_only_where_nothing_hangs_on_it(cast):
    link, client = linked(cast), signed_in(cast.reviewer)
    page = address("setup_link", link.uid)
    shown = client.get(page)
    assert 'value="unlink"' in shown.text
    set_value(cast, link)
    assert 'value="unlink"' not in client.get(page).text

    typed = {"direction": "rising", "action": "unlink", "seen": seen_in(shown)}
    answer = client.post(page, {**typed, **NEW_LETTER, "reason": "Nhầm"})

    assert answer.status_code == 409
    assert IndicatorLink.objects.exists()


def test_who_ends_a_trial_early_is_told_which_milestones_lie_outside(cast):
    make_milestone(cast.period, dt.date(2026, 12, 15), title="Nghiệm thu toàn tỉnh")
    make_milestone(cast.period, dt.date(2026, 5, 1), title="Tập huấn")
    client = signed_in(cast.reviewer)
    page = address("setup_trial_end", cast.period.uid)

    answer = client.post(
        page,
        {
            **NEW_LETTER,
            "ended_on": "20/11/2026",
            "reason": "Rút",
            "seen": seen_in(client.get(page)),
        },
        follow=True,
    )

    assert "1 mốc nằm ngoài thời gian thử nghiệm: Nghiệm thu toàn tỉnh." in answer.text
    assert TrialPeriod.objects.get().ends_on == dt.date(2026, 11, 20)


def test_unknown_dates_are_entered_one_by_one(cast):
    period = make_trial_period(make_task(cast.programme, name="Chưa có ngày"), None, None)
    client = signed_in(cast.reviewer)
    page = address("known_dates", period.task.code)
    listed = client.get(address("unknown_dates"))
    assert page in listed.text
    typed = {"starts_on": "01/03/2027", "ends_on": "31/12/2027", "reason": "Phụ lục"}

    answer = client.post(page, {**NEW_LETTER, **typed, "seen": seen_in(client.get(page))})

    assert answer["Location"] == address("unknown_dates")
    period.refresh_from_db()
    assert (period.starts_on, period.ends_on) == (dt.date(2027, 3, 1), dt.date(2027, 12, 31))
    assert (
        "Mọi nhiệm vụ đều đã xác định thời gian thử nghiệm." in client.get(answer["Location"]).text
    )


def test_the_list_of_unknown_dates_is_offered_to_who_may_enter_them(cast):
    page, link = address("setup_programmes"), address("unknown_dates")

    assert link in signed_in(cast.reviewer).get(page).text
    assert link not in signed_in(cast.administrator).get(page).text


def test_the_lead_asks_on_the_page_and_comes_to_the_request(cast):
    client = signed_in(cast.staff)
    page = address("extension_new", cast.task.code)
    assert "01/02/2026" in client.get(page).text

    answer = client.post(page, {"ends_on": "30/06/2027", "reason": "Chậm thiết bị"})

    request = ExtensionRequest.objects.get()
    assert answer["Location"] == address("extension", request.uid)
    shown = client.get(answer["Location"]).text
    assert "Chậm thiết bị" in shown
    assert 'class="plot-was"' in shown
    assert address("extension_withdraw", request.uid) in shown
    assert address("extension_grant", request.uid) not in shown


def test_who_asks_again_is_led_to_the_open_request(cast):
    request = ask(cast)

    page = signed_in(cast.colleague).get(address("extension_new", cast.task.code))

    assert address("extension", request.uid) in page.text
    assert 'name="ends_on"' not in page.text


def test_where_nobody_can_ask_the_page_says_why_and_takes_nothing(cast):
    TrialPeriod.objects.update(starts_on=None, ends_on=None)
    client, page = signed_in(cast.staff), address("extension_new", cast.task.code)

    assert "Đợt thử nghiệm chưa bắt đầu" in client.get(page).text
    assert client.post(page, {"ends_on": "30/06/2027", "reason": "Vì"}).status_code == 409
    assert not ExtensionRequest.objects.exists()


def test_the_coordinator_grants_another_day_than_the_one_asked_for(cast):
    request, client = ask(cast), signed_in(cast.reviewer)
    shown = client.get(address("extension", request.uid))

    answer = client.post(
        address("extension_grant", request.uid),
        {"ends_on": "30/04/2027", "document": a_document().pk, "seen": seen_in(shown)},
    )

    assert answer["Location"] == address("extension", request.uid)
    assert TrialPeriod.objects.get(extends=cast.period).ends_on == dt.date(2027, 4, 30)
    after = client.get(answer["Location"]).text
    assert "01/02/2027 – 30/04/2027" in after
    assert "Reviewer.Skhcn, với tư cách chuyên viên" in after
    assert address("extension_grant", request.uid) not in after


def test_a_refused_grant_keeps_what_was_typed(cast):
    request, client = ask(cast), signed_in(cast.leader)
    shown = client.get(address("extension", request.uid))

    answer = client.post(
        address("extension_grant", request.uid),
        {"ends_on": "2027-04-30", "remarks": "Đồng ý hai tháng", "seen": seen_in(shown)},
    )

    assert answer.status_code == 422
    assert "Đồng ý hai tháng" in answer.text
    assert "Hãy chọn hoặc nhập văn bản đồng ý gia hạn." in answer.text
    assert TrialPeriod.objects.count() == 1


def test_who_decides_on_other_days_than_they_read_is_told_and_can_decide_again(cast):
    request, client = ask(cast), signed_in(cast.reviewer)
    page = address("extension_refuse", request.uid)
    shown = client.get(address("extension", request.uid))
    TrialPeriod.objects.update(ends_on=dt.date(2027, 2, 28))

    answer = client.post(page, {"remarks": "Đủ rồi", "seen": seen_in(shown)})

    assert answer.status_code == 412
    assert "28/02/2027" in answer.text
    again = re.search(
        r'id="refuse_seen"[^>]*value="(\w+)"|value="(\w+)"[^>]*id="refuse_seen"', answer.text
    )
    seen = next(group for group in again.groups() if group)
    assert client.post(page, {"remarks": "Đủ rồi", "seen": seen}).status_code == 302


def test_a_second_decision_is_told_on_the_page_of_the_first(cast):
    request, client = ask(cast), signed_in(cast.reviewer)
    shown = client.get(address("extension", request.uid))
    refuse(cast, request, by=cast.leader)

    answer = client.post(
        address("extension_grant", request.uid),
        {"ends_on": "2027-04-30", "document": a_document().pk, "seen": seen_in(shown)},
    )

    assert answer.status_code == 409
    assert "Đủ thời gian" in answer.text
    assert "không có gì thay đổi" in answer.text


def test_who_asked_reads_why_they_do_not_decide(cast):
    request = ask(cast)
    request.asked_by = cast.reviewer
    request.save()

    page = signed_in(cast.reviewer).get(address("extension", request.uid)).text

    assert "người khác phải quyết định" in page
    assert address("extension_grant", request.uid) not in page


def test_the_lead_withdraws_on_the_page_once(cast):
    request, client = ask(cast), signed_in(cast.staff)
    page = address("extension_withdraw", request.uid)

    assert client.post(page).status_code == 302
    answer = client.post(page)

    assert answer.status_code == 409
    assert "không có gì thay đổi" in answer.text


def test_an_enterprise_finds_no_request_and_reads_nothing_of_it(cast):
    request = ask(cast, reason="VNPT chậm giao máy chủ")
    grant(cast, request)

    for person in (cast.liaison_vnpt, cast.liaison_viettel):
        client = signed_in(person)
        assert client.get(address("extension", request.uid)).status_code == 404
        task = client.get(address("task_detail", cast.task.code))
        assert "chậm giao" not in task.text
        history = client.get(f"/trail/task/{cast.task.code}/")
        assert "chậm giao" not in history.text


def test_an_enterprise_reads_nothing_of_how_its_rival_left(cast):
    set_value(cast, linked(cast))
    leave(cast, cast.vnpt, "VNPT rút lui")
    history = f"/trail/task/{cast.task.code}/"

    assert "VNPT rút lui" in signed_in(cast.reviewer).get(history).text
    assert "VNPT rút lui" in signed_in(cast.liaison_vnpt).get(history).text
    assert "VNPT rút lui" not in signed_in(cast.liaison_viettel).get(history).text


def test_without_the_parts_of_duties_the_rival_would_read_it(cast, monkeypatch):
    whole = trail.registry.ever
    monkeypatch.setattr(
        trail, "_duties", lambda _standing, task: [whole(TaskDuty, task_id=task.pk)]
    )

    with pytest.raises(AssertionError):
        test_an_enterprise_reads_nothing_of_how_its_rival_left(cast)


def leave(cast, firm, reason):
    duty = TaskDuty.objects.get(organisation=firm)
    services.end_body(
        duty=duty,
        last_day=TODAY + dt.timedelta(days=30),
        by=cast.reviewer,
        on=TODAY,
        ground=a_ground(reason),
        seen=services.mark_of(duty),
    )


def test_a_changed_due_day_of_reports_is_kept_with_its_reason(cast):
    client = signed_in(cast.reviewer)
    page = address("setup_programme_change", cast.programme.code)
    typed = {
        "name": cast.programme.name,
        "kind": "trial",
        "reporting": "half_yearly",
        "due_working_days": "5",
        "reason": "Theo quy chế",
        "seen": seen_in(client.get(page)),
    }

    assert client.post(page, {**typed, **NEW_LETTER}).status_code == 302
    assert client.post(page, {**typed, "due_working_days": "-1"}).status_code == 422

    cast.programme.refresh_from_db()
    assert (cast.programme.reporting, cast.programme.due_working_days) == ("half_yearly", 5)
    assert services.reporting_period(cast.task, cast.sct, on=dt.date(2026, 11, 21)).days > 150
