"""The parts of a task's page: tabs, what is due, promises with their files, figures with their age."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from programmes.models import Evidence, ProgressUpdate
from programmes.services import accept_update, return_update
from tests.builders import (
    make_link,
    make_link_value,
    make_measurement,
    make_milestone,
    make_update,
)
from tests.programmes.asking import LIST, detail, signed_in
from tests.programmes.cast import TODAY, Cast
from tests.programmes.evidencing import attach

YESTERDAY = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


def open_tab(text: str) -> str:
    found = re.search(r'<nav class="tabs".*?tab=(\w+)[^"]*" aria-current="page"', text, re.DOTALL)
    assert found
    return str(re.findall(r'tab=(\w+)[^"]*" aria-current="page"', text)[0])


@pytest.mark.parametrize("tab", ["progress", "indicators", "commitments", "history"])
def test_a_tab_is_a_link_and_the_page_holds_all_for_paper(cast, tab):
    person = signed_in(cast.staff)

    page = person.get(detail(cast), {"tab": tab}).text

    assert open_tab(page) == tab
    assert page.count("tab-panel") - page.count("is-closed") == 1
    assert "VNPT hứa máy chủ" in page
    assert 'id="indicators"' in page


@pytest.mark.parametrize("tab", ["", "x", "\x00", "settings", "progress'"])
def test_an_odd_tab_is_the_first(cast, tab):
    assert open_tab(signed_in(cast.staff).get(detail(cast), {"tab": tab}).text) == "progress"


def test_the_day_asked_stays_in_the_tabs(cast):
    page = signed_in(cast.staff).get(detail(cast), {"as_of": "2026-06-30"}).text

    assert "?tab=indicators&amp;as_of=2026-06-30" in page


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("staff", True),
        ("reviewer", True),
        ("liaison_vnpt", True),
        ("cooperator", False),
        ("stranger", False),
    ],
)
def test_the_history_is_for_who_may_read_it(cast, who, reads):
    page = signed_in(getattr(cast, who)).get(detail(cast), {"tab": "history"}).text

    assert ('href="?tab=history' in page) is reads
    assert open_tab(page) == ("history" if reads else "progress")


def test_what_is_due_stands_by_day_with_who_owes_it(cast):
    make_milestone(cast.period, dt.date(2026, 10, 1), title="Kết nối")
    make_milestone(cast.period, dt.date(2026, 9, 1), state="reached", reached_on=TODAY)
    cast.period.commitments.filter(organisation=cast.vnpt).update(due_on=dt.date(2026, 12, 1))
    person = signed_in(cast.staff)

    due = re.search(r'<ol class="due">(.*?)</ol>', person.get(detail(cast)).text, re.DOTALL)

    assert due
    days = re.findall(r">(\d\d/\d\d/\d{4})<", due[1])
    assert days == ["16/09/2026", "01/10/2026", "01/12/2026", "31/01/2027"]
    assert "1. Kết nối" in due[1]
    assert "quá hạn 51 ngày" in due[1]
    assert "Sở Công Thương" in due[1]
    assert "VNPT-GL" in due[1]


def test_how_many_files_show_a_promise_is_told_to_who_may_read_them(cast):
    assert "chưa có tệp" in signed_in(cast.staff).get(detail(cast)).text

    page = signed_in(cast.cooperator).get(detail(cast)).text

    assert "VNPT hứa máy chủ" in page
    assert "chưa có tệp" not in page


def test_files_of_a_report_are_those_that_stood_on_the_day(cast):
    report, file = make_update(cast.task, dt.date(2026, 9, 14)), attach(cast)
    Evidence.objects.update(
        update=report,
        created_at=report.submitted_at,
        withdrawn_at=dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC),
        withdrawn_by=cast.staff,
        withdrawn_reason="Nhầm",
    )
    person = signed_in(cast.staff)

    def files(**query: str) -> list[Evidence]:
        updates = [shown.update for shown in person.get(detail(cast), query).context["updates"]]
        return list(updates[updates.index(report)].evidence.all())

    assert (files(as_of="2026-11-20"), files()) == ([file], [])


def test_an_enterprise_is_not_told_what_its_rival_owes(cast):
    cast.period.commitments.update(due_on=dt.date(2026, 12, 1))

    page = signed_in(cast.liaison_viettel).get(detail(cast)).text

    assert "Viettel hứa đường truyền" in page
    assert "VNPT" not in page


def test_stale_figures_are_grey_and_say_how_old_they_are(cast):
    make_update(cast.task, dt.date(2026, 3, 14), percent=Decimal(50))
    person = signed_in(cast.staff)

    assert 'class="stale"' in person.get(LIST).text
    page = person.get(detail(cast)).text
    assert 'class="stale"' in page
    assert "252 ngày trước" in page

    make_update(cast.task, dt.date(2026, 11, 14), percent=Decimal(70))
    assert 'class="stale"' not in person.get(LIST).text


def test_a_declared_colour_stands_beside_the_computed_one_with_its_reason(cast):
    make_update(
        cast.task,
        dt.date(2026, 11, 14),
        percent=Decimal(10),
        declared_health="green",
        declared_reason="Sắp nghiệm thu",
    )

    page = signed_in(cast.leader).get(detail(cast)).text

    assert "state-red" in page
    assert "Sắp nghiệm thu" in page


@pytest.mark.parametrize(
    ("baseline", "actual", "words"),
    [
        ("20", "30", "tốc độ 0,"),
        ("20", "15", "kém hơn giá trị ban đầu"),
        ("0", "10", "không xác định khi giá trị ban đầu bằng 0"),
        ("40", "40", "chỉ tiêu bằng giá trị ban đầu"),
    ],
)
def test_paces_are_drawn_and_what_is_undefined_says_why(cast, baseline, actual, words):
    link = make_link(cast.task)
    make_link_value(link, cast.period, "baseline", baseline, on=dt.date(2025, 8, 1))
    make_link_value(link, cast.period, "target", 40)
    make_measurement(link.sub_indicator, dt.date(2026, 11, 1), actual)

    page = signed_in(cast.staff).get(detail(cast), {"tab": "indicators"}).text

    assert page.count('class="plot pace-bar"') == 2
    assert words in page


@pytest.fixture
def decided(cast: Cast) -> tuple[ProgressUpdate, ProgressUpdate]:
    """Two reports of today, one accepted and one returned today."""
    first = cast.submitted()
    accept_update(update=first, by=cast.reviewer, on=TODAY)
    second = cast.submitted()
    return_update(update=second, by=cast.reviewer, on=TODAY, remarks="Thiếu số liệu")
    return first, second


def test_what_was_decided_later_is_not_there_on_a_day_of_the_past(cast, decided):
    ProgressUpdate.objects.update(submitted_at=YESTERDAY)
    person = signed_in(cast.staff)

    then = person.get(detail(cast), {"as_of": "2026-11-20"}).text
    now = person.get(detail(cast)).text

    assert "Thiếu số liệu" in now
    assert "Thiếu số liệu" not in then
    assert then.count("badge-brand") == 2
    assert "badge-green" not in then
    assert now.count("badge-green") == 1
