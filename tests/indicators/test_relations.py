"""Who owns a sub-indicator follows from its duties, positions and successions of the day."""

import datetime as dt

import pytest

from indicators.models import IndicatorDuty, SubIndicator
from indicators.relations import sub_indicator_relations
from organisations.choices import Role
from organisations.models import Delegation
from organisations.rights import Belonging, Relation, allowed
from organisations.selectors import Standing
from tests.builders import (
    LONG_AGO,
    make_member,
    make_organisation,
    make_sub_indicator,
    make_succession,
    make_user,
)

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def owner(db):
    return make_organisation("sct")


@pytest.fixture
def indicator(owner) -> SubIndicator:
    indicator = make_sub_indicator()
    IndicatorDuty.objects.create(
        sub_indicator=indicator,
        role=Role.INDICATOR_OWNER,
        organisation=owner,
        valid_from=LONG_AGO,
        certainty="read",
    )
    return indicator


def of(user, indicator, on=TODAY):
    joined = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    type(user).objects.filter(pk=user.pk).update(date_joined=joined)
    user.refresh_from_db()
    return sub_indicator_relations(indicator, Standing.of(user, on=on))


@pytest.mark.parametrize("position", ["staff", "head", "deputy"])
def test_staff_and_heads_of_the_owner_own_it(owner, indicator, position):
    relations = of(make_member(owner, position), indicator)

    assert relations == {Relation.INDICATOR_OWNER}
    assert allowed("enter_value", relations, belonging=Belonging.OWN)


def test_a_clerk_owns_nothing_unless_the_head_delegated_to_them(owner, indicator):
    clerk, head = make_member(owner, "clerk"), make_member(owner, "head")
    assert of(clerk, indicator) == {Relation.STRANGER}

    Delegation.objects.create(
        organisation=owner,
        delegator=head,
        delegate=clerk,
        valid_from=TODAY,
        valid_to=TODAY,
        reason="Đi công tác",
    )

    assert of(clerk, indicator) == {Relation.INDICATOR_OWNER}
    assert of(clerk, indicator, TODAY + dt.timedelta(days=1)) == {Relation.STRANGER}


def test_an_inspector_inside_the_owner_owns_nothing(owner, indicator):
    assert of(make_member(owner, "inspector"), indicator) == {Relation.INSPECTOR}


def test_others_are_what_they_are_in_general(indicator):
    assert of(make_member(make_organisation("ca")), indicator) == {Relation.STRANGER}
    assert of(make_user(is_administrator=True), indicator) == {Relation.ADMINISTRATOR}
    assert of(make_user(), indicator) == {Relation.FORMER}


def test_the_duty_passes_to_the_successor_and_ends_with_its_last_day(owner, indicator):
    heir = make_organisation("sct-moi")
    make_succession(owner, heir, TODAY)

    assert of(make_member(heir), indicator) == {Relation.INDICATOR_OWNER}
    assert of(make_member(owner), indicator) == {Relation.STRANGER}

    indicator.duties.update(valid_to=TODAY - dt.timedelta(days=1))
    assert of(make_member(heir), indicator) == {Relation.STRANGER}
