"""Accounts nobody uses: warned once, locked, opened by the own head; and closed ones lose all at once."""

import datetime as dt

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dti_tracker.shared.errors import NotAllowed, WrongState
from dti_tracker.shared.time import today
from organisations import letters, mails
from organisations.models import Delegation, Letter, Notice, SecurityEvent, User
from organisations.services import dormancy
from tests.builders import make_member, make_organisation, make_user
from tests.organisations.door import deliver, is_in, make_person, sign_in

pytestmark = pytest.mark.django_db

JOINED = dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC)
LAST_USE = dt.date(2026, 3, 2)
PAGE = "/account/colleagues/"


def day(number: int) -> dt.date:
    """So many days after the last use."""
    return LAST_USE + dt.timedelta(days=number)


def idle(body=None, **fields):
    """Somebody who was last here on `LAST_USE`."""
    user = make_member(body or make_organisation(), "staff")
    defaults = {"date_joined": JOINED, "last_seen_on": LAST_USE, "email": f"{user.username}@x.vn"}
    for name, value in (defaults | fields).items():
        setattr(user, name, value)
    user.save()
    return user


def long_gone(body):
    """Somebody whose account is locked today."""
    return idle(body, date_joined=timezone.now() - dt.timedelta(days=300), last_seen_on=None)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_day_of_the_last_use_is_remembered_with_one_write_a_day():
    user = make_person()
    client = client_of(user)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as second:
        client.get(PAGE)

    user.refresh_from_db()
    assert user.last_seen_on == today()
    assert not any(q["sql"].startswith("UPDATE") for q in second)


def test_being_seen_leaves_no_line_in_the_history_of_the_account():
    user = make_person()
    client = client_of(user)
    before = apps.get_model("organisations", "UserEvent").objects.filter(pgh_obj=user).count()
    client.get(PAGE)

    assert (
        apps.get_model("organisations", "UserEvent").objects.filter(pgh_obj=user).count() == before
    )


def test_nobody_is_warned_before_the_fortieth_day():
    idle()

    assert dormancy.warn_idle(on=day(settings.IDLE_WARNING_DAYS - 1)) == 0


def test_on_the_fortieth_day_they_are_warned_by_notice_and_letter():
    user = idle()

    assert dormancy.warn_idle(on=day(settings.IDLE_WARNING_DAYS)) == 1
    deliver()

    assert "16/04/2026" in Notice.objects.get(user=user).text
    (letter,) = mail.outbox
    assert letter.to == [user.email]
    assert "16/04/2026" in letter.body


def test_the_warning_comes_once_whatever_is_repeated_or_was_missed():
    idle()
    for number in (41, 41, 42, 44):
        dormancy.warn_idle(on=day(number))
        deliver()

    assert Notice.objects.count() == len(mail.outbox) == 1


def test_who_falls_idle_again_is_warned_again():
    user = idle()
    dormancy.warn_idle(on=day(40))
    later = day(43)
    dormancy.note_seen(user, on=later)

    assert dormancy.warn_idle(on=later + dt.timedelta(days=40)) == 1


def test_a_letter_that_cannot_be_sent_is_tried_again_and_stops_nobody_elses(monkeypatch):
    first, second = idle(), idle()
    send = mails.send

    def broken(name, user, **more):
        if user == first:
            raise OSError
        send(name, user, **more)

    monkeypatch.setattr(mails, "send", broken)
    assert dormancy.warn_idle(on=day(40)) == 2
    deliver()
    monkeypatch.setattr(mails, "send", send)
    Letter.objects.waiting().update(due_at=timezone.now())
    deliver()
    assert {tuple(letter.to) for letter in mail.outbox} == {(first.email,), (second.email,)}


def test_who_came_back_before_the_letter_was_sent_gets_none():
    user = idle()
    dormancy.warn_idle(on=day(40))
    dormancy.note_seen(user, on=day(41))
    deliver()

    assert mail.outbox == []
    assert Letter.objects.get().failed_at is not None


def test_the_warning_and_its_letter_are_written_together_or_not_at_all(monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(letters, "write", broken)
    idle()
    with pytest.raises(RuntimeError):
        dormancy.warn_idle(on=day(40))

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"is_demo": True},
        {"is_service": True},
        {"last_seen_on": day(10)},
        {"reactivated_on": day(10)},
    ],
)
def test_whose_account_does_not_lock_is_not_warned(fields):
    idle(**fields)

    assert dormancy.warn_idle(on=day(40)) == 0


def test_after_the_lock_nobody_is_warned_any_more():
    idle()

    assert dormancy.warn_idle(on=day(settings.IDLE_ACCOUNT_DAYS)) == 0


@pytest.mark.parametrize("position", ["head", "deputy"])
def test_the_own_head_opens_the_account_and_the_person_comes_in(position):
    body = make_organisation()
    head, user = make_member(body, position), long_gone(body)
    user.set_password("mưa rừng Tây Nguyên 2026")
    user.save()
    assert not is_in(sign_in(user))

    page = client_of(head).post(f"{PAGE}{user.uid}/reactivate/")

    assert page.status_code == 302
    assert is_in(sign_in(user))
    event = SecurityEvent.objects.get(kind="reactivated")
    assert (event.user, event.detail) == (user, {"by": head.username})


def test_who_acts_for_the_head_opens_it_too():
    body = make_organisation()
    head, staff, user = make_member(body, "head"), make_member(body), long_gone(body)
    Delegation.objects.create(
        organisation=body,
        delegator=head,
        delegate=staff,
        valid_from=today(),
        valid_to=today(),
        reason="Đi công tác",
    )

    assert not dormancy.reactivate(user=user, by=staff, on=today()).is_dormant(on=today())


def test_an_administrator_opens_it_too():
    user = long_gone(make_organisation())
    administrator = make_user(is_administrator=True)

    assert not dormancy.reactivate(user=user, by=administrator, on=today()).is_dormant(on=today())


def test_staff_of_the_body_and_heads_of_others_do_not():
    body = make_organisation()
    user = long_gone(body)
    for by in (make_member(body), make_member(make_organisation(), "head")):
        with pytest.raises(NotAllowed):
            dormancy.reactivate(user=user, by=by, on=today())


def test_nobody_opens_their_own_account():
    head = make_member(make_organisation(), "head")

    with pytest.raises(NotAllowed):
        dormancy.reactivate(user=head, by=head, on=today())


@pytest.mark.parametrize("fields", [{}, {"is_active": False}])
def test_what_is_not_locked_for_disuse_is_not_opened(fields):
    body = make_organisation()
    head, user = make_member(body, "head"), make_person(**fields)
    user.memberships.update(organisation=body)

    with pytest.raises(WrongState):
        dormancy.reactivate(user=user, by=head, on=today())


def test_single_sign_on_opens_the_account_of_whom_it_vouches_for():
    user = long_gone(make_organisation())
    dormancy.reopen_by_single_sign_on(user=user, on=today())

    assert not User.objects.get(pk=user.pk).is_dormant(on=today())


def test_a_head_sees_the_people_of_the_own_body_and_nobody_else():
    body = make_organisation()
    head, locked = make_member(body, "head"), long_gone(body)
    stranger = make_person()

    page = client_of(head).get(PAGE)

    assert locked.full_name in page.text
    assert "Bị khóa do không sử dụng" in page.text
    assert stranger.full_name not in page.text
    assert page.text.count("Mở lại tài khoản") == 1


def test_others_have_no_such_page():
    assert client_of(make_member(make_organisation())).get(PAGE).status_code == 403


def test_an_administrator_without_a_body_is_led_to_the_people():
    page = client_of(make_user(is_administrator=True)).get(PAGE)

    assert page.status_code == 200


def test_a_colleague_of_another_body_does_not_exist():
    head = make_member(make_organisation(), "head")
    user = long_gone(make_organisation())

    assert client_of(head).post(f"{PAGE}{user.uid}/reactivate/").status_code == 404


def test_an_open_account_is_answered_with_a_sentence_and_changes_nothing():
    body = make_organisation()
    head, user = make_member(body, "head"), make_member(body)

    page = client_of(head).post(f"{PAGE}{user.uid}/reactivate/")

    assert page.status_code == 409
    assert "không bị khóa do không sử dụng" in page.text


def test_ten_people_cost_no_more_queries_than_one():
    body = make_organisation()
    client = client_of(make_member(body, "head"))
    client.get(PAGE)
    counts = []
    for more in (1, 9):
        for _person in range(more):
            long_gone(body)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def closing(user, how):
    """Close an account as the database would show it to the next request."""
    if how == "disabled":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        User.objects.filter(pk=user.pk).update(date_joined=JOINED, last_seen_on=None)


@pytest.mark.parametrize("how", ["disabled", "dormant"])
@pytest.mark.parametrize("path", ["/tasks/", "/api/v1/tasks/", "/account/colleagues/"])
def test_an_open_session_is_worth_nothing_with_the_next_request(how, path):
    user = make_member(make_organisation(), "head")
    client = client_of(user)
    assert client.get(path).status_code == 200
    closing(user, how)

    page = client.get(path)

    assert page.status_code in {302, 401}
    if page.status_code == 302:
        assert page.headers["Location"].startswith("/login/")


def test_twin_with_allauths_own_backend_the_dormant_would_go_on(settings):
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    user = make_member(make_organisation(), "head")
    client = client_of(user)
    closing(user, "dormant")

    page = client.get(reverse("account_change_password"))

    assert not page.headers.get("Location", "").startswith("/login/?")


def test_the_lock_comes_by_itself_on_its_day():
    user = idle()

    assert user.locks_on() == day(settings.IDLE_ACCOUNT_DAYS)
    assert not user.is_dormant(on=day(44))
    assert user.is_dormant(on=day(45))
