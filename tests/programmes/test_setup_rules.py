"""The rules of setting up: what is refused, what the history keeps, what is never overwritten."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from dti_tracker.shared.errors import DomainError, Stale, WrongState
from organisations.models import Document
from organisations.services.documents import NewDocument
from programmes import services
from programmes.models import (
    Criterion,
    InspectionMandate,
    Programme,
    Task,
    TaskDuty,
    TrialPeriod,
)
from reports.models import CriterionFinding, Evaluation
from tests.builders import (
    make_mandate,
    make_milestone,
    make_organisation,
    make_task,
    make_trial_period,
)
from tests.programmes.cast import TODAY

pytestmark = pytest.mark.usefixtures("english")
DAY = dt.timedelta(days=1)


@pytest.fixture
def ground(cast):
    document = Document.objects.create(
        key="qd-1", kind="QĐ", number_code="1/QĐ-UBND", subject="Điều chỉnh", issued_on=TODAY
    )
    return services.Ground("Theo đề nghị của Sở", document)


def changed(cast, ground, **values):
    return services.change_task(
        task=cast.task,
        by=cast.reviewer,
        on=TODAY,
        values=values,
        ground=ground,
        seen=services.mark_of(Task.objects.get()),
    )


def test_a_change_keeps_old_and_new_with_reason_and_document(cast, ground):
    old = cast.task.name

    changed(cast, ground, name="Tên mới")

    events = Task.pgh_event_model.objects.filter(pgh_obj=cast.task).order_by("pgh_id")
    assert [event.name for event in events] == [old, "Tên mới"]
    about = events.last().pgh_context.metadata
    assert (about["reason"], about["document"]) == ("Theo đề nghị của Sở", "qd-1")


@pytest.mark.parametrize(
    ("reason", "has_document", "missing"),
    [("", True, {"reason"}), ("Vì", False, {"document"}), (" ", False, {"reason", "document"})],
)
def test_a_change_without_reason_or_document_is_refused(
    cast, ground, reason, has_document, missing
):
    given = services.Ground(reason, ground.document if has_document else None)

    with pytest.raises(DomainError) as refusal:
        changed(cast, given, name="Tên mới")

    assert set(refusal.value.fields) == missing
    assert Task.objects.get().name == cast.task.name


def test_a_change_that_changes_nothing_is_refused(cast, ground):
    with pytest.raises(DomainError, match="Nothing differs"):
        changed(cast, ground, name=cast.task.name)


def test_who_read_an_older_state_is_told_and_nothing_is_overwritten(cast, ground):
    seen = services.mark_of(Task.objects.get())
    changed(cast, ground, name="Của người khác")

    with pytest.raises(Stale, match="Somebody else changed this"):
        services.change_task(
            task=cast.task,
            by=cast.reviewer,
            on=TODAY,
            values={"name": "Của tôi"},
            ground=ground,
            seen=seen,
        )

    assert Task.objects.get().name == "Của người khác"


def test_without_the_mark_the_first_text_is_lost(cast, ground, monkeypatch):
    monkeypatch.setattr("programmes.services.set_up.require_seen", lambda *args: None)
    test = test_who_read_an_older_state_is_told_and_nothing_is_overwritten

    with pytest.raises(pytest.fail.Exception):
        test(cast, ground)

    assert Task.objects.get().name == "Của tôi"


def test_a_new_document_is_recorded_with_the_change_or_not_at_all(cast):
    new = NewDocument(kind="CV", subject="Về việc đổi tên", number_code="45/SKHCN", issued_on=TODAY)

    with pytest.raises(DomainError, match="Nothing differs"):
        changed(cast, services.Ground("Vì", new), name=cast.task.name)
    assert not Document.objects.filter(number_code="45/SKHCN").exists()

    changed(cast, services.Ground("Vì", new), name="Tên mới")
    assert Document.objects.get(number_code="45/SKHCN").key == "cv-45-skhcn-2026"
    with pytest.raises(DomainError, match="recorded already"):
        changed(cast, services.Ground("Vì", new), name="Tên nữa")


def test_the_next_lead_begins_the_day_after_the_old_one_ends(cast, ground):
    body = make_organisation("stc")
    old = TaskDuty.objects.get(task=cast.task, role="lead")

    new = services.change_lead(
        task=cast.task,
        organisation=body,
        valid_from=TODAY,
        by=cast.reviewer,
        on=TODAY,
        ground=ground,
        seen=services.mark_of(old),
    )

    old.refresh_from_db()
    assert (old.valid_to, new.valid_from, new.valid_to) == (TODAY - DAY, TODAY, None)
    assert (old.organisation, new.organisation) == (cast.sct, body)
    assert new.document == ground.document


@pytest.mark.parametrize(
    "case", ["same body", "same day", "enterprise", "ended body", "body to come"]
)
def test_a_hand_over_that_does_not_fit_is_refused_and_nothing_ends(cast, ground, case):
    old = TaskDuty.objects.get(task=cast.task, role="lead")
    body, day = make_organisation(), TODAY
    if case == "same body":
        body = cast.sct
    if case == "same day":
        day = old.valid_from
    if case == "enterprise":
        body = cast.vnpt
    if case == "ended body":
        body = make_organisation(valid_to=TODAY - DAY)
    if case == "body to come":
        body = make_organisation(valid_from=TODAY + DAY)

    with pytest.raises(DomainError):
        services.change_lead(
            task=cast.task,
            organisation=body,
            valid_from=day,
            by=cast.reviewer,
            on=TODAY,
            ground=ground,
            seen=services.mark_of(old),
        )

    old.refresh_from_db()
    assert old.valid_to is None


def test_an_ended_part_stays_and_can_begin_again_later(cast, ground):
    duty = TaskDuty.objects.get(task=cast.task, role="partner", organisation=cast.vnpt)
    asked = {"by": cast.reviewer, "on": TODAY, "ground": ground}

    services.end_body(duty=duty, last_day=TODAY, seen=services.mark_of(duty), **asked)
    join = {"task": cast.task, "role": "partner", "organisation": cast.vnpt, **asked}
    with pytest.raises(DomainError, match="already"):
        services.add_body(valid_from=TODAY, **join)
    services.add_body(valid_from=TODAY + DAY, **join)

    rows = TaskDuty.objects.filter(task=cast.task, organisation=cast.vnpt).order_by("valid_from")
    assert [row.valid_to for row in rows] == [TODAY, None]


def test_a_lead_is_never_ended_without_the_next(cast, ground):
    lead = TaskDuty.objects.get(task=cast.task, role="lead")

    with pytest.raises(WrongState, match="never without a lead"):
        services.end_body(
            duty=lead,
            last_day=TODAY,
            by=cast.reviewer,
            on=TODAY,
            ground=ground,
            seen=services.mark_of(lead),
        )


def plan(cast, starts_on, ends_on):
    return services.plan_period(
        task=cast.task,
        by=cast.reviewer,
        on=TODAY,
        values={"starts_on": starts_on, "ends_on": ends_on, "territory": None},
    )


def test_a_period_that_overlaps_names_the_other(cast):
    with pytest.raises(DomainError, match="period 1 of this task runs from 01/02/2026"):
        plan(cast, dt.date(2027, 1, 31), dt.date(2027, 3, 1))

    assert plan(cast, dt.date(2027, 2, 1), dt.date(2027, 3, 1)).number == 2


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        (dt.date(2028, 1, 1), None, "ends_on"),
        (None, dt.date(2028, 1, 1), "starts_on"),
        (dt.date(2028, 2, 1), dt.date(2028, 1, 1), "ends_on"),
    ],
)
def test_a_period_has_both_days_in_order_or_none(cast, starts_on, ends_on, field):
    with pytest.raises(DomainError) as refusal:
        plan(cast, starts_on, ends_on)

    assert field in refusal.value.fields
    assert plan(cast, None, None).starts_on is None


def move_end(cast, ground, **values):
    cast.period.refresh_from_db()
    days = {"starts_on": cast.period.starts_on, "ends_on": dt.date(2027, 3, 1), "territory": None}
    return services.change_period(
        period=cast.period,
        by=cast.reviewer,
        on=TODAY,
        values=days | values,
        ground=ground,
        seen=services.mark_of(cast.period),
    )


def test_changed_days_are_entered_by_the_document_whatever_the_writer_reads(cast, ground):
    cast.period.certainty = "example"
    cast.period.save()

    period = move_end(cast, ground)

    assert (period.ends_on, period.certainty) == (dt.date(2027, 3, 1), "entered")
    assert period.source == "Quyết định 1/QĐ-UBND ngày 21/11/2026"


def test_days_may_be_those_of_a_trial_of_another_task(cast, ground):
    make_trial_period(make_task(cast.programme), dt.date(2027, 1, 1), dt.date(2027, 12, 31))

    assert move_end(cast, ground).ends_on == dt.date(2027, 3, 1)
    assert plan(cast, dt.date(2027, 5, 1), dt.date(2027, 6, 1)).number == 2


def test_a_period_knows_those_of_its_own_task_whoever_asks(cast):
    """Also by the constraint as Django checks it, where no service stands before it."""
    period = TrialPeriod(
        task=cast.task, number=9, starts_on=cast.period.ends_on, ends_on=cast.period.ends_on
    )
    with pytest.raises(ValidationError, match="trials_of_one_task_never_overlap"):
        period.validate_constraints()


def test_what_is_evaluated_stands(cast, ground):
    period = make_trial_period(cast.task, dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    milestone = make_milestone(period, dt.date(2025, 6, 1))
    services.record_evaluation_opened(period=period, on=dt.date(2026, 1, 1))
    asked = {"by": cast.reviewer, "on": TODAY, "ground": ground}
    cast.period = period

    with pytest.raises(WrongState, match="opened on 01/01/2026"):
        move_end(cast, ground, ends_on=dt.date(2026, 1, 15))
    with pytest.raises(WrongState, match="opened on 01/01/2026"):
        services.change_milestone(
            milestone=milestone,
            values={"title": "Khác", "due_on": milestone.due_on},
            seen=services.mark_of(milestone),
            **asked,
        )


def test_a_milestone_lies_inside_its_trial(cast):
    with pytest.raises(DomainError, match="lies outside"):
        services.plan_milestone(
            period=cast.period,
            by=cast.reviewer,
            on=TODAY,
            values={"title": "Mốc", "due_on": dt.date(2027, 2, 1), "means_of_verification": ""},
        )


def test_only_a_partner_promises(cast):
    with pytest.raises(DomainError, match="does not take part"):
        services.add_commitment(
            period=cast.period,
            organisation=make_organisation(kind="enterprise_unit"),
            by=cast.reviewer,
            on=TODAY,
            values={"content": "Hứa", "due_on": None, "support_value_vnd": None},
        )


def judged(cast) -> Criterion:
    criterion: Criterion = cast.programme.criteria.first()
    period = make_trial_period(cast.task, dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    services.record_evaluation_opened(period=period, on=dt.date(2026, 1, 1))
    evaluation = Evaluation.objects.create(trial_period=period, opened_on=dt.date(2026, 1, 1))
    CriterionFinding.objects.create(evaluation=evaluation, criterion=criterion, verdict="met")
    return criterion


def test_a_judged_criterion_keeps_its_words_and_its_place_in_the_programme(cast, ground):
    criterion = judged(cast)
    asked = {"criterion": criterion, "by": cast.reviewer, "on": TODAY, "ground": ground}

    with pytest.raises(WrongState, match="its words stay"):
        services.retire_criterion(seen=services.mark_of(criterion), **asked)
    with pytest.raises(WrongState, match="its words stay"):
        services.reword_criterion(
            values={"name": "Lời khác", "name_en": ""}, seen=services.mark_of(criterion), **asked
        )


def test_without_asking_who_refers_to_it_a_judged_criterion_would_change(cast, ground, monkeypatch):
    monkeypatch.setattr("programmes.services.criteria._references", list)
    criterion = judged(cast)

    services.reword_criterion(
        criterion=criterion,
        values={"name": "Lời khác", "name_en": ""},
        seen=services.mark_of(criterion),
        by=cast.reviewer,
        on=TODAY,
        ground=ground,
    )

    assert CriterionFinding.objects.get().criterion.name == "Lời khác"


def test_thresholds_put_red_behind_amber(cast, ground):
    with pytest.raises(DomainError) as refusal:
        services.change_thresholds(
            programme=cast.programme,
            by=cast.administrator,
            on=TODAY,
            values={"red_points_behind": 5, "amber_points_behind": 10},
            ground=ground,
            seen=services.mark_of(Programme.objects.get()),
        )

    assert set(refusal.value.fields) == {"red_points_behind"}


@pytest.mark.parametrize(
    ("code", "sentence"), [("New", "address of this page"), ("gl-2023", "has this code already")]
)
def test_the_code_of_a_programme_is_free_and_no_address(cast, code, sentence):
    with pytest.raises(DomainError, match=sentence) as refusal:
        services.create_programme(
            by=cast.reviewer,
            on=TODAY,
            code=code,
            values={"name": "Chương trình", "kind": "plan"},
            coordinator=cast.skhcn,
            authority=None,
            duties_from=TODAY,
        )

    assert set(refusal.value.fields) == {"code"}


@pytest.mark.parametrize("model", [Programme, Task])
def test_codes_that_differ_in_case_alone_are_refused_by_the_database(cast, model):
    row = model.objects.get()
    row.pk, row.code = None, row.code.lower()
    if model is Task:
        row.uid, row.number = uuid.uuid4(), 77

    with pytest.raises(IntegrityError, match="code_in_any_case"), transaction.atomic():
        row.save(force_insert=True)


def test_number_and_code_of_a_task_are_taken_once(cast):
    with pytest.raises(DomainError) as refusal:
        services.create_task(
            programme=cast.programme,
            by=cast.reviewer,
            on=TODAY,
            code="gl-2023-09",
            number=9,
            values={"name": "Lại", "pillar": "digital_society"},
            assignment=services.Assignment(lead=cast.sct, valid_from=TODAY),
        )

    assert set(refusal.value.fields) == {"code", "number"}


def test_a_mandate_needs_a_decision_and_an_inspector(cast, ground):
    asked = {
        "programme": cast.programme,
        "valid_from": dt.date(2031, 1, 1),
        "valid_to": dt.date(2031, 2, 1),
        "by": cast.administrator,
        "on": TODAY,
    }

    with pytest.raises(DomainError, match="by decision alone"):
        services.give_mandate(inspector=cast.inspector, document=None, **asked)
    with pytest.raises(DomainError, match="no inspector"):
        services.give_mandate(inspector=cast.staff, document=ground.document, **asked)
    services.give_mandate(inspector=cast.inspector, document=ground.document, **asked)
    with pytest.raises(DomainError, match="already"):
        services.give_mandate(inspector=cast.inspector, document=ground.document, **asked)


def test_a_mandate_that_ends_early_opens_nothing_any_more(cast):
    mandate = InspectionMandate.objects.get()
    asked = {"by": cast.administrator, "on": TODAY}

    with pytest.raises(DomainError) as refusal:
        services.end_mandate(mandate=mandate, reason=" ", **asked)
    assert set(refusal.value.fields) == {"reason"}
    ended = services.end_mandate(mandate=mandate, reason="Xong sớm", **asked)
    assert ended.valid_to == TODAY - DAY
    with pytest.raises(WrongState):
        services.end_mandate(mandate=mandate, reason="Lại", **asked)

    later = make_mandate(cast.inspector, cast.programme, valid_from=TODAY + DAY)
    services.end_mandate(mandate=later, reason="Hoãn", **asked)
    assert not InspectionMandate.objects.filter(pk=later.pk).exists()
