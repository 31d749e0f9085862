"""Evaluations over REST: who sees them, what they say, how they are written and moved."""

import uuid
from typing import Any

import pytest

from dti_tracker.shared.time import today
from organisations.models import AnsweredRequest, Job
from reports.models import CriterionFinding, Evaluation, EvaluationMove
from tests.builders import make_member, make_organisation, make_user
from tests.reports.cast import full_draft, make_cast, opened, submitted, written

pytestmark = pytest.mark.django_db
EVALUATIONS = "/api/v1/evaluations/"


@pytest.fixture
def cast():
    return make_cast()


def address(evaluation: Evaluation, rest: str = "") -> str:
    return f"{EVALUATIONS}{evaluation.uid}/{rest}"


def patch(client, evaluation: Evaluation, body: Any, **headers: str):
    return client.patch(address(evaluation), body, content_type="application/json", headers=headers)


def post(client, path: str, body: Any = None, **headers: str):
    return client.post(path, body or {}, content_type="application/json", headers=headers)


def test_an_evaluation_says_what_the_contract_names(cast, sign_in):
    evaluation = written(cast, today())

    answer = sign_in(cast.staff).get(address(evaluation))
    body = answer.json()

    assert body["id"] == str(evaluation.uid)
    assert body["task"]["code"] == "GL-2023-09"
    assert body["trial_period"]["ends_on"] == "2024-07-31"
    assert (body["state"], body["state_label"]) == ("open", "being written")
    assert [(m["verb"], m["allowed"]) for m in body["may"]] == [("send_to_head", True)]
    assert [c["verdict"] for c in body["criteria"]] == ["met", "met"]
    assert body["proposal"]["kind"] == "continue"
    assert body["decision"] is None
    assert body["returns"] == []
    assert [m["verb"] for m in body["history"]] == ["open"]
    assert body["indicator_links"][0]["actual"]["value"] == "20.0000"
    assert answer.headers["ETag"].startswith(f'"{evaluation.version}.')


def test_readiness_lists_each_gap_with_its_place(cast, sign_in):
    evaluation = opened(cast, today())

    body = sign_in(cast.staff).get(address(evaluation, "readiness/")).json()

    assert body["is_ready"] is False
    codes = {gap["code"]: gap["severity"] for gap in body["missing"]}
    assert codes["results"] == "blocking"
    assert codes["cost_vnd"] == "advisory"
    assert all(gap["link"].startswith("http://testserver/evaluations/") for gap in body["missing"])


def test_only_those_concerned_see_an_evaluation(cast, sign_in):
    evaluation = opened(cast, today())
    seen = {
        name: sign_in(person).get(address(evaluation)).status_code
        for name, person in {
            "lead": cast.staff,
            "head": cast.head,
            "coordinator": cast.reviewer,
            "firm": cast.liaison,
            "stranger": make_member(make_organisation("sxd")),
            "committee": make_member(cast.committee, "head"),
            "administrator": make_user(is_administrator=True),
            "former": make_member(cast.sct, valid_to=today().replace(year=2025)),
        }.items()
    }

    assert seen == {
        "lead": 200,
        "head": 200,
        "coordinator": 200,
        "firm": 404,
        "stranger": 404,
        "committee": 404,
        "administrator": 404,
        "former": 404,
    }


@pytest.mark.parametrize("rest", ["actions/accept/", "reports/"])
def test_what_one_may_not_see_can_neither_be_moved_nor_asked_for(cast, sign_in, rest):
    evaluation = opened(cast, today())

    assert post(sign_in(cast.liaison), address(evaluation, rest)).status_code == 404


def test_lists_hold_what_one_may_see_and_nothing_else(cast, sign_in):
    evaluation = opened(cast, today())

    def found(person, query=""):
        return [e["id"] for e in sign_in(person).get(EVALUATIONS + query).json()["results"]]

    assert found(cast.staff) == [str(evaluation.uid)]
    assert found(cast.staff, "?state=open&programme=GL-2023&search=nhiem") == [str(evaluation.uid)]
    assert found(cast.staff, "?state=submitted") == []
    assert found(cast.staff, "?task=GL-2023-09") == [str(evaluation.uid)]
    assert found(cast.liaison) == []
    assert found(cast.liaison, "?search=nhiem") == []


def test_a_change_needs_the_version_it_starts_from(cast, sign_in):
    evaluation = opened(cast, today())
    client = sign_in(cast.staff)
    etag = client.get(address(evaluation)).headers["ETag"]

    missing = patch(client, evaluation, {"results": "Xong."})
    first = patch(client, evaluation, {"results": "Xong."}, if_match=etag)
    stale = patch(client, evaluation, {"results": "Khác."}, if_match=etag)
    weak = patch(client, evaluation, {"results": "Khác."}, if_match="W/" + first.headers["ETag"])
    again = patch(client, evaluation, {"results": "Khác."}, if_match=first.headers["ETag"])

    statuses = [a.status_code for a in (missing, first, stale, weak, again)]
    assert statuses == [428, 200, 412, 412, 200]
    assert stale.json()["type"].endswith(":stale")
    assert first.headers["ETag"] != etag
    assert again.json()["results"] == "Khác."


def test_a_body_that_is_null_is_refused_in_vietnamese(cast, sign_in):
    evaluation = opened(cast, today())

    answer = patch(sign_in(cast.staff), evaluation, "null", if_match='"1"', accept_language="vi")

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["detail"] == ("Dữ liệu không hợp lệ: cần một đối tượng JSON nhưng nhận được null.")


def test_the_etag_of_a_change_is_that_of_the_next_read(cast, sign_in):
    evaluation = opened(cast, today())
    client = sign_in(cast.staff)
    etag = client.get(address(evaluation)).headers["ETag"]
    changed = patch(client, evaluation, {"results": "Xong."}, if_match=etag)

    read = client.get(address(evaluation), headers={"if-none-match": changed.headers["ETag"]})

    assert read.status_code == 304


def test_everything_the_lead_judges_can_be_written(cast, sign_in):
    evaluation = opened(cast, today())

    body = patch(
        sign_in(cast.staff),
        evaluation,
        {
            "results": "Kết quả",
            "shortcomings": "Hạn chế",
            "causes": "Nguyên nhân",
            "cost_vnd": 0,
            "proposal": {
                "kind": "extend",
                "text": "Gia hạn",
                "starts_on": "2027-01-01",
                "ends_on": "2027-06-30",
                "cost_vnd": 120_000_000,
            },
            "criteria": [{"code": "c1", "verdict": "partly", "evidence": "Biên bản"}],
        },
        if_match='"1"',
    ).json()

    assert [body[n] for n in ("results", "shortcomings", "causes", "cost_vnd")] == [
        "Kết quả",
        "Hạn chế",
        "Nguyên nhân",
        0,
    ]
    assert body["proposal"] == {
        "kind": "extend",
        "kind_label": "extend the trial",
        "text": "Gia hạn",
        "starts_on": "2027-01-01",
        "ends_on": "2027-06-30",
        "cost_vnd": 120_000_000,
    }
    assert [c["verdict"] for c in body["criteria"]] == ["partly", None]


def test_null_takes_back_what_was_written(cast, sign_in):
    evaluation = written(cast, today())

    body = patch(
        sign_in(cast.staff),
        evaluation,
        {"proposal": {"kind": None}, "criteria": [{"code": "c1", "verdict": None}]},
        if_match="*",
    ).json()

    assert body["proposal"]["kind"] is None
    assert [c["verdict"] for c in body["criteria"]] == [None, "met"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"result": "x"}, ["result"]),
        ({"results": None}, ["results"]),
        ({"results": ["x"]}, ["results"]),
        ({"cost_vnd": -1}, ["cost_vnd"]),
        ({"cost_vnd": 10**30}, ["cost_vnd"]),
        ({"cost_vnd": "much"}, ["cost_vnd"]),
        ({"proposal": {"kind": "dream"}}, ["proposal.kind"]),
        ({"proposal": "x"}, ["proposal"]),
        ({"proposal": {"starts_on": "2026-02-30"}}, ["proposal.starts_on"]),
        ({"criteria": [{"code": "c1", "verdict": "good"}]}, ["criteria.0.verdict"]),
        ({"criteria": [{"verdict": "met"}]}, ["criteria.0.code"]),
        ({"criteria": {"c1": "met"}}, ["criteria"]),
        ({}, [""]),
        ([], [""]),
    ],
)
def test_a_bad_member_is_named_by_its_path(cast, sign_in, body, fields):
    evaluation = opened(cast, today())

    answer = patch(sign_in(cast.staff), evaluation, body, if_match='"1"')

    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == fields


def test_an_unknown_criterion_and_wrong_dates_are_refused_by_the_rules(cast, sign_in):
    evaluation = opened(cast, today())
    client = sign_in(cast.staff)

    for body in (
        {"criteria": [{"code": "c9", "verdict": "met"}]},
        {"proposal": {"starts_on": "2027-02-01", "ends_on": "2027-01-01"}},
    ):
        answer = patch(client, evaluation, body, if_match='"1"')
        assert answer.status_code == 422
        assert answer.json()["errors"]
    assert not CriterionFinding.objects.exists()


def test_who_may_see_but_not_write_is_told_so(cast, sign_in):
    evaluation = opened(cast, today())

    answer = patch(sign_in(cast.reviewer), evaluation, {"results": "x"}, if_match='"1"')

    assert answer.status_code == 403
    assert answer.json()["title"] == "Not allowed"


def test_an_evaluation_goes_from_hand_to_hand(cast, sign_in):
    evaluation = written(cast, today())
    staff, head, reviewer = sign_in(cast.staff), sign_in(cast.head), sign_in(cast.reviewer)

    sent = post(staff, address(evaluation, "actions/send_to_head/"))
    submitted_ = post(head, address(evaluation, "actions/submit/"))
    unexplained = post(reviewer, address(evaluation, "actions/return/"))
    returned = post(reviewer, address(evaluation, "actions/return/"), {"comment": "Thiếu số."})

    assert [a.status_code for a in (sent, submitted_, unexplained, returned)] == [
        200,
        200,
        422,
        200,
    ]
    assert [e["field"] for e in unexplained.json()["errors"]] == ["comment"]
    body = returned.json()
    assert body["state"] == "returned"
    assert [r["comment"] for r in body["returns"]] == ["Thiếu số."]
    assert [m["verb"] for m in body["history"]] == ["open", "send_to_head", "submit", "return"]
    assert body["history"][-1]["by"] == "Reviewer"


def test_moves_are_refused_with_the_status_of_the_reason(cast, sign_in):
    evaluation = opened(cast, today())
    staff = sign_in(cast.staff)

    unready = post(staff, address(evaluation, "actions/send_to_head/"))
    not_theirs = post(staff, address(evaluation, "actions/accept/"))
    unknown = post(staff, address(evaluation, "actions/dance/"))
    stale = post(staff, address(evaluation, "actions/send_to_head/"), if_match='"9"')
    wrong_state = post(sign_in(cast.head), address(evaluation, "actions/withdraw/"))

    statuses = [a.status_code for a in (unready, not_theirs, unknown, stale, wrong_state)]
    assert statuses == [422, 403, 404, 412, 409]
    assert "results" in [e["field"] for e in unready.json()["errors"]]


def test_the_same_key_moves_once_and_answers_twice(cast, sign_in):
    evaluation = written(cast, today())
    client = sign_in(cast.staff)
    path = address(evaluation, "actions/send_to_head/")

    first = post(client, path, {"comment": "Xin xem."}, idempotency_key="k-1")
    second = post(client, path, {"comment": "Xin xem."}, idempotency_key="k-1")
    other = post(client, path, {"comment": "Khác."}, idempotency_key="k-1")

    assert [a.status_code for a in (first, second, other)] == [200, 200, 409]
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["ETag"] == first.headers["ETag"]
    assert EvaluationMove.objects.filter(evaluation=evaluation, verb="send_to_head").count() == 1


def test_without_the_protection_the_repetition_is_refused(cast, sign_in, monkeypatch):
    """The twin: with the key ignored, the second request runs into the state of the first."""
    monkeypatch.setattr("reports.api.evaluations.once", lambda _request, act: act())
    evaluation = written(cast, today())
    client = sign_in(cast.staff)
    path = address(evaluation, "actions/send_to_head/")

    first = post(client, path, idempotency_key="k-1")
    second = post(client, path, idempotency_key="k-1")

    assert [first.status_code, second.status_code] == [200, 409]


def test_a_refusal_keeps_nothing_so_the_key_can_be_tried_again(cast, sign_in):
    evaluation = opened(cast, today())
    client = sign_in(cast.staff)
    path = address(evaluation, "actions/send_to_head/")

    refused = post(client, path, idempotency_key="k-1")
    assert not AnsweredRequest.objects.exists()
    patch(client, evaluation, as_body(cast), if_match='"1"')
    done = post(client, path, idempotency_key="k-1")

    assert [refused.status_code, done.status_code] == [422, 200]


def test_a_key_belongs_to_one_person_and_opens_nothing_for_a_former_one(cast, sign_in):
    evaluation = written(cast, today())
    path = address(evaluation, "actions/send_to_head/")
    client = sign_in(cast.staff)
    post(client, path, idempotency_key="k-1")

    by_another = post(sign_in(cast.head), path, idempotency_key="k-1")
    cast.staff.memberships.update(valid_to=today().replace(year=2025))
    by_the_former = post(client, path, idempotency_key="k-1")

    assert [by_another.status_code, by_the_former.status_code] == [409, 404]


@pytest.mark.parametrize("key", ["", "x" * 256, "kh\xf3a"])
def test_a_bad_key_is_refused(cast, sign_in, key):
    evaluation = written(cast, today())

    answer = post(
        sign_in(cast.staff), address(evaluation, "actions/send_to_head/"), idempotency_key=key
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_asking_for_the_report_of_what_was_submitted_is_refused(cast, sign_in):
    evaluation = submitted(cast)

    answers = {
        name: post(sign_in(getattr(cast, name)), address(evaluation, "reports/")).status_code
        for name in ("staff", "reviewer")
    }

    assert answers == {"staff": 409, "reviewer": 409}


def test_asking_for_the_report_gives_a_job_to_follow(cast, sign_in):
    evaluation = written(cast, today())
    client = sign_in(cast.staff)

    asked = post(client, address(evaluation, "reports/"))
    again = post(client, address(evaluation, "reports/"))
    job = client.get(asked.headers["Location"])

    assert [asked.status_code, again.status_code] == [202, 202]
    assert again.headers["Location"] == asked.headers["Location"]
    assert job.json() == asked.json()
    assert (job.json()["state"], job.json()["result"]) == ("queued", None)
    assert sign_in(cast.head).get(asked.headers["Location"]).status_code == 200
    assert sign_in(cast.liaison).get(asked.headers["Location"]).status_code == 404
    assert post(client, address(evaluation, "reports/"), {"kind": "pdf"}).status_code == 400


def test_the_committee_sees_a_job_of_its_own_alone(cast, sign_in):
    evaluation = written(cast, today())
    post(sign_in(cast.staff), address(evaluation, "reports/"))
    leader = make_member(cast.committee, "head")

    for job in Job.objects.all():
        assert sign_in(leader).get(f"/api/v1/jobs/{job.uid}/").status_code == 404
    assert sign_in(leader).get(f"/api/v1/jobs/{uuid.uuid4()}/").status_code == 404


def test_lists_and_details_cost_the_same_whatever_they_hold(
    cast, sign_in, django_assert_max_num_queries
):
    evaluation = submitted(cast, today())
    client = sign_in(cast.reviewer)

    with django_assert_max_num_queries(16):
        client.get(EVALUATIONS)
    with django_assert_max_num_queries(36):
        client.get(address(evaluation))


def as_body(cast) -> dict[str, Any]:
    draft = full_draft(cast)
    return {
        "results": draft.fields["results"],
        "shortcomings": draft.fields["shortcomings"],
        "causes": draft.fields["causes"],
        "proposal": {
            "kind": draft.fields["proposal_kind"],
            "text": draft.fields["proposal"],
        },
        "criteria": [{"code": f.criterion, "verdict": f.verdict} for f in draft.findings],
    }
