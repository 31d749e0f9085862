"""Two who act on people and bodies at once: one wins, and the other is told in a sentence.

Each protection has a twin with the protection off, so that the others can fail.
"""

import threading
from functools import partial

import pytest
from django.db import IntegrityError

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.races import refusing
from organisations.administrators import administrators_who_can_sign_in
from organisations.choices import SecurityEventKind
from organisations.models import Organisation, SecurityEvent, User
from organisations.services import bodies, documents, people, saving, service_accounts, sign_in
from organisations.services.documents import NewDocument, record_document
from organisations.services.profile import change_contact
from organisations.services.service_accounts import make_service_account
from tests.builders import make_organisation
from tests.organisations.door import guess, make_person
from tests.organisations.setting_up import TODAY, make_administrator
from tests.programmes.test_update_races import race

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(outcomes):
    return sorted(type(outcome).__name__ for outcome in outcomes)


def together(monkeypatch, module, name):
    """Let both threads come through a function before either goes on."""
    both, act = threading.Barrier(2), getattr(module, name)

    def wait(*args, **options):
        done = act(*args, **options)
        both.wait(timeout=10)
        return done

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


def begin(admin, name):
    fields = {"name": name, "short_name": name, "kind": "department"}
    return lambda: bodies.create_organisation(by=admin, on=TODAY, code="so-x", fields=fields)


def test_of_two_bodies_of_one_code_the_second_is_told(monkeypatch):
    admin = make_administrator()
    together(monkeypatch, bodies, "require_set_up")

    outcomes = race(begin(admin, "A"), begin(admin, "B"))

    assert kinds(outcomes) == ["DomainError", "Organisation"]
    assert Organisation.objects.filter(code="so-x").count() == 1


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
    together(monkeypatch, bodies, "_check_circle_of_superiors")

    assert kinds(race(put_below(admin, one, two), put_below(admin, two, one))) == [
        "Organisation",
        "Organisation",
    ]


def make(admin, username, email=""):
    return lambda: people.create_person(
        by=admin, on=TODAY, username=username, full_name="A", email=email
    )


def make_account(admin, body):
    return lambda: make_service_account(
        name="IOC", organisation=body, purpose="x", by=admin, on=TODAY
    )


def record_decision():
    return record_document(NewDocument(kind="QĐ", subject="Phê duyệt"))


def write_address(user):
    return lambda: change_contact(user=user, email="chung@gialai.example", phone="", on=TODAY)


RACES = {
    "name": lambda admin: (people, "write_contact", [make(admin, "van"), make(admin, "van")]),
    "address": lambda admin: (
        people,
        "write_contact",
        [make(admin, "van", "a@gialai.example"), make(admin, "hoa", "A@gialai.example")],
    ),
    "own address": lambda admin: (
        saving,
        "refusing",
        [write_address(make_administrator("one")), write_address(make_administrator("two"))],
    ),
    "account": lambda admin: (
        service_accounts,
        "refusing",
        [make_account(admin, make_organisation())] * 2,
    ),
    "document": lambda admin: (documents, "_key", [record_decision] * 2),
}


@pytest.mark.parametrize("what", RACES)
def test_of_two_who_take_the_same_at_once_one_is_told(what, monkeypatch):
    module, name, acts = RACES[what](make_administrator())
    together(monkeypatch, module, name)

    outcomes = race(*acts)

    assert sum(type(outcome) is DomainError for outcome in outcomes) == 1, outcomes
    assert not any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_another_constraint_stays_an_error_of_ours():
    with pytest.raises(IntegrityError), refusing({"another": DomainError("x")}):
        User.objects.create(username="svc", is_service=True, is_administrator=True)


def guesses(user, times):
    """Wrong passwords for one account at once, each from an address of its own."""
    return [partial(guess, user, 1, address=f"203.0.113.{n + 1}") for n in range(times)]


def failures():
    return SecurityEvent.objects.filter(kind=SecurityEventKind.SIGN_IN_FAILED).count()


def test_guesses_from_many_addresses_at_once_are_counted_one_by_one(settings):
    settings.LOCKOUT_ATTEMPTS_ANYWHERE = 2

    race(*guesses(make_person(), 4))

    assert failures() == 2


def test_unless_the_account_is_locked_all_are_looked_at(settings, monkeypatch):
    settings.LOCKOUT_ATTEMPTS_ANYWHERE = 2
    all_looked, look = threading.Barrier(4), sign_in.is_locked_out

    def look_together(*args, **options):
        all_looked.wait(timeout=10)
        return look(*args, **options)

    monkeypatch.setattr(sign_in, "wait_for_turn", lambda _attempt: None)
    monkeypatch.setattr(sign_in, "is_locked_out", look_together)

    race(*guesses(make_person(), 4))

    assert failures() > 2
