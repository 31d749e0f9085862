"""A second report of one period: a correction that loses nothing, or a retry that does nothing."""

import datetime as dt
from decimal import Decimal

import pytest

from dti_tracker.shared.errors import DomainError
from programmes.calendar import period_of
from programmes.models import Milestone, ProgressUpdate
from programmes.selectors import task_summary
from programmes.services import (
    accept_update,
    carried_fields,
    return_update,
    save_update_draft,
    submit_update,
)
from programmes.services.reported import GivenValue, brought_by
from tests.builders import make_link, make_link_value, make_milestone, make_update
from tests.programmes.asking import signed_in, writing
from tests.programmes.cast import TEXT, TODAY
from tests.programmes.test_update_races import race

pytestmark = pytest.mark.usefixtures("english", "at_today")
D = dt.date
HALF = GivenValue(value=Decimal(50), unit="%", measured_on=D(2026, 11, 1))


@pytest.fixture
def accepted(cast):
    """A report of the running quarter with a milestone and a value, accepted."""
    link, milestone = make_link(cast.task), make_milestone(cast.period, D(2026, 10, 1))
    make_link_value(link, cast.period, "baseline", 20)
    make_link_value(link, cast.period, "target", 60)
    fields = {**TEXT, "values": {link.pk: HALF}, "milestones": {milestone.pk: D(2026, 11, 1)}}
    sent = submit_update(update=cast.save(fields=fields), by=cast.staff, on=TODAY)
    return accept_update(update=sent, by=cast.reviewer, on=TODAY)


def test_the_form_of_a_correction_begins_with_all_that_was_sent(cast, accepted):
    page = signed_in(cast.staff).get(writing(cast))

    form = page.context["form"]
    assert form["narrative"].value() == TEXT["narrative"]
    assert [field.value() for field in form.milestone_fields] == [D(2026, 11, 1)]
    assert form.value_groups[0].fields["value"].value() is not None
    assert "đính chính" in page.text


def test_a_correction_from_the_form_takes_no_milestone_and_no_value_back(cast, accepted):
    fields = carried_fields(cast.task, cast.sct, on=TODAY) | {"percent": "45"}
    second = submit_update(update=cast.save(fields=fields), by=cast.staff, on=TODAY)

    accept_update(update=second, by=cast.reviewer, on=TODAY)

    assert Milestone.objects.get().state == "reached"
    assert task_summary(cast.task, on=TODAY).links[0].actual.value == 50


def test_no_change_in_the_same_period_takes_nothing_back(cast, accepted):
    person = signed_in(cast.colleague)

    person.post(writing(cast), {"action": "unchanged", "period": "2026-12-14"})

    sent = ProgressUpdate.objects.get(state="submitted")
    assert sent.is_unchanged
    assert brought_by(sent) == brought_by(accepted)


def test_no_change_sent_twice_is_one_report(cast):
    make_update(cast.task, D(2026, 9, 14))
    person = signed_in(cast.staff)
    given = {"action": "unchanged", "period": "2026-12-14"}

    answers = [person.post(writing(cast), given).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert ProgressUpdate.objects.filter(is_unchanged=True).count() == 1


def test_a_report_sent_twice_without_script_is_one_report(cast):
    person = signed_in(cast.staff)
    given = {"action": "submit", "percent": "40", "narrative": "Đã họp."}

    for _time in range(2):
        assert person.post(writing(cast), given).status_code == 302

    assert ProgressUpdate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_report(cast):
    make_update(cast.task, D(2026, 9, 14))

    def tap():
        draft = cast.save(fields={"is_unchanged": True})
        return submit_update(update=draft, by=cast.staff, on=TODAY)

    outcomes = race(tap, tap)

    assert [type(outcome).__name__ for outcome in outcomes] == ["ProgressUpdate"] * 2
    assert ProgressUpdate.objects.filter(is_unchanged=True).count() == 1


def test_another_text_of_the_same_person_is_another_report(cast):
    cast.submitted()

    second = cast.save(fields={**TEXT, "narrative": "Bản khác"})

    assert second.state == "draft"


def test_no_change_of_made_up_figures_stays_made_up(cast):
    make_update(cast.task, D(2026, 9, 14), is_example=True)

    assert cast.save(fields={"is_unchanged": True}).is_example


def test_made_up_values_stay_so_until_somebody_types_others(cast):
    link = make_link(cast.task)
    made_up = GivenValue(
        value=Decimal(5), unit="%", measured_on=D(2026, 11, 1), certainty="example"
    )
    cast.save(fields={"values": {link.pk: made_up}})
    typed = GivenValue(value=Decimal(5), unit="%", measured_on=D(2026, 11, 1))

    again = cast.save(version=1, fields={"narrative": "Thêm", "values": {link.pk: typed}})
    assert again.reported_values.get().certainty == "example"

    other = GivenValue(value=Decimal(6), unit="%", measured_on=D(2026, 11, 1))
    again = cast.save(version=2, fields={"values": {link.pk: other}})
    assert again.reported_values.get().certainty == "entered"


def test_a_milestone_that_was_dropped_meanwhile_is_not_reached(cast):
    milestone = make_milestone(cast.period, D(2026, 10, 1))
    fields = {**TEXT, "milestones": {milestone.pk: D(2026, 11, 1)}}
    sent = submit_update(update=cast.save(fields=fields), by=cast.staff, on=TODAY)
    Milestone.objects.update(state="dropped")

    accept_update(update=sent, by=cast.reviewer, on=TODAY)

    assert Milestone.objects.get().state == "dropped"


def test_a_report_of_an_older_period_that_came_back_can_be_corrected(cast):
    older = make_update(cast.task, D(2026, 6, 14), state="returned", remarks="Thiếu số liệu")
    cast.submitted(period=period_of(TODAY, "quarterly"))
    person = signed_in(cast.staff)

    page = person.get(f"{writing(cast)}?period=2026-06-14")

    assert page.context["returned"] == older
    assert page.context["form"]["period"].value() == "2026-06-14"
    given = {"action": "submit", "period": "2026-06-14", "narrative": "Bổ sung số liệu"}
    assert person.post(f"{writing(cast)}?period=2026-06-14", given).status_code == 302
    assert (
        ProgressUpdate.objects.get(period_ends_on=D(2026, 6, 14), state="submitted").corrects
        == older
    )


def test_grey_cannot_be_declared(cast):
    with pytest.raises(DomainError) as refusal:
        cast.save(fields={"declared_health": "grey"})

    assert "declared_health" in refusal.value.fields


def test_a_draft_names_what_was_decided_while_it_was_written(cast):
    first = cast.submitted()
    draft = save_update_draft(
        task=cast.task,
        organisation=cast.sct,
        by=cast.colleague,
        on=TODAY,
        fields={"narrative": "Bản sau"},
        version=None,
    )
    assert draft.corrects is None
    return_update(update=first, by=cast.reviewer, on=TODAY, remarks="Bổ sung")

    assert submit_update(update=draft, by=cast.colleague, on=TODAY).corrects == first
