"""Files listed by what they show, what has none yet, and what to look at twice."""

import datetime as dt

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from organisations.selectors import Standing
from programmes.choices import UpdateKind
from programmes.evidence_page import evidence_of, flags_of, upload_box
from programmes.models import Evidence, ProgressUpdate, Task
from programmes.selectors import prepared, summaries_of
from programmes.services import Shows, withdraw_evidence
from tests.builders import make_commitment, make_link, make_milestone, make_task
from tests.programmes.cast import TODAY
from tests.programmes.evidencing import OTHER, attach, of_coordinator, of_viettel, of_vnpt

pytestmark = pytest.mark.django_db


def standing(user) -> Standing:
    return Standing.of(user, on=TODAY)


def task_of(cast) -> Task:
    return prepared(Task.objects.filter(pk=cast.task.pk)).get()


def listed(cast, user, on=TODAY):
    task, who = task_of(cast), standing(user)
    (summary,) = summaries_of([task], on=on, successions=who.successions)
    return evidence_of(task, summary, who, on)


def send_all() -> None:
    ProgressUpdate.objects.update(state="submitted", submitted_at="2026-11-20T00:00Z")


def mapped(found) -> dict[str, int]:
    return {row.title: row.count for part in found.map for row in part.rows}


def titles(found) -> dict[str, list[str]]:
    return {group.title: [row.evidence.title for row in group.rows] for group in found.groups}


def test_files_are_listed_by_what_they_show(cast):
    milestone = make_milestone(cast.period, TODAY, title="Tập huấn")
    attach(cast, shows=Shows(milestone=milestone), title="Ảnh lớp")
    attach(cast, OTHER, "a.png", title="Chung")
    attach(cast, title="Công văn", **of_coordinator(cast))

    found = listed(cast, cast.staff)

    assert titles(found) == {
        "Mốc 1: Tập huấn": ["Ảnh lớp"],
        "Báo cáo kỳ 15/09/2026 – 14/12/2026": ["Chung"],
        "Chung cho nhiệm vụ": ["Công văn"],
    }


def test_the_map_says_what_has_evidence_and_what_has_none(cast):
    shown = make_milestone(cast.period, TODAY, title="Tập huấn")
    make_milestone(cast.period, TODAY, title="Nghiệm thu")
    link = make_link(cast.task)
    gone = attach(cast, OTHER, "a.png", shows=Shows(link=link))
    attach(cast, shows=Shows(milestone=shown))
    withdraw_evidence(evidence=gone, by=cast.staff, on=TODAY, reason="Nhầm")

    found = listed(cast, cast.staff)

    assert mapped(found) == {
        "Mốc 1: Tập huấn": 1,
        "Mốc 2: Nghiệm thu": 0,
        f"Chỉ số: {link.sub_indicator.name}": 0,
        "Cam kết của VIETTEL-GL: Viettel hứa đường truyền": 0,
        "Cam kết của VNPT-GL: VNPT hứa máy chủ": 0,
    }
    assert [part.shown for part in found.map] == [1, 0, 0]


def test_an_enterprise_is_shown_its_own_promises_and_files_alone(cast):
    own = cast.period.commitments.get(organisation=cast.vnpt)
    rivals = cast.period.commitments.get(organisation=cast.viettel)
    make_milestone(cast.period, TODAY)
    attach(cast, shows=Shows(commitment=own), title="Của VNPT", **of_vnpt(cast))
    attach(cast, shows=Shows(commitment=rivals), title="Của Viettel", **of_viettel(cast))

    found = listed(cast, cast.liaison_vnpt)

    assert found.is_own_only
    assert mapped(found) == {"Cam kết của VNPT-GL: VNPT hứa máy chủ": 1}
    assert "Viettel" not in str(found)


def test_a_body_that_takes_part_is_told_nothing_of_the_enterprises(cast):
    attach(cast, title="Của VNPT", **of_vnpt(cast))

    found = listed(cast, cast.cooperator)

    assert not found.groups
    assert not any("VNPT" in title for title in mapped(found))


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_who_reads_no_evidence_is_shown_no_map(cast, who):
    assert listed(cast, getattr(cast, who)) is None


def test_a_day_of_the_past_shows_what_there_was(cast):
    found = attach(cast)
    withdraw_evidence(evidence=found, by=cast.staff, on=TODAY, reason="Nhầm")
    Evidence.objects.update(created_at="2026-11-01T00:00Z")
    ProgressUpdate.objects.update(created_at="2026-11-01T00:00Z")

    then = listed(cast, cast.staff, on=dt.date(2026, 11, 10))
    (row,) = then.groups[0].rows
    assert (row.is_withdrawn, row.may_withdraw) == (False, False)
    assert not listed(cast, cast.staff, on=dt.date(2026, 10, 10)).groups
    assert listed(cast, cast.staff).groups[0].rows[0].is_withdrawn


def test_days_and_copies_are_flagged(cast):
    other = make_task(cast.programme, lead=cast.sct, code="GL-2023-02")
    rows = [
        attach(cast, dated_on=dt.date(2026, 10, 1)),
        attach(cast, dated_on=dt.date(2026, 12, 1), task=other, title="Bản gốc"),
        attach(cast, OTHER, "a.png", dated_on=dt.date(2026, 9, 14)),
    ]

    flags = flags_of(rows, standing(cast.staff))

    assert [flags[row.pk] for row in rows] == [
        ["tệp này cũng là minh chứng của nhiệm vụ GL-2023-02: “Bản gốc” (Sở Công Thương)"],
        [
            "ngày văn bản 01/12/2026 là ngày chưa tới",
            "tệp này cũng là minh chứng của nhiệm vụ GL-2023-09: “Biên bản” (Sở Công Thương)",
        ],
        ["ngày văn bản 14/09/2026 nằm ngoài kỳ báo cáo (15/09/2026 – 14/12/2026)"],
    ]


def test_what_was_withdrawn_is_no_copy(cast):
    first = attach(cast)
    withdraw_evidence(evidence=first, by=cast.staff, on=TODAY, reason="Nhầm")

    assert flags_of([second := attach(cast)], standing(cast.staff))[second.pk] == []


def test_a_list_asks_no_more_for_ten_files_than_for_one(cast):
    counts = []
    for number in range(10):
        content = f"Danh sách {number}\n".encode()
        make_milestone(cast.period, TODAY)
        make_commitment(cast.period, cast.vnpt)
        attach(cast, content, "a.txt", dated_on=TODAY)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = listed(cast, cast.staff)
            render_to_string("programmes/partials/_evidence.html", {"evidence": found})
        counts.append(len(asked))

    assert counts[0] == counts[-1]


def test_the_box_offers_what_can_be_shown(cast):
    make_milestone(cast.period, TODAY, title="Tập huấn")

    of_lead = upload_box(task_of(cast), standing(cast.staff), kind=UpdateKind.REPORT)
    of_firm = upload_box(task_of(cast), standing(cast.liaison_vnpt))

    assert [label for _key, label in of_lead.choices][:2] == ["toàn bộ báo cáo", "Mốc 1: Tập huấn"]
    assert not any("Viettel" in label for _key, label in of_firm.choices)
    assert (of_lead.body, of_firm.body) == (cast.sct, cast.vnpt)


def test_the_box_lists_the_files_of_the_report(cast):
    report = attach(cast).update
    attach(cast, OTHER, "a.png", **of_coordinator(cast))

    box = upload_box(task_of(cast), standing(cast.head), kind=UpdateKind.REPORT, report=report)

    assert [row.evidence.title for row in box.rows] == ["Biên bản"]
    page = render_to_string("programmes/partials/_evidence_upload.html", {"box": box})
    assert "Không đưa tài liệu bí mật nhà nước" in page
    assert "tối đa 25 MB" in page


def test_who_may_add_nothing_has_no_box(cast):
    assert upload_box(task_of(cast), standing(cast.stranger)) is None
    assert upload_box(task_of(cast), standing(cast.reviewer), kind=UpdateKind.REPORT) is None
    assert "form" not in render_to_string(
        "programmes/partials/_evidence_upload.html", {"box": None}
    )


def test_everybody_named_reads_the_same_list(cast):
    attach(cast)
    send_all()

    for who in (cast.staff, cast.reviewer, cast.office, cast.inspector, cast.cooperator):
        assert titles(listed(cast, who)) == {"Báo cáo kỳ 15/09/2026 – 14/12/2026": ["Biên bản"]}
