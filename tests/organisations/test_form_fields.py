"""Fields that the forms of every floor share: days within reach, lists in Vietnamese order."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from organisations.colleagues import bodies_with_people
from organisations.forms.delegations import DelegationForm
from organisations.forms.fields import DayField
from organisations.forms.setup import MembershipForm, NewBodyForm, PersonFilter, SuccessionForm
from organisations.models import Organisation
from organisations.selectors import Standing
from organisations.services.delegations import Member, Team
from programmes.forms.set_up import HandOverForm, NewProgrammeForm
from programmes.forms.tasks import MandateForm, NewTaskForm
from reports.forms import EvaluationForm
from tests.builders import make_member, make_organisation

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)
DAY = dt.timedelta(days=1)
# Đ stands after D, and Đ before the letters of accents that a byte order would put in front.
IN_ORDER = ["Sở Dân tộc", "Sở Đất đai", "Sở Giáo dục", "Sở Ô tô", "Sở Y tế"]
PEOPLE = ["Trần Văn Dũng", "Nguyễn Thị Đào", "Lê Ánh", "Phạm Văn An"]
PEOPLE_IN_ORDER = ["Phạm Văn An", "Lê Ánh", "Trần Văn Dũng", "Nguyễn Thị Đào"]


def offered(form, name):
    """What a list offers, without its first line."""
    return [str(words) for key, words in form.fields[name].choices if key]


def staffed(body, position):
    """People of a body, typed in an order of their own."""
    people = [make_member(body, position) for _name in PEOPLE]
    for person, name in zip(people, PEOPLE, strict=True):
        person.full_name = name
        person.save()
    return people


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (PersonFilter, "organisation"),
        (MembershipForm, "organisation"),
        (SuccessionForm, "successor"),
        (HandOverForm, "organisation"),
        (NewProgrammeForm, "coordinator"),
        (NewProgrammeForm, "new_issuer"),
        (NewTaskForm, "cooperating"),
    ],
)
def test_every_list_of_bodies_is_in_vietnamese_order_and_says_who_is_to_come(form, name):
    for body in reversed(IN_ORDER):
        make_organisation(name=body)
    Organisation.objects.filter(name="Sở Đất đai").update(valid_from=TODAY + DAY)

    found = offered(form(on=TODAY), name)

    assert found == [n if n != "Sở Đất đai" else f"{n} (từ ngày 22/11/2026)" for n in IN_ORDER]


def test_inspectors_are_listed_by_their_given_names():
    staffed(make_organisation(), "inspector")
    assert offered(MandateForm(on=TODAY), "inspector") == PEOPLE_IN_ORDER


def test_a_head_sees_the_people_of_the_body_by_their_given_names():
    body = make_organisation()
    staffed(body, "staff")
    head = make_member(body, "head")

    (shown,) = bodies_with_people(Standing.of(head, on=TODAY))

    names = [colleague.person.full_name for colleague in shown.people]
    assert [name for name in names if name in PEOPLE] == PEOPLE_IN_ORDER


def test_who_may_act_for_a_head_is_listed_by_given_names():
    body = make_organisation()
    members = {person.username: Member(body, person) for person in staffed(body, "staff")}
    head = make_member(body, "head")

    form = DelegationForm(None, teams=[Team(body, {}, members)], on=TODAY, head=head)

    assert offered(form, "delegate") == PEOPLE_IN_ORDER


@pytest.mark.parametrize("typed", ["2026-11-21", "21/11/2026", "21-11-2026"])
def test_a_day_is_read_as_it_is_written_in_vietnam_also_by_english_readers(typed):
    with translation.override("en"):
        assert DayField().clean(typed) == TODAY


def test_days_already_known_are_shown_in_the_calendar_of_the_browser():
    form = DelegationForm(None, teams=[], on=TODAY, head=make_member(make_organisation(), "head"))
    shown = str(form["valid_from"])
    assert 'type="date"' in shown
    assert 'value="2026-11-21"' in shown
    assert 'min="2000-01-01" max="2099-12-31"' in shown


@pytest.mark.parametrize(
    "field",
    [
        MembershipForm.base_fields["valid_from"],
        DelegationForm.base_fields["valid_to"],
        EvaluationForm.base_fields["proposal_ends_on"],
    ],
)
def test_a_day_far_away_is_refused_in_every_form(field):
    with pytest.raises(ValidationError) as refusal:
        field.clean("0205-06-01")
    assert refusal.value.messages == ["Cần một ngày từ 01/01/2000 đến 31/12/2099."]


def test_a_body_may_be_older_than_everything_else():
    field = NewBodyForm.base_fields["valid_from"]
    assert field.clean("1976-02-18") == dt.date(1976, 2, 18)
    with pytest.raises(ValidationError, match="01/01/1900"):
        field.clean("1899-12-31")
