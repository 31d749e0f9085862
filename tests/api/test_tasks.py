"""What the list and the page of a task say, and to whom."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from dti_tracker.shared.time import today
from organisations.choices import Certainty
from tests.builders import (
    make_organisation,
    make_programme,
    make_succession,
    make_update,
    make_user,
)

TASKS = "/api/v1/tasks/"


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [task["code"] for task in answer.json()["results"]]


def test_a_task_says_what_the_contract_names(province, staff):
    task = province.task("vnpt", name="Kho dữ liệu số", name_en="Data warehouse")

    body = staff.get(f"{TASKS}{task.code}/").json()

    assert body["code"] == task.code
    assert body["url"] == f"http://testserver/api/v1/tasks/{task.code}/"
    assert (body["name"], body["name_en"]) == ("Kho dữ liệu số", "Data warehouse")
    assert body["programme"]["code"] == "GL-2023"
    assert (body["state"], body["state_label"]) == ("on_trial", "on trial")
    assert body["percent"] == "50.00"
    assert body["lead"]["code"] == "sct"
    assert [p["code"] for p in body["partners"]] == ["vnpt-gl"]
    assert body["days_left"] == 100
    assert body["next_deadline"]["days_left"] == 10
    assert body["last_update"]["percent"] == "50.00"
    assert body["created_at"].endswith("+07:00")


def test_an_indicator_carries_its_three_values_as_decimal_strings(province, staff):
    task = province.task()

    (link,) = staff.get(f"{TASKS}{task.code}/").json()["indicator_links"]

    assert [link[n]["value"] for n in ("baseline", "actual", "target")] == [
        "20.0000",
        "30.0000",
        "40.0000",
    ]
    assert link["attainment"] == "0.5000"
    assert link["actual"]["certainty_label"] == str(Certainty.ENTERED.label).lower()
    assert link["share"] is None


def test_what_is_unknown_is_null(province, staff):
    task = province.task()
    task.updates.all().delete()
    task.trial_periods.update(starts_on=None, ends_on=None)

    body = staff.get(f"{TASKS}{task.code}/").json()

    assert [body[n] for n in ("percent", "trial_start", "trial_end", "days_left")] == [None] * 4
    assert body["deadline_state"] == "unknown"


def test_labels_follow_the_language_asked_for(province, sign_in):
    task = province.task()
    person = province.person("lead")

    vietnamese = sign_in(person, "vi").get(f"{TASKS}{task.code}/")
    english = sign_in(person, "en").get(f"{TASKS}{task.code}/")

    assert vietnamese.headers["Content-Language"] == "vi"
    assert english.json()["state_label"] == "on trial"
    assert vietnamese.headers["ETag"] != english.headers["ETag"]


def test_an_enterprise_sees_its_own_tasks_alone(province, sign_in):
    own, other = province.task("vnpt"), province.task("viettel")
    client = sign_in(province.person("vnpt"))

    assert codes(client.get(TASKS)) == [own.code]
    assert client.get(f"{TASKS}{own.code}/").status_code == 200
    assert client.get(f"{TASKS}{other.code}/").status_code == 404


def test_filters_and_search_never_show_an_enterprise_what_is_not_its_own(province, sign_in):
    province.task("viettel", name="Camera giao thông")
    client = sign_in(province.person("vnpt"))

    for query in ("search=camera", "state=on_trial", "health=green", "ordering=-health"):
        assert codes(client.get(f"{TASKS}?{query}")) == []
    rival = client.get(f"{TASKS}?partner=viettel-gl").json()
    nobody = client.get(f"{TASKS}?partner=nobody").json()
    assert str(rival).replace("viettel-gl", "nobody") == str(nobody)


def test_a_person_without_any_position_sees_nothing(province, sign_in):
    task = province.task()
    client = sign_in(make_user())

    assert codes(client.get(TASKS)) == []
    assert client.get(f"{TASKS}{task.code}/").status_code == 404


def test_an_administrator_sees_the_set_up_but_no_progress(province, administrator):
    task = province.task()

    body = administrator.get(f"{TASKS}{task.code}/").json()

    assert body["code"] == task.code
    hidden = [
        "state",
        "state_label",
        "days_left",
        "health",
        "health_reason",
        "percent",
        "last_update",
        "deadline_state",
        "next_deadline",
    ]
    assert [body[name] for name in hidden] == [None] * 9
    assert body["indicator_links"][0]["actual"] is None
    for asked in ("health=red", "state=on_trial"):
        assert administrator.get(f"{TASKS}?{asked}").status_code == 403
    for ordering in ("health", "-next_deadline", "code,health"):
        assert administrator.get(f"{TASKS}?ordering={ordering}").status_code == 403


def test_an_enterprise_is_not_told_which_rival_takes_part(province, sign_in, staff):
    task = province.task("vnpt", "viettel")
    viettel = sign_in(province.person("viettel"))
    status = f"/api/v1/programmes/{province.programme.code}/status/"

    for address in (TASKS, f"{TASKS}{task.code}/", status):
        answer = viettel.get(address)
        assert answer.status_code == 200
        assert "vnpt" not in answer.text
    assert "vnpt" in staff.get(TASKS).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=kho du lieu", ["A-1"]),
        ("search=KHO DỮ LIỆU", ["A-1"]),
        ("search=b-2", ["B-2"]),
        ("programme=GL-2023", ["A-1", "B-2"]),
        ("partner=viettel-gl", ["B-2"]),
        ("lead_organisation=sct", ["A-1", "B-2"]),
        ("main_indicator=7", ["A-1", "B-2"]),
        ("main_indicator=8", []),
        ("pillar=digital_society", []),
        ("state=on_trial", ["A-1", "B-2"]),
        ("state=concluded", []),
        ("health=green&state=on_trial", ["A-1", "B-2"]),
        ("health=amber", []),
        ("ordering=-code", ["B-2", "A-1"]),
        ("ordering=health,-code", ["B-2", "A-1"]),
        ("ordering=trial_end,name", ["A-1", "B-2"]),
    ],
)
def test_filters_find_what_they_say(province, staff, query, found):
    province.task("vnpt", code="A-1", name="Kho dữ liệu")
    province.task("viettel", code="B-2", name="Sàn thương mại điện tử")

    assert codes(staff.get(f"{TASKS}?{query}")) == found


def test_ends_before_compares_the_last_day_of_the_trial(province, staff):
    task = province.task()
    last = today() + dt.timedelta(days=100)

    assert codes(staff.get(f"{TASKS}?ends_before={last + dt.timedelta(days=1)}")) == [task.code]
    assert codes(staff.get(f"{TASKS}?ends_before={last}")) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("state=sleeping", "state"),
        ("health=RED", "health"),
        ("programme=NONE", "programme"),
        ("lead_organisation=nobody", "lead_organisation"),
        ("lead_organisation=vnpt-gl", "lead_organisation"),
        ("state=", "state"),
        ("ends_before=soon", "ends_before"),
        ("ends_before=2026-02-30", "ends_before"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=many", "page_size"),
        ("ordering=colour", "ordering"),
        ("cursor=abc", "cursor"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-01-01", "updated_since"),
        ("as_of=2026-13-01", "as_of"),
        ("as_of=2999-01-01", "as_of"),
        ("as_of=0001-01-01", "as_of"),
        ("as_of=1999-12-31", "as_of"),
        ("as_of=20240801", "as_of"),
        ("programme=GL-2023&programme=X", "programme"),
        ("search=%00", "search"),
        ("format=csv", "format"),
    ],
)
def test_an_unknown_filter_or_a_bad_value_is_named(province, staff, query, field):
    answer = staff.get(f"{TASKS}?{query}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_updated_since_follows_everything_a_task_shows(province, staff):
    quiet, changed = province.task(), province.task()
    every = staff.get(f"{TASKS}{changed.code}/").json()["updated_at"]
    make_update(changed, today(), author=make_user(), percent=Decimal(60))

    later = staff.get(f"{TASKS}{changed.code}/").json()["updated_at"]

    assert later > every
    assert codes(staff.get(TASKS, {"updated_since": later})) == [changed.code]
    assert codes(staff.get(f"{TASKS}?updated_since={later}")) == [changed.code]
    assert quiet.code in codes(staff.get(TASKS, {"updated_since": "2020-01-01T00:00:00Z"}))


def test_what_an_enterprise_writes_does_not_show_by_its_time(province, sign_in):
    task = province.task("vnpt", "viettel")
    client = sign_in(province.person("viettel"))
    before = client.get(f"{TASKS}{task.code}/").json()

    make_update(task, today(), author=make_user(), organisation=province.vnpt)

    assert client.get(f"{TASKS}{task.code}/").json() == before


def test_as_of_asks_for_an_earlier_day(province, staff):
    task = province.task()
    earlier = today() - dt.timedelta(days=50)

    body = staff.get(f"{TASKS}{task.code}/?as_of={earlier}").json()

    assert body["days_left"] == 150
    assert body["percent"] is None
    assert staff.get(f"{TASKS}?as_of={earlier}").json()["data_as_of"] == earlier.isoformat()


@pytest.mark.parametrize("number", [1, 10])
@pytest.mark.parametrize("query", ["", "?health=green&ordering=health"])
def test_the_list_costs_as_much_for_ten_tasks_as_for_one(
    province, staff, django_assert_max_num_queries, number, query
):
    for _ in range(number):
        province.task()

    with django_assert_max_num_queries(19):
        assert len(codes(staff.get(f"{TASKS}{query}"))) == number


def test_a_task_of_another_programme_is_told_apart(province, staff):
    other = make_programme("NQ-04", coordinator=province.coordinator)
    province.task(code="A-1")
    province.task(code="B-1", programme=other)

    assert codes(staff.get(f"{TASKS}?programme=NQ-04")) == ["B-1"]


def test_a_successor_is_found_as_lead(province, staff):
    """A duty is looked for with whoever holds it today, not with whoever was given it."""
    province.task(code="A-1")
    heir = make_organisation("sct-moi")
    make_succession(province.lead, heir, today() - dt.timedelta(days=1))

    assert codes(staff.get(f"{TASKS}?lead_organisation=sct-moi")) == ["A-1"]
    assert staff.get(f"{TASKS}?lead_organisation=sct").status_code == 400
