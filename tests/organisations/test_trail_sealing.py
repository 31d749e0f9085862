"""Seals take every line once, late ones too, one at a time, and heal after a crash."""

import threading

import pytest
from django.conf import settings
from django.db import connection, transaction

from organisations.models import TrailEntry, TrailSeal
from organisations.tasks import seal_trail
from organisations.trail import sealing
from tests.builders import make_organisation
from tests.organisations.tampering import verified


@pytest.mark.django_db
def test_nothing_new_makes_no_seal():
    make_organisation()
    assert sealing.seal() is not None
    assert sealing.seal() is None


@pytest.mark.django_db
def test_the_job_says_how_many_lines_it_sealed():
    make_organisation()
    assert seal_trail() == TrailEntry.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_line_that_commits_late_with_a_low_number_is_sealed_and_raises_no_alarm(monkeypatch):
    monkeypatch.setattr(sealing, "PATIENCE_S", 0.4)
    written, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            make_organisation("cham")
            written.set()
            go_on.wait(20)
        connection.close()

    make_organisation("dau")  # the first line of a table writes down its columns too
    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert written.wait(20)
    make_organisation("nhanh")
    while_it_writes = sealing.seal()
    go_on.set()
    slow.join()
    assert while_it_writes is None
    made = sealing.seal()
    assert made is not None
    assert made.count == TrailEntry.objects.count() == 3
    assert verified()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_without_waiting_the_late_line_would_be_a_false_alarm(monkeypatch):
    written, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            make_organisation("cham")
            written.set()
            go_on.wait(20)
        connection.close()

    make_organisation("dau")  # the first line of a table writes down its columns too
    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert written.wait(20)
    make_organisation("nhanh")
    monkeypatch.setattr(sealing, "_bound", lambda: TrailEntry.objects.latest("pk").pk)
    sealing.seal()
    go_on.set()
    slow.join()
    assert verified()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_a_crash_kept_out_of_the_file_is_written_by_the_next_run(monkeypatch):
    make_organisation()
    sealing.seal()
    make_organisation()
    with monkeypatch.context() as crash:
        crash.setattr(sealing, "write_down", lambda made: None)
        sealing.seal()
    assert verified()[0] == 1
    make_organisation()
    sealing.seal()
    assert settings.TRAIL_SEALS.read_text(encoding="utf-8").count("\n") == 3
    assert TrailSeal.objects.count() == 3
    assert verified()[0] == 0
