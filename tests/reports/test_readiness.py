"""What stops a submission, and in which words."""

import pytest

from dti_tracker.shared.errors import DomainError
from programmes.models import Criterion
from reports.choices import Verb
from reports.models import Evaluation
from reports.readiness import Severity, blocking, readiness
from reports.services import move_evaluation, write_evaluation
from reports.services.writing import Draft, Finding
from tests.reports.cast import OPENING, make_cast, written

pytestmark = pytest.mark.django_db


def rewritten(cast, *findings, **fields) -> Evaluation:
    evaluation = written(cast)
    return write_evaluation(
        evaluation=evaluation,
        draft=Draft(fields=fields, findings=findings),
        by=cast.staff,
        on=OPENING,
        version=evaluation.version,
    )


def test_a_full_draft_lacks_nothing_that_blocks():
    assert blocking(written(make_cast())) == []


@pytest.mark.parametrize("name", ["results", "shortcomings", "causes", "proposal_kind", "proposal"])
def test_each_part_that_the_report_would_leave_to_be_filled_in_blocks(name):
    evaluation = rewritten(make_cast(), **{name: ""})
    assert [gap.code for gap in blocking(evaluation)] == [name]


@pytest.mark.parametrize("name", ["results", "shortcomings", "causes", "proposal"])
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Hệ thống שלום chạy", "“ו”, “ל”, “ם”, “ש”"),
        ("مشكلة", "“ة”, “ش”, “ك”, “ل”, “م”"),
        ("Tốt 😀", "“😀”"),
        ("數據", "“據”, “數”"),
        ("Ô \ue000 trống", "U+E000"),
    ],
)
def test_letters_that_the_pdf_cannot_print_are_named_with_their_field(name, typed, shown):
    evaluation = rewritten(make_cast(), **{name: typed})

    (gap,) = blocking(evaluation)

    label = Evaluation._meta.get_field(name).verbose_name
    assert gap.code == f"unprintable:{name}"
    assert gap.severity == Severity.BLOCKING
    assert gap.link.endswith(f"#{name}")
    assert gap.sentence == (
        f"chữ {shown} ở mục {label} không in được trong văn bản; hãy bỏ hoặc viết bằng chữ khác"
    )


def test_evidence_that_the_pdf_cannot_print_is_named_with_its_criterion():
    cast = make_cast()
    evaluation = rewritten(cast, Finding("c1", "met", "Biên bản 數"))

    (gap,) = blocking(evaluation)

    criterion = Criterion.objects.get(programme=cast.programme, code="c1")
    assert gap.code == "unprintable:criterion-c1"
    assert f"chữ “數” ở mục minh chứng của “{criterion.name}”" in gap.sentence


def test_vietnamese_and_the_signs_of_figures_can_be_printed():
    typed = "Ế Ợ ữ ằ Ỹ đ “không có” – 30 % ≥ 5\u00a0m² … →\tdòng\nmới\u200b"
    assert blocking(rewritten(make_cast(), causes=typed)) == []


def test_what_cannot_be_printed_is_not_sent_on():
    cast = make_cast()
    evaluation = rewritten(cast, causes="Thiếu 數")
    with pytest.raises(DomainError, match="không in được"):
        move_evaluation(evaluation=evaluation, verb=Verb.SEND_TO_HEAD, by=cast.staff, on=OPENING)


def test_costs_that_are_unknown_are_said_but_stop_nothing():
    (gap,) = readiness(written(make_cast()))
    assert (gap.code, gap.severity) == ("cost_vnd", Severity.ADVISORY)
