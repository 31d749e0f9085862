"""Pages of tasks: who sees what, and what odd input gets."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import User
from programmes.calendar import period_of
from programmes.models import Commitment, ProgressUpdate
from programmes.owing import reports_owed
from programmes.services import accept_update, return_update
from programmes.task_page.due import report_due
from tests.builders import (
    make_organisation,
    make_succession,
    make_task,
    make_update,
    standing,
)
from tests.programmes.asking import LIST, detail, names_in, signed_in, writing
from tests.programmes.cast import TEXT, TODAY


def posted(update: ProgressUpdate | None = None, **changes: object) -> dict[str, object]:
    """What the form sends."""
    version = update.version if update else ""
    return {"action": "save", "version": version, "period": "2026-12-14"} | TEXT | changes


@pytest.mark.parametrize("name", ["task_list", "task_detail", "update_new"])
def test_every_page_asks_for_a_log_in(cast, name):
    arguments = [] if name == "task_list" else [cast.task.code]

    answer = Client().get(reverse(f"programmes:{name}", args=arguments))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("verb", ["accept", "return"])
def test_deciding_asks_for_a_log_in_and_for_post(cast, verb):
    address = reverse(f"programmes:update_{verb}", args=[cast.submitted().uid])

    assert Client().post(address).status_code == 302
    assert signed_in(cast.reviewer).get(address).status_code == 405


@pytest.mark.parametrize(
    "who",
    [
        "staff",
        "reviewer",
        "cooperator",
        "office",
        "leader",
        "stranger",
        "inspector",
        "liaison_vnpt",
    ],
)
def test_whom_the_task_concerns_reads_it(cast, who):
    person = signed_in(getattr(cast, who))

    assert names_in(person) == {cast.task.code}
    assert person.get(detail(cast)).status_code == 200


def test_the_form_shows_each_last_value_at_its_own_field_alone(cast):
    accept_update(update=cast.submitted(), by=cast.reviewer, on=TODAY)

    page = signed_in(cast.staff).get(writing(cast)).text

    assert page.count("Lần trước:") == 2
    assert "Lần trước: 40%" in page


def test_an_enterprise_finds_only_tasks_in_which_it_takes_part(cast):
    make_task(cast.programme, code="GL-2023-04", partners=(cast.viettel,))
    vnpt = signed_in(cast.liaison_vnpt)

    assert names_in(vnpt) == {"GL-2023-09"}
    assert vnpt.get("/tasks/GL-2023-04/").status_code == 404
    assert vnpt.get("/tasks/GL-2023-04/updates/new/").status_code == 404


def test_a_person_without_position_sees_nothing(cast):
    cast.liaison_vnpt.memberships.update(valid_to=TODAY.replace(day=1))
    former = signed_in(cast.liaison_vnpt)

    assert former.get(LIST).status_code == 403
    assert former.get(detail(cast)).status_code == 404


def test_rivals_never_see_each_others_promises_or_names_in_choices(cast):
    vnpt, viettel = signed_in(cast.liaison_vnpt), signed_in(cast.liaison_viettel)

    assert "VNPT hứa máy chủ" in vnpt.get(detail(cast)).text
    assert "Viettel hứa" not in vnpt.get(detail(cast)).text
    assert "VNPT hứa" not in viettel.get(detail(cast)).text
    assert 'value="viettel-gl"' not in vnpt.get(LIST).text
    assert 'value="viettel-gl"' in signed_in(cast.staff).get(LIST).text


def test_a_rival_cannot_be_asked_for_in_the_address(cast):
    assert signed_in(cast.liaison_vnpt).get(LIST, {"partner": "viettel-gl"}).status_code == 400


@pytest.mark.parametrize(
    ("who", "sees"),
    [("staff", True), ("reviewer", False), ("stranger", False), ("liaison_vnpt", False)],
)
def test_a_draft_is_seen_by_its_own_people_alone(cast, who, sees):
    cast.save(fields={"narrative": "Chưa xong, đừng đọc"})

    page = signed_in(getattr(cast, who)).get(detail(cast)).text

    assert ("Chưa xong, đừng đọc" in page) is sees


def test_an_enterprise_reads_what_the_lead_wrote_and_never_its_rival(cast):
    """Also when the lead is a successor of the body that was once assigned."""
    heir = make_organisation("sct-moi")
    make_succession(cast.sct, heir, TODAY)
    for body, words in (
        (heir, "Sở viết"),
        (cast.vnpt, "VNPT viết"),
        (cast.viettel, "Viettel viết"),
    ):
        make_update(cast.task, TODAY, organisation=body, narrative=words)

    page = signed_in(cast.liaison_vnpt).get(detail(cast)).text

    assert "Sở viết" in page
    assert "VNPT viết" in page
    assert "Viettel viết" not in page


def test_an_administrator_sees_the_set_up_but_no_progress(cast):
    update = cast.submitted(fields={"percent": "40", "narrative": "Đã tập huấn"})
    accept_update(update=update, by=cast.reviewer, on=TODAY)

    page = signed_in(cast.administrator).get(detail(cast))

    assert page.status_code == 200
    assert cast.task.name in page.text
    assert "Đã tập huấn" not in page.text
    assert "VNPT hứa" not in page.text
    assert cast.task.name in listed(cast.administrator)
    for shown in (page.text, listed(cast.administrator), listed(cast.administrator, health="red")):
        assert 'class="state ' not in shown
        assert "40%" not in shown


def listed(user: User, **query: str) -> str:
    """The text of the list as a person sees it."""
    return signed_in(user).get(LIST, query).text


@pytest.mark.parametrize(
    ("who", "may"),
    [("staff", True), ("head", True), ("clerk", False), ("reviewer", False), ("leader", False)],
)
def test_the_button_and_the_form_follow_the_same_answer(cast, who, may):
    person = signed_in(getattr(cast, who))

    assert (writing(cast) in person.get(detail(cast)).text) is may
    assert person.get(writing(cast)).status_code == (200 if may else 403)
    assert person.post(writing(cast), posted()).status_code == (302 if may else 403)


@pytest.mark.parametrize(
    ("who", "may"),
    [("reviewer", True), ("coordinator_head", True), ("staff", False), ("office", False)],
)
def test_the_coordinator_alone_gets_the_buttons_of_a_decision(cast, who, may):
    update = cast.submitted()
    accept = reverse("programmes:update_accept", args=[update.uid])
    person = signed_in(getattr(cast, who))

    assert (accept in person.get(detail(cast)).text) is may
    assert person.post(accept).status_code == (302 if may else 403)


def test_a_decision_taken_twice_is_told_with_what_happened(cast):
    update = cast.submitted()
    accept_update(update=update, by=cast.reviewer, on=TODAY)

    answer = signed_in(cast.coordinator_head).post(
        reverse("programmes:update_accept", args=[update.uid])
    )

    assert answer.status_code == 409
    assert "đã duyệt" in answer.text


def test_remarks_without_words_are_refused_and_nothing_is_lost(cast):
    address = reverse("programmes:update_return", args=[cast.submitted().uid])
    person = signed_in(cast.reviewer)

    assert person.post(address, {"remarks": " "}).status_code == 422
    too_long = person.post(address, {"remarks": "Thiếu số liệu " * 1000})
    assert too_long.status_code == 422
    assert "Thiếu số liệu Thiếu số liệu" in too_long.text
    assert person.post(address, {"remarks": "Thiếu số liệu"}).status_code == 302
    assert ProgressUpdate.objects.get().state == "returned"


def test_the_correction_of_a_returned_update_stands_in_the_form_and_is_unread_till_sent(cast):
    update = cast.submitted(period=period_of(TODAY.replace(month=5), "quarterly"))
    return_update(update=update, by=cast.reviewer, on=TODAY, remarks="Thiếu số liệu")
    staff = signed_in(cast.staff)

    form = staff.get(writing(cast)).text
    assert "Thiếu số liệu" in form
    assert "Đã tập huấn 3 xã." in form
    assert '<option value="2026-06-14" selected>' in form
    assert "Sửa và gửi lại" in staff.get(detail(cast)).text
    saved = posted(narrative="Chưa xong, đừng đọc", period="2026-06-14")
    assert staff.post(writing(cast), saved).status_code == 302

    assert "Thiếu số liệu" in staff.get(writing(cast)).text
    assert "Sửa và gửi lại" not in staff.get(detail(cast)).text
    for reader in (cast.reviewer, cast.stranger, cast.liaison_vnpt, cast.liaison_viettel):
        page = signed_in(reader).get(detail(cast)).text
        assert "Chưa xong, đừng đọc" not in page
        assert "Đã tập huấn 3 xã." in page


@pytest.mark.parametrize("who", ["liaison_vnpt", "stranger"])
def test_a_draft_of_others_does_not_exist_for_who_decides(cast, who):
    update = cast.save()

    answer = signed_in(getattr(cast, who)).post(
        reverse("programmes:update_accept", args=[update.uid])
    )

    assert answer.status_code == 404


def test_a_draft_is_saved_and_stands_in_the_form_again(cast):
    person = signed_in(cast.staff)

    answer = person.post(writing(cast), posted(percent="62,5"), follow=True)

    assert answer.status_code == 200
    assert 'value="62,5"' in answer.text
    assert "Đã tập huấn 3 xã." in answer.text


def test_the_first_report_owed_is_due_two_working_days_after_its_cut_off(cast):
    person = signed_in(cast.staff)

    assert ">16/09/2026<" in person.get(detail(cast)).text
    make_update(cast.task, dt.date(2026, 9, 14))
    assert ">16/12/2026<" in person.get(detail(cast)).text
    cast.submitted()
    assert person.get(detail(cast)).context["report_due"] is None


def test_the_page_names_the_report_that_my_work_asks_for(cast):
    seen = standing(cast.staff, on=TODAY)
    owed = reports_owed([cast.task], seen)

    due = report_due(cast.task, seen)

    assert due is not None
    assert (due.label, due.due_on) == (owed[0].period.label, owed[0].due_on)


def test_sending_saves_and_submits(cast):
    answer = signed_in(cast.staff).post(writing(cast), posted(action="submit"))

    assert answer.status_code == 302
    assert ProgressUpdate.objects.get().state == "submitted"


def test_what_is_missing_is_named_and_the_draft_kept(cast):
    answer = signed_in(cast.staff).post(writing(cast), posted(action="submit", narrative=""))

    update = ProgressUpdate.objects.get()
    assert answer.status_code == 422
    assert update.state == "draft"
    assert f'name="version" value="{update.version}"' in answer.text


def test_no_change_is_one_tap(cast):
    accept_update(update=cast.submitted(), by=cast.reviewer, on=TODAY)

    answer = signed_in(cast.staff).post(
        writing(cast), posted(action="unchanged", percent="40", narrative="")
    )

    assert answer.status_code == 302
    assert ProgressUpdate.objects.filter(state="submitted", is_unchanged=True).count() == 1


def test_after_a_clash_both_texts_are_shown_and_saving_again_decides(cast):
    draft = cast.save()
    cast.save(by=cast.colleague, version=1, fields={"narrative": "Bản của đồng nghiệp"})
    person = signed_in(cast.staff)

    clash = person.post(writing(cast), posted(draft, narrative="Bản của tôi"))

    assert clash.status_code == 412
    assert "Bản của đồng nghiệp" in clash.text
    assert "Bản của tôi" in clash.text
    assert 'name="version" value="2"' in clash.text
    assert ProgressUpdate.objects.get().narrative == "Bản của đồng nghiệp"
    again = person.post(writing(cast), posted(version=2, narrative="Bản chung"))
    assert again.status_code == 302
    assert ProgressUpdate.objects.get().narrative == "Bản chung"


def test_an_action_that_is_no_button_of_the_form_does_nothing(cast):
    answer = signed_in(cast.staff).post(writing(cast), posted(action="send"))

    assert answer.status_code == 400
    assert not ProgressUpdate.objects.exists()


def test_the_forms_first_submit_button_saves_and_sends_nothing(cast):
    accept_update(update=cast.submitted(), by=cast.reviewer, on=TODAY)

    form = signed_in(cast.staff).get(writing(cast)).text.split("data-guard-unsaved")[1]
    buttons = re.findall(r'type="submit" name="action" value="(\w+)"', form)

    assert buttons == ["save", "unchanged", "save", "submit"]


def test_a_page_can_be_asked_whether_it_is_there(cast):
    person = signed_in(cast.staff)

    for address in (LIST, detail(cast), writing(cast)):
        assert person.head(address).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"percent": "101"},
        {"percent": "abc"},
        {"percent": "1\x00"},
        {"narrative": "a\x00b"},
        {"version": "x"},
        {"period": "2020-01-01"},
        {"declared_health": "grey"},
        {"narrative": "x" * 10_001},
    ],
)
def test_odd_values_are_named_and_nothing_is_saved(cast, changes):
    assert signed_in(cast.staff).post(writing(cast), posted(**changes)).status_code == 422
    assert not ProgressUpdate.objects.exists()


def test_every_wording_of_the_page_is_there_in_both_languages(cast):
    cast.submitted()

    assert "Trả lại kèm ý kiến" in signed_in(cast.reviewer).get(detail(cast)).text
    assert "Return with remarks" in signed_in(cast.reviewer, "en").get(detail(cast)).text


def test_names_stand_in_the_readers_language(cast):
    cast.task.name_en, cast.sct.name_en = "Trade data system", "Department of Industry and Trade"
    cast.task.save()
    cast.sct.save()
    vietnamese, english = signed_in(cast.reviewer), signed_in(cast.reviewer, "en")

    for page in (english.get(LIST).text, english.get(detail(cast)).text):
        assert "Trade data system" in page
        assert cast.task.name not in page
    assert "Department of Industry and Trade" in english.get(detail(cast)).text
    assert "Trade data system" not in vietnamese.get(LIST).text
    assert cast.programme.name in english.get(detail(cast)).text


def test_list_and_task_can_be_asked_about_a_day_of_the_past(cast):
    make_update(cast.task, TODAY.replace(month=6, day=14), percent=20, narrative="Đầu tiên")
    make_update(cast.task, TODAY.replace(month=9, day=14), percent=55, narrative="Về sau")
    person = signed_in(cast.staff)

    past = person.get(detail(cast), {"as_of": "2026-07-01"}).text

    assert "Đầu tiên" in past
    assert "Về sau" not in past
    assert writing(cast) not in past
    assert "20%" in listed(cast.staff, as_of="2026-07-01")
    assert f"{detail(cast)}?as_of=2026-07-01" in listed(cast.staff, as_of="2026-07-01")
    assert "55%" in listed(cast.staff)


@pytest.mark.parametrize(
    "day", ["2026-11-22", "2026-02-30", "0001-01-01", "1999-12-31", "20260801", "x", "\x00"]
)
def test_a_day_that_is_none_or_lies_ahead_is_refused(cast, day):
    person = signed_in(cast.staff)

    assert person.get(LIST, {"as_of": day}).status_code == 400
    assert person.get(detail(cast), {"as_of": day}).status_code == 400


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("staff", True),
        ("clerk", True),
        ("reviewer", True),
        ("office", True),
        ("inspector", True),
        ("liaison_vnpt", True),
        ("liaison_viettel", False),
        ("cooperator", False),
        ("stranger", False),
    ],
)
def test_what_is_found_of_a_firm_is_not_for_strangers(cast, who, reads):
    Commitment.objects.filter(organisation=cast.vnpt).update(finding="NHANXET về VNPT")

    page = signed_in(getattr(cast, who)).get(detail(cast)).content.decode()

    assert ("NHANXET" in page) == reads
