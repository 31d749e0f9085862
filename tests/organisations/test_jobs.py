"""The life of a job: claimed once, finished once, found again when its worker died."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from organisations import jobs
from organisations.choices import JobKind, JobState
from organisations.models import Job, Notice
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def make_job(**fields):
    defaults = {
        "kind": JobKind.EVALUATION_REPORT,
        "subject": uuid.uuid4(),
        "woken_at": timezone.now(),
    }
    return Job.objects.create(**defaults | fields)


def take(job):
    claim = jobs.claim(job.uid)
    assert claim is not None
    return claim


def let_lease_run_out(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_a_queued_job_is_claimed_once():
    job = make_job()
    assert jobs.claim(job.uid) is not None
    assert jobs.claim(job.uid) is None


def test_a_claim_shows_the_job_running_with_a_lease():
    job = make_job()
    take(job)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert job.attempts == 1
    assert job.lease_until > timezone.now()


def test_a_job_whose_lease_ran_out_is_claimed_again():
    job = make_job()
    take(job)
    let_lease_run_out(job)
    assert jobs.claim(job.uid) is not None


def test_the_result_of_a_lost_claim_is_not_written():
    job = make_job()
    first = take(job)
    let_lease_run_out(job)
    second = take(job)
    with pytest.raises(jobs.ClaimLostError), first.finishing():
        pytest.fail("a lost claim must not get as far as writing")
    with second.finishing() as row:
        row.result = {"report": "second"}
    job.refresh_from_db()
    assert job.result == {"report": "second"}


def test_a_finished_job_is_never_claimed_again():
    job = make_job()
    with take(job).finishing():
        pass
    assert jobs.claim(job.uid) is None


def test_an_error_while_writing_the_result_leaves_the_job_running():
    job = make_job()
    claim = take(job)
    with pytest.raises(ZeroDivisionError), claim.finishing():
        raise ZeroDivisionError
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_progress_of_a_lost_claim_is_not_shown():
    job = make_job()
    first = take(job)
    let_lease_run_out(job)
    take(job).report_progress(40)
    first.report_progress(90)
    job.refresh_from_db()
    assert job.progress == 40


def test_progress_extends_the_lease():
    job = make_job()
    claim = take(job)
    let_lease_run_out(job)
    claim.report_progress(10)
    assert jobs.claim(job.uid) is None


def test_a_job_given_back_waits_for_another_attempt():
    job = make_job()
    jobs.give_back(take(job), "no font")
    job.refresh_from_db()
    assert (job.state, job.error, job.claim) == (JobState.QUEUED, "no font", None)


def test_a_poison_job_ends_as_failed_and_the_administrators_hear_of_it_once():
    administrator = make_user(is_administrator=True)
    job = make_job()
    for _attempt in range(jobs.MAX_ATTEMPTS):
        jobs.give_back(take(job), "boom")
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert Notice.objects.filter(user=administrator).count() == 1


def test_a_job_that_kills_every_worker_ends_as_failed():
    job = make_job()
    for _attempt in range(jobs.MAX_ATTEMPTS):
        take(job)
        let_lease_run_out(job)
    assert jobs.claim(job.uid) is None
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_a_failed_job_that_is_asked_for_again_starts_afresh(django_capture_on_commit_callbacks):
    job = make_job(state=JobState.FAILED, attempts=5, error="boom")
    woken: list[str] = []
    with django_capture_on_commit_callbacks(execute=True):
        again = jobs.enqueue(JobKind.EVALUATION_REPORT, job.subject, by=None, wake=woken.append)
    assert (again.pk, again.state, again.attempts) == (job.pk, JobState.QUEUED, 0)
    assert woken == [str(job.uid)]


def test_asking_twice_makes_one_job():
    subject = uuid.uuid4()
    first = jobs.enqueue(JobKind.EVALUATION_REPORT, subject, by=None, wake=print)
    second = jobs.enqueue(JobKind.EVALUATION_REPORT, subject, by=None, wake=print)
    assert first.pk == second.pk


def test_a_broker_that_is_away_only_delays(django_capture_on_commit_callbacks):
    def away(_uid):
        raise ConnectionError

    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue(JobKind.EVALUATION_REPORT, uuid.uuid4(), by=None, wake=away)
    assert job.state == JobState.QUEUED


def test_the_sweeper_wakes_what_waits_too_long_and_what_lost_its_worker():
    now = timezone.now()
    make_job()
    waiting = make_job(woken_at=now - jobs.WAITING)
    orphan = make_job()
    take(orphan)
    let_lease_run_out(orphan)
    woken: list[str] = []
    assert jobs.sweep(now=now, wake=woken.append) == 2
    assert set(woken) == {str(waiting.uid), str(orphan.uid)}
