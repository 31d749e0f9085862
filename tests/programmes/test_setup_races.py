"""Two who set up at once: one wins, the other is told; numbers and codes stay single.

Each protection has a twin with the protection off, so that the others can fail.
"""

import threading

import pytest

from dti_tracker.shared.errors import DomainError
from organisations.models import Document
from programmes import services
from programmes.models import Programme, Task, TrialPeriod
from programmes.services import duties, periods, set_up
from tests.builders import make_organisation
from tests.programmes.cast import TODAY, make_cast
from tests.programmes.test_update_races import race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english", "at_today"),
]


@pytest.fixture
def cast():
    return make_cast()


def asked(cast):
    return {"by": cast.reviewer, "on": TODAY}


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def together(monkeypatch, module, name):
    """Let both threads come to a function of a module before either goes on."""
    both, act = threading.Barrier(2), getattr(module, name)

    def wait(*args, **options):
        both.wait(timeout=10)
        return act(*args, **options)

    monkeypatch.setattr(module, name, wait)


def unlocked(monkeypatch, module, name, model):
    monkeypatch.setattr(module, name, lambda row: model.objects.get(pk=row.pk))


def plan(cast):
    values = {"starts_on": None, "ends_on": None, "territory": None}
    return services.plan_period(task=cast.task, values=values, **asked(cast))


def rename(cast, name):
    seen = services.mark_of(Programme.objects.get())
    ground = services.Ground("Vì", Document.objects.first())

    def act():
        return services.change_programme(
            programme=cast.programme,
            values={"name": name},
            ground=ground,
            seen=seen,
            **asked(cast),
        )

    return act


def hand_over(cast):
    body = make_organisation()
    seen = services.mark_of(cast.task.duties.get(role="lead"))
    ground = services.Ground("Vì", Document.objects.first())

    def act():
        return services.change_lead(
            task=cast.task,
            organisation=body,
            valid_from=TODAY,
            ground=ground,
            seen=seen,
            **asked(cast),
        )

    return act


def begin(cast, code):
    values = {"name": f"Chương trình {code}", "kind": "plan"}
    return services.create_programme(
        code=code,
        values=values,
        coordinator=cast.skhcn,
        authority=None,
        duties_from=TODAY,
        **asked(cast),
    )


def test_two_periods_planned_at_once_have_two_numbers(cast):
    outcomes = race(lambda: plan(cast), lambda: plan(cast))

    assert sorted(period.number for period in outcomes) == [2, 3]


def test_without_the_lock_of_the_task_both_take_the_same_number(cast, monkeypatch):
    unlocked(monkeypatch, periods, "locked_task", Task)
    together(monkeypatch, TrialPeriod, "save")

    assert kinds(race(lambda: plan(cast), lambda: plan(cast))) == ["IntegrityError", "TrialPeriod"]


def test_of_two_hand_overs_at_once_one_stands_and_the_other_is_told(cast):
    outcomes = race(hand_over(cast), hand_over(cast))

    assert kinds(outcomes) == ["Stale", "TaskDuty"]
    assert cast.task.duties.filter(role="lead").count() == 2
    assert cast.task.duties.filter(role="lead", valid_to=None).count() == 1


def test_without_the_lock_of_the_task_a_hand_over_breaks_on_the_other(cast, monkeypatch):
    unlocked(monkeypatch, duties, "locked_task", Task)
    together(monkeypatch, duties, "_hand_over")

    assert kinds(race(hand_over(cast), hand_over(cast))) == ["IntegrityError", "TaskDuty"]


def test_of_two_changes_of_a_programme_at_once_one_stands_and_the_other_is_told(cast):
    outcomes = race(rename(cast, "Tên A"), rename(cast, "Tên B"))

    assert kinds(outcomes) == ["Programme", "Stale"]
    saved = next(outcome for outcome in outcomes if isinstance(outcome, Programme))
    assert Programme.objects.get().name == saved.name


def test_without_the_lock_of_the_programme_both_believe_that_they_saved(cast, monkeypatch):
    unlocked(monkeypatch, set_up, "locked_programme", Programme)
    together(monkeypatch, set_up, "write")

    outcomes = race(rename(cast, "Tên A"), rename(cast, "Tên B"))

    assert kinds(outcomes) == ["Programme", "Programme"]


def test_of_two_who_take_one_code_at_once_one_gets_it_and_the_other_is_told(cast, monkeypatch):
    """Neither finds the other's when looking it up: the database decides, and that is said."""
    together(monkeypatch, Programme, "save")

    outcomes = race(lambda: begin(cast, "GL-2027"), lambda: begin(cast, "gl-2027"))

    assert kinds(outcomes) == ["DomainError", "Programme"]
    refusal = next(outcome for outcome in outcomes if isinstance(outcome, DomainError))
    assert set(refusal.fields) == {"code"}


def test_without_looking_again_the_second_meets_the_database(cast, monkeypatch):
    together(monkeypatch, Programme, "save")
    monkeypatch.setattr(set_up, "_require_free", lambda row: None)

    outcomes = race(lambda: begin(cast, "GL-2027"), lambda: begin(cast, "gl-2027"))

    assert kinds(outcomes) == ["IntegrityError", "Programme"]
