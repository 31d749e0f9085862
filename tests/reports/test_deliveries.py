"""Every registered task, delivered once, twice or five times: the effects of one delivery."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.utils import timezone

from dti_tracker.celery import app, make_up_for_downtime
from organisations import letters
from organisations.models import Job, Letter
from reports import tasks
from reports.models import Evaluation, Report
from tests.builders import make_trial_period, make_user
from tests.reports.cast import OPENING, make_cast, opened

pytestmark = pytest.mark.django_db

app.loader.import_default_modules()
OWN_APPS = {"organisations", "indicators", "programmes", "reports"}
OWN = sorted(name for name in app.tasks if name.split(".")[0] in {*OWN_APPS, "dti_tracker"})
UNCOUNTED = {"organisations.job", "organisations.jobevent"}
ADDRESS = "nguoi@gialai.example"


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


def a_waiting_letter() -> list[object]:
    context = {"what": "…", "time": "10:00", "address": "–"}
    letter = letters.write(
        letters.CHANGED, make_user(email=ADDRESS), language="vi", context=context
    )
    return [str(letter.uid)]


def a_lost_letter() -> list[object]:
    a_waiting_letter()
    Letter.objects.update(woken_at=timezone.now() - dt.timedelta(days=1))
    return []


def somebody_idle() -> list[object]:
    days = settings.IDLE_WARNING_DAYS + 1
    make_user(email=ADDRESS, date_joined=timezone.now() - dt.timedelta(days=days))
    return []


def unsealed_lines() -> list[object]:
    make_user()
    return []


STAGES: dict[str, Callable[[], list[object]]] = {
    "organisations.tasks.seal_trail": unsealed_lines,
    "organisations.tasks.send_letter": a_waiting_letter,
    "organisations.tasks.sweep_letters": a_lost_letter,
    "organisations.tasks.warn_idle_people": somebody_idle,
    "reports.tasks.open_due_evaluations": an_ended_trial,
    "reports.tasks.run_job": a_queued_report,
    "reports.tasks.sweep_jobs": a_lost_job,
}


def counts() -> dict[str, int]:
    """Rows of every own table, and mails; a job's own life is the only thing a repeat may touch."""
    models = [m for m in apps.get_models() if m.__module__.split(".")[0] in OWN_APPS]
    rows = {m._meta.label_lower: m._default_manager.count() for m in models}
    return {"mails": len(mail.outbox), **rows}


@pytest.fixture(autouse=True)
def worker_at_hand(monkeypatch):
    """Letters are sent as soon as the broker is asked."""
    monkeypatch.setattr(letters, "wake", lambda uid: app.tasks[letters.TASK](str(uid)))
    monkeypatch.setattr(letters, "wake_after_commit", lambda _uid: None)


def test_every_task_has_its_stage():
    assert set(OWN) == set(STAGES)


def effects(name: str, deliveries: int) -> tuple[dict[str, int], ...]:
    """What is there before, after one delivery, and after the others."""
    arguments = STAGES[name]()
    before = counts()
    app.tasks[name](*arguments)
    once = counts()
    for _delivery in range(deliveries - 1):
        app.tasks[name](*arguments)
    return before, *({k: v for k, v in c.items() if k not in UNCOUNTED} for c in (once, counts()))


@pytest.mark.parametrize("deliveries", [2, 5])
@pytest.mark.parametrize("name", OWN)
def test_a_task_delivered_again_changes_nothing_more(name, deliveries):
    _before, once, often = effects(name, deliveries)
    assert often == once


@pytest.mark.parametrize("name", sorted(set(OWN) - {"reports.tasks.sweep_jobs"}))
def test_on_its_stage_a_task_has_an_effect(name):
    """Else its repetition would prove nothing; the effect of a sweeper is the letter it wakes."""
    before, once, _again = effects(name, 1)
    assert {k: before[k] for k in once} != once


def test_twin_without_the_sent_mark_a_repeated_letter_would_be_noticed(monkeypatch):
    monkeypatch.setattr(type(Letter.objects.all()), "waiting", lambda self: self.all())
    _before, once, often = effects("organisations.tasks.send_letter", 2)
    assert (once["mails"], often["mails"]) == (1, 2)


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
    assert set(sent) == set(OWN) - {"organisations.tasks.send_letter", "reports.tasks.run_job"}
