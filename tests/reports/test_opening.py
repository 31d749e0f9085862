"""The end of a trial opens its evaluation, exactly one."""

import datetime as dt
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, close_old_connections, connection
from django.db.models import QuerySet

from organisations.models import Job, Notice, Organisation
from programmes.models import TrialPeriod
from reports.choices import DispatchPurpose, EvaluationState
from reports.models import Evaluation, EvaluationMove
from reports.services import open_due_evaluations
from tests.builders import make_task, make_trial_period, make_user
from tests.reports.cast import LAST_DAY, OPENING, make_cast

pytestmark = pytest.mark.django_db


def test_nothing_opens_on_the_last_day():
    make_cast()
    assert open_due_evaluations(on=LAST_DAY) == []


def test_the_evaluation_opens_on_the_day_after_the_last_day():
    cast = make_cast()
    (evaluation,) = open_due_evaluations(on=OPENING)
    assert evaluation.trial_period == cast.period
    assert (evaluation.state, evaluation.opened_on) == (EvaluationState.OPEN, OPENING)


def test_days_of_downtime_only_delay_it():
    make_cast()
    (evaluation,) = open_due_evaluations(on=OPENING + dt.timedelta(days=40))
    assert evaluation.opened_on == OPENING + dt.timedelta(days=40)


def test_asking_again_opens_nothing_more():
    make_cast()
    open_due_evaluations(on=OPENING)
    assert open_due_evaluations(on=OPENING) == []
    assert open_due_evaluations(on=OPENING + dt.timedelta(days=300)) == []
    assert Evaluation.objects.count() == EvaluationMove.objects.count() == 1


def test_a_clock_set_back_opens_nothing_more():
    make_cast()
    open_due_evaluations(on=OPENING)
    assert open_due_evaluations(on=OPENING - dt.timedelta(days=1)) == []


def test_unknown_dates_never_end():
    make_trial_period(make_task(), None, None)
    assert open_due_evaluations(on=dt.date(2099, 1, 1)) == []


def test_each_trial_of_a_task_gets_its_own():
    cast = make_cast()
    make_trial_period(cast.task, dt.date(2025, 1, 1), dt.date(2025, 6, 30))
    assert len(open_due_evaluations(on=dt.date(2025, 7, 1))) == 2


def test_leap_day_ends_a_trial():
    cast = make_cast()
    period = make_trial_period(cast.task, dt.date(2027, 9, 1), dt.date(2028, 2, 29))
    open_due_evaluations(on=dt.date(2028, 2, 29))
    assert not Evaluation.objects.filter(trial_period=period).exists()
    open_due_evaluations(on=dt.date(2028, 3, 1))
    assert Evaluation.objects.filter(trial_period=period).exists()


def test_the_trial_period_knows_that_its_evaluation_opened():
    cast = make_cast()
    open_due_evaluations(on=OPENING)
    cast.period.refresh_from_db()
    assert cast.period.evaluation_opened_on == OPENING


def test_the_draft_report_is_queued_once():
    make_cast()
    open_due_evaluations(on=OPENING)
    open_due_evaluations(on=OPENING)
    assert Job.objects.count() == 1


def test_it_lies_with_the_lead_to_complete_and_with_the_coordinator_for_information():
    cast = make_cast()
    (evaluation,) = open_due_evaluations(on=OPENING)
    assert {(d.recipient, d.purpose) for d in evaluation.dispatches.all()} == {
        (cast.sct, DispatchPurpose.TO_COMPLETE),
        (cast.stttt, DispatchPurpose.FOR_INFORMATION),
    }


def test_people_of_both_bodies_are_told_once():
    cast = make_cast()
    open_due_evaluations(on=OPENING)
    told = list(Notice.objects.values_list("user__username", flat=True))
    assert sorted(told) == ["colleague", "head", "reviewer", "staff"]
    assert cast.liaison.notices.count() == 0


def test_a_coordinator_that_leads_gets_it_once():
    cast = make_cast(lead_is_coordinator=True)
    (evaluation,) = open_due_evaluations(on=OPENING)
    assert [d.recipient for d in evaluation.dispatches.all()] == [cast.stttt]


def test_a_duty_without_holder_alerts_the_administrators_and_is_not_guessed():
    cast = make_cast()
    Organisation.objects.filter(pk=cast.sct.pk).update(valid_to=LAST_DAY)
    administrator = make_user(is_administrator=True)
    (evaluation,) = open_due_evaluations(on=OPENING)
    assert not evaluation.dispatches.filter(purpose=DispatchPurpose.TO_COMPLETE).exists()
    assert administrator.notices.count() == 1


def test_a_body_without_people_alerts_the_administrators():
    cast = make_cast()
    cast.sct.memberships.update(valid_to=LAST_DAY)
    administrator = make_user(is_administrator=True)
    open_due_evaluations(on=OPENING)
    assert administrator.notices.count() == 1


def test_the_command_prints_a_line_for_each_and_nothing_the_second_time(capsys):
    make_cast()
    call_command("open_evaluations", on=OPENING.isoformat())
    assert capsys.readouterr().out.startswith("GL-2023-09 2023-08-01..2024-07-31 ")
    call_command("open_evaluations", on=OPENING.isoformat())
    assert capsys.readouterr().out == ""


def test_the_command_refuses_what_is_no_day():
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("open_evaluations", on="31/7/2024")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_command_refuses_a_day_no_trial_can_lie_on(day):
    with pytest.raises(CommandError, match=r"01/01/2000.*31/12/2099"):
        call_command("open_evaluations", on=day)


def open_at_once(callers: int) -> None:
    """Several beats and commands at the same moment, each on its own connection."""
    barrier = threading.Barrier(callers)
    failures: list[DatabaseError] = []

    def call() -> None:
        try:
            barrier.wait()
            open_due_evaluations(on=OPENING)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    if failures:
        raise failures[0]


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_open_exactly_one_each():
    cast = make_cast()
    for number in range(5):
        make_trial_period(
            make_task(cast.programme, lead=cast.sct),
            ends_on=LAST_DAY,
            starts_on=LAST_DAY,
            number=number + 1,
        )
    open_at_once(4)
    assert Evaluation.objects.count() == EvaluationMove.objects.count() == 6
    assert Job.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_calls_at_once_collide(monkeypatch):
    """The twin: without row lock and second look, several callers try to open the same one."""
    make_cast()

    def unlocked(self: QuerySet[TrialPeriod], **_options: object) -> QuerySet[TrialPeriod]:
        return self

    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", unlocked)
    with pytest.raises(IntegrityError):
        open_again_and_again()
    assert Evaluation.objects.count() <= 1


def open_again_and_again() -> None:
    for _attempt in range(20):
        open_at_once(4)
        forget_the_opening()


def forget_the_opening() -> None:
    """Back to the moment before the evaluation was opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE reports_evaluation, organisations_job CASCADE;"
            "UPDATE programmes_trialperiod SET evaluation_opened_on = NULL"
        )
