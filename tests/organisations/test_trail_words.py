"""The trail speaks to people: every field has a label, what was done has a sentence."""

import datetime as dt

import pytest
from django.apps import apps
from django.utils import timezone, translation

from organisations.choices import JobKind
from organisations.models import Job, SecurityEvent
from organisations.trail import attaching, registry
from programmes.models import ProgressUpdate
from tests.builders import make_inspector, make_member, make_organisation, make_task, make_update
from tests.builders import make_user as a_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 3, 14)
TECHNICAL = {"uid", "version", "digest", "search_key", "snapshot", "claim", "updated_at"}


def unlabelled() -> list[str]:
    """Fields of recorded tables that read the same in English and in Vietnamese."""
    found = []
    for source in attaching.sources():
        for field in registry.shown_fields(apps.get_model(source.model)):
            with translation.override("en"):
                english = registry.field_label(field)
            with translation.override("vi"):
                if registry.field_label(field) == english:
                    found.append(f"{source.model}.{field.name}")
    return found


def test_every_field_that_is_shown_has_a_vietnamese_label():
    assert unlabelled() == []


def test_a_field_without_words_would_be_noticed(monkeypatch):
    monkeypatch.delitem(registry._labels, ("reports.evaluationmove", "to_state"))
    assert unlabelled() == ["reports.evaluationmove.to_state"]


def test_what_is_kept_for_machines_is_not_shown():
    for source in attaching.sources():
        shown = {field.name for field in registry.shown_fields(apps.get_model(source.model))}
        assert not shown & TECHNICAL, source.model


def lines(client, address: str) -> list[tuple[str, str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [(line.who, line.deed, line.about) for line in answer.context["page"].lines]


def test_the_security_log_says_what_happened(client):
    person = a_user("quan.tri", full_name="Lê Quản Trị", is_administrator=True)
    client.force_login(person)
    SecurityEvent.objects.create(kind="signed_in", login="quan.tri", target="/login/", user=person)
    SecurityEvent.objects.create(kind="sign_in_failed", login="ke.la")
    SecurityEvent.objects.create(kind="disabled", user=person, target="nguoi.cu")
    asked = lines(client, "/trail/?model=organisations.securityevent")
    assert ("Lê Quản Trị", "đăng nhập", "") in asked
    assert any(about == "ke.la" and "sai" in deed for _who, deed, about in asked)
    assert any(about == "nguoi.cu" for _who, _deed, about in asked)
    text = client.get("/trail/?model=organisations.securityevent").content.decode()
    assert "Liên quan đến" in text
    assert "Chỉ tiêu" not in text


DETAILS = [
    ("signed_in", {"known_device": False}, "Thiết bị đã biết: không"),
    ("sign_in_refused", {"reason": "dormant"}, "Lý do: tài khoản bị khóa do không sử dụng"),
    ("sign_in_refused", {"reason": "sso_unknown"}, "Lý do: đăng nhập một lần: ở đây không có ai"),
    ("sign_in_failed", {"place": "device", "device": "a1b2c3"}, "Nơi thực hiện: thiết bị này"),
    ("reactivated", {"vouched_by": "single_sign_on"}, "bởi: hệ thống đăng nhập một lần"),
    ("factor_added", {"factor": "passkey"}, "Yếu tố xác thực thứ hai: khóa truy cập"),
    (
        "disabled",
        {"by": "quan.tri", "reason": "Nghỉ hưu"},
        "Lý do: Nghỉ hưu; người thực hiện: quan.tri",
    ),
    ("token_made", {"token": "a1b2c3", "scope": "read", "days": 90}, "Phạm vi: read"),
    ("token_made", {"token": "a1b2c3", "scope": "read", "days": 90}, "số ngày có hiệu lực: 90"),
    ("token_refused", {"token": "a1b2c3", "state": "revoked"}, "Trạng thái của mã truy cập: đã"),
    (
        "trail_exported",
        {"filters": {"kind": "update", "day_from": "2026-12-01", "model": "organisations.user"}},
        "Việc đã làm: sửa, Từ ngày: 01/12/2026",
    ),
]


@pytest.mark.parametrize(("kind", "detail", "words"), DETAILS)
def test_the_details_of_an_event_are_in_words(client, kind, detail, words):
    client.force_login(a_user(is_administrator=True))
    event = SecurityEvent.objects.create(kind=kind, login="ke.la", detail=detail)
    answer = client.get(f"/trail/?model=organisations.securityevent&object={event.pk}")
    [line] = answer.context["page"].lines
    [said] = [change.after for change in line.changes if change.label == "Chi tiết"]
    assert words in said
    assert "a1b2c3" not in said
    assert "_" not in said


def test_without_wordings_an_event_would_show_its_keys(client, monkeypatch):
    monkeypatch.setattr(registry, "_wordings", {})
    client.force_login(a_user(is_administrator=True))
    SecurityEvent.objects.create(kind="signed_in", detail={"known_device": False})
    assert "known_device" in client.get("/trail/").text


def test_details_for_machines_alone_are_left_out(client):
    client.force_login(a_user(is_administrator=True))
    SecurityEvent.objects.create(kind="signed_in", detail={"device": "a1b2c3"})
    text = client.get("/trail/").text
    assert "a1b2c3" not in text
    assert "Chi tiết" not in text


def test_a_report_is_told_by_what_became_of_it(client):
    task = make_task(name="Cổng dữ liệu mở")
    update = make_update(task, DAY, state="draft", submitted_at=None)
    rows = ProgressUpdate.objects.filter(pk=update.pk)
    rows.update(state="submitted", submitted_at=timezone.now())
    rows.update(narrative="Sửa lời văn")
    rows.update(state="returned", remarks="Thiếu số liệu")
    client.force_login(make_member(update.organisation, "head"))
    deeds = [deed for _who, deed, _about in lines(client, f"/trail/task/{task.code}/")]
    assert deeds[:4] == [
        "trả lại cập nhật tiến độ kỳ đến 14/03/2024",
        "sửa cập nhật tiến độ",
        "gửi cập nhật tiến độ kỳ đến 14/03/2024",
        "bắt đầu soạn cập nhật tiến độ kỳ đến 14/03/2024",
    ]


def test_a_history_does_not_repeat_what_stands_above_it(client):
    task = make_task(name="Cổng dữ liệu mở")
    body = make_update(task, DAY).organisation
    client.force_login(make_member(body, "head"))
    told = lines(client, f"/trail/task/{task.code}/")
    assert all("Cổng dữ liệu mở" not in about for _who, _deed, about in told)
    assert any(body.name in about for _who, _deed, about in told)


def test_what_was_done_in_a_draft_is_not_told_to_who_may_not_read_it(client):
    task = make_task()
    make_update(task, DAY, state="draft", submitted_at=None)
    client.force_login(a_user(is_administrator=True))
    deeds = [
        deed for _who, deed, _about in lines(client, "/trail/?model=programmes.progressupdate")
    ]
    assert deeds == ["tạo cập nhật tiến độ"]


def test_a_number_for_machines_is_no_name(client):
    Job.objects.create(
        kind=JobKind.EVALUATION_REPORT,
        subject="5886426d-5a1d-457b-a488-5f9df710dcf8",
        woken_at=timezone.now(),
    )
    client.force_login(a_user(is_administrator=True))
    [(_who, _deed, about)] = lines(client, "/trail/?model=organisations.job")
    assert about == ""


def test_an_address_is_where_something_came_from_and_no_day(client):
    client.force_login(a_user(is_administrator=True))
    client.post("/trail/export/")
    text = client.get("/trail/").content.decode()
    assert "từ 127.0.0.1" in text
    assert "từ ngày 127" not in text


@pytest.mark.parametrize(("who", "path"), [("administrator", "/setup/"), ("inspector", "/trail/")])
def test_the_navigation_says_where_the_log_lies(client, who, path):
    task = make_task()
    client.force_login(
        a_user(is_administrator=True)
        if who == "administrator"
        else make_inspector(make_organisation(), task.programme)
    )
    text = client.get("/trail/").content.decode()
    assert f'href="{path}" aria-current="page"' in text


def test_the_navigation_marks_the_tasks_above_the_history_of_one(client):
    task = make_task()
    client.force_login(make_member(task.duties.get(role="lead").organisation, "head"))
    text = client.get(f"/trail/task/{task.code}/").content.decode()
    assert 'href="/tasks/" aria-current="page"' in text
