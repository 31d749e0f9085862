"""Who may set up what: every verb and every page of setting up against the table of rights."""

from typing import Any

import pytest
from django.urls import reverse

from dti_tracker.shared.errors import NotAllowed
from organisations.models import Document
from programmes import services
from programmes.models import InspectionMandate, ProgrammeDuty, Task, TaskDuty, TrialPeriod
from tests.builders import make_member, make_milestone, make_organisation, make_task
from tests.programmes.asking import signed_in
from tests.programmes.cast import TODAY

COORDINATOR = {"reviewer", "coordinator_head", "coordinator_delegate"}
SETTING_UP = COORDINATOR | {"administrator"}
OTHERS = {
    "staff",
    "head",
    "clerk",
    "coordinator_clerk",
    "office",
    "leader",
    "cooperator",
    "liaison_vnpt",
    "stranger",
    "inspector",
}
CREATING = {
    "create_programme": SETTING_UP,
    "create_task": SETTING_UP,
    "plan_period": SETTING_UP,
    "plan_milestone": SETTING_UP,
    "add_criterion": SETTING_UP,
    "change_thresholds": SETTING_UP,
    "give_mandate": {"administrator"},
    "end_mandate": {"administrator"},
}
CHANGING = (
    "add_commitment",
    "add_body",
    "change_commitment",
    "change_lead",
    "change_milestone",
    "change_period",
    "change_programme",
    "change_programme_duty",
    "change_task",
    "change_thresholds",
    "end_body",
    "fix_task_state",
    "move_criterion",
    "retire_criterion",
    "reword_criterion",
)
MAY = dict.fromkeys(CHANGING, COORDINATOR) | CREATING


@pytest.fixture
def document(cast):
    return Document.objects.create(
        key="qd-1", kind="QĐ", number_code="1/QĐ-UBND", subject="Điều chỉnh", issued_on=TODAY
    )


@pytest.fixture
def people(cast):
    """Everybody by name, with a body that can hold a duty next."""
    cast.coordinator_delegate = make_member(cast.skhcn, "head")
    return cast


def arguments(cast: Any, verb: str, document: Document) -> dict[str, Any]:
    """What each verb takes beside the person and the day, all of it right."""
    body = make_organisation()
    seen = services.mark_of
    ground = services.Ground("Theo đề nghị của Sở", document)
    programme, task, period = cast.programme, cast.task, cast.period
    criterion = programme.criteria.first()
    lead = TaskDuty.objects.get(task=task, role="lead")
    partner = TaskDuty.objects.get(task=task, role="partner", organisation=cast.vnpt)
    coordinator = ProgrammeDuty.objects.get(programme=programme, role="coordinator")
    commitment = period.commitments.first()
    milestone = period.milestones.first() or make_milestone(period, period.starts_on)
    mandate = InspectionMandate.objects.get()
    days = {"starts_on": period.starts_on, "ends_on": period.ends_on.replace(day=30)}
    other_days = {"starts_on": None, "ends_on": None, "territory": None}
    change = {"ground": ground}
    for row in (programme, task, period):
        row.refresh_from_db()
    return {
        "create_programme": {
            "code": "P-2027",
            "values": {"name": "Chương trình", "kind": "plan"},
            "coordinator": body,
            "authority": None,
            "duties_from": TODAY,
        },
        "create_task": {
            "programme": programme,
            "code": "GL-2023-77",
            "number": 77,
            "values": {"name": "Nhiệm vụ", "pillar": "digital_society"},
            "assignment": services.Assignment(lead=body, valid_from=TODAY),
        },
        "plan_period": {"task": task, "values": other_days},
        "plan_milestone": {
            "period": period,
            "values": {"title": "Mốc", "due_on": TODAY, "means_of_verification": ""},
        },
        "add_criterion": {"programme": programme, "values": {"name": "Tiêu chí", "name_en": ""}},
        "add_commitment": {
            "period": period,
            "organisation": cast.vnpt,
            "values": {"content": "Hứa", "due_on": None, "support_value_vnd": None},
        },
        "add_body": change
        | {"task": task, "role": "cooperating", "organisation": body, "valid_from": TODAY},
        "change_commitment": change
        | {"commitment": commitment, "values": {"content": "Khác"}, "seen": seen(commitment)},
        "change_lead": change
        | {"task": task, "organisation": body, "valid_from": TODAY, "seen": seen(lead)},
        "change_milestone": change
        | {
            "milestone": milestone,
            "values": {"title": "Khác", "due_on": TODAY},
            "seen": seen(milestone),
        },
        "change_period": change
        | {"period": period, "values": days | {"territory": None}, "seen": seen(period)},
        "change_programme": change
        | {"programme": programme, "values": {"name": "Tên khác"}, "seen": seen(programme)},
        "change_programme_duty": change
        | {
            "programme": programme,
            "role": "coordinator",
            "organisation": body,
            "valid_from": TODAY,
            "seen": seen(coordinator),
        },
        "change_task": change | {"task": task, "values": {"name": "Khác"}, "seen": seen(task)},
        "change_thresholds": change
        | {
            "programme": programme,
            "values": {"red_points_behind": 30, "amber_points_behind": 10},
            "seen": seen(programme),
        },
        "end_body": change | {"duty": partner, "last_day": TODAY, "seen": seen(partner)},
        "fix_task_state": change | {"task": task, "state": "suspended", "seen": seen(task)},
        "give_mandate": {
            "inspector": cast.inspector,
            "programme": make_task().programme,
            "document": document,
            "valid_from": TODAY,
            "valid_to": TODAY,
        },
        "end_mandate": {"mandate": mandate, "reason": "Xong sớm"},
        "move_criterion": {
            "criterion": criterion,
            "up": False,
            "seen": seen(*programme.criteria.order_by("order")),
        },
        "retire_criterion": change | {"criterion": criterion, "seen": seen(criterion)},
        "reword_criterion": change
        | {
            "criterion": criterion,
            "values": {"name": "Lời khác", "name_en": ""},
            "seen": seen(criterion),
        },
    }[verb]


@pytest.mark.parametrize("verb", sorted(MAY))
def test_a_verb_is_open_to_those_whom_the_table_names(people, document, verb):
    act = getattr(services, verb)
    for name in sorted((SETTING_UP | OTHERS) - MAY[verb]):
        given = arguments(people, verb, document)
        with pytest.raises(NotAllowed):
            act(by=getattr(people, name), on=TODAY, **given)


@pytest.mark.parametrize(
    ("verb", "name"), [(verb, name) for verb in sorted(MAY) for name in sorted(MAY[verb])]
)
def test_whom_the_table_names_may_do_it(people, document, verb, name):
    given = arguments(people, verb, document)

    getattr(services, verb)(by=getattr(people, name), on=TODAY, **given)


def pages(cast: Any) -> dict[str, tuple[list[Any], set[str]]]:
    """Every page of setting up: its arguments, and who may open it."""
    period = cast.period
    milestone = make_milestone(period, period.starts_on)
    partner = TaskDuty.objects.get(task=cast.task, organisation=cast.vnpt)
    programme, task = [cast.programme.code], [cast.task.code]
    commitment = period.commitments.first()
    return {
        "setup_programmes": ([], SETTING_UP),
        "setup_programme_new": ([], SETTING_UP),
        "setup_programme": (programme, SETTING_UP),
        "setup_programme_change": (programme, COORDINATOR),
        "setup_programme_duty": ([*programme, "authority"], COORDINATOR),
        "setup_thresholds": (programme, SETTING_UP),
        "setup_criterion_new": (programme, SETTING_UP),
        "setup_criterion": ([*programme, "c1"], COORDINATOR),
        "setup_task_new": (programme, SETTING_UP),
        "setup_task": (task, SETTING_UP),
        "setup_task_change": (task, COORDINATOR),
        "setup_task_state": (task, COORDINATOR),
        "setup_task_lead": (task, COORDINATOR),
        "setup_body_new": ([*task, "partners"], COORDINATOR),
        "setup_body_end": ([*task, partner.pk], COORDINATOR),
        "setup_period_new": (task, SETTING_UP),
        "setup_period": ([period.uid], COORDINATOR),
        "setup_milestone_new": ([period.uid], SETTING_UP),
        "setup_milestone": ([milestone.uid], COORDINATOR),
        "setup_commitment_new": ([period.uid], COORDINATOR),
        "setup_commitment": ([commitment.uid], COORDINATOR),
        "setup_mandates": ([], {"administrator"}),
        "setup_mandate_new": ([], {"administrator"}),
        "setup_mandate_end": ([InspectionMandate.objects.get().uid], {"administrator"}),
    }


@pytest.mark.parametrize(
    "name", ["reviewer", "administrator", "staff", "coordinator_clerk", "liaison_vnpt", "inspector"]
)
def test_a_page_opens_for_those_whom_the_table_names(people, name):
    client = signed_in(getattr(people, name))
    for page, (arguments, may) in pages(people).items():
        answer = client.get(reverse(f"programmes:{page}", args=arguments))
        expected = {200} if name in may else {403, 404}
        assert answer.status_code in expected, page


def test_nobody_who_is_not_signed_in_sees_a_page(people, client):
    for page, (arguments, _may) in pages(people).items():
        answer = client.get(reverse(f"programmes:{page}", args=arguments))
        assert answer.status_code == 302, page
        assert "/login/" in answer["Location"]


def test_a_coordinator_of_another_programme_is_a_stranger_here(people):
    other = make_task()
    client = signed_in(people.reviewer)

    assert client.get(reverse("programmes:setup_task", args=[other.code])).status_code == 403


def test_an_enterprise_does_not_learn_of_its_rivals_promises_here(people):
    rival = TrialPeriod.objects.get().commitments.get(organisation=people.viettel)
    client = signed_in(people.liaison_vnpt)

    page = reverse("programmes:setup_commitment", args=[rival.uid])
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(("name", "sees"), [("reviewer", True), ("administrator", False)])
def test_an_administrator_sees_neither_progress_nor_promises(people, name, sees):
    people.submitted()
    client = signed_in(getattr(people, name))
    code = people.task.code

    set_up = client.get(reverse("programmes:setup_task", args=[code])).text
    shown = client.get(reverse("programmes:task_detail", args=[code])).text

    assert ("VNPT hứa máy chủ" in set_up) is sees
    assert ("Đã tập huấn" in shown) is sees
    assert "Đã tập huấn" not in set_up


def test_coordinators_and_administrators_find_the_way(people):
    for name, way in (("reviewer", True), ("administrator", True), ("staff", False)):
        client = signed_in(getattr(people, name))
        task = client.get(reverse("programmes:task_detail", args=[people.task.code])).text
        assert (reverse("programmes:setup_task", args=[people.task.code]) in task) is way
        tasks = client.get(reverse("programmes:task_list")).text
        assert (reverse("programmes:setup_programmes") in tasks) is way
        assert Task.objects.count() == 1
