"""SIGKILL of worker and child at random moments: every report exactly once."""

import hashlib
import time

import pytest
from django.db.models import Count
from django.utils import timezone

from organisations import jobs
from organisations.choices import JobState
from organisations.models import Job, Notice
from reports.choices import FileKind
from reports.models import Evaluation, Report, ReportFile
from reports.services import open_due_evaluations
from tests.builders import make_task, make_trial_period
from tests.reports.cast import LAST_DAY, OPENING, make_cast
from tests.reports.workers import Workers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault,
]

REPORTS = 40
KILLS = 12
PATIENCE_S = 120


@pytest.fixture
def workers(tmp_path, transactional_db):
    crew = Workers(tmp_path, seed=20260301)
    crew.start()
    yield crew
    crew.stop()


def open_forty() -> list[str]:
    """Forty ended trials with their evaluations; returns their jobs, none of them begun."""
    cast = make_cast()
    for number in range(2, REPORTS + 1):
        task = make_task(cast.programme, lead=cast.sct, partners=(cast.vnpt,))
        make_trial_period(task, LAST_DAY.replace(day=1), LAST_DAY, number=number)
    open_due_evaluations(on=OPENING)
    return [str(uid) for uid in Job.objects.order_by("pk").values_list("uid", flat=True)]


def kill_while_working(workers: Workers, queued: list[str]) -> None:
    """Send the jobs in handfuls and kill somebody while each handful is being worked on."""
    handful = -(-len(queued) // KILLS)
    for start in range(0, len(queued), handful):
        before = Job.objects.exclude(state=JobState.QUEUED).count()
        for uid in queued[start : start + handful]:
            workers.wake(uid)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if Job.objects.exclude(state=JobState.QUEUED).count() > before:
                break
            time.sleep(0.01)
        time.sleep(workers.random.uniform(0, 0.15))
        workers.kill_somebody()


def unfinished() -> int:
    return Job.objects.exclude(state=JobState.DONE).count()


def wait_until_done(workers: Workers, *, sweeping: bool, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while unfinished() and time.monotonic() < deadline:
        if sweeping:
            jobs.sweep(now=timezone.now() + jobs.WAITING, wake=workers.wake)
        time.sleep(1)


def test_every_report_exactly_once_whoever_is_killed(workers):
    queued = open_forty()
    assert len(queued) == REPORTS
    kill_while_working(workers, queued)
    assert workers.kills >= 10
    wait_until_done(workers, sweeping=True, patience_s=PATIENCE_S)

    assert unfinished() == 0
    assert Report.objects.count() == Evaluation.objects.count() == REPORTS
    assert not Evaluation.objects.annotate(n=Count("reports")).exclude(n=1).exists()
    assert ReportFile.objects.count() == REPORTS * len(FileKind.values)
    for file in ReportFile.objects.all():
        assert hashlib.sha256(bytes(file.content)).hexdigest() == file.sha256
    told = Notice.objects.values("user", "cause").annotate(n=Count("pk"))
    assert not told.filter(n__gt=1).exists()
    assert not Notice.objects.filter(cause__startswith="job-failed").exists()


def test_without_the_sweeper_reports_are_lost(workers):
    """The twin: the same kills with the sweeper off leave jobs that nobody ever finishes."""
    queued = open_forty()
    kill_while_working(workers, queued)
    wait_until_done(workers, sweeping=False, patience_s=15)
    assert unfinished() > 0
