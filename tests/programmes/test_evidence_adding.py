"""Evidence comes with the report of its body, once, whole, and judged before it is kept."""

import datetime as dt
import hashlib
import tempfile
from dataclasses import replace

import pytest
from django.db import DatabaseError
from django.test import override_settings

from dti_tracker.shared.errors import DomainError, NotAllowed, TooLarge
from organisations.rights import Belonging, allowed
from organisations.selectors import Standing
from programmes.choices import UpdateKind, UpdateState
from programmes.evidence.inspecting import Inspected
from programmes.evidence.kinds import DOCX
from programmes.models import Evidence, EvidenceChunk, EvidenceContent, ProgressUpdate
from programmes.services import Shows, evidence, submit_update
from programmes.services.evidence import stored_bytes, uploading_body
from tests.builders import (
    make_link,
    make_milestone,
    make_task,
    make_trial_period,
)
from tests.programmes.cast import TODAY
from tests.programmes.evidence_files import HOSTILE, MB, chunk, png
from tests.programmes.evidencing import OTHER, attach, attached, of_coordinator, of_vnpt

pytestmark = pytest.mark.django_db


def nothing_is_kept() -> bool:
    return not (
        Evidence.objects.exists()
        or EvidenceContent.objects.exists()
        or EvidenceChunk.objects.exists()
        or ProgressUpdate.objects.exists()
    )


def test_the_bytes_come_out_as_they_went_in(cast):
    content = png(more=chunk(b"puRe", b"\x01\x02\x03" * MB))

    found = attach(cast, content, "ảnh.png").content

    assert (found.size, found.media_type) == (len(content), "image/png")
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.chunks.count() == 4
    assert b"".join(stored_bytes(found)) == content


def test_the_first_file_begins_the_leads_report(cast):
    added = attached(cast)

    assert added.began_report
    report = added.evidence.update
    assert (report.state, report.kind, report.organisation) == ("draft", "report", cast.sct)


def test_a_file_goes_into_the_draft_that_is_there_and_leaves_its_version_alone(cast):
    draft = cast.save()

    added = attached(cast, by=cast.colleague)

    draft.refresh_from_db()
    assert (added.began_report, added.evidence.update, draft.version) == (False, draft, 1)


def test_who_attaches_a_file_had_a_hand_in_the_report(cast):
    draft = cast.save()

    attach(cast, by=cast.colleague)

    draft.refresh_from_db()
    assert draft.writers == [cast.colleague.pk, cast.staff.pk]  # the last writer stays the last


def test_who_attaches_to_an_entered_report_is_one_of_its_authors(cast):
    begun = attach(cast, kind=UpdateKind.ENTERED, **of_coordinator(cast)).update
    head = cast.coordinator_head
    attach(cast, OTHER, "a.png", kind=UpdateKind.ENTERED, organisation=cast.skhcn, by=head)

    report = ProgressUpdate.objects.get()
    assert (report, report.kind, report.organisation) == (begun, "entered", cast.sct)
    assert {cast.reviewer.pk, head.pk} <= report.author_ids


def test_the_coordinator_adds_to_the_task_itself(cast):
    added = attached(cast, **of_coordinator(cast))

    assert (added.evidence.update, added.evidence.organisation) == (None, cast.skhcn)
    assert not ProgressUpdate.objects.exists()


def test_an_enterprise_adds_to_the_task_or_to_its_contribution(cast):
    alone = attach(cast, **of_vnpt(cast))
    along = attach(cast, OTHER, "a.png", kind=UpdateKind.CONTRIBUTION, **of_vnpt(cast))

    assert alone.update is None
    assert (along.update.kind, along.update.organisation) == ("contribution", cast.vnpt)


def test_evidence_is_called_by_its_title_or_its_file(cast):
    assert attach(cast).title == "Biên bản"
    assert attach(cast, OTHER, "a.png", title=" Ảnh tập huấn ").title == "Ảnh tập huấn"


def test_names_in_two_forms_of_one_letter_are_kept_in_one(cast):
    found = attach(cast, name="Sơ\u0309.pdf", title="Sơ\u0309")

    assert (found.file_name, found.title) == ("Sở.pdf", "Sở")


@pytest.mark.parametrize(
    "who",
    [
        "clerk",
        "office",
        "leader",
        "stranger",
        "inspector",
        "administrator",
        "liaison_viettel",
        "reviewer",
    ],
)
def test_nobody_else_adds_to_the_leads_report(cast, who):
    with pytest.raises(NotAllowed):
        attach(cast, by=getattr(cast, who))

    assert nothing_is_kept()


def test_an_enterprise_adds_nothing_for_its_rival(cast):
    with pytest.raises(NotAllowed):
        attach(cast, organisation=cast.vnpt, by=cast.liaison_viettel)


def test_the_coordinator_does_not_attach_to_the_leads_own_report(cast):
    with pytest.raises(NotAllowed):
        attach(cast, kind=UpdateKind.REPORT, **of_coordinator(cast))


@pytest.mark.parametrize(
    ("who", "body"),
    [
        ("staff", "sct"),
        ("head", "sct"),
        ("clerk", None),
        ("reviewer", "skhcn"),
        ("coordinator_clerk", None),
        ("liaison_vnpt", "vnpt"),
        ("liaison_viettel", "viettel"),
        ("stranger", None),
        ("office", None),
        ("inspector", None),
        ("administrator", None),
    ],
)
def test_everybody_adds_for_the_body_in_which_they_may(cast, who, body):
    standing = Standing.of(getattr(cast, who), on=TODAY)

    assert uploading_body(cast.task, standing) == (getattr(cast, body) if body else None)


def test_after_the_report_was_sent_a_file_begins_the_next_one(cast):
    first = attach(cast)
    draft = cast.save(version=first.update.version)
    submit_update(update=draft, by=cast.staff, on=TODAY)

    second = attached(cast, OTHER, "a.png")

    assert second.began_report
    assert second.evidence.update != draft


def test_the_same_file_twice_in_a_report_is_refused_and_says_where_it_is(cast):
    attach(cast, title="Biên bản tập huấn")

    with pytest.raises(DomainError, match=r"đã có.*“Biên bản tập huấn”.*Staff\.Sct") as refused:
        attach(cast, name="tên khác.pdf", by=cast.colleague)

    assert set(refused.value.fields) == {"file"}
    assert Evidence.objects.count() == 1


def test_the_same_file_of_another_body_is_kept_once_and_refused_to_nobody(cast):
    attach(cast)
    attach(cast, **of_vnpt(cast))
    attach(cast, **of_coordinator(cast))

    assert Evidence.objects.count() == 3
    assert EvidenceContent.objects.count() == 1


def test_what_was_withdrawn_may_come_again(cast):
    evidence.withdraw_evidence(evidence=attach(cast), by=cast.staff, on=TODAY, reason="Nhầm bản")

    assert attach(cast).content.evidence.count() == 2


@pytest.mark.parametrize(
    "what", ["macros", "a page", "a bomb", "a PDF with a script", "an empty file"]
)
def test_what_could_harm_is_not_kept(cast, what):
    with pytest.raises(DomainError, match="Không tiếp nhận tệp"):
        attach(cast, HOSTILE[what][1](), "a.pdf")

    assert nothing_is_kept()


def test_without_the_inspection_macros_are_kept(cast, monkeypatch):
    """Twin: it is the inspection that refuses them."""
    monkeypatch.setattr(evidence, "inspected", lambda file, name: Inspected(DOCX, name))

    assert attach(cast, HOSTILE["macros"][1](), "a.docx").pk


@override_settings(EVIDENCE_MAX_MB=1)
def test_a_file_above_the_limit_is_refused_while_it_is_read(cast):
    with pytest.raises(TooLarge, match="lớn hơn 1,0"):
        attach(cast, b"a" * (3 * MB), "a.txt")

    assert nothing_is_kept()


def test_a_report_takes_only_so_many_files(cast, monkeypatch):
    monkeypatch.setattr(evidence, "MAX_FILES", 1)
    withdrawn = attach(cast)
    evidence.withdraw_evidence(evidence=withdrawn, by=cast.staff, on=TODAY, reason="Nhầm")

    with pytest.raises(DomainError, match="đã có 1 tệp"):
        attach(cast, OTHER, "a.png")


def test_evidence_shows_one_thing_of_its_own_task(cast):
    milestone = make_milestone(cast.period, TODAY)
    other = make_trial_period(make_task(cast.programme))
    rivals = cast.period.commitments.get(organisation=cast.viettel)
    wrong = [
        ({}, Shows(milestone=make_milestone(other, TODAY))),
        ({}, Shows(link=make_link(other.task))),
        ({}, Shows(milestone=milestone, link=make_link(cast.task))),
        (of_vnpt(cast), Shows(commitment=rivals)),
    ]

    for who, shows in wrong:
        with pytest.raises(DomainError, match="của nhiệm vụ này"):
            attach(cast, shows=shows, **who)
    assert attach(cast, shows=Shows(milestone=milestone)).milestone == milestone


def test_a_title_nobody_can_read_is_refused(cast):
    with pytest.raises(DomainError) as refused:
        attach(cast, title="a\u202eb")

    assert set(refused.value.fields) == {"title"}
    assert nothing_is_kept()


def test_an_error_of_the_database_leaves_nothing_half_written(cast, monkeypatch):
    create, calls = EvidenceChunk.objects.create, []

    def fail_at_the_second(**fields):
        calls.append(fields)
        if len(calls) == 2:
            raise DatabaseError("disk full")
        return create(**fields)

    monkeypatch.setattr(EvidenceChunk.objects, "create", fail_at_the_second)
    with pytest.raises(DatabaseError):
        attach(cast, png(more=chunk(b"puRe", b"\1" * (2 * MB))), "a.png")

    assert nothing_is_kept()


def test_without_one_transaction_half_of_it_stays(cast, monkeypatch):
    """Twin: the row of the content would be there without its bytes."""
    monkeypatch.setattr(evidence, "_added", evidence._added.__wrapped__)
    monkeypatch.setattr(EvidenceChunk.objects, "create", lambda **fields: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        attach(cast)

    assert EvidenceContent.objects.exists()


def test_a_full_disk_keeps_nothing(cast, monkeypatch):
    class Full:
        def __enter__(self):
            raise OSError(28, "No space left on device")

        def __exit__(self, *error):
            return None

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(OSError, match="No space"):
        attach(cast)

    assert nothing_is_kept()


def test_an_entered_report_belongs_to_who_typed_it(cast):
    """The lead sees evidence of a report that is being entered for it once it is sent."""
    found = attach(cast, kind=UpdateKind.ENTERED, **of_coordinator(cast))
    lead = Standing.of(cast.staff, on=TODAY)

    assert not Evidence.objects.visible_to(lead).exists()
    ProgressUpdate.objects.filter(pk=found.update_id).update(
        state=UpdateState.SUBMITTED, submitted_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        received_document=None, kind="report",
    )  # fmt: skip
    assert Evidence.objects.visible_to(lead).exists()


def test_a_second_position_opens_no_other_body(cast):
    """The right is asked of the one body for which somebody adds."""
    standing = Standing.of(cast.liaison_vnpt, on=TODAY)
    both = replace(standing, positions={**standing.positions, cast.sct.pk: "clerk"})

    assert uploading_body(cast.task, both) == cast.vnpt
    assert not allowed("upload_evidence", set(), "draft", belonging=Belonging.OWN)
