"""Saving the judgement: once for a double click, and nothing that was typed vanishes."""

import datetime as dt

import pytest

from dti_tracker.shared.errors import DomainError, Stale
from reports.models import Evaluation
from reports.services import write_evaluation
from reports.services.writing import Draft, Finding
from tests.reports.cast import OPENING, full_draft, make_cast, opened

pytestmark = pytest.mark.django_db


def save(evaluation, draft, by, version=1) -> Evaluation:
    return write_evaluation(evaluation=evaluation, draft=draft, by=by, on=OPENING, version=version)


def test_the_same_draft_sent_twice_is_saved_once():
    cast = make_cast()
    evaluation = opened(cast)

    first = save(evaluation, full_draft(cast), cast.staff)
    second = save(evaluation, full_draft(cast), cast.staff)

    assert (first.version, second.version) == (2, 2)


@pytest.mark.parametrize(
    "other",
    [
        Draft(fields={"results": "Khác."}),
        Draft(findings=(Finding("c1", "not_met", "Biên bản nghiệm thu."),)),
        Draft(findings=(Finding("c1", "met", "Biên bản khác."),)),
        Draft(findings=(Finding("c1", ""),)),
        Draft(),
    ],
)
def test_another_draft_on_the_old_version_is_no_repeat(other):
    cast = make_cast()
    evaluation = opened(cast)
    save(evaluation, full_draft(cast), cast.staff)

    with pytest.raises(Stale):
        save(evaluation, other, cast.staff)


def test_what_another_person_saved_is_no_repeat():
    cast = make_cast()
    evaluation = opened(cast)
    save(evaluation, full_draft(cast), cast.staff)

    with pytest.raises(Stale):
        save(evaluation, full_draft(cast), cast.head)


def test_a_draft_from_two_versions_ago_is_no_repeat():
    cast = make_cast()
    evaluation = opened(cast)
    save(evaluation, full_draft(cast), cast.staff)
    save(evaluation, Draft(fields={"cost_vnd": 5}), cast.staff, version=2)

    with pytest.raises(Stale):
        save(evaluation, full_draft(cast), cast.staff)


@pytest.mark.parametrize(
    ("findings", "sentence"),
    [
        ((Finding("c1", "", "Biên bản."),), "c1: Hãy chọn mức đánh giá cho phần minh chứng này."),
        (
            (Finding("c1", "met"), Finding("c1", "not_met")),
            "c1: Tiêu chí này được đánh giá hai lần; chỉ gửi một lần.",
        ),
    ],
)
def test_evidence_without_a_verdict_and_a_criterion_twice_are_refused(findings, sentence):
    cast = make_cast()
    evaluation = opened(cast)

    with pytest.raises(DomainError) as refused:
        save(evaluation, Draft(findings=findings), cast.staff)

    assert refused.value.message == sentence
    assert set(refused.value.fields) == {"criteria"}
    assert not evaluation.findings.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {
                "proposal_starts_on": dt.date(2025, 2, 1),
                "proposal_ends_on": dt.date(2025, 1, 1),
            },
            "Thời gian tiếp theo kết thúc trước khi bắt đầu: hãy sửa một trong hai ngày.",
        ),
        ({"proposal_cost_vnd": -1}, "Kinh phí (đồng) không được nhỏ hơn 0."),
    ],
)
def test_a_broken_rule_of_the_table_is_said_in_vietnamese(fields, sentence):
    cast = make_cast()

    with pytest.raises(DomainError) as refused:
        save(opened(cast), Draft(fields=fields), cast.staff)

    assert refused.value.message == sentence


def test_a_verdict_is_taken_back_with_its_evidence():
    cast = make_cast()
    evaluation = save(opened(cast), full_draft(cast), cast.staff)

    save(evaluation, Draft(findings=(Finding("c1", ""),)), cast.staff, version=2)

    assert not evaluation.findings.filter(criterion__code="c1").exists()
