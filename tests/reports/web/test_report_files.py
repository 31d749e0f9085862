"""Report files over the web: who gets them, how, and what a second request costs."""

import hashlib
import uuid
from urllib.parse import unquote

import pytest
from django.urls import reverse

from reports.models import Evaluation
from tests.reports.web.conftest import client_of, make_report


@pytest.fixture
def report(evaluation):
    return make_report(evaluation)


def file_url(report, kind="pdf"):
    return reverse("reports:file", args=[report.uid, kind])


def test_the_pdf_is_shown_in_the_page_with_the_stored_bytes(people, report):
    answer = client_of(people.cast.staff).get(file_url(report))

    stored = report.files.get(kind="pdf")
    assert answer.content == bytes(stored.content)
    assert hashlib.sha256(answer.content).hexdigest() == stored.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["ETag"] == f'"{stored.sha256}"'
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.parametrize(("kind", "query"), [("docx", {}), ("pdf", {"download": ""})])
def test_a_download_is_an_attachment_named_after_the_task(people, report, kind, query):
    answer = client_of(people.cast.staff).get(file_url(report, kind), query)

    disposition = answer["Content-Disposition"]
    assert disposition.startswith(f'attachment; filename="GL-2023-09-danh-gia-v1.{kind}"')
    full = f"GL-2023-09 Báo cáo đánh giá kết quả thử nghiệm dự thảo 1.{kind}"
    assert unquote(disposition.split("''")[1]) == full


@pytest.mark.parametrize("tag", ['"{}"', 'W/"{}"', '"other", "{}"'])
def test_known_bytes_are_not_sent_again(people, report, tag):
    sha256 = report.files.get(kind="pdf").sha256

    answer = client_of(people.cast.staff).get(
        file_url(report), headers={"if-none-match": tag.format(sha256)}
    )

    assert answer.status_code == 304
    assert answer.content == b""


@pytest.mark.parametrize("name", ["stranger", "liaison", "leader", "administrator"])
def test_whoever_does_not_see_the_evaluation_gets_no_file(people, report, name):
    sha256 = report.files.get(kind="pdf").sha256

    answer = client_of(people.by_name(name)).get(
        file_url(report), headers={"if-none-match": f'"{sha256}"'}
    )

    assert answer.status_code == 404


def test_the_committee_gets_it_once_it_is_forwarded(people, waiting):
    report = make_report(waiting)
    Evaluation.objects.filter(pk=waiting.pk).update(state="forwarded")

    assert client_of(people.leader).get(file_url(report)).status_code == 200


def test_without_log_in_there_is_no_file(client, report):
    assert client.get(file_url(report)).status_code == 302


@pytest.mark.parametrize("kind", ["exe", "PDF", "pdf%00"])
def test_there_are_no_other_kinds(people, report, kind):
    url = file_url(report).replace("/pdf/", f"/{kind}/")

    assert client_of(people.cast.staff).get(url).status_code == 404


def test_an_unknown_report_has_no_file(people, report):
    url = reverse("reports:file", args=[uuid.uuid4(), "pdf"])

    assert client_of(people.cast.staff).get(url).status_code == 404


@pytest.mark.parametrize(("name", "count"), [("staff", 1), ("reviewer", 1), ("stranger", 0)])
def test_the_list_of_reports_holds_what_a_person_may_see(people, report, name, count):
    page = client_of(people.by_name(name)).get(reverse("reports:reports"))

    assert page.status_code == 200
    assert page.text.count(file_url(report, "docx")) == count
