"""From frozen data to stored documents."""

import datetime as dt
import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, OperationalError, transaction

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from organisations.choices import JobState
from organisations.models import Job, Organisation
from programmes.models import Milestone
from reports.choices import Verb
from reports.documents.evaluation import compose
from reports.documents.layout import BulletChart, Paragraph, Points, Table
from reports.documents.pdf import render_pdf
from reports.facts import read_facts
from reports.models import Report, ReportFile, Snapshot
from reports.services import generate, move_evaluation, request_report
from reports.services.generation import freeze
from tests.builders import make_commitment
from tests.reports.cast import HANDOVER, OPENING, make_cast, opened, submitted, written

pytestmark = pytest.mark.django_db


def facts_of(evaluation, on=OPENING):
    return read_facts(freeze(evaluation, on=on).canonical_json)


def words(document):
    """Everything a document says, in one string."""
    parts: list[str] = [document.subject, *document.addressees, *document.recipients]
    for block in document.blocks:
        match block:
            case Paragraph():
                parts.append(block.text)
            case Points():
                parts += block.items
            case Table():
                parts += [cell for row in block.rows for cell in row] + list(block.notes)
            case BulletChart():
                parts += [row.actual_label for row in block.rows]
    return "\n".join(parts)


def test_a_job_makes_one_report_with_both_files():
    cast = make_cast()
    evaluation = opened(cast)
    report = generate(Job.objects.get().uid)
    assert report.evaluation == evaluation
    assert {f.kind for f in report.files.all()} == {"pdf", "docx"}
    assert Job.objects.get().result == {"report": str(report.uid)}


@pytest.mark.parametrize("deliveries", [1, 2, 5])
def test_however_often_the_message_comes_there_is_one_report(deliveries):
    opened(make_cast())
    for _delivery in range(deliveries):
        generate(Job.objects.get().uid)
    assert (Report.objects.count(), ReportFile.objects.count()) == (1, 2)


def test_unchanged_data_answer_the_existing_report():
    cast = make_cast()
    evaluation = opened(cast)
    generate(Job.objects.get().uid)
    job = request_report(evaluation=evaluation, by=cast.staff, on=OPENING + dt.timedelta(days=40))
    assert job.state == JobState.DONE
    assert Snapshot.objects.count() == 1


def test_changed_data_make_the_next_version():
    cast = make_cast()
    written(cast)
    first = generate(Job.objects.get().uid)
    job = request_report(evaluation=cast.evaluation(), by=cast.staff, on=OPENING)
    second = generate(job.uid)
    assert (first.version, second.version) == (1, 2)


@pytest.mark.parametrize("who", ["staff", "head", "reviewer"])
def test_lead_and_coordinator_ask_for_a_report_until_it_is_submitted(who):
    cast = make_cast()
    evaluation = written(cast)

    assert request_report(evaluation=evaluation, by=getattr(cast, who), on=OPENING)
    evaluation = move_evaluation(
        evaluation=evaluation, verb=Verb.SEND_TO_HEAD, by=cast.staff, on=OPENING
    )
    assert request_report(evaluation=evaluation, by=getattr(cast, who), on=OPENING)
    evaluation = move_evaluation(evaluation=evaluation, verb=Verb.SUBMIT, by=cast.head, on=OPENING)
    with pytest.raises(WrongState):
        request_report(evaluation=evaluation, by=getattr(cast, who), on=OPENING)


def test_a_person_without_the_right_asks_for_no_report_and_the_application_may():
    cast = make_cast()
    evaluation = submitted(cast)

    with pytest.raises(NotAllowed):
        request_report(evaluation=evaluation, by=cast.liaison, on=OPENING)
    assert request_report(evaluation=evaluation, by=None, on=OPENING)


def test_the_snapshot_is_canonical_and_its_hash_is_that_of_its_text():
    snapshot = freeze(opened(make_cast()), on=OPENING)
    data = json.loads(snapshot.canonical_json)
    again = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again == snapshot.canonical_json
    assert hashlib.sha256(again.encode()).hexdigest() == snapshot.sha256


def test_the_pdf_can_be_made_again_byte_for_byte():
    opened(make_cast())
    report = generate(Job.objects.get().uid)
    stored = report.files.get(kind="pdf")
    facts = read_facts(report.snapshot.canonical_json)
    again = render_pdf(compose(facts, data_as_of=report.snapshot.data_as_of))
    assert hashlib.sha256(again).hexdigest() == stored.sha256


@pytest.mark.parametrize("model", [Snapshot, ReportFile])
def test_frozen_rows_cannot_be_changed_or_deleted(model):
    opened(make_cast())
    generate(Job.objects.get().uid)
    with pytest.raises(InternalError), transaction.atomic():
        model.objects.update(sha256="0" * 64)
    with pytest.raises(InternalError), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_an_unknown_value_is_a_dash_and_never_zero():
    cast = make_cast()
    evaluation = opened(cast)
    link = cast.task.indicator_links.get()
    link.sub_indicator.measurements.all().delete()
    document = compose(facts_of(evaluation), data_as_of=OPENING)
    table = next(b for b in document.blocks if isinstance(b, Table) and len(b.columns) == 6)
    assert table.rows[0][3] == "–"
    assert table.rows[0][5] == "Chưa tính được"


def test_a_reported_zero_counts():
    cast = make_cast()
    evaluation = opened(cast)
    cast.task.indicator_links.get().sub_indicator.measurements.update(value=0)
    document = compose(facts_of(evaluation), data_as_of=OPENING)
    table = next(b for b in document.blocks if isinstance(b, Table) and len(b.columns) == 6)
    assert table.rows[0][3].startswith("0%")


def test_figures_are_those_worked_by_hand():
    """5 % → 30 %, actual 20 %: attainment 15/25 = 60 %; points 200/22 × (0.20 − 0.05) = 1.3636."""
    facts = facts_of(opened(make_cast()))
    (indicator,) = facts["indicators"]
    assert indicator["attainment"] == "0.6000"
    assert (indicator["points_baseline"], indicator["points_actual"]) == ("0.4545", "1.8182")
    assert "60,0%" in words(compose(facts, data_as_of=OPENING))


def test_a_report_goes_to_the_committee_through_the_coordinator_of_the_day():
    cast = make_cast()
    evaluation = opened(cast)
    before = compose(facts_of(evaluation), data_as_of=OPENING)
    after = compose(facts_of(evaluation, on=HANDOVER), data_as_of=HANDOVER)
    assert before.addressees == ("Ủy ban nhân dân tỉnh Gia Lai (qua Sở Thông tin và Truyền thông)",)
    assert after.addressees == ("Ủy ban nhân dân tỉnh Gia Lai (qua Sở Khoa học và Công nghệ)",)


def test_nothing_goes_through_its_own_writer():
    cast = make_cast(lead_is_coordinator=True)
    document = compose(facts_of(opened(cast)), data_as_of=OPENING)
    assert document.addressees == ("Ủy ban nhân dân tỉnh Gia Lai",)
    assert document.recipients == ("Như trên", "Lưu: VT")


def test_the_report_of_a_joint_task_names_no_firm_among_its_recipients():
    document = compose(facts_of(opened(make_cast())), data_as_of=OPENING)
    assert not any("VNPT" in r or "Viettel" in r for r in document.recipients)


def test_number_and_day_stay_blank_and_the_draft_says_what_is_made_up():
    document = compose(facts_of(opened(make_cast())), data_as_of=OPENING)
    assert (document.number, document.day) == (None, None)
    assert "minh họa" in document.notice


def test_what_the_marks_mean_is_said_once():
    text = words(compose(facts_of(opened(make_cast())), data_as_of=OPENING))
    assert text.count("chưa biết (không phải bằng 0)") == 1


def test_what_the_marks_mean_is_said_without_any_table_too():
    cast = make_cast()
    evaluation = opened(cast)
    cast.period.milestones.all().delete()
    cast.task.indicator_links.get().values.all().delete()
    cast.task.indicator_links.all().delete()
    text = words(compose(facts_of(evaluation), data_as_of=OPENING))
    assert text.count("chưa biết (không phải bằng 0)") == 1
    assert "Chưa xác định chỉ số thành phần nào" in text


def test_late_milestones_and_commitments_are_told():
    cast = make_cast()
    make_commitment(cast.period, cast.vnpt, fulfilment="partly", finding="Còn thiếu phân hệ.")
    text = words(compose(facts_of(opened(cast)), data_as_of=OPENING))
    assert "Chậm 9 ngày" in text
    assert "Thực hiện một phần" in text


def test_what_was_written_stands_in_the_submitted_report():
    evaluation = submitted(make_cast())
    facts = read_facts(evaluation.submitted_snapshot.canonical_json)
    text = words(compose(facts, data_as_of=OPENING))
    assert "Hệ thống đã vận hành tại 17 huyện." in text
    assert "tiếp tục triển khai" in text
    assert "(Đơn vị chủ trì bổ sung.)" not in text


def test_without_a_holder_of_the_lead_there_is_no_report():
    cast = make_cast()
    evaluation = opened(cast)
    Organisation.objects.filter(pk=cast.sct.pk).update(valid_to=dt.date(2024, 7, 31))
    with pytest.raises(DomainError, match="GL-2023-09"):
        request_report(evaluation=evaluation, by=None, on=OPENING)


def test_a_rendering_error_gives_the_job_back(monkeypatch):
    def broken(_document):
        raise ValueError("no font")

    opened(make_cast())
    monkeypatch.setattr("reports.services.generation.render_docx", broken)
    assert generate(Job.objects.get().uid) is None
    job = Job.objects.get()
    assert (job.state, job.error) == (JobState.QUEUED, "ValueError: no font")
    assert Report.objects.count() == 0


def test_a_database_that_goes_away_leaves_the_job_to_the_sweeper(monkeypatch):
    def away(*_args):
        raise OperationalError("server closed the connection")

    opened(make_cast())
    monkeypatch.setattr("reports.services.generation.render_pdf", away)
    with pytest.raises(OperationalError):
        generate(Job.objects.get().uid)
    assert Job.objects.get().state == JobState.RUNNING


def test_a_snapshot_of_another_schema_is_refused():
    with pytest.raises(ValueError, match="schema"):
        read_facts('{"schema": 99}')


def test_the_command_waits_and_prints_the_address_of_each_file(capsys):
    evaluation = opened(make_cast())
    call_command("generate_report", str(evaluation.uid), wait=True)
    report = Report.objects.get()
    assert capsys.readouterr().out.split() == [
        f"/api/v1/reports/{report.uid}/file/?type={kind}" for kind in ("pdf", "docx")
    ]


def test_the_command_without_waiting_says_where_to_look(capsys):
    evaluation = opened(make_cast())
    call_command("generate_report", str(evaluation.uid))
    assert "/api/v1/jobs/" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["x", "00000000-0000-0000-0000-000000000000"])
def test_the_command_refuses_an_unknown_evaluation(name):
    with pytest.raises(CommandError, match="There is no evaluation"):
        call_command("generate_report", name)


def test_the_milestones_of_another_trial_stay_out():
    cast = make_cast()
    assert len(facts_of(opened(cast))["milestones"]) == Milestone.objects.count() == 1


def test_the_report_names_its_programme_not_its_code():
    facts = facts_of(opened(make_cast()))
    text = words(compose(facts, data_as_of=OPENING))

    assert f"thuộc chương trình “{facts['programme_name']}”) như sau:" in text
    assert "chương trình GL-2023" not in text
