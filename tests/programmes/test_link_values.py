"""Baselines, targets and shares: what is refused, what is computed, what is never overwritten."""

import datetime as dt
from decimal import Decimal

import pytest

from dti_tracker.shared.errors import DomainError, NotAllowed, Stale, WrongState
from programmes import services
from programmes.models import IndicatorLink, LinkValue, TrialPeriod
from programmes.selectors import task_summary
from tests.builders import (
    make_link,
    make_link_value,
    make_sub_indicator,
    make_task,
    make_trial_period,
)
from tests.programmes.cast import TODAY
from tests.programmes.changing import BASELINE, TARGET, a_document, a_ground, linked, set_value

pytestmark = pytest.mark.usefixtures("english")


def change(cast, link, **values):
    return services.change_link(
        link=link,
        by=cast.reviewer,
        on=TODAY,
        values=values,
        ground=a_ground(),
        seen=services.mark_of(IndicatorLink.objects.get(pk=link.pk)),
    )


def link_to(cast, sub_indicator, task=None, **values):
    return services.link_indicator(
        task=task or cast.task,
        sub_indicator=sub_indicator,
        by=cast.reviewer,
        on=TODAY,
        values=values,
        ground=a_ground(),
    )


def test_a_changed_target_is_a_new_row_with_document_and_reason_and_the_old_one_stays(cast):
    link = linked(cast)
    old = set_value(cast, link)

    new = set_value(cast, link, value=Decimal(75))

    old.refresh_from_db()
    assert (old.value, old.replaced_at is not None) == (60, True)
    assert (new.value, new.replaced_at) == (75, None)
    assert (new.document, new.reason) == (a_document(), "Theo đề nghị của Sở")
    assert new.entered_by == cast.reviewer
    assert new.source == a_document().as_source


def test_the_value_in_force_is_the_one_that_the_task_shows(cast):
    link = linked(cast)
    set_value(cast, link)
    set_value(cast, link, value=Decimal(75))

    (shown,) = task_summary(cast.task, on=TODAY).links

    assert shown.target.value == 75


def test_a_value_follows_from_numerator_and_denominator(cast):
    parts = {"value": None, "numerator": Decimal(83), "denominator": Decimal(201)}

    row = set_value(cast, linked(cast), **parts)

    assert (row.value, row.numerator, row.denominator) == (Decimal("41.2935"), 83, 201)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value": None}, "value"),
        ({"value": None, "numerator": Decimal(1)}, "denominator"),
        ({"value": None, "denominator": Decimal(1)}, "numerator"),
        ({"numerator": Decimal(1), "denominator": Decimal(2)}, "value"),
        ({"value": None, "numerator": Decimal(1), "denominator": Decimal(0)}, "denominator"),
        ({"value": None, "numerator": Decimal(-1), "denominator": Decimal(2)}, "numerator"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("1.00001")}, "value"),
        ({"value": None, "numerator": Decimal(1), "denominator": Decimal(2), "unit": "xã"}, "unit"),
    ],
)
def test_a_value_that_is_half_or_no_share_is_refused_at_its_field(cast, values, field):
    with pytest.raises(DomainError) as refusal:
        set_value(cast, linked(cast), **values)

    assert set(refusal.value.fields) == {field}
    assert not LinkValue.objects.exists()


def test_baseline_and_target_are_both_shares_or_both_counts(cast):
    link = linked(cast)
    set_value(cast, link)

    with pytest.raises(DomainError, match=r"target is recorded in “%”"):
        set_value(cast, link, kind=BASELINE, unit="xã")

    set_value(cast, link, kind=BASELINE, value=Decimal(10))


def test_a_first_value_needs_a_document_or_a_source(cast):
    bare = services.Ground("", None)

    with pytest.raises(DomainError) as refusal:
        set_value(cast, linked(cast), ground=bare)

    assert set(refusal.value.fields) == {"source"}


def test_a_first_value_with_a_source_needs_no_document(cast):
    row = set_value(cast, linked(cast), ground=services.Ground("", None), source="Báo cáo năm 2025")

    assert (row.source, row.document, row.reason) == ("Báo cáo năm 2025", None, "")


@pytest.mark.parametrize(("reason", "has_document"), [("", True), ("Vì", False)])
def test_a_change_needs_reason_and_document(cast, reason, has_document):
    link = linked(cast)
    set_value(cast, link)
    ground = services.Ground(reason, a_document() if has_document else None)

    with pytest.raises(DomainError):
        set_value(cast, link, value=Decimal(75), ground=ground)

    assert LinkValue.objects.get().replaced_at is None


def test_a_value_that_differs_in_nothing_is_refused(cast):
    link = linked(cast)
    first = set_value(cast, link)

    with pytest.raises(DomainError, match="Nothing differs"):
        set_value(cast, link, source=first.source)


def test_who_read_an_older_value_is_told(cast):
    link = linked(cast)
    nothing = services.mark_of()
    set_value(cast, link)

    with pytest.raises(Stale):
        set_value(cast, link, value=Decimal(75), seen=nothing)


def test_without_the_mark_the_first_value_is_replaced_unread(cast, monkeypatch):
    monkeypatch.setattr("programmes.services.links.require_seen", lambda *args: None)

    with pytest.raises(pytest.fail.Exception):
        test_who_read_an_older_value_is_told(cast)


def test_baselines_and_targets_of_an_evaluated_trial_stand(cast):
    link = linked(cast)
    TrialPeriod.objects.update(ends_on=dt.date(2026, 11, 1), evaluation_opened_on=TODAY)

    with pytest.raises(WrongState, match="evaluation of this trial was opened on 21/11/2026"):
        set_value(cast, link)


def test_without_the_check_an_evaluated_target_would_move(cast, monkeypatch):
    monkeypatch.setattr("programmes.services.links._require_unevaluated", lambda *args: None)

    with pytest.raises(pytest.fail.Exception):
        test_baselines_and_targets_of_an_evaluated_trial_stand(cast)


@pytest.mark.parametrize("who", ["staff", "head", "liaison_vnpt", "office", "administrator"])
def test_only_the_coordinator_sets_values_and_links(cast, who):
    person = getattr(cast, who)

    with pytest.raises(NotAllowed):
        set_value(cast, linked(cast), by=person)


def test_a_value_of_another_tasks_trial_is_no_value_of_the_link(cast):
    with pytest.raises(TrialPeriod.DoesNotExist):
        set_value(cast, linked(cast), period=make_trial_period())


def test_a_link_keeps_its_share_and_its_document(cast):
    link = link_to(cast, make_sub_indicator(), share=Decimal(40), direction="falling")

    assert (link.share, link.direction, link.certainty) == (40, "falling", "entered")
    assert link.source == a_document().as_source


def test_a_sub_indicator_is_linked_to_a_task_once(cast):
    link = linked(cast)

    with pytest.raises(DomainError, match="linked to the sub-indicator already"):
        link_to(cast, link.sub_indicator)


def test_shares_of_one_sub_indicator_never_exceed_a_hundred_percent(cast):
    indicator = make_sub_indicator()
    make_link(make_task(cast.programme), indicator, share=Decimal("65.5"))

    with pytest.raises(DomainError, match=r"at most 34\.5% are left") as refusal:
        link_to(cast, indicator, share=Decimal(35))

    assert set(refusal.value.fields) == {"share"}
    assert link_to(cast, indicator, share=Decimal("34.5")).share == Decimal("34.5")


def test_without_the_check_shares_exceed_a_hundred_percent(cast, monkeypatch):
    monkeypatch.setattr("programmes.services.links._require_share_free", lambda *a, **k: None)

    with pytest.raises(pytest.fail.Exception):
        test_shares_of_one_sub_indicator_never_exceed_a_hundred_percent(cast)


def test_the_own_share_does_not_count_against_its_change(cast):
    link = linked(cast, share=Decimal(80))

    assert change(cast, link, share=Decimal(90)).share == 90


def test_a_direction_by_which_was_evaluated_stands_but_the_share_can_change(cast):
    link = linked(cast)
    make_link_value(link, cast.period, "target", 60)
    TrialPeriod.objects.update(ends_on=dt.date(2026, 11, 1), evaluation_opened_on=TODAY)

    with pytest.raises(WrongState, match="direction stays"):
        change(cast, link, direction="falling")

    assert change(cast, link, share=Decimal(10)).share == 10


def test_a_link_with_nothing_on_it_is_taken_away_and_the_history_keeps_it(cast):
    link = linked(cast)
    asked = {"by": cast.reviewer, "on": TODAY, "ground": a_ground()}

    services.unlink_indicator(link=link, seen=services.mark_of(link), **asked)

    assert not IndicatorLink.objects.exists()
    last = IndicatorLink.pgh_event_model.objects.filter(pgh_obj_id=link.pk).latest("pgh_id")
    assert last.pgh_context.metadata["reason"] == "Theo đề nghị của Sở"
    with pytest.raises(WrongState, match="taken away meanwhile"):
        services.unlink_indicator(link=link, seen=services.mark_of(link), **asked)


def test_a_link_with_a_target_stays(cast):
    link = linked(cast)
    set_value(cast, link, kind=TARGET)

    with pytest.raises(WrongState, match="so it stays"):
        services.unlink_indicator(
            link=link, seen=services.mark_of(link), by=cast.reviewer, on=TODAY, ground=a_ground()
        )

    assert IndicatorLink.objects.exists()
