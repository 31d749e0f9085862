"""The pages of setting up: nothing typed is lost, who clashed is told, lists cost no more by row."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Criterion, Programme, Task
from tests.builders import (
    LONG_AGO,
    make_commitment,
    make_inspector,
    make_link,
    make_link_value,
    make_mandate,
    make_milestone,
    make_organisation,
    make_programme,
    make_task,
    make_trial_period,
)
from tests.programmes.asking import signed_in
from tests.programmes.cast import TODAY

DAY = dt.timedelta(days=1)
THRESHOLDS = {
    "red_days_late": "30",
    "red_points_behind": "25",
    "amber_points_behind": "10",
    "amber_pace": "0,6",
    "stale_periods": "1,5",
    "due_soon_days": "14",
}


def address(page, *arguments):
    return reverse(f"programmes:{page}", args=arguments)


def test_wrong_input_keeps_what_was_typed(cast):
    client = signed_in(cast.reviewer)

    answer = client.post(
        address("setup_period_new", cast.task.code),
        {"starts_on": "2026-03-01", "ends_on": "2026-04-01", "new_subject": "Văn bản dở dang"},
    )

    assert answer.status_code == 422
    assert 'value="2026-03-01"' in answer.text
    assert "Văn bản dở dang" in answer.text
    assert cast.task.trial_periods.count() == 1


def clashes(answer):
    """What an answer says is recorded now, without the rest of the page."""
    found = re.search(r'id="clashes".*?</dl>', answer.text, re.DOTALL)
    return found.group() if found else ""


def seen_in(answer):
    """The mark that the form of an answer carries."""
    return re.search(r'name="seen" value="(\w+)"', answer.text).group(1)


def test_who_clashed_sees_both_texts_and_can_save_again(cast):
    client = signed_in(cast.reviewer)
    page = address("setup_task_change", cast.task.code)
    typed = {
        "seen": seen_in(client.get(page)),
        "name": "Tên của tôi",
        "pillar": "digital_government",
        "reason": "Vì",
        "new_kind": "CV",
        "new_subject": "Đổi tên",
    }
    Task.objects.update(name="Tên của người khác")

    answer = client.post(page, typed)

    assert answer.status_code == 412
    assert "Tên của người khác" in clashes(answer)
    assert 'id="clashes" role="alert"' in answer.text
    assert 'value="Tên của tôi"' in answer.text
    assert Task.objects.get().name == "Tên của người khác"
    again = client.post(page, typed | {"seen": seen_in(answer)})
    assert again.status_code == 302
    assert Task.objects.get().name == "Tên của tôi"


@pytest.mark.parametrize(
    ("page", "is_needed"),
    [
        ("setup_task_new", False),
        ("setup_period_new", False),
        ("setup_task_change", True),
        ("setup_task_lead", True),
        ("setup_mandate_new", True),
    ],
)
def test_a_form_says_whether_the_document_is_needed(cast, page, is_needed):
    """And the services say the same: see the rules of changes and of mandates."""
    who = cast.administrator if page == "setup_mandate_new" else cast.reviewer
    codes = {"setup_task_new": [cast.programme.code], "setup_mandate_new": []}

    answer = signed_in(who, "en").get(address(page, *codes.get(page, [cast.task.code]))).text

    field = re.search(r'<label for="id_document">.*?<select', answer, re.DOTALL).group()
    assert ("Needed: choose one" in field) is is_needed
    assert ("(optional)" in field) is not is_needed


@pytest.mark.parametrize("page", ["setup_task_lead", "setup_task_new"])
def test_a_body_to_come_is_offered_with_its_first_day_and_one_that_ended_is_not(cast, page):
    make_organisation(name="Sở Sắp Lập", valid_from=TODAY + DAY)
    make_organisation(name="Sở Đã Hết", valid_to=TODAY - DAY)
    code = cast.task.code if page == "setup_task_lead" else cast.programme.code

    answer = signed_in(cast.reviewer).get(address(page, code)).text

    offered = answer.split('name="document"')[0]
    assert "Sở Sắp Lập (từ ngày 22/11/2026)" in offered
    assert "Sở Đã Hết" not in offered
    assert "Sở Công Thương (" not in offered


@pytest.mark.parametrize("page", ["setup_task_lead", "setup_programme_duty"])
def test_who_clashed_over_a_hand_over_sees_the_body_that_holds_the_duty_now(cast, page):
    client = signed_in(cast.coordinator_head)
    of_task = page == "setup_task_lead"
    form = address(page, cast.task.code) if of_task else address(page, "GL-2023", "authority")
    empty = client.get(form)
    duties = cast.task.duties if of_task else cast.programme.duties
    mine, theirs = (make_organisation(name=name) for name in ("Sở Của Tôi", "Sở Của Người Khác"))
    duties.filter(role="lead" if of_task else "authority").update(
        organisation=theirs, valid_from=TODAY
    )
    typed = {
        "seen": seen_in(empty),
        "organisation": mine.code,
        "valid_from": "2026-12-01",
        "reason": "Vì",
        "new_kind": "CV",
        "new_subject": "Bàn giao",
    }

    answer = client.post(form, typed)

    assert answer.status_code == 412
    assert "Sở Của Người Khác" in clashes(answer)
    assert "21/11/2026" in clashes(answer)
    assert f'<option value="{mine.code}" selected>' in answer.text
    chosen_at_first = re.search(r'name="organisation".*? selected>([^<]+)', empty.text, re.DOTALL)
    assert chosen_at_first.group(1) == "Chọn …"
    assert client.post(form, typed | {"seen": seen_in(answer)}).status_code == 302
    assert duties.get(valid_to=None, role="lead" if of_task else "authority").organisation == mine


def test_a_programme_begins_with_a_month(cast):
    client = signed_in(cast.administrator)

    answer = client.post(
        address("setup_programme_new"),
        {
            "code": "GL-2027",
            "name": "Chương trình mới",
            "kind": "trial",
            "starts": "8/2027",
            "reporting": "half_yearly",
            "due_working_days": "3",
            "coordinator": cast.skhcn.code,
            "duties_from": "2027-08-01",
        },
    )

    assert answer["Location"] == address("setup_programme", "GL-2027")
    made = Programme.objects.get(code="GL-2027")
    assert (f"{made.starts_on}", made.starts_on_precision) == ("2027-08-01", "month")
    assert (made.reporting, made.due_working_days) == ("half_yearly", 3)
    assert "3 ngày làm việc sau kỳ báo cáo" in client.get(answer["Location"]).text


@pytest.mark.parametrize(("who", "shown"), [("reviewer", True), ("administrator", False)])
def test_a_preview_tells_colours_to_whom_they_are_open_and_saves_nothing(cast, who, shown):
    client = signed_in(getattr(cast, who))
    wanted = THRESHOLDS | {"stale_periods": "9", "action": "preview"}

    answer = client.post(address("setup_thresholds", cast.programme.code), wanted)

    assert answer.status_code == 200
    assert ('id="preview"' in answer.text) is shown
    assert str(Programme.objects.get().stale_periods) == "1.5"


def named_links(answer):
    """Where the links of a page's main part lead, by the name that a screen reader says."""
    main = answer.text.split("<main")[1].split("</main>")[0]
    found = {}
    for attributes, inner in re.findall(r"<a\b([^>]*)>(.*?)</a>", main, re.DOTALL):
        label = re.search(r'aria-label="([^"]*)"', attributes)
        name = label.group(1) if label else re.sub(r"<[^>]+>|\s+", " ", inner).strip()
        found.setdefault(name, set()).add(re.search(r'href="([^"]*)"', attributes).group(1))
    return found


@pytest.mark.parametrize(
    ("page", "who", "least"),
    [
        ("setup_programme", "reviewer", "Change the programme"),
        ("setup_task", "reviewer", "Add a milestone to trial period 2"),
        ("setup_mandates", "administrator", "End the mandate of"),
    ],
)
def test_no_two_links_of_a_page_are_called_alike(cast, page, who, least):
    grow(cast, 1)
    make_mandate(cast.inspector, make_programme("GL-2024"))
    make_commitment(cast.task.trial_periods.last(), cast.vnpt, number=1)
    arguments = {"setup_programme": [cast.programme.code], "setup_task": [cast.task.code]}

    links = named_links(
        signed_in(getattr(cast, who), "en").get(address(page, *arguments.get(page, [])))
    )

    assert any(name.startswith(least) for name in links)
    assert {name: to for name, to in links.items() if len(to) > 1} == {}


@pytest.mark.parametrize("page", ["setup_task_change", "setup_task_lead", "setup_thresholds"])
def test_a_group_of_fields_has_a_legend_or_is_none(cast, page):
    code = cast.programme.code if page == "setup_thresholds" else cast.task.code

    answer = signed_in(cast.reviewer).get(address(page, code)).text

    groups = re.findall(r'<fieldset class="group">\s*(<\w+)', answer)
    assert groups
    assert set(groups) == {"<legend"}


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, {"setup_period", "setup_milestone", "setup_commitment", "setup_milestone_new"}),
        ({"evaluation_opened_on": TODAY}, {"setup_milestone_new"}),
        ({"evaluation_opened_on": TODAY, "concluded_on": TODAY}, set()),
    ],
)
def test_a_period_offers_what_its_services_allow(cast, fields, offered):
    days = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    period = make_trial_period(cast.task, *days, **fields)
    milestone, _late = make_milestone(period, days[0]), make_milestone(period, days[1] + DAY)
    promise = make_commitment(period, cast.vnpt)
    rows = {"setup_milestone": milestone, "setup_commitment": promise}

    answer = signed_in(cast.reviewer, "en").get(address("setup_task", cast.task.code)).text

    pages = ("setup_period", "setup_milestone", "setup_commitment", "setup_milestone_new")
    linked = {page for page in pages if address(page, rows.get(page, period).uid) + '"' in answer}
    assert linked == offered
    assert answer.count("outside of the trial") == 1


def test_an_end_is_offered_for_parts_that_go_on_and_never_for_the_lead(cast):
    grow(cast, 1)
    going_on = cast.task.duties.filter(valid_to=None)
    joined = going_on.filter(role__in=["partner", "cooperating"])

    answer = signed_in(cast.reviewer).get(address("setup_task", cast.task.code)).text

    ends = {int(key) for key in re.findall(r"/bodies/(\d+)/end/", answer)}
    assert ends == {duty.pk for duty in joined}
    assert going_on.count() == joined.count() + 1


def grow(cast, number):
    """One more row of every kind that the pages of setting up list, each with parents of its own."""
    body, firm = make_organisation(), make_organisation(kind="enterprise_unit")
    inspector = make_inspector(body, cast.programme)
    document = inspector.mandates.get().document
    make_programme(coordinator=body)
    Criterion.objects.create(programme=cast.programme, code=f"x{number}", name=f"{number}")
    past = {"valid_from": LONG_AGO, "valid_to": LONG_AGO, "document": document}
    cast.programme.duties.create(role="coordinator", organisation=body, **past)
    make_task(cast.programme, lead=body, partners=(firm,), cooperating=(make_organisation(),))
    for role, holder in (("lead", body), ("partner", firm), ("cooperating", body)):
        cast.task.duties.create(role=role, organisation=holder, **past)
    cast.task.duties.create(role="partner", organisation=firm, valid_from=TODAY)
    days = dt.date(2030 + number, 1, 1), dt.date(2030 + number, 12, 31)
    period = make_trial_period(cast.task, *days, territory=make_organisation(), document=document)
    make_trial_period(Task.objects.latest("pk"), *days)
    for owner in (period, cast.period):
        make_milestone(owner, days[0])
        make_commitment(owner, firm)
        make_link_value(make_link(cast.task), owner, "target", number)


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("setup_programmes", "administrator"),
        ("setup_programme", "reviewer"),
        ("setup_task", "reviewer"),
        ("setup_mandates", "administrator"),
    ],
)
def test_more_rows_of_any_kind_cost_no_more_queries(cast, page, who):
    client = signed_in(getattr(cast, who))
    arguments = {"setup_programme": [cast.programme.code], "setup_task": [cast.task.code]}
    asked = address(page, *arguments.get(page, []))
    grow(cast, 1)
    client.get(asked)
    with CaptureQueriesContext(connection) as few:
        before = client.get(asked).text
    for number in (2, 3, 4):
        grow(cast, number)
    with CaptureQueriesContext(connection) as many:
        after = client.get(asked).text

    assert len(after) > len(before) * 1.1
    assert len(many) == len(few)
