"""The same file from two people at once is kept once; nobody waits for ever, nothing is lost."""

import threading

import pytest

from dti_tracker.shared.errors import DomainError
from programmes.models import Evidence, EvidenceContent
from programmes.services import evidence
from tests.builders import make_task
from tests.programmes.cast import make_cast
from tests.programmes.evidencing import attach, of_coordinator
from tests.programmes.test_update_races import race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_today"),
]


def test_of_two_same_files_in_one_report_one_is_kept_and_the_other_told():
    cast = make_cast()
    cast.save()

    outcomes = race(lambda: attach(cast), lambda: attach(cast, by=cast.colleague))

    assert sorted(type(o).__name__ for o in outcomes) == ["DomainError", "Evidence"]
    assert Evidence.objects.count() == 1


def test_the_same_bytes_for_two_tasks_at_once_are_stored_once_and_whole():
    cast = make_cast()
    other = make_task(cast.programme, lead=cast.sct)
    content = b"Danh s\xc3\xa1ch\n" * 200_000

    outcomes = race(
        lambda: attach(cast, content, "a.txt"), lambda: attach(cast, content, "a.txt", task=other)
    )

    assert all(isinstance(o, Evidence) for o in outcomes)
    stored = EvidenceContent.objects.get()
    assert b"".join(evidence.stored_bytes(stored)) == content


def test_two_files_that_begin_the_report_at_once_are_both_in_it():
    cast = make_cast()

    outcomes = race(
        lambda: attach(cast, b"a\n", "a.txt"),
        lambda: attach(cast, b"b\n", "b.txt", by=cast.colleague),
    )

    assert all(isinstance(o, Evidence) for o in outcomes)
    assert {o.update_id for o in outcomes} == {Evidence.objects.first().update_id}


def test_without_the_lock_both_look_before_either_writes(monkeypatch):
    """Twin: without the lock of the task the same file is there twice."""
    cast = make_cast()
    both_have_looked = threading.Barrier(2)
    look = evidence._require_new

    def look_together(*args):
        look(*args)
        both_have_looked.wait(timeout=10)

    monkeypatch.setattr(evidence, "locked_task", lambda task: task)
    monkeypatch.setattr(evidence, "_require_new", look_together)

    outcomes = race(
        lambda: attach(cast, **of_coordinator(cast)), lambda: attach(cast, **of_coordinator(cast))
    )

    assert not any(isinstance(o, DomainError) for o in outcomes)
    assert Evidence.objects.count() == 2
