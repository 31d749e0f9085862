"""Two views kept at the same moment: never more than one may keep, never two of one name.

The twin has the protection off, so that the others can fail.
"""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import SavedView
from programmes.services import views
from tests.builders import make_user
from tests.programmes.test_setup_races import kinds
from tests.programmes.test_update_races import race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english"),
]


def two_more(first: str, second: str) -> list[object]:
    """Somebody with one place left keeps two at once."""
    user = make_user()
    for number in range(views.MOST_VIEWS - 1):
        views.keep_view(user=user, name=f"{number}", query="")
    return race(
        lambda: views.keep_view(user=user, name=first, query=""),
        lambda: views.keep_view(user=user, name=second, query="state=planned"),
    )


def test_of_two_views_for_one_place_one_is_kept_and_the_other_told():
    assert kinds(two_more("một", "hai")) == ["DomainError", "SavedView"]
    assert SavedView.objects.count() == views.MOST_VIEWS


def test_two_of_one_name_are_one_view():
    assert kinds(two_more("một", "một")) == ["SavedView", "SavedView"]
    assert SavedView.objects.count() == views.MOST_VIEWS


def test_taking_turns_does_not_hold_up_what_merely_names_the_person():
    with CaptureQueriesContext(connection) as asked:
        views.keep_view(user=make_user(), name="một", query="")

    assert any("FOR NO KEY UPDATE" in query["sql"] for query in asked)


def test_without_taking_turns_there_would_be_one_too_many(monkeypatch):
    """The twin: both have counted before either writes."""
    both, counted = threading.Barrier(2), views._require_room

    def count_and_wait(user, name):
        counted(user, name)
        if name in {"một", "hai"}:
            both.wait(timeout=10)

    monkeypatch.setattr(views, "_one_at_a_time", lambda user: None)
    monkeypatch.setattr(views, "_require_room", count_and_wait)

    two_more("một", "hai")

    assert SavedView.objects.count() == views.MOST_VIEWS + 1
