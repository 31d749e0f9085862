"""Two who act on people and bodies at once: one wins, and the other is told in a sentence.

Each protection has a twin with the protection off, so that the others can fail.
"""

import threading

import pytest

from dti_tracker.shared.errors import DomainError
from organisations.administrators import administrators_who_can_sign_in
from organisations.models import Organisation, User
from organisations.services import bodies, people
from tests.builders import make_organisation
from tests.organisations.setting_up import TODAY, make_administrator
from tests.programmes.test_update_races import race

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def together(monkeypatch, module, name):
    """Let both threads come to a function before either goes on."""
    both, act = threading.Barrier(2), getattr(module, name)

    def wait(*args, **options):
        both.wait(timeout=10)
        return act(*args, **options)

    monkeypatch.setattr(module, name, wait)


def disable(user, by):
    return lambda: people.disable_person(by=by, on=TODAY, user=user, reason="x")


def test_of_two_administrators_who_disable_each_other_one_stays():
    first, second = make_administrator("first"), make_administrator("second")

    assert kinds(race(disable(second, first), disable(first, second))) == ["User", "WrongState"]
    assert administrators_who_can_sign_in(on=TODAY).count() == 1


def test_unless_their_rows_are_locked_both_go(monkeypatch):
    first, second = make_administrator("first"), make_administrator("second")
    monkeypatch.setattr(
        people, "_locked_with_administrators", lambda user: User.objects.get(pk=user.pk)
    )
    together(monkeypatch, people, "check_reason")

    outcomes = race(disable(second, first), disable(first, second))

    assert not any(isinstance(outcome, DomainError) for outcome in outcomes)
    assert not administrators_who_can_sign_in(on=TODAY).exists()


def put_below(admin, body, superior):
    """As a page does: both were read before."""
    return lambda: bodies.change_organisation(
        by=admin, on=TODAY, body=body, fields={"parent": superior}, reason="x"
    )


def test_two_bodies_that_are_put_below_each_other_at_once_make_no_circle():
    admin, one, two = make_administrator(), make_organisation(), make_organisation()

    outcomes = race(put_below(admin, one, two), put_below(admin, two, one))

    assert kinds(outcomes) == ["DomainError", "Organisation"]
    assert Organisation.objects.filter(parent=None).count() == 1


def test_unless_all_bodies_are_locked_they_make_one(monkeypatch):
    admin, one, two = make_administrator(), make_organisation(), make_organisation()
    monkeypatch.setattr(bodies, "_lock_bodies", lambda: None)
    together(monkeypatch, bodies, "_saved")

    assert kinds(race(put_below(admin, one, two), put_below(admin, two, one))) == [
        "Organisation",
        "Organisation",
    ]
