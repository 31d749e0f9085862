"""Mandates of inspectors: ended at once, taken back once, never two for the same days."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dti_tracker.shared.errors import DomainError, WrongState
from organisations.models import Document
from programmes import services
from programmes.models import InspectionMandate
from programmes.services import mandates
from tests.builders import make_mandate
from tests.programmes.asking import detail, signed_in
from tests.programmes.cast import TODAY

pytestmark = pytest.mark.usefixtures("english")
DAY = dt.timedelta(days=1)


def end(cast, mandate, reason="Xong sớm"):
    return services.end_mandate(mandate=mandate, by=cast.administrator, on=TODAY, reason=reason)


@pytest.mark.parametrize("days_ago", [0, 1, 300])
def test_right_after_its_end_nothing_is_read_by_a_mandate(cast, days_ago):
    InspectionMandate.objects.update(valid_from=TODAY - days_ago * DAY)
    inspector = signed_in(cast.inspector)
    assert inspector.get(detail(cast)).status_code == 200

    end(cast, InspectionMandate.objects.get())

    assert inspector.get(detail(cast)).status_code == 404


def test_a_mandate_of_its_first_day_is_taken_back_and_the_history_says_why(cast):
    InspectionMandate.objects.update(valid_from=TODAY)
    mandate = InspectionMandate.objects.get()

    end(cast, mandate)

    assert not InspectionMandate.objects.exists()
    kept = InspectionMandate.pgh_event_model.objects.filter(pgh_obj=mandate.pk).latest("pgh_id")
    assert (kept.pgh_label, kept.valid_from) == ("delete", TODAY)
    assert kept.pgh_context.metadata["reason"] == "Xong sớm"


@pytest.mark.parametrize("first_day", [TODAY - 9 * DAY, TODAY, TODAY + DAY])
def test_who_ends_a_mandate_again_is_told(cast, first_day):
    InspectionMandate.objects.update(valid_from=first_day)
    read = InspectionMandate.objects.get()
    end(cast, InspectionMandate.objects.get())

    with pytest.raises(WrongState):
        end(cast, read)


def test_the_reason_of_an_end_is_asked_for_as_required(cast):
    mandate = InspectionMandate.objects.get()
    address = reverse("programmes:setup_mandate_end", args=[mandate.uid])
    client = signed_in(cast.administrator, "en")

    page = client.get(address).text
    assert "(optional)" not in page
    assert client.post(address, {"reason": " "}).status_code == 422
    with pytest.raises(DomainError) as refusal:
        end(cast, mandate, reason=" ")

    assert set(refusal.value.fields) == {"reason"}
    assert InspectionMandate.objects.get().valid_to == mandate.valid_to


def given(cast, **days):
    return services.give_mandate(
        inspector=cast.inspector,
        programme=cast.programme,
        document=Document.objects.first(),
        by=cast.administrator,
        on=TODAY,
        **days,
    )


def test_a_new_mandate_is_given_by_a_document_that_the_history_names(cast):
    last = InspectionMandate.objects.get().valid_to

    made = given(cast, valid_from=last + DAY, valid_to=last + DAY)

    event = InspectionMandate.pgh_event_model.objects.get(pgh_obj=made.pk)
    assert event.pgh_context.metadata["document"] == Document.objects.first().key


def test_on_no_day_two_mandates_open_a_programme_to_one_person(cast):
    last = InspectionMandate.objects.get().valid_to

    with pytest.raises(DomainError, match="has a mandate for this programme"):
        given(cast, valid_from=last, valid_to=last + DAY)


def test_without_that_check_the_database_refuses_the_second(cast, monkeypatch):
    """The twin."""
    monkeypatch.setattr(mandates, "_require_no_other", lambda *args: None)
    last = InspectionMandate.objects.get().valid_to

    with pytest.raises(IntegrityError, match="one_mandate_at_a_time"), transaction.atomic():
        given(cast, valid_from=last, valid_to=last + DAY)
    assert make_mandate(cast.inspector, cast.programme, valid_from=last + DAY, valid_to=last + DAY)
