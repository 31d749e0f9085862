"""The page of one evaluation: who opens it, who moves it, and what happens to what was typed."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.choices import Verb
from reports.models import Evaluation
from reports.services import move_evaluation, write_evaluation
from reports.services.writing import Draft
from tests.builders import make_commitment, make_link, make_milestone
from tests.reports.cast import OPENING, full_draft, submitted
from tests.reports.web.conftest import TODAY, client_of, make_report


def address(evaluation, name="evaluation"):
    return reverse(f"reports:{name}", args=[evaluation.uid])


def move(user, evaluation, verb, comment="", version=None):
    return client_of(user).post(
        address(evaluation, "move"),
        {
            "action": verb,
            "version": evaluation.version if version is None else version,
            "comment": comment,
        },
    )


def typed(evaluation, **changes):
    """What the browser sends: every field as the page was opened with it, with some changed."""
    names = ("results", "shortcomings", "causes", "proposal_kind", "proposal")
    data = {name: getattr(evaluation, name) for name in names}
    for criterion in evaluation.trial_period.task.programme.criteria.all():
        finding = evaluation.findings.filter(criterion=criterion).first()
        data[f"verdict-{criterion.code}"] = finding.verdict if finding else ""
        data[f"evidence-{criterion.code}"] = finding.evidence if finding else ""
    initial = {f"initial-{name}": value for name, value in data.items()}
    return {"version": evaluation.version} | data | initial | changes


def write(user, evaluation, **changes):
    return client_of(user).post(address(evaluation, "write"), typed(evaluation, **changes))


@pytest.mark.parametrize("name", ["staff", "head", "reviewer", "inspector"])
def test_lead_coordinator_and_inspector_open_it(people, evaluation, name):
    assert client_of(people.by_name(name)).get(address(evaluation)).status_code == 200


@pytest.mark.parametrize("name", ["stranger", "liaison", "leader", "office", "administrator"])
@pytest.mark.parametrize("page", ["evaluation", "job", "move", "write", "generate"])
def test_for_everybody_else_it_does_not_exist(people, evaluation, name, page):
    client = client_of(people.by_name(name))
    ask = client.get if page in ("evaluation", "job") else client.post

    assert ask(address(evaluation, page)).status_code == 404


def test_an_unknown_one_does_not_exist(people):
    unknown = reverse("reports:evaluation", args=[uuid.uuid4()])

    assert client_of(people.cast.staff).get(unknown).status_code == 404


def test_a_writer_finds_the_form_and_what_is_missing(people, evaluation):
    page = client_of(people.cast.staff).get(address(evaluation)).text

    assert 'name="results"' in page
    assert "Chưa mô tả kết quả đạt được" in page
    assert "Chưa trình được" in page


def test_a_reviewer_finds_the_judgement_and_both_buttons(people, waiting):
    page = client_of(people.cast.reviewer).get(address(waiting)).text

    assert 'name="results"' not in page
    assert 'value="accept"' in page
    assert 'value="return"' in page
    assert waiting.submitted_snapshot.sha256 in page


def test_a_reader_finds_no_button_at_all(people, waiting):
    page = client_of(people.inspector).get(address(waiting)).text

    assert 'name="action"' not in page


@pytest.mark.parametrize(
    ("verb", "name", "comment", "state"),
    [
        ("accept", "reviewer", "", "accepted"),
        ("return", "reviewer", "Thiếu mốc 3.", "returned"),
        ("withdraw", "head", "", "in_review"),
    ],
)
def test_a_button_moves_it_and_says_what_happened(people, waiting, verb, name, comment, state):
    answer = move(people.by_name(name), waiting, verb, comment)

    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == state
    assert waiting.moves.last().comment == comment


def test_a_double_click_moves_it_once(people, waiting):
    answers = [move(people.cast.reviewer, waiting, "accept") for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert waiting.moves.filter(verb=Verb.ACCEPT).count() == 1


def test_somebody_elses_move_is_no_repeat(people, waiting):
    move(people.cast.reviewer, waiting, "accept")

    answer = move(people.cast.colleague, waiting, "accept")

    assert answer.status_code == 412
    assert "Có người vừa thay đổi" in answer.text


def test_a_return_without_a_reason_is_refused_and_stays_open(people, waiting):
    answer = move(people.cast.reviewer, waiting, "return", "  ")

    assert answer.status_code == 422
    assert "Hãy nêu lý do" in answer.text
    assert "<details" in answer.text
    assert " open>" in answer.text
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_a_reason_that_came_too_late_is_kept_in_the_field(people, waiting):
    old = waiting.version
    move_evaluation(evaluation=waiting, verb="withdraw", by=people.cast.head, on=TODAY)
    move_evaluation(evaluation=waiting, verb="submit", by=people.cast.head, on=TODAY)

    answer = move(people.cast.reviewer, waiting, "return", "Thiếu mốc 3.", version=old)

    assert answer.status_code == 412
    assert "Thiếu mốc 3.</textarea>" in answer.text


def test_a_verb_of_others_is_forbidden(people, waiting):
    assert move(people.cast.staff, waiting, "accept").status_code == 403


def test_a_verb_of_another_state_conflicts(people, evaluation):
    assert move(people.cast.reviewer, evaluation, "accept").status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "accept"},
        {"action": "accept", "version": "x"},
        {"action": "accept", "version": "9" * 30},
        {"action": "forge", "version": 1},
        {"action": "return", "version": 1, "comment": "\x00"},
    ],
)
def test_an_odd_request_changes_nothing(people, waiting, data):
    answer = client_of(people.cast.reviewer).post(address(waiting, "move"), data)

    assert answer.status_code == 422
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_saving_keeps_what_was_typed(people, evaluation):
    answer = write(
        people.cast.staff,
        evaluation,
        results="Đã vận hành.\r\nỔn định.",
        cost_vnd="1.250.000.000 đồng",
        **{"verdict-c1": "met", "evidence-c1": "Biên bản."},
    )

    assert answer.status_code == 302
    evaluation.refresh_from_db()
    assert evaluation.results == "Đã vận hành.\nỔn định."
    assert evaluation.cost_vnd == 1_250_000_000
    assert evaluation.findings.get().evidence == "Biên bản."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cost_vnd": "nhiều"}, "Hãy nhập số tiền nguyên"),
        ({"cost_vnd": "9" * 30}, "Hãy nhập số tiền nguyên"),
        ({"results": "\x00"}, "ký tự rỗng (NUL)"),
        ({"evidence-c1": "Biên bản."}, "Hãy chọn mức đánh giá"),
        ({"proposal_starts_on": "2025-02-30"}, "ngày"),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_nothing_typed_is_lost(
    people, evaluation, changes, sentence
):
    answer = write(people.cast.staff, evaluation, causes="Thiếu người.", **changes)

    assert answer.status_code == 422
    assert sentence in answer.text.lower() or sentence in answer.text
    assert "Thiếu người." in answer.text
    evaluation.refresh_from_db()
    assert evaluation.causes == ""


def test_a_period_that_ends_before_it_begins_is_refused_with_the_text_kept(people, evaluation):
    answer = write(
        people.cast.staff,
        evaluation,
        causes="Thiếu người.",
        proposal_starts_on="2025-02-01",
        proposal_ends_on="2025-01-01",
    )

    assert answer.status_code == 422
    assert "Thiếu người." in answer.text


def test_both_texts_stand_side_by_side_when_somebody_saved_first(people, evaluation):
    by_head = Draft(fields={"results": "Của lãnh đạo.", "causes": "Lãnh đạo viết."})
    late = typed(evaluation, results="Của tôi.", shortcomings="Tôi viết.")
    write_evaluation(evaluation=evaluation, draft=by_head, by=people.cast.head, on=TODAY, version=1)

    answer = client_of(people.cast.staff).post(address(evaluation, "write"), late)

    assert answer.status_code == 412
    assert answer.text.count("Người khác vừa lưu") == 1  # only where both changed the same field
    for text in ("Của lãnh đạo.", "Của tôi.", "Tôi viết.", "Lãnh đạo viết."):
        assert text in answer.text
    assert Evaluation.objects.get().results == "Của lãnh đạo."


def test_a_double_click_on_save_saves_once(people, evaluation):
    sent = typed(evaluation, results="Của tôi.", **{"verdict-c1": "met", "evidence-c1": "A\r\nB"})
    client = client_of(people.cast.staff)

    answers = [client.post(address(evaluation, "write"), sent) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Evaluation.objects.get().version == evaluation.version + 1


def test_saving_again_after_the_comparison_loses_nothing(people, evaluation):
    by_head = Draft(fields={"results": "Của lãnh đạo.", "causes": "Lãnh đạo viết."})
    late = typed(evaluation, results="Của tôi.", shortcomings="Tôi viết.")
    write_evaluation(evaluation=evaluation, draft=by_head, by=people.cast.head, on=TODAY, version=1)
    client = client_of(people.cast.staff)
    form = client.post(address(evaluation, "write"), late).context["form"]
    again = {field.name: field.value() or "" for field in form}
    again |= {key: value for key, value in form.data.items() if key.startswith("initial-")}

    answer = client.post(address(evaluation, "write"), again)

    assert answer.status_code == 302
    saved = Evaluation.objects.get()
    assert (saved.results, saved.shortcomings, saved.causes) == (
        "Của tôi.",
        "Tôi viết.",
        "Lãnh đạo viết.",
    )


def test_what_cannot_be_saved_any_more_is_shown_to_be_copied(people, evaluation):
    late = typed(evaluation, results="Viết hai giờ liền.")
    submitted(people.cast)

    answer = client_of(people.cast.staff).post(address(evaluation, "write"), late)

    assert answer.status_code == 409
    assert "Viết hai giờ liền." in answer.text


def test_a_reviewer_writes_nothing(people, evaluation):
    assert write(people.cast.reviewer, evaluation, results="Không được.").status_code == 403


def test_the_draft_is_asked_for_again_by_those_who_may(people, evaluation):
    make_report(evaluation)
    write(people.cast.staff, evaluation, results="Đã vận hành.")

    answer = client_of(people.cast.staff).post(address(evaluation, "generate"))

    assert answer.status_code == 302
    assert evaluation.snapshots.count() == 2


def test_an_inspector_asks_for_no_draft(people, evaluation):
    answer = client_of(people.inspector).post(address(evaluation, "generate"))

    assert answer.status_code == 403


def test_no_draft_is_made_of_what_was_submitted(people, waiting):
    staff = client_of(people.cast.staff)

    answer = staff.post(address(waiting, "generate"))

    assert answer.status_code == 409
    assert not staff.get(address(waiting)).context["documents"].may_generate
    assert waiting.snapshots.count() == 2  # of the opening and of the submission


def test_progress_is_shown_until_the_report_is_there(people, evaluation):
    client = client_of(people.cast.staff)

    running = client.get(address(evaluation, "job"))
    report = make_report(evaluation)
    ended = client.get(address(evaluation, "job"))

    assert 'hx-trigger="every 1s"' in running.text
    assert ended["HX-Retarget"] == "#documents"
    assert reverse("reports:file", args=[report.uid, "pdf"]) in ended.text
    assert "hx-trigger" not in ended.text


def test_more_of_everything_costs_no_further_query(people, evaluation):
    client = client_of(people.cast.staff)
    client.get(address(evaluation))
    with CaptureQueriesContext(connection) as few:
        client.get(address(evaluation))
    period = people.cast.period
    for _number in range(10):
        make_link(people.cast.task)
        make_milestone(period, OPENING)
        make_commitment(period, people.cast.vnpt)
    with CaptureQueriesContext(connection) as many:
        client.get(address(evaluation))

    assert len(many) == len(few)


def test_the_committee_reads_how_long_it_lies_there_the_lead_does_not(people, waiting):
    Evaluation.objects.filter(pk=waiting.pk).update(state="forwarded")

    assert client_of(people.leader).get(address(waiting)).context["page"].desk.days is not None
    assert client_of(people.cast.head).get(address(waiting)).context["page"].desk.days is None


def test_full_drafts_have_nothing_missing(people, evaluation):
    write_evaluation(
        evaluation=evaluation,
        draft=full_draft(people.cast),
        by=people.cast.staff,
        on=TODAY,
        version=1,
    )

    page = client_of(people.cast.staff).get(address(evaluation))

    assert page.context["page"].blocking_count == 0
    assert 'value="send_to_head"' in page.text


def test_one_entered_from_old_files_says_that_its_report_is_not_kept_here(people):
    past = Evaluation.objects.create(
        trial_period=people.cast.period,
        opened_on=OPENING,
        origin="historical",
        state="concluded",
        outcome="concluded",
        concluded_on=OPENING,
    )

    page = client_of(people.cast.staff).get(address(past))

    assert "nhập từ hồ sơ quá khứ" in page.text
    assert page.context["page"].desk is None
