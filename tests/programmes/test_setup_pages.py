"""The pages of setting up: nothing typed is lost, who clashed is told, lists cost no more by row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Programme, Task
from programmes.services import mark_of
from tests.builders import make_programme, make_task, make_trial_period
from tests.programmes.asking import signed_in

THRESHOLDS = {
    "red_days_late": "30",
    "red_points_behind": "25",
    "amber_points_behind": "10",
    "amber_pace": "0,6",
    "stale_periods": "1,5",
    "due_soon_days": "14",
}


def address(page, *arguments):
    return reverse(f"programmes:{page}", args=arguments)


def test_wrong_input_keeps_what_was_typed(cast):
    client = signed_in(cast.reviewer)

    answer = client.post(
        address("setup_period_new", cast.task.code),
        {"starts_on": "2026-03-01", "ends_on": "2026-04-01", "new_subject": "Văn bản dở dang"},
    )

    assert answer.status_code == 422
    assert 'value="2026-03-01"' in answer.text
    assert "Văn bản dở dang" in answer.text
    assert cast.task.trial_periods.count() == 1


def test_who_clashed_sees_both_texts_and_can_save_again(cast):
    client = signed_in(cast.reviewer)
    page = address("setup_task_change", cast.task.code)
    seen = mark_of(Task.objects.get())
    Task.objects.update(name="Tên của người khác")
    typed = {
        "seen": seen,
        "name": "Tên của tôi",
        "pillar": "digital_government",
        "reason": "Vì",
        "new_kind": "CV",
        "new_subject": "Đổi tên",
    }

    answer = client.post(page, typed)

    assert answer.status_code == 412
    assert "Tên của người khác" in answer.text
    assert 'value="Tên của tôi"' in answer.text
    assert Task.objects.get().name == "Tên của người khác"
    again = client.post(page, typed | {"seen": mark_of(Task.objects.get())})
    assert again.status_code == 302
    assert Task.objects.get().name == "Tên của tôi"


def test_a_programme_begins_with_a_month(cast):
    client = signed_in(cast.administrator)

    answer = client.post(
        address("setup_programme_new"),
        {
            "code": "GL-2027",
            "name": "Chương trình mới",
            "kind": "trial",
            "starts": "8/2027",
            "reporting": "monthly",
            "coordinator": cast.skhcn.pk,
            "duties_from": "2027-08-01",
        },
    )

    assert answer["Location"] == address("setup_programme", "GL-2027")
    made = Programme.objects.get(code="GL-2027")
    assert (f"{made.starts_on}", made.starts_on_precision) == ("2027-08-01", "month")


@pytest.mark.parametrize(("who", "shown"), [("reviewer", True), ("administrator", False)])
def test_a_preview_tells_colours_to_whom_they_are_open_and_saves_nothing(cast, who, shown):
    client = signed_in(getattr(cast, who))
    wanted = THRESHOLDS | {"stale_periods": "9", "action": "preview"}

    answer = client.post(address("setup_thresholds", cast.programme.code), wanted)

    assert answer.status_code == 200
    assert ('id="preview"' in answer.text) is shown
    assert str(Programme.objects.get().stale_periods) == "1.5"


@pytest.mark.parametrize("page", ["setup_programmes", "setup_programme", "setup_mandates"])
def test_ten_rows_cost_no_more_queries_than_one(cast, page):
    client = signed_in(cast.administrator)
    arguments = [cast.programme.code] if page == "setup_programme" else []
    client.get(address(page, *arguments))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address(page, *arguments))
    for _number in range(9):
        make_programme(coordinator=cast.skhcn)
        make_trial_period(make_task(cast.programme))
    with CaptureQueriesContext(connection) as many:
        client.get(address(page, *arguments))

    assert len(many) == len(few)
