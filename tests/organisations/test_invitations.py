"""The first log-in: of everybody by an invitation, of the first administrator by a printed link."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from dti_tracker.shared.time import today
from organisations import letters, tasks
from organisations.administrators import administrators_who_can_sign_in
from organisations.models import SecurityEvent, User
from organisations.models.people import awake
from organisations.services import invitations
from organisations.services.invitations import invite
from tests.builders import make_member, make_organisation, make_user
from tests.organisations.door import PASSWORD, is_in, later, make_person, sign_in
from tests.organisations.test_passwords import NEW, follow, link_in

pytestmark = pytest.mark.django_db


def invited(**fields):
    user = make_member(make_organisation(), "staff")
    user.set_unusable_password()
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def administrator():
    return make_user(is_administrator=True)


def invite_by(by, user):
    return invite(user=user, by=by, on=today())


def test_with_the_link_a_new_person_chooses_a_password_and_signs_in():
    user = invited()
    link = invite_by(administrator(), user)

    assert follow(link).status_code == 302
    assert is_in(sign_in(user, NEW))
    assert SecurityEvent.objects.filter(user=user, kind="invited").exists()


def test_the_link_works_once():
    link = invite_by(administrator(), invited())
    follow(link)

    assert "không còn hiệu lực" in follow(link).text


def test_the_link_dies_after_its_days():
    link = invite_by(administrator(), invited())

    with time_machine.travel(later(days=settings.INVITATION_DAYS, seconds=5)):
        assert "không còn hiệu lực" in follow(link).text


def test_it_is_still_good_a_day_before():
    link = invite_by(administrator(), invited())

    with time_machine.travel(later(days=settings.INVITATION_DAYS - 1)):
        assert follow(link).status_code == 302


def test_inviting_again_makes_the_earlier_link_void():
    by, user = administrator(), invited()
    first = invite_by(by, user)
    second = invite_by(by, user)

    assert "không còn hiệu lực" in follow(first).text
    assert follow(second).status_code == 302


def test_who_has_a_password_keeps_it_until_the_link_is_used():
    user = make_person()
    invite_by(administrator(), user)

    assert is_in(sign_in(user, PASSWORD))


def test_a_link_to_an_account_with_a_password_is_told_to_its_person_and_who_administers():
    user, by, other = make_person(), administrator(), administrator()
    invite_by(by, user)
    (text,) = {notice.text for notice in (*user.notices.all(), *other.notices.all())}
    assert user.full_name in text
    assert by.full_name in text
    assert not by.notices.exists()
    invite_by(by, invited())
    assert other.notices.count() == 1


def test_who_has_an_address_gets_the_link_by_mail(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(letters, "wake", lambda uid: tasks.send_letter(str(uid)))
    user = invited(email="moi@gialai.example")
    with django_capture_on_commit_callbacks(execute=True):
        invite_by(administrator(), user)

    (letter,) = mail.outbox
    assert letter.to == ["moi@gialai.example"]
    assert follow(link_in(letter)).status_code == 302


def test_who_has_none_gets_no_letter(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite_by(administrator(), invited())

    assert mail.outbox == []


def test_only_an_administrator_invites():
    head = make_member(make_organisation(), "head")

    with pytest.raises(NotAllowed):
        invite_by(head, invited())


def test_nobody_invites_themselves():
    by = administrator()

    with pytest.raises(NotAllowed):
        invite_by(by, by)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_service": True}])
def test_nobody_is_invited_to_an_account_that_cannot_sign_in(fields):
    with pytest.raises(WrongState):
        invite_by(administrator(), invited(**fields))


def first_administrator(username="quan.tri", full_name="Đinh Thị Hoa"):
    out = StringIO()
    call_command("first_administrator", username, full_name=full_name, stdout=out)
    return out.getvalue().split()[-1]


def test_the_first_administrator_comes_in_by_the_printed_link():
    link = first_administrator()

    user = User.objects.get(username="quan.tri")
    assert (user.is_administrator, user.has_usable_password()) == (True, False)
    assert not is_in(sign_in(user, "")), "no default password"
    assert follow(link).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "không còn hiệu lực" in follow(link).text


def test_asked_again_before_its_use_it_prints_another_link_and_the_first_dies():
    first = first_administrator()
    second = first_administrator()

    assert "không còn hiệu lực" in follow(first).text
    assert follow(second).status_code == 302
    assert User.objects.count() == 1


def test_there_is_only_one_first_administrator():
    follow(first_administrator())

    with pytest.raises(CommandError, match="Đã có quản trị viên"):
        first_administrator("another")


def test_the_only_administrator_whose_account_fell_asleep_is_let_in_again():
    follow(first_administrator())
    user = User.objects.get()
    long_ago = timezone.now() - dt.timedelta(days=settings.IDLE_ACCOUNT_DAYS + 1)
    User.objects.update(date_joined=long_ago, last_seen_on=long_ago.date())
    assert not is_in(sign_in(user, NEW))

    assert follow(first_administrator()).status_code == 302
    assert is_in(sign_in(user, NEW))


def test_an_administrator_whom_single_sign_on_lets_in_is_one(settings):
    user = make_user(is_administrator=True)
    SocialAccount.objects.create(user=user, provider="sso", uid="1")
    assert not administrators_who_can_sign_in(on=today()).exists()

    settings.OIDC_ISSUER = "https://sso.gialai.example"

    assert list(administrators_who_can_sign_in(on=today())) == [user]


@pytest.mark.parametrize("fields", [{}, {"last_seen_on": today() - dt.timedelta(days=44)}])
@pytest.mark.parametrize("days", [44, 45, 46])
def test_the_condition_says_of_an_account_what_the_account_says(fields, days):
    user = make_user(date_joined=timezone.now() - dt.timedelta(days=days), **fields)

    is_awake = User.objects.filter(awake(on=today()), pk=user.pk).exists()

    assert is_awake != user.is_dormant(on=today())


def test_nobody_elses_account_becomes_the_first_administrators():
    make_person("quan.tri")

    with pytest.raises(CommandError):
        first_administrator()
    with pytest.raises(DomainError) as refused:
        invitations.first_administrator(username="quan.tri", full_name="A", on=today())
    assert refused.value.fields["username"] == refused.value.message


@pytest.mark.parametrize("name", ["không được", "Quan.Tri", "new"])
def test_a_name_that_cannot_be_one_is_refused(name):
    with pytest.raises(CommandError):
        first_administrator(name)
    assert not User.objects.exists()


@pytest.fixture
def preparing(monkeypatch):
    """`manage.py prepare` without its long work; what it prints."""
    monkeypatch.setattr("dti_tracker.management.commands.prepare.ALWAYS", ())

    def run():
        out = StringIO()
        with override_settings(DEMO=False):
            call_command("prepare", stdout=out)
        return out.getvalue()

    return run


def test_a_new_installation_says_how_the_first_administrator_is_made(preparing):
    assert "first_administrator USERNAME" in preparing()


def test_with_an_administrator_it_says_nothing_of_it(preparing):
    make_person(is_administrator=True)

    assert preparing() == ""
