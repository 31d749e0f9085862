"""Reports over REST: their list, and their files as they were stored."""

import datetime as dt
import hashlib
from urllib.parse import unquote

import pytest

from dti_tracker.shared.time import today
from reports.models import Evaluation, Report, ReportFile, Snapshot
from tests.builders import make_member, make_user
from tests.reports.cast import make_cast, opened, submitted

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/reports/"
PDF, DOCX = b"%PDF-1.7 \x00\xff", b"PK\x03\x04 docx"


@pytest.fixture
def cast():
    return make_cast()


def make_report(evaluation: Evaluation, version: int = 1) -> Report:
    """A report with both files, from a snapshot of its own."""
    snapshot = Snapshot.objects.create(
        evaluation=evaluation,
        sha256=f"{version:064}",
        canonical_json="{}",
        data_as_of=dt.date(2026, 8, version),
    )
    report = Report.objects.create(
        evaluation=evaluation,
        snapshot=snapshot,
        organisation=evaluation.trial_period.task.duties.get(role="lead").organisation,
        version=version,
        subject="Báo cáo",
        code="BC-SCT",
        renderer={},
    )
    for kind, content in (("pdf", PDF), ("docx", DOCX)):
        ReportFile.objects.create(
            report=report,
            kind=kind,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )
    return report


def test_a_report_names_its_files(cast, sign_in):
    report = make_report(opened(cast, today()))
    client = sign_in(cast.staff)

    body = client.get(f"{REPORTS}{report.uid}/").json()

    assert body["task"]["code"] == "GL-2023-09"
    assert (body["number"], body["issued_on"], body["signer"]) == (None, None, None)
    assert body["data_as_of"] == "2026-08-01"
    assert [f["type"] for f in body["files"]] == ["pdf", "docx"]
    for file in body["files"]:
        content = client.get(file["url"]).content
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


@pytest.mark.parametrize(("kind", "content"), [("pdf", PDF), ("docx", DOCX)])
def test_a_file_is_an_attachment_with_a_name_to_file_it_under(cast, sign_in, kind, content):
    report = make_report(opened(cast, today()))

    answer = sign_in(cast.staff).get(
        f"{REPORTS}{report.uid}/file/?type={kind}", headers={"accept": "application/pdf"}
    )

    assert answer.content == content
    assert answer.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith(f'attachment; filename="GL-2023-09-danh-gia-v1.{kind}"')
    full = f"GL-2023-09 Báo cáo đánh giá kết quả thử nghiệm dự thảo 1.{kind}"
    assert unquote(disposition.split("''")[1]) == full


def test_a_file_that_is_known_is_not_sent_again(cast, sign_in):
    report = make_report(opened(cast, today()))
    client = sign_in(cast.staff)
    path = f"{REPORTS}{report.uid}/file/"
    etag = client.get(path).headers["ETag"]

    answer = client.get(path, headers={"if-none-match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_files_are_for_those_who_see_the_evaluation(cast, sign_in):
    report = make_report(opened(cast, today()))
    people = {
        "lead": cast.staff,
        "coordinator": cast.reviewer,
        "firm": cast.liaison,
        "committee": make_member(cast.committee, "head"),
        "administrator": make_user(is_administrator=True),
    }

    for rest in ("", "file/?type=docx"):
        statuses = {
            name: sign_in(person).get(f"{REPORTS}{report.uid}/{rest}").status_code
            for name, person in people.items()
        }
        assert statuses == {
            "lead": 200,
            "coordinator": 200,
            "firm": 404,
            "committee": 404,
            "administrator": 404,
        }


def test_the_list_filters_and_hides(cast, sign_in):
    evaluation = submitted(cast, today())
    draft = make_report(evaluation)
    client = sign_in(cast.staff)

    def found(query="", by=client):
        answer = by.get(REPORTS + query)
        assert answer.status_code == 200, answer.content
        return [r["id"] for r in answer.json()["results"]]

    assert found() == [str(draft.uid)]
    assert found(f"?evaluation={evaluation.uid}&task=GL-2023-09&search=NHIỆM") == [str(draft.uid)]
    assert found("?is_submitted=true") == []
    assert found("?is_submitted=false&state=draft&programme=GL-2023") == [str(draft.uid)]
    assert found("", sign_in(cast.liaison)) == []


def test_unknown_types_and_files_are_refused(cast, sign_in):
    report = make_report(opened(cast, today()))
    client = sign_in(cast.staff)

    assert client.get(f"{REPORTS}{report.uid}/file/?type=exe").status_code == 400
    assert client.get(f"{REPORTS}{report.uid}/file/?kind=pdf").status_code == 400


@pytest.mark.parametrize("number", [1, 9])
def test_the_list_costs_as_much_for_nine_reports_as_for_one(
    cast, sign_in, django_assert_max_num_queries, number
):
    evaluation = opened(cast, today())
    for version in range(1, number + 1):
        make_report(evaluation, version)
    client = sign_in(cast.staff)

    with django_assert_max_num_queries(12):
        assert len(client.get(REPORTS).json()["results"]) == number
