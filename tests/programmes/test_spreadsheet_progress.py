"""A file of progress: what comes back unchanged changes nothing, what differs becomes drafts."""

import datetime as dt
from decimal import Decimal

import pytest

from dti_tracker.shared.errors import NotAllowed, WrongState
from indicators.choices import ValueKind
from organisations.choices import JobKind, Position
from organisations.models import Membership
from programmes.choices import SheetState
from programmes.models import ProgressUpdate, Spreadsheet
from programmes.services import accept_update
from programmes.services.reported import GivenValue
from programmes.services.spreadsheets import (
    confirm_spreadsheet,
    discard_spreadsheet,
    write_spreadsheet,
)
from tests.builders import (
    make_link,
    make_member,
    make_milestone,
    make_sub_indicator,
    make_task,
    standing,
)
from tests.programmes.cast import TODAY
from tests.programmes.sheets import (
    changed,
    differences,
    edited,
    job_of,
    prefilled,
    problems,
    sent,
    written,
)

FORMULAS = ("=1+1", "+84 26", "-x", "@SUM(A1)", "\ttab", '=HYPERLINK("http://x")')


def own_events() -> int:
    return int(ProgressUpdate.pgh_event_model.objects.count())  # type: ignore[attr-defined]


def test_an_export_that_comes_back_unchanged_changes_nothing(cast):
    make_milestone(cast.period, dt.date(2026, 12, 1))
    link = make_link(cast.task)
    value = GivenValue(
        numerator=Decimal(1), denominator=Decimal(3), unit="%", measured_on=TODAY, source="Sở"
    )
    cast.save(
        fields={"percent": "62.50", "narrative": "Dòng 1\r\nDòng 2", "values": {link.pk: value}}
    )
    before = own_events()
    sheet = sent(cast, prefilled(cast.sct))
    assert (sheet.state, sheet.rows, sheet.changed, sheet.problems) == (SheetState.READ, 3, 0, [])
    with pytest.raises(WrongState):
        confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    assert own_events() == before


def test_what_was_typed_is_shown_then_written_as_a_draft(cast):
    cast.task.refresh_from_db()
    typed = changed(
        prefilled(cast.sct), percent="62,5%", narrative="Đã tập huấn.", declared_health="Vàng"
    )
    sheet = sent(cast, typed)
    assert differences(sheet) == {
        "Hoàn thành (%)": ("–", "62,5"),
        "Kết quả đã thực hiện": ("–", "Đã tập huấn."),
        "Màu tự đánh giá": ("–", "Vàng (cần chú ý)"),
    }
    assert not ProgressUpdate.objects.exists()
    assert written(sheet, cast.staff).state == SheetState.WRITTEN
    draft = ProgressUpdate.objects.get()
    assert (draft.state, draft.percent, draft.narrative) == (
        "draft",
        Decimal("62.5"),
        "Đã tập huấn.",
    )
    assert (draft.version, draft.writers, draft.author) == (1, [cast.staff.pk], cast.staff)
    assert (draft.period_starts_on, draft.period_ends_on) == (
        dt.date(2026, 9, 15),
        dt.date(2026, 12, 14),
    )


def test_the_same_file_once_more_changes_nothing(cast):
    typed = changed(prefilled(cast.sct), percent=40, narrative="Đã tập huấn.")
    written(sent(cast, typed), cast.staff)
    events, version = own_events(), ProgressUpdate.objects.get().version
    again = sent(cast, typed)
    assert (again.state, again.changed) == (SheetState.READ, 0)
    assert (own_events(), ProgressUpdate.objects.get().version) == (events, version)


def test_a_draft_is_written_over_and_counts_one_save(cast):
    draft = cast.save()
    typed = changed(prefilled(cast.sct), difficulties="Thiếu kinh phí.")
    written(sent(cast, typed, by=cast.colleague), cast.head)
    draft.refresh_from_db()
    assert (draft.percent, draft.difficulties, draft.version) == (Decimal(40), "Thiếu kinh phí.", 2)
    # Who sent the file and who agreed to it both had a hand in it: neither reviews it.
    assert draft.writers == [cast.staff.pk, cast.colleague.pk, cast.head.pk]


def test_milestones_and_values_are_brought_like_on_the_page(cast):
    milestone = make_milestone(cast.period, dt.date(2026, 12, 1))
    link = make_link(cast.task, make_sub_indicator(unit="%"))
    content = changed(prefilled(cast.sct), sheet="Mốc", reached_on="20/11/2026")
    content = changed(
        content,
        sheet="Chỉ số",
        numerator="1.028",
        denominator=2000,
        measured_on="20/11/2026",
        source="Sở",
    )
    sheet = sent(cast, content)
    written(sheet, cast.staff)
    draft = ProgressUpdate.objects.get()
    assert draft.reported_milestones.get().milestone == milestone
    value = draft.reported_values.get()
    assert (value.link, value.value, value.unit) == (link, Decimal("51.4"), "%")
    assert (value.kind, value.source) == (ValueKind.MEASURED, "Sở")
    assert sent(cast, prefilled(cast.sct)).changed == 0

    cleared = changed(prefilled(cast.sct), sheet="Mốc", reached_on=None)
    cleared = changed(cleared, sheet="Chỉ số", numerator=None, denominator=None, value=None)
    written(sent(cast, cleared), cast.staff)
    assert not draft.reported_milestones.exists()
    assert not draft.reported_values.exists()


def test_a_milestone_of_the_future_is_refused_at_its_cell_by_the_rule_of_the_page(cast):
    make_milestone(cast.period, dt.date(2026, 12, 1))
    sheet = sent(cast, changed(prefilled(cast.sct), sheet="Mốc", reached_on="01/12/2026"))
    assert problems(sheet) == {"F2": "Ngày này chưa đến."}


def test_the_last_report_is_carried_and_no_change_is_one_mark(cast):
    accept_update(update=cast.submitted(), by=cast.reviewer, on=TODAY)
    ProgressUpdate.objects.update(
        period_ends_on=dt.date(2026, 9, 14), period_starts_on=dt.date(2026, 6, 15)
    )
    content = prefilled(cast.sct)
    assert sent(cast, content).changed == 0
    ticked = changed(content, is_unchanged="x")
    written(sent(cast, ticked), cast.staff)
    draft = ProgressUpdate.objects.get(state="draft")
    assert (draft.is_unchanged, draft.percent, draft.narrative) == (
        True,
        Decimal(40),
        "Đã tập huấn 3 xã.",
    )
    assert sent(cast, ticked).changed == 0


def test_no_change_without_a_report_before_is_refused_at_its_cell(cast):
    assert list(problems(sent(cast, changed(prefilled(cast.sct), is_unchanged="x")))) == ["L2"]


def test_a_report_of_the_same_period_is_corrected_by_a_draft_that_names_it(cast):
    accepted = accept_update(update=cast.submitted(), by=cast.reviewer, on=TODAY)
    content = prefilled(cast.sct)
    assert sent(cast, content).changed == 0
    written(sent(cast, changed(content, percent=45)), cast.staff)
    draft = ProgressUpdate.objects.get(state="draft")
    assert (draft.corrects, draft.narrative) == (accepted, accepted.narrative)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_goes_out_and_comes_back_as_text(cast, text):
    cast.save(fields={"percent": 1, "narrative": text, "difficulties": f"a {text}"})
    content = prefilled(cast.sct)

    def no_formula(book):
        assert all(c.data_type != "f" for page in book for row in page.iter_rows() for c in row)

    edited(content, no_formula)
    assert sent(cast, content).changed == 0


def test_every_wrong_cell_is_named_and_nothing_is_written(cast):
    other = make_task(cast.programme, lead=cast.sct)
    content = changed(
        prefilled(cast.sct),
        {"F2": "một trăm", "J2": "tím", "F3": 101, "G3": "Đã làm."},
    )
    sheet = sent(cast, content)
    assert (sheet.state, sheet.faults) == (SheetState.FAULTY, 3)
    assert set(problems(sheet)) == {"F2", "J2", "F3"}
    assert {fault["value"] for fault in sheet.problems} == {"một trăm", "tím", "101"}
    assert not other.updates.exists()
    with pytest.raises(WrongState):
        confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)


def test_a_row_of_another_body_is_refused_like_one_that_does_not_exist(cast):
    foreign = make_task(cast.programme, name="Nhiệm vụ kín của Sở khác")
    link = make_link(foreign)
    sentences = set()
    for code in (foreign.code, "KHONG-CO"):
        sheet = sent(cast, changed(prefilled(cast.sct), task=code, narrative="Đã làm."))
        assert list(problems(sheet)) == ["B2"]
        sentences |= set(problems(sheet).values())
        assert foreign.name not in str(sheet.problems)
    assert len(sentences) == 1
    sheet = sent(
        cast,
        changed(
            prefilled(cast.sct), {"A2": str(link.uid), "B2": cast.task.code, "E2": 1}, "Chỉ số"
        ),
    )
    assert list(problems(sheet)) == ["B2"]


def test_a_row_that_stands_twice_is_refused(cast):
    make_task(cast.programme, lead=cast.sct)
    content = changed(prefilled(cast.sct), {"B3": cast.task.code, "F3": 50})
    assert "dòng 2" in problems(sent(cast, content))["B3"]


def test_a_draft_of_another_period_is_not_moved(cast):
    draft = cast.save()
    ProgressUpdate.objects.update(
        period_ends_on=dt.date(2026, 9, 14), period_starts_on=dt.date(2026, 6, 15)
    )
    content = prefilled(cast.sct)
    written(sent(cast, changed(content, percent=41)), cast.staff)
    draft.refresh_from_db()
    assert (draft.percent, draft.period_ends_on) == (Decimal(41), dt.date(2026, 9, 14))
    sheet = sent(cast, changed(content, period="Quý 4/2026", percent=42))
    assert list(problems(sheet)) == ["D2"]


def test_a_draft_saved_after_the_download_is_told(cast):
    cast.save()
    content = changed(prefilled(cast.sct), percent=50)
    cast.save(fields={"difficulties": "Mới."}, version=1)
    (line,) = sent(cast, content).differences
    assert line["is_newer"] is True
    (line,) = sent(cast, changed(prefilled(cast.sct), percent=50)).differences
    assert line["is_newer"] is False


def test_what_changed_since_the_preview_is_not_overwritten(cast):
    cast.save()
    sheet = sent(cast, changed(prefilled(cast.sct), percent=50))
    cast.save(fields={"percent": "44"}, version=1)
    assert written(sheet, cast.staff).state == SheetState.READ
    assert ProgressUpdate.objects.get().percent == 44
    assert differences(sheet)["Hoàn thành (%)"] == ("44", "50")
    assert written(sheet, cast.staff).state == SheetState.WRITTEN
    assert ProgressUpdate.objects.get().percent == 50


def test_without_that_comparison_somebodys_text_is_lost(cast, monkeypatch):
    """Twin: whatever was shown is taken as unchanged."""
    cast.save()
    sheet = sent(cast, changed(prefilled(cast.sct), percent=50))
    cast.save(fields={"percent": "44"}, version=1)
    monkeypatch.setattr("programmes.services.spreadsheets.jobs._marks", lambda _plan: [])
    monkeypatch.setattr("programmes.services.spreadsheets.jobs._shown_marks", lambda _sheet: [])
    assert written(sheet, cast.staff).state == SheetState.WRITTEN
    assert ProgressUpdate.objects.get().percent == 50


def test_who_lost_the_position_before_the_writing_writes_nothing(cast):
    sheet = sent(cast, changed(prefilled(cast.sct), percent=50))
    confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    Membership.objects.filter(user=cast.staff).update(valid_to=TODAY - dt.timedelta(days=1))
    write_spreadsheet(job_of(sheet, JobKind.SHEET_WRITE).uid, on=TODAY)
    sheet.refresh_from_db()
    assert (sheet.state, ProgressUpdate.objects.count()) == (SheetState.READ, 0)


def test_only_writers_of_the_body_send_agree_and_discard(cast):
    content = changed(prefilled(cast.sct), percent=50)
    for person in (cast.clerk, cast.reviewer, cast.stranger, cast.liaison_vnpt, cast.inspector):
        with pytest.raises(NotAllowed):
            sent(cast, content, by=person)
    sheet = sent(cast, content)
    for person in (cast.clerk, cast.reviewer, cast.liaison_viettel, cast.administrator):
        with pytest.raises(NotAllowed):
            confirm_spreadsheet(sheet=sheet, by=person, on=TODAY)
        with pytest.raises(NotAllowed):
            discard_spreadsheet(sheet=sheet, by=person, on=TODAY)


def test_a_discarded_file_is_not_written(cast):
    sheet = sent(cast, changed(prefilled(cast.sct), percent=50))
    discard_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    with pytest.raises(WrongState):
        confirm_spreadsheet(sheet=sheet, by=cast.staff, on=TODAY)
    assert not ProgressUpdate.objects.exists()


def test_rivals_and_others_see_no_file_of_a_body(cast):
    sent(cast, prefilled(cast.sct))
    for person in (cast.reviewer, cast.stranger, cast.liaison_vnpt, cast.inspector):
        assert not Spreadsheet.objects.visible_to(standing(person, on=TODAY)).exists()
    assert Spreadsheet.objects.visible_to(standing(cast.clerk, on=TODAY)).exists()


def test_who_sent_a_file_and_left_the_body_sees_it_no_more(cast):
    sheet = sent(cast, prefilled(cast.sct))
    assert sheet in Spreadsheet.objects.visible_to(standing(cast.staff, on=TODAY))
    Membership.objects.filter(user=cast.staff).update(valid_to=TODAY - dt.timedelta(days=1))
    assert not Spreadsheet.objects.visible_to(standing(cast.staff, on=TODAY)).exists()


def test_an_inspector_who_sits_in_the_body_sees_no_file_of_it(cast):
    sent(cast, prefilled(cast.sct))
    guest = make_member(cast.sct, Position.INSPECTOR)
    assert not Spreadsheet.objects.visible_to(standing(guest, on=TODAY)).exists()


def test_a_day_that_a_report_said_can_be_corrected_and_is_kept_when_it_stays(cast):
    milestone = make_milestone(cast.period, dt.date(2026, 11, 1))
    said = {"percent": 40, "narrative": "Xong mốc 1.", "milestones": {milestone.pk: TODAY}}
    accept_update(update=cast.submitted(fields=said), by=cast.reviewer, on=TODAY)
    assert sent(cast, prefilled(cast.sct)).changed == 0
    sheet = sent(cast, changed(prefilled(cast.sct), sheet="Mốc", reached_on="20/11/2026"))
    written(sheet, cast.staff)
    draft = ProgressUpdate.objects.get(state="draft")
    assert draft.reported_milestones.get().reached_on == dt.date(2026, 11, 20)
