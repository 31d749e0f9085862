"""More time for a trial: who asks, who decides, and what a yes makes."""

import datetime as dt

import pytest

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from organisations.models import Delegation, Notice
from programmes import services
from programmes.changes import changes_of, open_extensions
from programmes.models import ExtensionRequest, TaskDuty, TrialPeriod
from programmes.relations import task_relations
from programmes.state import current_period
from tests.builders import (
    make_inspector,
    make_member,
    make_programme,
    make_succession,
    make_trial_period,
    make_user,
    standing,
)
from tests.programmes.cast import TODAY
from tests.programmes.changing import NEW_END, a_document, ask, grant, refuse

pytestmark = pytest.mark.usefixtures("english")
DAY = dt.timedelta(days=1)


def told(person):
    return list(Notice.objects.filter(user=person).values_list("text", flat=True))


def test_the_lead_asks_and_the_coordinators_people_are_told(cast):
    request = ask(cast)

    assert (request.state, request.organisation, request.asked_by) == ("open", cast.sct, cast.staff)
    assert len(told(cast.reviewer)) == 1
    assert told(cast.staff) == told(cast.liaison_vnpt) == []


@pytest.mark.parametrize("who", ["staff", "head"])
def test_staff_and_head_of_the_lead_may_ask(cast, who):
    assert ask(cast, by=getattr(cast, who)).state == "open"


@pytest.mark.parametrize(
    "who",
    ["clerk", "reviewer", "office", "cooperator", "liaison_vnpt", "stranger", "administrator"],
)
def test_nobody_else_may_ask(cast, who):
    with pytest.raises(NotAllowed):
        ask(cast, by=getattr(cast, who))

    assert not ExtensionRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": dt.date(2027, 1, 31)}, "ends_on"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_a_request_without_a_later_day_or_a_reason_is_refused(cast, changes, field):
    with pytest.raises(DomainError) as refusal:
        ask(cast, **changes)

    assert set(refusal.value.fields) == {field}


def test_a_second_request_while_one_is_open_is_refused(cast):
    ask(cast)

    with pytest.raises(WrongState, match="is not decided yet"):
        ask(cast, by=cast.colleague)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"starts_on": None, "ends_on": None}, "has not begun"),
        ({"starts_on": TODAY + DAY}, "has not begun"),
        (
            {
                "ends_on": dt.date(2026, 10, 31),
                "evaluation_opened_on": dt.date(2026, 11, 1),
                "concluded_on": dt.date(2026, 11, 2),
            },
            "was concluded on 02/11/2026",
        ),
    ],
)
def test_only_a_trial_that_has_begun_and_is_not_concluded_is_extended(cast, days, sentence):
    TrialPeriod.objects.update(**days)

    with pytest.raises(WrongState, match=sentence):
        ask(cast)


def test_an_ended_trial_that_is_not_concluded_can_be_extended(cast):
    TrialPeriod.objects.update(
        ends_on=dt.date(2026, 10, 31), evaluation_opened_on=dt.date(2026, 11, 1)
    )
    cast.period.refresh_from_db()

    granted = grant(cast, ask(cast))

    assert granted.starts_on == dt.date(2026, 11, 1)


def test_a_trial_is_extended_once_and_then_the_period_that_follows(cast):
    granted = grant(cast, ask(cast))

    with pytest.raises(WrongState, match="was extended already"):
        ask(cast)
    with pytest.raises(WrongState, match="has not begun"):
        ask(cast, period=granted)


def test_a_yes_makes_a_new_period_and_the_old_one_stays_as_it_was(cast):
    before = services.mark_of(TrialPeriod.objects.get(pk=cast.period.pk))
    request = ask(cast)

    granted = grant(cast, request, ends_on=dt.date(2027, 4, 30))

    request.refresh_from_db()
    assert (granted.number, granted.extends, granted.document) == (2, cast.period, a_document())
    assert (granted.starts_on, granted.ends_on) == (dt.date(2027, 2, 1), dt.date(2027, 4, 30))
    assert granted.territory == cast.ppc
    assert services.mark_of(TrialPeriod.objects.get(pk=cast.period.pk)) == before
    assert (request.state, request.granted_period, request.ends_on) == ("granted", granted, NEW_END)
    assert (request.decided_by, request.decided_as) == (cast.reviewer, "staff")
    assert len(told(cast.staff)) == len(told(cast.head)) == 1


def test_the_day_after_the_old_trial_is_about_the_new_one(cast):
    granted = grant(cast, ask(cast))

    periods = cast.task.trial_periods.all()
    assert current_period(periods, on=dt.date(2027, 2, 1)) == granted
    assert current_period(periods, on=dt.date(2027, 1, 31)) == cast.period


@pytest.mark.parametrize("who", ["reviewer", "coordinator_head", "office", "leader"])
def test_coordinator_and_authority_decide(cast, who):
    granted = grant(cast, ask(cast), by=getattr(cast, who))

    capacity = {"coordinator_head": "deputy", "leader": "head"}.get(who, "staff")
    assert granted.granted_by.decided_as == capacity


@pytest.mark.parametrize(
    "who",
    ["colleague", "head", "cooperator", "liaison_vnpt", "coordinator_clerk", "stranger"],
)
def test_nobody_else_decides(cast, who):
    request = ask(cast)
    person = getattr(cast, who)

    with pytest.raises(NotAllowed):
        grant(cast, request, by=person)
    with pytest.raises(NotAllowed):
        refuse(cast, request, by=person)


def lead_is_coordinator(cast):
    TaskDuty.objects.filter(role="lead").update(organisation=cast.skhcn)
    return ask(cast, by=cast.reviewer)


def test_who_asked_never_decides_also_where_the_coordinator_leads_itself(cast):
    request = lead_is_coordinator(cast)

    with pytest.raises(NotAllowed, match="another person has to decide"):
        grant(cast, request)
    with pytest.raises(NotAllowed, match="another person has to decide"):
        refuse(cast, request)

    assert grant(cast, request, by=cast.coordinator_head).extends == cast.period


def test_without_authorship_the_asker_grants_their_own_request(cast, monkeypatch):
    monkeypatch.setattr(
        "programmes.services.extensions.extension_relations",
        lambda _request, task, standing: task_relations(task, standing),
    )

    with pytest.raises(pytest.fail.Exception):
        test_who_asked_never_decides_also_where_the_coordinator_leads_itself(cast)


def test_a_delegate_grants_on_behalf_of_the_head(cast):
    Delegation.objects.create(
        organisation=cast.skhcn,
        delegator=cast.coordinator_head,
        delegate=cast.coordinator_clerk,
        valid_from=TODAY,
        valid_to=TODAY,
        reason="Đi công tác",
    )

    request = ask(cast)
    grant(cast, request, by=cast.coordinator_clerk)

    request.refresh_from_db()
    assert (request.decided_as, request.decided_for) == ("delegate", cast.coordinator_head)


def test_a_yes_without_a_document_is_refused(cast):
    with pytest.raises(DomainError) as refusal:
        grant(cast, ask(cast), document=None)

    assert set(refusal.value.fields) == {"document"}


def test_a_yes_over_another_period_is_refused(cast):
    request = ask(cast)
    make_trial_period(cast.task, dt.date(2027, 6, 1), dt.date(2027, 12, 31))

    with pytest.raises(DomainError) as refusal:
        grant(cast, request)

    assert set(refusal.value.fields) == {"ends_on"}
    assert grant(cast, request, ends_on=dt.date(2027, 5, 31)).number == 3


def test_who_read_other_days_of_the_trial_is_told_before_deciding(cast):
    request = ask(cast)
    seen = services.mark_of(request, TrialPeriod.objects.get(pk=cast.period.pk))
    TrialPeriod.objects.update(ends_on=dt.date(2027, 2, 28))

    with pytest.raises(Stale):
        grant(cast, request, seen=seen)


def test_without_the_mark_a_decision_rests_on_days_that_nobody_read(cast, monkeypatch):
    monkeypatch.setattr("programmes.services.extensions.require_seen", lambda *args: None)

    with pytest.raises(pytest.fail.Exception):
        test_who_read_other_days_of_the_trial_is_told_before_deciding(cast)


def test_the_new_period_belongs_to_the_committee_that_governs_then(cast):
    heir = make_member(cast.sct).memberships.get().organisation
    make_succession(cast.ppc, heir, dt.date(2027, 1, 15))

    assert grant(cast, ask(cast)).territory == heir


def test_a_no_says_why_and_the_trial_stays(cast):
    request = ask(cast)

    with pytest.raises(DomainError) as refusal:
        refuse(cast, request, remarks=" ")
    assert set(refusal.value.fields) == {"remarks"}

    refuse(cast, request)
    request.refresh_from_db()
    assert (request.state, request.remarks) == ("refused", "Đủ thời gian")
    assert TrialPeriod.objects.count() == 1
    assert len(told(cast.staff)) == 1
    assert ask(cast).state == "open"


def test_what_was_decided_is_not_decided_again(cast):
    request = ask(cast)
    refuse(cast, request)

    with pytest.raises(WrongState, match="is refused since"):
        grant(cast, request)


def test_the_lead_withdraws_what_nobody_decided(cast):
    request = ask(cast)

    with pytest.raises(NotAllowed):
        services.withdraw_extension(request=request, by=cast.reviewer, on=TODAY)
    services.withdraw_extension(request=request, by=cast.colleague, on=TODAY)

    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("withdrawn", None)
    with pytest.raises(WrongState, match="is withdrawn since"):
        services.withdraw_extension(request=request, by=cast.staff, on=TODAY)
    with pytest.raises(WrongState):
        grant(cast, request)


def test_enterprises_and_administrators_see_no_request(cast):
    ask(cast)
    unseen = [cast.liaison_vnpt, cast.liaison_viettel, cast.administrator, make_user()]
    seen = [cast.staff, cast.reviewer, cast.cooperator, cast.stranger, cast.inspector]

    for person in unseen:
        mine = standing(person, on=TODAY)
        assert not ExtensionRequest.objects.visible_to(mine).exists()
        assert changes_of(cast.task, mine).extensions == []
    for person in seen:
        assert len(changes_of(cast.task, standing(person, on=TODAY)).extensions) == 1


def test_without_the_rule_enterprises_would_see_requests(cast, monkeypatch):
    rows = type(ExtensionRequest.objects.all())
    monkeypatch.setattr(rows, "visible_to", lambda self, standing: self.all())

    with pytest.raises(AssertionError):
        test_enterprises_and_administrators_see_no_request(cast)


def test_an_inspector_of_another_programme_sees_no_request(cast):
    ask(cast)
    other = make_inspector(cast.skhcn, make_programme())

    assert not ExtensionRequest.objects.visible_to(standing(other, on=TODAY)).exists()


def test_open_requests_lie_with_whoever_may_decide(cast):
    request = ask(cast)

    for person in (cast.reviewer, cast.office, cast.leader):
        assert open_extensions(standing(person, on=TODAY)) == [request]
    for person in (cast.staff, cast.liaison_vnpt, cast.stranger, cast.inspector):
        assert open_extensions(standing(person, on=TODAY)) == []
    refuse(cast, request)
    assert open_extensions(standing(cast.reviewer, on=TODAY)) == []


def test_the_notice_leads_to_the_request(cast):
    request = ask(cast)

    (notice,) = Notice.objects.filter(user=cast.reviewer)

    assert notice.url == f"/extensions/{request.uid}/"
