"""One rule says in what an indicator is counted, for page, file and service; and nothing converts."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dti_tracker.shared.errors import DomainError
from organisations.selectors import Successions
from programmes.models import ProgressUpdate, ReportedValue
from programmes.selectors import task_summary
from programmes.services.reported import GivenValue
from programmes.services.spreadsheets.present import present_of, tasks_led
from tests.builders import (
    make_link,
    make_link_value,
    make_measurement,
    make_sub_indicator,
    make_task,
    make_trial_period,
)
from tests.programmes.cast import TEXT, TODAY
from tests.programmes.sheets import QUARTER, changed, prefilled, problems, sent, written

pytestmark = pytest.mark.usefixtures("at_today")
PARTS = {"numerator": Decimal(3330), "denominator": Decimal(9000), "measured_on": TODAY}


def in_file(cast) -> dict[int, str]:
    successions = Successions.load()
    tasks = tasks_led(cast.sct, QUARTER, successions=successions, on=TODAY)
    presents = present_of(tasks, cast.sct, QUARTER, successions=successions, on=TODAY)
    return {key: unit for present in presents.values() for key, unit in present.units.items()}


@pytest.fixture
def link(cast):
    """Its edition says nothing, its target %."""
    link = make_link(cast.task, make_sub_indicator(unit=""))
    make_link_value(link, cast.period, "target", 60)
    return link


def refused(cast, link, **given) -> dict[str, str]:
    with pytest.raises(DomainError) as refusal:
        cast.save(fields={**TEXT, "values": {link.pk: GivenValue(**given)}})
    assert not ReportedValue.objects.exists()
    return refusal.value.fields


def test_page_and_file_count_in_the_same_unit(cast):
    kinds = {"target": ("xã", "người", "%"), "baseline": ("người", "%"), "actual": ("%",), "": ()}
    for first, units in kinds.items():
        link = make_link(cast.task, make_sub_indicator(unit="tỷ đồng"))
        for name, unit in zip(("target", "baseline", "actual")[-len(units) :], units, strict=False):
            if name == "actual":
                make_measurement(link.sub_indicator, TODAY, 5, unit=unit)
            else:
                make_link_value(link, cast.period, name, 5, unit=unit)
        shown = {row.link.pk: row.unit for row in task_summary(cast.task, on=TODAY).links}
        assert shown[link.pk] == in_file(cast)[link.pk] == (units[0] if units else "tỷ đồng"), first


def test_a_file_works_a_percentage_out_where_the_target_is_one(cast, link):
    typed = {"numerator": 3330, "denominator": 9000, "measured_on": "20/11/2026"}
    written(sent(cast, changed(prefilled(cast.sct), sheet="Chỉ số", **typed)), cast.staff)
    value = ProgressUpdate.objects.get().reported_values.get()
    assert (value.value, value.unit) == (Decimal(37), "%")
    assert sent(cast, prefilled(cast.sct)).changed == 0


def test_another_unit_in_a_file_is_refused_at_its_cell(cast, link):
    typed = {"value": 37, "unit": "xã", "measured_on": "20/11/2026"}
    sheet = sent(cast, changed(prefilled(cast.sct), sheet="Chỉ số", **typed))
    ((_cell, sentence),) = problems(sheet).items()
    assert "“%”" in sentence
    assert sheet.problems[0]["value"] == "xã"


def test_the_service_refuses_another_unit(cast, link):
    for unit in ("xã", ""):
        assert set(refused(cast, link, **PARTS, unit=unit)) == {f"value-{link.pk}-unit"}


def test_any_unit_is_taken_where_none_is_known(cast):
    link = make_link(cast.task, make_sub_indicator(unit=""))
    given = GivenValue(value=Decimal(3), unit="xã", measured_on=TODAY)
    update = cast.save(fields={**TEXT, "values": {link.pk: given}})
    assert update.reported_values.get().unit == "xã"


def test_a_percentage_that_contradicts_its_parts_is_refused_and_not_dropped(cast, link):
    fields = refused(cast, link, **PARTS, unit="%", value=Decimal(73))
    assert set(fields) == {f"value-{link.pk}-value"}
    assert "37" in fields[f"value-{link.pk}-value"]


def test_a_percentage_that_agrees_to_four_places_is_kept(cast, link):
    given = GivenValue(
        value=Decimal("33.3333"),
        numerator=Decimal(1),
        denominator=Decimal(3),
        unit="%",
        measured_on=TODAY,
    )
    update = cast.save(fields={**TEXT, "values": {link.pk: given}})
    assert update.reported_values.get().value == Decimal("33.3333")


def test_a_file_tells_the_contradiction_at_its_cell(cast, link):
    typed = {"numerator": 3330, "denominator": 9000, "value": 73, "measured_on": "20/11/2026"}
    sheet = sent(cast, changed(prefilled(cast.sct), sheet="Chỉ số", **typed))
    assert [fault["value"] for fault in sheet.problems] == ["73"]


def test_a_prefilled_percentage_follows_when_its_parts_alone_are_changed(cast, link):
    given = GivenValue(**PARTS, unit="%")
    cast.save(fields={**TEXT, "values": {link.pk: given}})
    typed = changed(prefilled(cast.sct), sheet="Chỉ số", numerator=4500)
    assert written(sent(cast, typed), cast.staff).state == "written"
    assert ReportedValue.objects.get().value == 50


def test_ten_indicators_need_the_queries_of_one(cast):
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            in_file(cast)
        return len(queries)

    def add(task, period) -> None:
        link = make_link(task, make_sub_indicator(unit=""))
        make_link_value(link, period, "target", 60)
        make_measurement(link.sub_indicator, TODAY, 5)

    add(cast.task, cast.period)
    one = counted()
    for _ in range(9):
        task = make_task(cast.programme, lead=cast.sct)
        add(task, make_trial_period(task, dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    assert counted() == one
