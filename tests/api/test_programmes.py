"""Programmes, and the one cheap call for an operations centre."""

import datetime as dt
from decimal import Decimal

import pytest

from dti_tracker.shared.time import today
from indicators.models import AssessmentResult
from tests.builders import (
    make_framework,
    make_member,
    make_milestone,
    make_organisation,
    make_programme,
    make_succession,
    make_user,
)

PROGRAMMES = "/api/v1/programmes/"
STATUS = "/api/v1/programmes/GL-2023/status/"


def make_result(territory, year=2022, rank=62, **fields) -> AssessmentResult:
    return AssessmentResult.objects.create(
        framework=make_framework(),
        **{
            "territory": territory,
            "province": f"Gia Lai {year}",
            "assessment_year": year,
            "measure": "total",
            "rank": rank,
            "ranked_units": 63,
            "certainty": "read",
            "published_on": dt.date(year + 1, 7, 1),
        }
        | fields,
    )


def test_a_programme_names_who_holds_its_duties_today(province, staff):
    heir = make_organisation("skhcn-moi")
    make_succession(province.coordinator, heir, today())
    province.task()

    body = staff.get(f"{PROGRAMMES}GL-2023/").json()

    assert body["coordinator"]["code"] == "skhcn-moi"
    assert body["authority"]["code"] == "ubnd-gl"
    assert body["task_count"] == 1


def test_the_status_counts_by_health_and_puts_red_first(province, staff):
    calm, late = province.task(code="A-1"), province.task(code="B-2")
    make_milestone(late.trial_periods.get(), today() - dt.timedelta(days=31))

    body = staff.get(STATUS).json()

    assert [task["code"] for task in body["tasks"]] == [late.code, calm.code]
    assert body["counts_by_health"] == {"red": 1, "amber": 0, "green": 1, "grey": 0}
    assert "31" in body["tasks"][0]["health_reason"]
    assert body["data_as_of"] == today().isoformat()


def test_the_status_shows_the_latest_published_rank(province, staff):
    heir = make_organisation("ubnd-gl-moi", kind="committee")
    make_result(province.committee, 2022, 62)
    make_result(heir, 2024, 31, ranked_units=34)
    make_result(make_organisation("ubnd-kh", kind="committee"), 2025, 1)
    make_result(heir, 2025, None)
    make_succession(province.committee, heir, dt.date(2025, 7, 1))

    now = staff.get(STATUS).json()
    then = staff.get(f"{STATUS}?as_of=2024-01-01").json()

    assert [now["published_result"][n] for n in ("assessment_year", "rank", "ranked_units")] == [
        2024,
        31,
        34,
    ]
    assert now["published_result"]["score"] is None
    assert then["published_result"]["rank"] == 62


@pytest.mark.parametrize("is_neighbour_first", [True, False])
def test_the_rank_of_a_province_merged_later_is_not_ours(province, staff, is_neighbour_first):
    neighbour = make_organisation("ubnd-bd", kind="committee")
    heir = make_organisation("ubnd-gl-moi", kind="committee")
    merged = (
        (neighbour, province.committee) if is_neighbour_first else (province.committee, neighbour)
    )
    for number, committee in enumerate(merged):
        make_succession(committee, heir, dt.date(2025, 7, 1))
        is_ours = committee == province.committee
        make_result(committee, 2022 + (not is_ours), 62 if is_ours else 29, source=str(number))

    now = staff.get(STATUS).json()
    then = staff.get(f"{STATUS}?as_of=2025-01-01").json()

    assert now["published_result"]["rank"] == 62
    assert then["published_result"]["rank"] == 62


def test_a_mean_over_two_provinces_is_not_a_published_rank(province, staff):
    make_result(province.committee, 2022, 62)
    make_result(province.committee, 2024, 40, is_mean=True)

    assert staff.get(STATUS).json()["published_result"]["rank"] == 62


def test_todays_province_tells_its_rank_of_a_day_before_it_was_merged(province, staff):
    heir = make_organisation("ubnd-gl-moi", kind="committee")
    make_succession(province.committee, heir, dt.date(2025, 7, 1))
    make_result(province.committee, 2022, 62)
    make_result(heir, 2023, 30)

    then = staff.get(f"{STATUS}?as_of=2025-01-01").json()

    assert then["published_result"]["rank"] == 30


def test_a_published_score_is_a_decimal_string(province, staff):
    make_result(province.committee, score=Decimal("0.4571"))

    assert staff.get(STATUS).json()["published_result"]["score"] == "0.4571"


def test_our_estimate_is_unknown_with_its_reason(province, sign_in):
    body = sign_in(province.person("lead"), "vi").get(STATUS).json()

    assert body["published_result"] is None
    assert body["estimate"]["score"] is None
    assert body["estimate"]["reason"].startswith("chưa tính được")


def test_the_status_of_an_enterprise_counts_its_own_tasks_alone(province, sign_in):
    own = province.task("vnpt")
    rival = province.task("viettel")
    make_milestone(rival.trial_periods.get(), today() - dt.timedelta(days=31))

    body = sign_in(province.person("vnpt")).get(STATUS).json()

    assert [task["code"] for task in body["tasks"]] == [own.code]
    assert body["counts_by_health"]["red"] == 0


def test_programmes_are_visible_with_their_tasks(province, sign_in):
    other = make_programme("NQ-04")
    province.task("viettel", programme=other)
    province.task("vnpt")

    def codes(person, query=""):
        return [
            (p["code"], p["task_count"])
            for p in sign_in(person).get(PROGRAMMES + query).json()["results"]
        ]

    assert codes(province.person("lead")) == [("GL-2023", 1), ("NQ-04", 1)]
    assert codes(province.person("lead"), "?search=nq-04 chuong trinh") == [("NQ-04", 1)]
    assert codes(province.person("vnpt")) == [("GL-2023", 1)]
    assert codes(make_user()) == []
    assert codes(make_user(is_administrator=True)) == [("GL-2023", 1), ("NQ-04", 1)]


@pytest.mark.parametrize(
    ("who", "status"), [("vnpt", 404), ("lead", 200), ("committee", 200), ("coordinator", 200)]
)
def test_the_status_of_a_programme_is_for_those_who_see_a_task_of_it(
    province, sign_in, who, status
):
    province.task("viettel")

    assert sign_in(province.person(who)).get(STATUS).status_code == status


def test_an_administrator_is_refused_the_status(province, administrator):
    assert administrator.get(STATUS).status_code == 403


def test_a_former_member_sees_nothing_with_the_next_request(province, sign_in):
    person = make_member(province.lead)
    client = sign_in(person)
    assert client.get(STATUS).status_code == 200
    etag = client.get(STATUS).headers["ETag"]

    person.memberships.update(valid_to=today() - dt.timedelta(days=1))

    assert client.get(STATUS, headers={"if-none-match": etag}).status_code == 404


@pytest.mark.parametrize("number", [1, 10])
def test_the_status_costs_as_much_for_ten_tasks_as_for_one(
    province, staff, django_assert_max_num_queries, number
):
    for _ in range(number):
        province.task()

    with django_assert_max_num_queries(20):
        assert len(staff.get(STATUS).json()["tasks"]) == number


@pytest.mark.parametrize("query", ["colour=red", "as_of=never", "cursor=x"])
def test_the_status_refuses_unknown_parameters(province, staff, query):
    assert staff.get(f"{STATUS}?{query}").status_code == 400


def test_a_programme_that_is_not_there_is_not_found(province, staff):
    for rest in ("NONE/", "NONE/status/"):
        assert staff.get(PROGRAMMES + rest).status_code == 404
