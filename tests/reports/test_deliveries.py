"""Every registered task, delivered once, twice or five times: the effects of one delivery."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.utils import timezone

from dti_tracker.celery import app, make_up_for_downtime
from organisations.models import Job
from reports import tasks
from reports.models import Evaluation, Report
from tests.builders import make_trial_period
from tests.reports.cast import OPENING, make_cast, opened

pytestmark = pytest.mark.django_db

app.loader.import_default_modules()
OWN = sorted(name for name in app.tasks if not name.startswith("celery."))
UNCOUNTED = {"organisations.job", "organisations.jobevent"}


def an_ended_trial() -> list[object]:
    make_cast()
    return []


def a_queued_report() -> list[object]:
    opened(make_cast())
    return [str(Job.objects.get().uid)]


def a_lost_job() -> list[object]:
    opened(make_cast())
    Job.objects.update(woken_at=timezone.now() - dt.timedelta(days=1))
    return []


STAGES: dict[str, Callable[[], list[object]]] = {
    "reports.tasks.open_due_evaluations": an_ended_trial,
    "reports.tasks.run_job": a_queued_report,
    "reports.tasks.sweep_jobs": a_lost_job,
}


def counts() -> dict[str, int]:
    """Rows of every own table; a job's own life is the only thing a repeat may touch."""
    models = [m for m in apps.get_models() if m.__module__.split(".")[0] in OWN_APPS]
    return {m._meta.label_lower: m._default_manager.count() for m in models}


OWN_APPS = {"organisations", "indicators", "programmes", "reports"}


def test_every_task_has_its_stage():
    assert set(OWN) == set(STAGES)


@pytest.mark.parametrize("deliveries", [2, 5])
@pytest.mark.parametrize("name", OWN)
def test_a_task_delivered_again_changes_nothing_more(name, deliveries):
    arguments = STAGES[name]()
    app.tasks[name](*arguments)
    once = counts()
    for _delivery in range(deliveries - 1):
        app.tasks[name](*arguments)
    assert {k: v for k, v in counts().items() if k not in UNCOUNTED} == {
        k: v for k, v in once.items() if k not in UNCOUNTED
    }


def test_the_task_opens_what_is_due_and_counts_it():
    cast = make_cast()
    make_trial_period(cast.task, OPENING, OPENING)
    assert tasks.open_due_evaluations() == 2
    assert Evaluation.objects.count() == 2


def test_the_task_makes_the_report():
    (job,) = a_queued_report()
    tasks.run_job(job)
    assert Report.objects.count() == 1


def test_what_fell_due_while_the_scheduler_was_off_is_asked_for_at_its_start(monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", sent.append)
    make_up_for_downtime()
    assert set(sent) == {"reports.tasks.open_due_evaluations", "reports.tasks.sweep_jobs"}
