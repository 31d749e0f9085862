"""The picture across a task's page: trials, milestones, what was reported, today."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from programmes.models import ProgressUpdate, Task
from programmes.selectors import task_summary
from programmes.task_page.timeline import Timeline, timeline_of
from tests.builders import make_milestone, make_trial_period, make_update, standing
from tests.programmes.asking import detail, signed_in
from tests.programmes.cast import TODAY, Cast


def drawn(cast: Cast, *, on: dt.date = TODAY) -> Timeline:
    seen = standing(cast.staff, on=on)
    task = Task.objects.get(pk=cast.task.pk)
    summary = task_summary(task, on=on, successions=seen.successions)
    found = timeline_of(summary, ProgressUpdate.objects.filter(task=task), seen)
    assert found is not None
    return found


def at(place: str) -> Decimal:
    return Decimal(place.removesuffix("%"))


@pytest.fixture
def older(cast: Cast) -> Cast:
    """A trial of two months long before the running one, which lasts a year."""
    make_trial_period(cast.task, dt.date(2024, 1, 1), dt.date(2024, 2, 29))
    return cast


def test_trials_stand_in_the_order_of_their_days_and_never_touch(older):
    first, second = drawn(older).stretches

    assert first.period.starts_on == dt.date(2024, 1, 1)
    assert at(first.right) < at(second.left)
    assert at(first.left) >= 0
    assert at(second.right) <= 100
    assert len(drawn(older).breaks) == 1
    assert [s.is_current for s in (first, second)] == [False, True]


def test_a_longer_trial_is_wider_and_a_short_one_still_wide_enough(older):
    first, second = drawn(older).stretches

    assert at(first.width) < at(second.width)
    assert at(first.width) >= 14


def test_an_extension_says_that_it_is_one(cast):
    make_trial_period(cast.task, dt.date(2027, 2, 1), dt.date(2027, 6, 30), extends=cast.period)

    assert drawn(cast).stretches[1].label == "Thử nghiệm lần 2 (gia hạn)"


@pytest.mark.parametrize(
    ("on", "where"),
    [
        (dt.date(2023, 5, 1), "before the first"),
        (dt.date(2025, 5, 1), "between"),
        (dt.date(2026, 8, 1), "in the second"),
        (dt.date(2028, 1, 1), "after the last"),
    ],
)
def test_today_stands_where_it_is(older, on, where):
    picture = drawn(older, on=on)
    first, second = picture.stretches
    today = at(picture.today)

    is_there = {
        "before the first": today < at(first.left),
        "between": at(first.right) < today < at(second.left),
        "in the second": at(second.left) < today < at(second.right),
        "after the last": at(second.right) < today,
    }
    assert [place for place, holds in is_there.items() if holds] == [where]
    assert 0 <= today <= 100


def test_what_was_accepted_is_a_full_dot_what_waits_a_hollow_one_the_rest_none(cast):
    for day, changes in (
        (1, {"percent": Decimal(0)}),
        (2, {"percent": Decimal(100)}),
        (3, {"state": "submitted", "reviewed_at": None}),
        (4, {"state": "returned", "remarks": "Sai"}),
        (5, {"state": "draft", "submitted_at": None, "reviewed_at": None}),
        (6, {"percent": None}),
        (7, {"kind": "contribution", "percent": None, "organisation": cast.vnpt}),
    ):
        make_update(cast.task, dt.date(2026, 6, 10 + day), **changes)

    (stretch,) = drawn(cast).stretches

    assert [dot.is_counted for dot in stretch.dots] == [True, True, False]
    assert [dot.y for dot in stretch.dots] == [64, 16, 40]
    assert len(stretch.lines) == 1
    assert "13/06/2026: đạt 50%, đã gửi" in [event.what for event in stretch.events]


def test_a_correction_is_drawn_after_what_it_corrects(cast):
    ends_on, sent = dt.date(2026, 6, 14), dt.datetime(2026, 6, 20, 3, tzinfo=dt.UTC)
    old = make_update(cast.task, ends_on, state="superseded", percent=Decimal(20))
    make_update(
        cast.task, ends_on, percent=Decimal(80), corrects=old, submitted_at=sent, reviewed_at=sent
    )

    (stretch,) = drawn(cast).stretches

    assert [dot.y for dot in stretch.dots] == [54, 26]
    assert at(stretch.done) / at(stretch.width) == pytest.approx(
        Decimal("0.8"), abs=Decimal("0.01")
    )


def test_the_picture_has_the_lead_s_reports_however_much_others_write(cast):
    lead = [make_update(cast.task, dt.date(2026, 3, day)) for day in range(1, 26)]
    for day in range(1, 26):
        make_update(
            cast.task,
            dt.date(2026, 6, day),
            kind="contribution",
            percent=None,
            organisation=cast.vnpt,
        )

    page = signed_in(cast.staff).get(detail(cast))

    (stretch,) = page.context["timeline"].stretches
    assert len(stretch.dots) == len(lead) == 25
    assert len(page.context["updates"]) == 20


def test_what_a_partner_wrote_is_not_the_task_s_progress(cast):
    make_update(cast.task, dt.date(2026, 6, 14), organisation=cast.vnpt)

    assert drawn(cast).stretches[0].dots == []


def test_milestones_of_past_trials_stand_in_their_own(older):
    past = older.task.trial_periods.get(number=2)
    make_milestone(past, dt.date(2024, 2, 29), title="Cuối")
    make_milestone(older.period, dt.date(2026, 3, 1), title="Đầu")

    first, second = drawn(older).stretches

    assert at(first.diamonds[0].x) == at(first.right)
    assert "Cuối" in first.diamonds[0].title
    assert at(second.left) < at(second.diamonds[0].x) < at(second.right)


def test_without_days_nothing_is_drawn_and_the_page_says_so(cast):
    cast.period.starts_on = cast.period.ends_on = None
    cast.period.save()

    page = signed_in(cast.staff).get(detail(cast)).text

    assert "timeline" not in page
    assert "Chưa xác định thời gian thử nghiệm" in page or "chưa xác định" in page


def test_the_picture_is_told_in_words_too(cast):
    make_milestone(cast.period, dt.date(2026, 3, 1), title="Ký kết")
    make_update(cast.task, dt.date(2026, 6, 14))

    page: Any = signed_in(cast.staff).get(detail(cast)).text

    assert 'aria-label="Thử nghiệm lần 1 từ 01/02/2026 đến 31/01/2027"' in page
    assert "Mốc 1, 01/03/2026: Ký kết – trễ hạn" in page
    assert "14/06/2026: đạt 50%, đã duyệt" in page
