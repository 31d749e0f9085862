"""Seals take every line once, late ones too, one at a time, and heal after a crash."""

import os
import threading
import time
from contextlib import nullcontext

import pytest
from django.conf import settings
from django.db import connection, transaction

from organisations.models import TrailEntry, TrailSeal
from organisations.tasks import seal_trail
from organisations.trail import sealing, verifying
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


def whole(number: int) -> bytes:
    return sealing.as_line(TrailSeal.objects.get(number=number)).encode() + b"\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("left", [1, 40, -1], ids=["one byte", "half", "all but the end of line"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_line_that_a_full_disk_tore_is_written_anew_by_the_next_run(left, number):
    for count in range(number):
        make_organisation(f"so-{count}")
        sealing.seal()
    path, last = settings.TRAIL_SEALS, whole(number)
    path.write_bytes(path.read_bytes().removesuffix(last) + last[:left])
    assert verified()[0] == (left > 0)
    assert sealing.seal() is None
    assert path.read_bytes() == b"".join(whole(n + 1) for n in range(number))
    make_organisation("moi")
    sealing.seal()
    assert verified()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_what_somebody_wrote_after_the_last_line_is_no_torn_one_and_stays():
    make_organisation()
    sealing.seal()
    with settings.TRAIL_SEALS.open("a", encoding="utf-8") as file:
        file.write("tay ai")
    make_organisation()
    sealing.seal()
    assert settings.TRAIL_SEALS.read_bytes() == whole(1) + b"tay ai\n" + whole(2)
    assert verified()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_seal_reaches_the_disk_before_its_run_ends(monkeypatch):
    kept = []
    monkeypatch.setattr(os, "fsync", lambda _file: kept.append(settings.TRAIL_SEALS.read_bytes()))
    make_organisation()
    sealing.seal()
    assert kept == [whole(1)]


def sealed_elsewhere() -> list[TrailSeal | None]:
    """What another process seals meanwhile."""
    made = []

    def run() -> None:
        made.append(sealing.seal())
        connection.close()

    other = threading.Thread(target=run)
    other.start()
    other.join(20)
    return made


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_a_seal_made_while_the_file_is_read_raises_no_alarm(monkeypatch, is_locked):
    """Twin: without the lock it stands in the database and not in what was read."""
    make_organisation("so-a")
    sealing.seal()
    make_organisation("so-b")
    read = verifying._Written.read

    def read_slowly(path):
        found = read(path)
        sealed_elsewhere()
        return found

    monkeypatch.setattr(verifying._Written, "read", read_slowly)
    if not is_locked:
        monkeypatch.setattr(sealing, "nobody_seals", nullcontext)
    assert verified()[0] == (not is_locked)


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_is_committed_and_about_to_be_written_is_waited_for(monkeypatch):
    write, begun = sealing.write_down, threading.Event()

    def write_slowly(made):
        begun.set()
        time.sleep(0.5)
        write(made)

    def seal() -> None:
        sealing.seal()
        connection.close()

    make_organisation("so-a")
    monkeypatch.setattr(sealing, "write_down", write_slowly)
    sealer = threading.Thread(target=seal)
    sealer.start()
    assert begun.wait(20)
    code, _told = verified()
    sealer.join(20)
    assert code == 0
