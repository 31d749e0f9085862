"""Milestones and values that a report brings: kept while a draft, effective when accepted."""

import datetime as dt
from decimal import Decimal

import pytest

from dti_tracker.shared.errors import DomainError, Stale
from indicators.models import Measurement
from programmes.models import Milestone, ReportedValue
from programmes.selectors import task_summary
from programmes.services import accept_update, return_update, submit_update
from programmes.services.reported import GivenValue, brought_by
from tests.builders import make_link, make_link_value, make_milestone
from tests.programmes.cast import TEXT, TODAY

pytestmark = pytest.mark.usefixtures("english", "at_today")
D = dt.date
SHARE = GivenValue(
    numerator=Decimal(3330), denominator=Decimal(9000), unit="%", measured_on=D(2026, 11, 14)
)


@pytest.fixture
def link(cast):
    link = make_link(cast.task)
    make_link_value(link, cast.period, "baseline", 20)
    make_link_value(link, cast.period, "target", 60)
    return link


@pytest.fixture
def milestone(cast):
    return make_milestone(cast.period, D(2026, 10, 31))


def saved(cast, link, given, **changes):
    return cast.save(fields={**TEXT, "values": {link.pk: given}}, **changes)


def test_a_ratio_is_worked_out_of_its_parts(cast, link):
    update = saved(cast, link, SHARE)

    assert update.reported_values.get().value == Decimal("37.0000")


def test_nothing_counts_before_the_coordinator_accepts(cast, link, milestone):
    fields = {**TEXT, "values": {link.pk: SHARE}, "milestones": {milestone.pk: D(2026, 11, 1)}}
    update = submit_update(update=cast.save(fields=fields), by=cast.staff, on=TODAY)

    milestone.refresh_from_db()
    assert (milestone.state, milestone.reached_on) == ("planned", None)
    assert not Measurement.objects.exists()
    assert task_summary(cast.task, on=TODAY).links[0].actual is None

    accept_update(update=update, by=cast.reviewer, on=TODAY)

    milestone.refresh_from_db()
    assert (milestone.state, milestone.reached_on) == ("reached", D(2026, 11, 1))
    actual = task_summary(cast.task, on=TODAY).links[0].actual
    assert (actual.value, actual.numerator, actual.certainty) == (37, 3330, "confirmed")
    assert "Sở Công Thương" in actual.source
    row = Measurement.objects.get()
    assert (row.entered_by, row.confirmed_by) == (cast.staff, cast.reviewer)


def test_a_doubtful_value_stays_doubtful_after_its_acceptance(cast, link):
    doubtful = GivenValue(
        value=Decimal(5), unit="%", measured_on=D(2026, 11, 1), certainty="unverified"
    )
    update = submit_update(update=saved(cast, link, doubtful), by=cast.staff, on=TODAY)

    accept_update(update=update, by=cast.reviewer, on=TODAY)

    assert Measurement.objects.get().certainty == "unverified"


def test_a_reported_zero_is_a_value_and_nothing_is_none(cast, link):
    zero = GivenValue(value=Decimal(0), unit="%", measured_on=D(2026, 11, 1))

    assert saved(cast, link, zero).reported_values.get().value == 0
    update = saved(cast, link, GivenValue(measured_on=D(2026, 11, 1)), version=1)
    assert not update.reported_values.exists()


def test_what_does_not_apply_has_no_figures(cast, link):
    given = GivenValue(kind="not_applicable", value=Decimal(3), unit="%")
    update = submit_update(update=saved(cast, link, given), by=cast.staff, on=TODAY)

    accept_update(update=update, by=cast.reviewer, on=TODAY)

    assert Measurement.objects.get().value is None
    assert task_summary(cast.task, on=TODAY).links[0].actual is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (GivenValue(numerator=Decimal(1), denominator=Decimal(0), unit="%"), "denominator"),
        (GivenValue(value=Decimal(-1), unit="%"), "value"),
        (
            GivenValue(numerator=Decimal(1), denominator=Decimal("0.00004"), unit="%"),
            "denominator",
        ),
        (GivenValue(value=Decimal(1), unit="%", measured_on=D(2026, 11, 22)), "measured_on"),
        (GivenValue(value=Decimal(1), unit="%", measured_on=D(1926, 1, 1)), "measured_on"),
        (GivenValue(value=Decimal("1e17"), unit="%"), "value"),
        (GivenValue(kind="guessed", value=Decimal(1), unit="%"), "kind"),
        (GivenValue(value=Decimal(1), unit="%", certainty="confirmed"), "certainty"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(cast, link, given, field):
    with pytest.raises(DomainError) as refusal:
        saved(cast, link, given)

    assert list(refusal.value.fields) == [f"value-{link.pk}-{field}"]
    assert not ReportedValue.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (GivenValue(numerator=Decimal(1), unit="%", measured_on=D(2026, 11, 1)), "denominator"),
        (GivenValue(denominator=Decimal(1), unit="%", measured_on=D(2026, 11, 1)), "numerator"),
        (GivenValue(value=Decimal(1), unit="%"), "measured_on"),
    ],
)
def test_half_a_value_is_kept_as_a_draft_and_not_sent(cast, link, given, field):
    update = saved(cast, link, given)

    with pytest.raises(DomainError) as refusal:
        submit_update(update=update, by=cast.staff, on=TODAY)

    assert list(refusal.value.fields) == [f"value-{link.pk}-{field}"]


def test_another_tasks_indicators_and_milestones_are_refused(cast, link):
    other = make_link(make_link(cast.task).task)
    foreign = make_milestone(cast.period, D(2026, 12, 1))
    Milestone.objects.filter(pk=foreign.pk).update(state="dropped")
    other.delete()

    with pytest.raises(DomainError) as refusal:
        cast.save(fields={"values": {other.pk or 0: SHARE}, "milestones": {foreign.pk: TODAY}})

    assert {f"milestone-{foreign.pk}"} <= set(refusal.value.fields)


def test_a_milestone_is_not_reached_tomorrow(cast, milestone):
    with pytest.raises(DomainError) as refusal:
        cast.save(fields={"milestones": {milestone.pk: TODAY + dt.timedelta(days=1)}})

    assert list(refusal.value.fields) == [f"milestone-{milestone.pk}"]


def test_a_correction_replaces_what_the_first_report_said(cast, link, milestone):
    fields = {**TEXT, "values": {link.pk: SHARE}, "milestones": {milestone.pk: D(2026, 11, 1)}}
    first = submit_update(update=cast.save(fields=fields), by=cast.staff, on=TODAY)
    accept_update(update=first, by=cast.reviewer, on=TODAY)
    less = GivenValue(value=Decimal(30), unit="%", measured_on=D(2026, 11, 1))

    second = submit_update(update=saved(cast, link, less), by=cast.staff, on=TODAY)
    accept_update(update=second, by=cast.reviewer, on=TODAY)

    assert second.corrects == first
    milestone.refresh_from_db()
    assert (milestone.state, milestone.reached_on) == ("planned", None)
    assert task_summary(cast.task, on=TODAY).links[0].actual.value == 30
    assert Measurement.objects.filter(replaced_at__isnull=False).count() == 1


def test_a_correction_keeps_the_milestone_that_it_repeats(cast, milestone):
    for day in (D(2026, 11, 1), D(2026, 11, 3)):
        update = cast.save(fields={**TEXT, "milestones": {milestone.pk: day}})
        sent = submit_update(update=update, by=cast.staff, on=TODAY)
        accept_update(update=sent, by=cast.reviewer, on=TODAY)
        Milestone.objects.filter(pk=milestone.pk, reached_on=day).exists()
        milestone.refresh_from_db()
        assert milestone.reached_on == day


def test_what_was_returned_brings_nothing(cast, link, milestone):
    fields = {**TEXT, "values": {link.pk: SHARE}, "milestones": {milestone.pk: D(2026, 11, 1)}}
    sent = submit_update(update=cast.save(fields=fields), by=cast.staff, on=TODAY)

    return_update(update=sent, by=cast.reviewer, on=TODAY, remarks="Thiếu nguồn")

    milestone.refresh_from_db()
    assert milestone.state == "planned"
    assert not Measurement.objects.exists()


def test_values_written_on_an_older_version_are_refused(cast, link):
    saved(cast, link, SHARE)
    saved(cast, link, None, by=cast.colleague, version=1)

    with pytest.raises(Stale):
        saved(cast, link, SHARE, version=1)


def test_saving_the_same_values_again_changes_nothing(cast, link, milestone):
    fields = {**TEXT, "values": {link.pk: SHARE}, "milestones": {milestone.pk: D(2026, 11, 1)}}
    first = cast.save(fields=fields)
    row = first.reported_values.get()

    again = cast.save(fields=fields, version=1)

    assert again.version == 1
    assert again.reported_values.get().updated_at == row.updated_at
    assert brought_by(again).milestones == {milestone.pk: D(2026, 11, 1)}
