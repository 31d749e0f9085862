"""Bringing, reading and withdrawing evidence by the pages; nothing of one rival reaches the other."""

import io
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from programmes.models import Evidence, EvidenceContent, ProgressUpdate
from programmes.models.evidence import EvidenceQuerySet
from programmes.services import withdraw_evidence
from tests.builders import make_milestone
from tests.programmes.asking import detail, signed_in
from tests.programmes.cast import TODAY
from tests.programmes.evidence_files import MB, chunk, office, png
from tests.programmes.evidencing import OTHER, PDF, attach, of_coordinator, of_viettel, of_vnpt

pytestmark = pytest.mark.django_db
FETCHED = {"X-Requested-With": "XMLHttpRequest"}


def new(cast) -> str:
    return reverse("programmes:evidence_new", args=[cast.task.code])


def file_of(evidence: Evidence) -> str:
    return reverse("programmes:evidence_file", args=[evidence.uid])


def withdrawing(evidence: Evidence) -> str:
    return reverse("programmes:evidence_withdraw", args=[evidence.uid])


def upload(content: bytes = PDF, name: str = "Biên bản.pdf", **more):
    return {"file": SimpleUploadedFile(name, content), **more}


def test_a_fetched_upload_is_answered_with_the_list_the_version_and_the_flags(cast):
    answer = signed_in(cast.staff).post(
        new(cast), upload(kind="report", dated_on="2020-01-31"), headers=FETCHED
    )

    given = answer.json()
    assert (answer.status_code, given["version"], given["name"]) == (200, 1, "Biên bản.pdf")
    assert "Biên bản.pdf" in given["html"]
    assert given["flags"] == [
        "ngày văn bản 31/01/2020 nằm ngoài kỳ báo cáo (15/09/2026 – 14/12/2026)"
    ]


def test_a_draft_that_was_there_keeps_the_version_of_whoever_writes_in_it(cast):
    cast.save()

    answer = signed_in(cast.colleague).post(new(cast), upload(kind="report"), headers=FETCHED)

    assert answer.json()["version"] is None


def test_without_the_script_one_comes_back_with_a_message(cast):
    client = signed_in(cast.staff)

    answer = client.post(new(cast), upload(next="/tasks/GL-2023-09/updates/new/"), follow=True)

    assert answer.redirect_chain == [("/tasks/GL-2023-09/updates/new/", 302)]
    assert "Đã lưu tệp “Biên bản.pdf”." in answer.text


def test_one_is_sent_back_to_no_other_site(cast):
    answer = signed_in(cast.staff).post(new(cast), upload(next="https://evil.example/"))

    assert answer.headers["Location"] == detail(cast)


def test_a_refused_file_is_answered_with_its_sentence(cast):
    client = signed_in(cast.staff)
    macros = office(more={"word/vbaProject.bin": b"\0"})

    fetched = client.post(new(cast), upload(macros, "a.docx"), headers=FETCHED)
    page = client.post(new(cast), upload(macros, "a.docx"))

    assert (fetched.status_code, page.status_code) == (422, 422)
    assert "chứa macro" in fetched.json()["detail"]
    assert "chứa macro" in page.text
    assert not EvidenceContent.objects.exists()


@pytest.mark.parametrize(
    "sent", [{}, {"file": SimpleUploadedFile("a.pdf", b"")}, {"file": "no file"}], ids=str
)
def test_no_file_is_no_evidence(cast, sent):
    answer = signed_in(cast.staff).post(new(cast), sent, headers=FETCHED)

    assert answer.status_code == 422
    assert "file" in answer.json()["fields"]


def test_a_choice_of_another_task_is_refused(cast):
    sent = upload(shows="milestone:00000000-0000-0000-0000-000000000000")

    answer = signed_in(cast.staff).post(new(cast), sent, headers=FETCHED)

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"shows"})


def test_what_it_shows_is_kept(cast):
    milestone = make_milestone(cast.period, TODAY)

    signed_in(cast.staff).post(new(cast), upload(shows=f"milestone:{milestone.uid}", title="Ảnh"))

    found = Evidence.objects.get()
    assert (found.milestone, found.title, found.update.kind) == (milestone, "Ảnh", "report")


def test_an_enterprise_is_offered_its_own_promises_alone(cast):
    rivals = cast.period.commitments.get(organisation=cast.viettel)
    client = signed_in(cast.liaison_vnpt)

    refused = client.post(new(cast), upload(shows=f"commitment:{rivals.uid}"), headers=FETCHED)

    assert refused.status_code == 422
    assert "Viettel" not in refused.text


def test_a_file_comes_as_a_file_and_as_nothing_else(cast):
    found = attach(cast, name="Biên bản số 5.pdf")

    answer = signed_in(cast.staff).get(file_of(found))

    assert answer.getvalue() == PDF
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Length"] == str(len(PDF))
    assert headers["ETag"] == f'"{found.content.sha256}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Content-Disposition"] == (
        'attachment; filename="bien ban so 5.pdf"; '
        "filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20s%E1%BB%91%205.pdf"
    )


def test_bytes_that_are_known_are_not_sent_again(cast):
    found = attach(cast)
    client = signed_in(cast.staff)
    etag = client.get(file_of(found)).headers["ETag"]

    again = client.get(file_of(found), headers={"If-None-Match": etag})
    head = client.head(file_of(found))

    assert (again.status_code, head.status_code) == (304, 200)
    assert head.headers["Content-Length"] == str(len(PDF))


@pytest.mark.parametrize(
    ("who", "lead", "vnpts"),
    [
        ("staff", 200, 200),
        ("clerk", 200, 200),
        ("reviewer", 200, 200),
        ("office", 200, 200),
        ("leader", 200, 200),
        ("inspector", 200, 200),
        ("cooperator", 200, 404),
        ("liaison_vnpt", 404, 200),
        ("liaison_viettel", 404, 404),
        ("stranger", 404, 404),
        ("administrator", 404, 404),
    ],
)
def test_files_are_read_by_whom_the_table_lets_read(cast, who, lead, vnpts):
    leads, of_firm = attach(cast), attach(cast, **of_vnpt(cast))
    ProgressUpdate.objects.update(state="submitted", submitted_at="2026-11-20T00:00Z")
    client = signed_in(getattr(cast, who))

    assert client.get(file_of(leads)).status_code == lead
    assert client.get(file_of(of_firm)).status_code == vnpts


def test_files_of_a_draft_are_read_by_its_own_body_alone(cast):
    found = attach(cast)

    assert signed_in(cast.head).get(file_of(found)).status_code == 200
    assert signed_in(cast.reviewer).get(file_of(found)).status_code == 404


def test_without_visibility_the_rival_would_read(cast, monkeypatch):
    """Twin: right and visibility are two doors; the first is still shut."""
    found = attach(cast, **of_vnpt(cast))
    monkeypatch.setattr(EvidenceQuerySet, "visible_to", lambda self, standing: self.all())
    client = signed_in(cast.liaison_viettel)

    assert client.get(file_of(found)).status_code == 403
    monkeypatch.setattr("programmes.views.evidence.decision_to_read", lambda *args: True)
    assert client.get(file_of(found)).status_code == 200


def test_flags_tell_nothing_of_a_rival(cast):
    attach(cast, **of_vnpt(cast), title="Bản mật của VNPT", name="vnpt.pdf")

    viettel = signed_in(cast.liaison_viettel).post(new(cast), upload(), headers=FETCHED)
    lead = signed_in(cast.staff).post(new(cast), upload(), headers=FETCHED)

    assert (viettel.status_code, viettel.json()["flags"]) == (200, [])
    assert any("Bản mật của VNPT" in flag for flag in lead.json()["flags"])


def test_without_visibility_flags_would_tell_of_the_rival(cast, monkeypatch):
    """Twin."""
    attach(cast, **of_vnpt(cast), title="Bản mật của VNPT")
    monkeypatch.setattr(EvidenceQuerySet, "visible_to", lambda self, standing: self.all())

    viettel = signed_in(cast.liaison_viettel).post(new(cast), upload(), headers=FETCHED)

    assert any("Bản mật của VNPT" in flag for flag in viettel.json()["flags"])


def test_a_withdrawn_file_stays_with_its_reason_and_its_bytes(cast):
    found = attach(cast)
    client = signed_in(cast.staff)

    answer = client.post(withdrawing(found), {"reason": "Nhầm bản."}, follow=True)

    found.refresh_from_db()
    assert "Đã rút tệp" in answer.text
    assert (found.withdrawn_reason, found.withdrawn_by) == ("Nhầm bản.", cast.staff)
    assert client.get(file_of(found)).getvalue() == PDF


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 409), ("head", 302), ("clerk", 403), ("reviewer", 403), ("stranger", 404)],
)
def test_after_the_report_was_sent_the_head_withdraws(cast, who, status):
    found = attach(cast)
    ProgressUpdate.objects.update(state="submitted", submitted_at="2026-11-20T00:00Z")

    answer = signed_in(getattr(cast, who)).post(withdrawing(found), {"reason": "Nhầm."})

    assert answer.status_code == status
    assert Evidence.objects.standing().exists() == (status != 302)


def test_a_withdrawal_has_a_reason_and_happens_once(cast):
    found = attach(cast)
    client = signed_in(cast.staff)

    assert client.post(withdrawing(found), {"reason": " "}).status_code == 422
    withdraw_evidence(evidence=found, by=cast.staff, on=TODAY, reason="Nhầm")
    assert client.post(withdrawing(found), {"reason": "Lại"}).status_code == 409


def test_an_enterprise_withdraws_its_own_and_nothing_of_its_rival(cast):
    own, rivals = attach(cast, **of_vnpt(cast)), attach(cast, OTHER, "a.png", **of_viettel(cast))
    client = signed_in(cast.liaison_vnpt)

    assert client.post(withdrawing(own), {"reason": "Nhầm"}).status_code == 302
    assert client.post(withdrawing(rivals), {"reason": "Phá"}).status_code == 404


def test_the_coordinator_does_not_withdraw(cast):
    found = attach(cast, **of_coordinator(cast))

    for reason in ("Nhầm", ""):
        answer = signed_in(cast.reviewer).post(withdrawing(found), {"reason": reason})

        assert answer.status_code == 403


@override_settings(EVIDENCE_MAX_MB=1)
def test_too_much_is_refused_before_it_is_parsed(cast, monkeypatch):
    client = signed_in(cast.staff)
    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", lambda self: 1 / 0)

    fetched = client.post(new(cast), upload(b"a" * 3 * MB), headers=FETCHED)
    page = client.post(new(cast), upload(b"a" * 3 * MB))

    assert (fetched.status_code, page.status_code) == (413, 413)
    assert fetched.json()["detail"].startswith("Mỗi tệp tối đa 1 MB")
    assert "Mỗi tệp tối đa 1 MB" in page.text


@override_settings(EVIDENCE_MAX_MB=1)
def test_a_little_too_much_is_refused_by_its_own_size(cast):
    answer = signed_in(cast.staff).post(
        new(cast), upload(b"a" * (MB + 9), "a.txt"), headers=FETCHED
    )

    assert (answer.status_code, set(answer.json()["fields"])) == (413, {"file"})


class Chunks(io.BytesIO):
    """What a server hands over of a body that came in chunks: its end is known by reading alone."""


def in_chunks(client, path: str, body: bytes, boundary: str):
    return client.generic(
        "POST",
        path,
        b"",
        headers={**FETCHED, "Transfer-Encoding": "chunked"},
        CONTENT_LENGTH="",
        CONTENT_TYPE=f"multipart/form-data; boundary={boundary}",
        **{"wsgi.input": Chunks(body), "wsgi.input_terminated": True},
    )


def part(content: bytes, boundary: str) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()


@override_settings(EVIDENCE_MAX_MB=1)
def test_what_comes_in_chunks_is_counted_too(cast):
    client = signed_in(cast.staff)

    small = in_chunks(client, new(cast), part(PDF, "xx"), "xx")
    large = in_chunks(client, new(cast), part(b"a" * 3 * MB, "xx"), "xx")

    assert (small.status_code, large.status_code) == (200, 413)


def test_a_large_file_is_served_chunk_by_chunk(cast):
    content = png(more=chunk(b"puRe", bytes(24 * MB)))
    found = attach(cast, content, "a.png")
    client = signed_in(cast.staff)
    answer = client.get(file_of(found))

    tracemalloc.start()
    size = sum(len(piece) for piece in answer)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == len(content)
    assert peak < 8 * MB
