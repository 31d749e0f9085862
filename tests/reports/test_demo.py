"""The demo: what it shows, that it never moves, and that it can be taken away again."""

import datetime as dt
from contextlib import nullcontext
from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError
from django.db.models import QuerySet

from dti_tracker.shared.errors import DomainError
from indicators.models import Measurement
from organisations import removal
from organisations.demo import DEMO_PASSWORD, demo_accounts
from organisations.models import Job, Membership, Organisation, User
from organisations.selectors import Standing
from programmes.models import (
    Commitment,
    IndicatorLink,
    LinkValue,
    Milestone,
    ProgressUpdate,
    ReportedValue,
    Task,
    TrialPeriod,
)
from programmes.reference import load_reference
from programmes.selectors import task_summaries
from reports.choices import Origin
from reports.demo import load_demo
from reports.models import CriterionFinding, Evaluation, EvaluationMove, Snapshot
from reports.services.opening import open_due_evaluations
from tests.builders import make_measurement, make_trial_period, make_user
from tests.programmes.reference_files import event_count

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 21)
DAYS = [DAY, dt.date(2026, 9, 15), dt.date(2026, 12, 14), dt.date(2027, 3, 16)]
HEALTH = {
    "GL-2023-01": "green",
    "GL-2023-02": "green",
    "GL-2023-03": "green",
    "GL-2023-04": "red",
    "GL-2023-05": "amber",
    "GL-2023-06": "grey",
    "GL-2023-07": "red",
    "GL-2023-08": "grey",
    "GL-2023-09": "amber",
    "GL-2023-10": "green",
}


@pytest.fixture(autouse=True)
def _reference():
    load_reference()


@pytest.fixture
def demo() -> None:
    load_demo(on=DAY)


def current_trials() -> QuerySet[TrialPeriod]:
    return TrialPeriod.objects.filter(number=2)


def test_every_account_is_there_with_the_public_password(demo):
    users = {user.username: user for user in User.objects.filter(is_demo=True)}
    assert set(users) == {account.username for account in demo_accounts()}
    assert users["staff.sct"].check_password(DEMO_PASSWORD)
    administrators = [name for name, user in users.items() if user.is_administrator]
    assert administrators == ["admin"]
    assert users["admin"].is_superuser


@pytest.mark.parametrize(
    ("day", "code"),
    [(dt.date(2025, 2, 28), "stttt"), (dt.date(2025, 3, 1), "skhcn")],
)
def test_people_move_with_their_bodies(demo, day, code):
    standing = Standing.of(User.objects.get(username="head.doic"), on=day)
    body = Organisation.objects.get(code=code)
    assert standing.positions == {body.pk: "head"}


def test_the_leader_moves_to_the_merged_province(demo):
    positions = Membership.objects.filter(user__username="leader.ppc").order_by("valid_from")
    assert list(positions.values_list("organisation__code", "valid_from", "valid_to")) == [
        ("ubnd-gl", dt.date(2023, 1, 1), dt.date(2025, 6, 30)),
        ("ubnd-gl-2025", dt.date(2025, 7, 1), None),
    ]


def test_each_task_has_a_finished_trial_and_a_current_one(demo):
    for task in Task.objects.all():
        past, current = task.trial_periods.order_by("number")
        assert past.concluded_on < dt.date(2025, 2, 28)
        assert past.territory.code == "ubnd-gl"
        assert current.territory.code == "ubnd-gl-2025"
        assert (current.evaluation_opened_on, current.concluded_on) == (None, None)


def test_two_trials_have_ended_one_ends_in_three_days_and_one_is_undated(demo):
    ended = current_trials().filter(ends_on__lt=DAY).values_list("task__code", flat=True)
    soon = current_trials().filter(ends_on=DAY + dt.timedelta(days=3))
    assert set(ended) == {"GL-2023-01", "GL-2023-09"}
    assert [period.task.code for period in soon] == ["GL-2023-10"]
    assert [p.task.code for p in current_trials().filter(ends_on=None)] == ["GL-2023-06"]
    assert current_trials().filter(ends_on__gt=DAY + dt.timedelta(days=3)).count() == 6


def test_loading_opens_no_evaluation_but_two_are_due(demo):
    assert set(Evaluation.objects.values_list("origin", flat=True)) == {Origin.HISTORICAL}
    opened = open_due_evaluations(on=DAY)
    assert {e.trial_period.task.code for e in opened} == {"GL-2023-01", "GL-2023-09"}


@pytest.mark.parametrize("day", DAYS)
def test_health_is_varied_whatever_the_day_of_the_first_load(day):
    load_demo(on=day)
    summaries = task_summaries(Task.objects.filter(programme__code="GL-2023"), on=day)
    assert {s.task.code: s.health for s in summaries} == HEALTH
    assert all(s.is_example for s in summaries)


@pytest.mark.parametrize("day", DAYS)
def test_indicators_show_every_course(day):
    load_demo(on=day)
    summaries = task_summaries(Task.objects.filter(programme__code="GL-2023"), on=day)
    courses = {link.sub_indicator.key: link.pace_class.value for s in summaries for link in s.links}
    assert courses == {
        "922-7-p01": "achieved",
        "405-3-p03": "needs_acceleration",
        "922-7-p03": "on_course",
        "922-7-p02": "on_course",
        "922-8-p05": "limited",
        "922-9-p01": "no_data",
        "922-9-p02": "worsening",
        "922-7-p04": "no_data",
    }


def test_finished_evaluations_are_historical_with_all_findings(demo):
    evaluations = Evaluation.objects.all()
    assert evaluations.count() == 10
    assert set(evaluations.values_list("state", flat=True)) == {"concluded"}
    assert set(evaluations.values_list("outcome", flat=True)) == {"concluded", "noted"}
    assert not evaluations.filter(proposal="").exists()
    assert CriterionFinding.objects.count() == 50
    assert EvaluationMove.objects.count() == 10
    for evaluation in evaluations:
        period = evaluation.trial_period
        assert evaluation.opened_on == period.ends_on + dt.timedelta(days=1)
        assert evaluation.concluded_on == period.concluded_on
        assert evaluation.authors.count() == 1


def test_progress_is_in_every_state(demo):
    states = ProgressUpdate.objects.values_list("state", flat=True)
    assert set(states) == {"accepted", "submitted", "returned", "draft"}
    assert ProgressUpdate.objects.filter(state="submitted").count() == 4
    assert ProgressUpdate.objects.get(state="returned").remarks
    assert not ProgressUpdate.objects.filter(is_example=False).exists()


def test_enterprises_contribute_and_the_coordinator_enters_for_a_lead(demo):
    contributions = ProgressUpdate.objects.filter(kind="contribution")
    assert {c.organisation.code for c in contributions} == {"vnpt-gl", "viettel-gl"}
    entered = ProgressUpdate.objects.filter(kind="entered").order_by("submitted_at")
    assert [e.owner_answer for e in entered] == ["confirmed", ""]
    assert all(e.received_document for e in entered)
    assert ReportedValue.objects.get().certainty == "example"


def test_nobody_reviews_what_they_wrote(demo):
    for update in ProgressUpdate.objects.exclude(reviewed_by=None):
        assert update.reviewed_by_id not in update.author_ids


def test_reports_carry_the_name_of_the_body_of_their_day(demo):
    bodies = ProgressUpdate.objects.filter(task__code="GL-2023-10").values_list(
        "organisation__code", "period_ends_on"
    )
    assert {code for code, day in bodies if day.year < 2025} == {"snnptnt"}
    assert {code for code, day in bodies if day.year > 2025} == {"snnmt"}


def test_nothing_is_dated_in_the_future_that_has_happened(demo):
    moments = ProgressUpdate.objects.values_list("submitted_at", "reviewed_at")
    assert all(m is None or m.date() < DAY for pair in moments for m in pair)
    assert not Measurement.objects.filter(measured_on__gt=DAY).exists()
    assert not Milestone.objects.filter(reached_on__gt=DAY).exists()


@pytest.mark.parametrize("model", [TrialPeriod, Milestone, Commitment, LinkValue, Measurement])
def test_every_value_is_marked_as_an_example(demo, model):
    assert set(model.objects.values_list("certainty", flat=True)) == {"example"}


def test_ratios_come_with_their_parts(demo):
    shares = [*Measurement.objects.filter(unit="%"), *LinkValue.objects.filter(unit="%")]
    assert shares
    for row in shares:
        assert row.value == round(row.numerator * 100 / row.denominator, 4)


def test_shared_tasks_have_commitments_of_both_firms(demo):
    for code in ("GL-2023-09", "GL-2023-05"):
        firms = Commitment.objects.filter(trial_period__task__code=code)
        assert set(firms.values_list("organisation__code", flat=True)) == {"vnpt-gl", "viettel-gl"}


def test_a_later_load_moves_no_day_and_changes_nothing(demo):
    before = event_count(), list(TrialPeriod.objects.order_by("pk").values())
    counts = load_demo(on=DAY + dt.timedelta(days=40))
    assert set(counts.values()) == {0}
    assert (event_count(), list(TrialPeriod.objects.order_by("pk").values())) == before


def test_the_reference_stays_as_loaded(demo):
    assert sum(tally.changed + tally.kept for tally in load_reference()) == 0


def test_the_command_counts_what_it_did(demo):
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue().splitlines() == [
        "people: 0 created",
        "mandates: 0 created",
        "trials: 0 created",
        "0 changed",
    ]


def test_production_refuses_the_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="chế độ vận hành chính thức"):
        call_command("load_demo", "--reset")
    assert not User.objects.exists()


def test_without_reference_data_the_command_says_what_to_do_first():
    removal.remove([Organisation.objects.all()])
    with pytest.raises(DomainError, match="load_reference"):
        load_demo(on=DAY)


def test_a_task_with_a_trial_of_its_own_is_left_alone():
    task = Task.objects.get(code="GL-2023-03")
    own = make_trial_period(task)
    load_demo(on=DAY)
    assert list(task.trial_periods.all()) == [own]
    assert TrialPeriod.objects.count() == 19


def test_a_reset_starts_anew_from_the_day_it_is_asked(demo):
    open_due_evaluations(on=DAY)
    evaluation = Evaluation.objects.get(trial_period__task__code="GL-2023-09", origin="opened")
    Snapshot.objects.create(
        evaluation=evaluation, sha256="0" * 64, canonical_json="{}", data_as_of=DAY
    )
    assert Job.objects.filter(subject__in=Snapshot.objects.values("uid"), requested_by=None)
    later = DAY + dt.timedelta(days=10)
    counts = load_demo(on=later, reset=True)
    assert counts["removed"] > 300
    assert not Snapshot.objects.exists()
    assert not Job.objects.exists()
    assert not Evaluation.objects.exclude(origin=Origin.HISTORICAL).exists()
    ends = current_trials().get(task__code="GL-2023-10").ends_on
    assert ends == later + dt.timedelta(days=3)
    assert User.objects.filter(is_demo=True).count() == len(demo_accounts())


def test_a_reset_keeps_what_real_people_entered(demo):
    person = make_user("real.person")
    link = IndicatorLink.objects.select_related("sub_indicator").first()
    assert link is not None
    kept = make_measurement(link.sub_indicator, DAY, 12, entered_by=person)
    confirmed = make_measurement(
        link.sub_indicator, DAY, 13, confirmed_by=User.objects.get(username="head.doic")
    )
    links = IndicatorLink.objects.count()
    load_demo(on=DAY, reset=True)
    assert Measurement.objects.filter(pk=kept.pk).exists()
    confirmed.refresh_from_db()
    assert confirmed.confirmed_by is None
    assert IndicatorLink.objects.count() == links
    assert User.objects.filter(username="real.person").exists()


def test_without_lifting_the_protection_a_reset_would_fail(demo, monkeypatch):
    monkeypatch.setattr(pgtrigger, "ignore", lambda *_uris: nullcontext())
    with pytest.raises(InternalError):
        load_demo(on=DAY, reset=True)
