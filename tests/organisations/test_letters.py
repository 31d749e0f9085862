"""The outbox: what is written is sent once, whatever becomes of messages, workers and mail servers."""

import datetime as dt
import threading

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dti_tracker.shared.time import today
from organisations import letters, mails, tasks
from organisations.models import Letter, Notice
from organisations.services.invitations import invite
from tests.builders import make_user
from tests.organisations.door import deliver, make_person

pytestmark = pytest.mark.django_db

TOLD = {"what": "Đã đổi mật khẩu.", "time": "10:00", "address": "203.0.113.7"}


@pytest.fixture
def person():
    return make_person(email="nguoi@gialai.example")


def write(person, **more):
    told = {"language": "vi", "context": TOLD} | more
    return letters.write(letters.CHANGED, person, **told)


def invited(person):
    return letters.write(letters.INVITATION, person, language="vi")


def send(letter, *, after=dt.timedelta(0)):
    sent = letters.send(letter.uid, now=timezone.now() + after)
    letter.refresh_from_db()
    return sent


@pytest.fixture
def no_mail_server(monkeypatch):
    def away(*_args, **_more):
        raise ConnectionRefusedError("connection refused")

    monkeypatch.setattr(mails, "send", away)
    return monkeypatch


def test_a_letter_is_sent_once_however_often_it_is_delivered(person):
    letter = write(person)

    assert [send(letter) for _delivery in range(5)] == [True, False, False, False, False]
    assert len(mail.outbox) == 1


def test_twin_without_the_mark_a_second_delivery_sends_again(person):
    letter = write(person)
    send(letter)
    Letter.objects.update(sent_at=None, context=TOLD)
    send(letter)

    assert len(mail.outbox) == 2


def test_after_sending_nothing_of_its_content_is_kept(person):
    letter = write(person)
    assert letter.context == TOLD
    send(letter)

    assert (letter.context, letter.attempts, letter.error) == ({}, 1, "")
    assert letter.sent_at is not None


def test_no_link_is_ever_stored_not_even_while_it_waits(person):
    letter = invited(person)

    assert letter.context == {}
    send(letter)
    assert settings.SITE_URL in mail.outbox[0].body
    assert "/login/password/" not in str(Letter.objects.values().get())


def test_it_carries_the_same_message_id_each_time(person):
    letter = write(person)
    send(letter)

    assert str(letter.uid) in mail.outbox[0].message()["Message-ID"]


@transaction.atomic
def written_and_undone(person):
    write(person)
    raise RuntimeError


def test_what_is_undone_sends_nothing(person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as woken, pytest.raises(RuntimeError):
        written_and_undone(person)

    assert not Letter.objects.exists()
    assert woken == []


def test_a_cause_is_written_of_once(person):
    first, second = (write(person, cause="once") for _time in range(2))

    assert first == second
    assert Letter.objects.count() == 1


def test_the_database_refuses_a_second_letter_for_a_cause(person):
    write(person, cause="once")

    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(name=letters.CHANGED, user=person, language="vi", cause="once")


def test_two_invitations_that_wait_are_one(person):
    by = make_user(is_administrator=True)
    for _click in range(2):
        invite(user=person, by=by, on=today())
    deliver()

    assert len(mail.outbox) == 1


def test_a_new_invitation_after_the_first_was_sent_is_sent_too(person):
    send(invited(person))
    send(invited(person))

    assert len(mail.outbox) == 2


def test_nobody_is_invited_whose_account_was_closed_meanwhile(person):
    letter = invited(person)
    person.is_active = False
    person.save()

    assert not send(letter)
    assert letter.failed_at is not None
    assert mail.outbox == []
    assert not Notice.objects.exists()


def test_a_broker_that_is_away_loses_nothing(
    person, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*_args, **_more):
        raise ConnectionError

    monkeypatch.setattr(letters.current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        letter = write(person)
    assert mail.outbox == []

    woken = []
    monkeypatch.setattr(letters.current_app, "send_task", lambda *sent: woken.append(sent))
    assert letters.sweep(now=timezone.now()) == 0, "not yet"
    assert letters.sweep(now=timezone.now() + letters.WAITING) == 1
    assert woken == [("organisations.tasks.send_letter", [str(letter.uid)])]


def test_what_was_just_woken_is_not_woken_again(person, monkeypatch):
    monkeypatch.setattr(letters, "wake", lambda _uid: None)
    write(person)
    later = timezone.now() + letters.WAITING

    assert [letters.sweep(now=later), letters.sweep(now=later)] == [1, 0]


def test_a_mail_server_that_is_away_is_tried_again_after_a_pause(person, no_mail_server):
    letter = write(person)
    send(letter)

    assert (letter.attempts, letter.sent_at, letter.context) == (1, None, TOLD)
    assert "connection refused" in letter.error
    for _redelivery in range(5):
        send(letter)
    assert letter.attempts == 1, "a message that comes again does not count"
    no_mail_server.undo()
    assert send(letter, after=letters.FIRST_PAUSE)
    assert (len(mail.outbox), letter.error) == (1, "")


def test_the_pauses_grow_to_some_hours(person, no_mail_server):
    letter = write(person)
    pauses = []
    for _attempt in range(letters.MAX_ATTEMPTS - 1):
        now = letter.due_at
        letters.send(letter.uid, now=now)
        letter.refresh_from_db()
        pauses.append(letter.due_at - now)

    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (letters.FIRST_PAUSE, letters.LONGEST_PAUSE)
    assert sum(pauses, dt.timedelta(0)) > dt.timedelta(days=2)


def test_after_the_last_attempt_it_is_given_up_and_administrators_are_told(person, no_mail_server):
    administrator = make_user(is_administrator=True)
    letter = write(person)
    Letter.objects.update(attempts=letters.MAX_ATTEMPTS - 1)
    send(letter)
    send(letter, after=dt.timedelta(days=1))

    assert (letter.attempts, letter.context) == (letters.MAX_ATTEMPTS, {})
    assert letter.failed_at is not None
    text = Notice.objects.get(user=administrator).text
    assert "nguoi@gialai.example" in text
    assert "connection refused" in text


def test_one_that_cannot_be_sent_stops_no_other(person, monkeypatch):
    good = write(make_person(email="kia@gialai.example"))
    bad = letters.write("no_such_template", person, language="vi", context=TOLD)

    assert not send(bad)
    assert send(good)
    assert "TemplateDoesNotExist" in bad.error


def test_a_wish_for_a_link_goes_to_the_address_in_the_account_however_it_was_typed(person):
    letters.ask_for_link(person.email.upper(), language="vi")
    deliver()

    assert [sent.to for sent in mail.outbox] == [[person.email]]


def test_a_wish_of_an_address_nobody_has_ends_and_tells_nobody(person):
    make_user(is_administrator=True)
    letters.ask_for_link("kia@gialai.example", language="vi")
    deliver()

    assert mail.outbox == []
    assert not Letter.objects.waiting().exists()
    assert not Notice.objects.exists()


def test_that_something_was_sent_is_forgotten_after_some_months(person):
    sent, waiting = write(person), write(person)
    send(sent)
    Letter.objects.filter(pk=sent.pk).update(sent_at=timezone.now() - letters.KEPT)
    tasks.sweep_letters()

    assert list(Letter.objects.all()) == [waiting]


@pytest.fixture
def slow_mail_server(monkeypatch):
    """It takes a letter only when told to; `reached` says that one arrived."""
    reached, go_on, accepted = threading.Event(), threading.Event(), []

    def take(_name, user, **_more):
        reached.set()
        go_on.wait(5)
        accepted.append(user.email)

    monkeypatch.setattr(mails, "send", take)
    return reached, go_on, accepted


def delivered_while_being_sent(letter, server):
    """One delivery hangs at the mail server while another comes; what the server took."""
    reached, go_on, accepted = server
    now = timezone.now()

    def first():
        try:
            letters.send(letter.uid, now=now)
        finally:
            connection.close()

    worker = threading.Thread(target=first)
    worker.start()
    assert reached.wait(5)
    threading.Timer(0.2, go_on.set).start()
    letters.send(letter.uid, now=now)
    worker.join(5)
    return accepted


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_message_send_one_letter(slow_mail_server):
    letter = write(make_person(email="nguoi@gialai.example"))

    assert delivered_while_being_sent(letter, slow_mail_server) == ["nguoi@gialai.example"]


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_lock_both_would_send(slow_mail_server, monkeypatch):
    monkeypatch.setattr(
        type(Letter.objects.all()), "select_for_update", lambda self, **_how: self.all()
    )
    letter = write(make_person(email="nguoi@gialai.example"))

    assert len(delivered_while_being_sent(letter, slow_mail_server)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_before_the_commit_leaves_the_letter_for_the_next(monkeypatch):
    letter = write(make_person(email="nguoi@gialai.example"))

    def die(*_args, **_more):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(mails, "send", die)
        with pytest.raises(SystemExit):
            letters.send(letter.uid, now=timezone.now())
    assert send(letter)
    assert len(mail.outbox) == 1
