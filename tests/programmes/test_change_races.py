"""Two who change the same at once: one stands, the other is told; shares never exceed 100 %.

Each protection has a twin with the protection off, so that the others can fail.
"""

from decimal import Decimal

import pytest

from dti_tracker.shared.errors import DomainError
from programmes import services
from programmes.choices import ExtensionState
from programmes.models import ExtensionRequest, IndicatorLink, LinkValue, Task, TrialPeriod
from programmes.services import extensions, links
from tests.builders import make_sub_indicator, make_task
from tests.programmes.cast import TODAY, make_cast
from tests.programmes.changing import (
    TARGET,
    a_document,
    a_ground,
    ask,
    grant,
    linked,
    refuse,
    seen,
    set_value,
)
from tests.programmes.test_setup_races import kinds, together, unlocked
from tests.programmes.test_update_races import race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("english", "at_today"),
]


@pytest.fixture
def cast():
    a_document()
    return make_cast()


def two_targets(cast):
    link = linked(cast)
    set_value(cast, link)
    mark = seen(link, cast.period, TARGET)
    return race(
        lambda: set_value(cast, link, value=Decimal(70), seen=mark),
        lambda: set_value(cast, link, value=Decimal(80), seen=mark),
    )


def two_yeses(cast):
    request = ask(cast)
    return race(
        lambda: grant(cast, request),
        lambda: grant(cast, request, by=cast.leader),
    )


def two_claims(cast):
    indicator = make_sub_indicator()
    tasks = [make_task(cast.programme), make_task(cast.programme)]

    def claim(task):
        return lambda: services.link_indicator(
            task=task,
            sub_indicator=indicator,
            by=cast.reviewer,
            on=TODAY,
            values={"share": Decimal(60)},
            ground=a_ground(),
        )

    return race(claim(tasks[0]), claim(tasks[1]))


def claimed():
    return sum(share for share in IndicatorLink.objects.values_list("share", flat=True) if share)


def test_of_two_targets_at_once_one_stands_and_the_other_is_told(cast):
    assert kinds(two_targets(cast)) == ["LinkValue", "Stale"]
    assert LinkValue.objects.count() == 2
    assert LinkValue.objects.filter(replaced_at=None).count() == 1


def test_without_the_lock_of_the_task_the_second_target_meets_the_database(cast, monkeypatch):
    unlocked(monkeypatch, links, "locked_task", Task)
    monkeypatch.setattr(
        links.IndicatorLink.objects, "select_for_update", lambda **_of: IndicatorLink.objects.all()
    )
    monkeypatch.setattr(LinkValue, "full_clean", lambda self: None)
    link = linked(cast)
    set_value(cast, link)
    mark = seen(link, cast.period, TARGET)
    together(monkeypatch, links, "require_seen")

    outcomes = race(
        lambda: set_value(cast, link, value=Decimal(70), seen=mark),
        lambda: set_value(cast, link, value=Decimal(80), seen=mark),
    )

    assert kinds(outcomes) == ["IntegrityError", "LinkValue"]


def test_of_two_yeses_at_once_one_makes_a_period(cast):
    assert kinds(two_yeses(cast)) == ["TrialPeriod", "WrongState"]
    assert TrialPeriod.objects.count() == 2


def test_of_a_yes_and_a_no_at_once_one_stands(cast):
    request = ask(cast)

    outcomes = race(lambda: grant(cast, request), lambda: refuse(cast, request, by=cast.leader))

    assert "WrongState" in kinds(outcomes)
    granted = ExtensionRequest.objects.get().state == ExtensionState.GRANTED
    assert TrialPeriod.objects.count() == (2 if granted else 1)


def test_without_the_lock_of_the_task_two_yeses_meet_the_database(cast, monkeypatch):
    unlocked(monkeypatch, extensions, "locked_task", Task)
    monkeypatch.setattr(
        ExtensionRequest.objects.__class__,
        "select_for_update",
        lambda self, **_of: self.all(),
        raising=False,
    )
    together(monkeypatch, extensions, "require_extendable")
    request = ExtensionRequest.objects.create(
        trial_period=cast.period,
        organisation=cast.sct,
        ends_on=TODAY.replace(year=2027),
        reason="Vì",
        asked_by=cast.staff,
    )

    outcomes = race(lambda: grant(cast, request), lambda: grant(cast, request, by=cast.leader))

    assert kinds(outcomes) == ["IntegrityError", "TrialPeriod"]


def test_of_two_who_ask_at_once_one_asks(cast):
    outcomes = race(lambda: ask(cast), lambda: ask(cast, by=cast.colleague))

    assert kinds(outcomes) == ["ExtensionRequest", "WrongState"]


def test_shares_claimed_at_once_never_exceed_a_hundred_percent(cast):
    outcomes = two_claims(cast)

    assert kinds(outcomes) == ["DomainError", "IndicatorLink"]
    refusal = next(outcome for outcome in outcomes if isinstance(outcome, DomainError))
    assert set(refusal.fields) == {"share"}
    assert claimed() == 60


def test_without_the_lock_of_the_sub_indicator_both_shares_are_claimed(cast, monkeypatch):
    monkeypatch.setattr(links, "_lock_claims", lambda sub_indicator: None)
    together(monkeypatch, links, "write")

    assert kinds(two_claims(cast)) == ["IndicatorLink", "IndicatorLink"]
    assert claimed() == 120
