"""Two people and one draft: one wins, the other is told, and no text is lost.

The last tests switch the protection off and show the loss, so that the others can fail.
"""

import threading
from collections.abc import Callable

import pytest
from django.db import close_old_connections, connection

from dti_tracker.shared.errors import DomainError, Stale
from programmes.models import ProgressUpdate
from programmes.services import accept_update, return_update, updates
from tests.programmes.cast import TODAY, make_cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english", "at_today"),
]


def race(*acts: Callable[[], object]) -> list[object]:
    """Run acts at once, each in a thread with a connection of its own; results or refusals."""
    start = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at what came out
            outcomes[place] = error
        finally:
            connection.close()
            close_old_connections()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return outcomes


def test_a_text_written_on_an_older_one_is_refused_and_names_who_was_first():
    cast = make_cast()
    cast.save()
    cast.save(by=cast.colleague, version=1, fields={"narrative": "Bản của đồng nghiệp"})

    with pytest.raises(Stale, match=r"Colleague\.Sct saved this update"):
        cast.save(version=1, fields={"narrative": "Bản của tôi"})

    assert ProgressUpdate.objects.get().narrative == "Bản của đồng nghiệp"


def test_a_draft_that_a_colleague_began_meanwhile_is_not_overwritten():
    cast = make_cast()
    cast.save(by=cast.colleague)

    with pytest.raises(Stale, match=r"Colleague\.Sct"):
        cast.save(fields={"narrative": "Bản của tôi"})


def test_a_draft_that_is_gone_is_begun_anew_only_knowingly():
    cast = make_cast()

    with pytest.raises(Stale, match="no longer there"):
        cast.save(version=3)


def test_saving_the_same_again_changes_nothing():
    cast = make_cast()
    first = cast.save()

    again = cast.save()

    assert (again.pk, again.version) == (first.pk, 1)


def test_of_two_who_save_at_once_one_wins_and_the_other_is_told():
    cast = make_cast()
    cast.save()

    outcomes = race(
        lambda: cast.save(version=1, fields={"narrative": "A"}),
        lambda: cast.save(by=cast.colleague, version=1, fields={"narrative": "B"}),
    )

    assert sorted(type(o).__name__ for o in outcomes) == ["ProgressUpdate", "Stale"]
    saved = next(o for o in outcomes if isinstance(o, ProgressUpdate))
    kept = ProgressUpdate.objects.get()
    assert (kept.narrative, kept.version) == (saved.narrative, 2)


def test_of_two_who_begin_at_once_one_wins_and_the_other_is_told():
    cast = make_cast()

    outcomes = race(cast.save, lambda: cast.save(by=cast.colleague))

    assert sorted(type(o).__name__ for o in outcomes) == ["ProgressUpdate", "Stale"]
    assert ProgressUpdate.objects.count() == 1


def test_of_an_acceptance_and_a_return_at_once_one_stands():
    cast = make_cast()
    update = cast.submitted()

    outcomes = race(
        lambda: accept_update(update=update, by=cast.reviewer, on=TODAY),
        lambda: return_update(update=update, by=cast.coordinator_head, on=TODAY, remarks="Bổ sung"),
    )

    assert sorted(type(o).__name__ for o in outcomes) == ["ProgressUpdate", "WrongState"]


def test_without_the_version_check_the_first_text_is_lost(monkeypatch):
    monkeypatch.setattr(updates, "_require_version", lambda *args, **kwargs: None)
    cast = make_cast()
    cast.save()
    cast.save(by=cast.colleague, version=1, fields={"narrative": "Bản của đồng nghiệp"})

    cast.save(version=1, fields={"narrative": "Bản của tôi"})

    assert ProgressUpdate.objects.get().narrative == "Bản của tôi"


def test_without_the_lock_both_believe_that_they_saved(monkeypatch):
    cast = make_cast()
    cast.save()
    both_have_read = threading.Barrier(2)
    write = updates._write

    def write_together(*args: object) -> None:
        both_have_read.wait(timeout=10)
        write(*args)

    monkeypatch.setattr(updates, "_lock", lambda task: None)
    monkeypatch.setattr(updates, "_write", write_together)

    outcomes = race(
        lambda: cast.save(version=1, fields={"narrative": "A"}),
        lambda: cast.save(by=cast.colleague, version=1, fields={"narrative": "B"}),
    )

    assert not any(isinstance(o, DomainError) for o in outcomes)
    assert ProgressUpdate.objects.get().narrative in {"A", "B"}
