"""Data about me: all that is kept, for the person alone; corrections asked for and answered."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from organisations.about_person import export_about, parts_about, references_to
from organisations.models import CorrectionRequest, Notice, User
from organisations.services.personal_data import (
    MOST_OPEN,
    answer_correction,
    request_correction,
)
from tests.builders import make_member, make_organisation, make_token
from tests.organisations.setting_up import address, make_administrator, signed_in
from tests.reports.cast import make_cast, submitted

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 11, 6)


@pytest.fixture
def admin():
    return make_administrator()


@pytest.fixture
def person():
    return make_member(make_organisation("sct", name="Sở Công Thương"))


def ask(person, text="Tôi là Nguyễn Văn An, không phải An Văn.", on=FRIDAY):
    return request_correction(person=person, text=text, on=on)


def test_the_file_holds_what_is_kept_and_no_secret(person):
    person.set_password("rất-bí-mật-2026!")
    person.save()
    token, secret = make_token(person)

    answer = signed_in(person).get(address("data_export"))

    content = json.loads(answer.content)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert content["profile"]["username"] == person.username
    assert content["positions"][0]["organisation_name"] == "Sở Công Thương"
    assert content["tokens"][0]["beginning"] == token.beginning
    text = answer.content.decode()
    for hidden in (secret, token.digest, person.password):
        assert hidden not in text


def test_what_the_person_wrote_on_the_floors_above_is_named():
    cast = make_cast()
    evaluation = submitted(cast)

    references = export_about(cast.head, now=timezone.now())["references"]

    tables = {reference["table"] for reference in references}
    assert {"reports.evaluationmove", "reports.evaluation"} <= tables
    assert str(evaluation.uid) in {reference["id"] for reference in references}
    assert cast.evaluation().results not in json.dumps(references, default=str, ensure_ascii=False)


def test_every_table_that_refers_to_people_is_told_or_named(person):
    told = {part.found.model for part in parts_about(person)}
    named = {relation.related_model for relation, _rows in references_to(person)}
    from django.apps import apps

    for model in apps.get_models():
        if hasattr(model, "pgh_tracked_model"):
            continue
        fields = [f for f in model._meta.get_fields() if getattr(f, "related_model", None) is User]
        if any(f.concrete for f in fields):
            assert model in told | named, model


def test_nobody_gets_the_data_of_others(person):
    other = make_member(make_organisation("snn"), username="nguoi-khac")
    make_token(other, name="Của người khác")

    text = signed_in(person).get(address("data_export")).content.decode()

    assert "Của người khác" not in text
    assert "nguoi-khac" not in text


def test_the_summary_costs_the_same_whatever_is_kept(person):
    client = signed_in(person)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address("data"))
        return len(captured)

    client.get(address("data"))
    before = queries()
    for number in range(10):
        make_token(person)
        Notice.objects.create(user=person, cause=str(number), text="x")

    assert queries() == before


def test_a_request_is_due_on_the_second_working_day(person):
    assert ask(person).due_on == dt.date(2026, 11, 10)  # from Friday: Monday, Tuesday


def test_administrators_are_told_of_a_request_and_the_person_of_the_answer(person, admin):
    asked = ask(person)
    notice = Notice.objects.get(user=admin)
    assert (person.full_name in notice.text, notice.url) == (
        True,
        f"/setup/corrections/{asked.pk}/",
    )

    answered = answer_correction(request=asked, answer="Đã sửa.", by=admin, now=timezone.now())

    assert (answered.state, answered.answered_by) == ("answered", admin)
    assert Notice.objects.get(user=person).url == address("data")


def test_people_answer_no_requests(person):
    asked = ask(person)

    for by in (person, make_member(make_organisation("snn"), "head")):
        with pytest.raises(NotAllowed):
            answer_correction(request=asked, answer="x", by=by, now=timezone.now())


def test_a_request_is_answered_once_and_with_words(person, admin):
    asked = ask(person)
    with pytest.raises(DomainError):
        answer_correction(request=asked, answer=" ", by=admin, now=timezone.now())
    answer_correction(request=asked, answer="Đã sửa.", by=admin, now=timezone.now())

    with pytest.raises(WrongState):
        answer_correction(request=asked, answer="Khác", by=admin, now=timezone.now())
    asked.refresh_from_db()
    assert asked.answer == "Đã sửa."


def test_a_request_that_is_sent_twice_is_one(person, admin):
    assert ask(person, "Số điện thoại sai") == ask(person, " Số điện thoại sai ")
    assert admin.notices.count() == 1


def test_a_person_has_some_open_requests_and_no_flood(person):
    for number in range(MOST_OPEN):
        ask(person, f"Sai {number}")

    with pytest.raises(DomainError):
        ask(person)
    with pytest.raises(DomainError):
        ask(make_member(make_organisation("snn")), text=" ")


def test_asking_and_answering_by_the_pages(person, admin):
    client, office = signed_in(person), signed_in(admin)

    assert client.post(address("data"), {"text": " "}).status_code == 422
    assert client.post(address("data"), {"text": "Sai tên"}).status_code == 302
    asked = CorrectionRequest.objects.get()
    assert "Sai tên" in client.get(address("data")).content.decode()
    assert person.full_name in office.get(address("setup_corrections")).content.decode()
    page = address("setup_correction", asked.pk)
    assert office.post(page, {"answer": ""}).status_code == 422
    assert office.post(page, {"answer": "Đã sửa tên."}).status_code == 302
    assert "Đã sửa tên." in client.get(address("data")).content.decode()
    again = office.post(page, {"answer": "Gõ muộn"})
    assert (again.status_code, "Gõ muộn" in again.content.decode()) == (409, True)


def test_the_administrators_pages_are_closed_to_others(person):
    asked = ask(person)
    client = signed_in(person)

    assert client.get(address("setup_corrections")).status_code == 403
    assert client.get(address("setup_correction", asked.pk)).status_code == 403
    assert client.post(address("setup_correction", asked.pk), {"answer": "x"}).status_code == 403


def test_the_list_of_corrections_is_filtered_and_costs_the_same(admin):
    client = signed_in(admin)
    assert client.get(address("setup_corrections") + "?state=x").status_code == 400

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address("setup_corrections") + "?state=open")
        return len(captured)

    ask(make_member(make_organisation()))
    with_one = queries()
    for _ in range(9):
        ask(make_member(make_organisation()))

    assert queries() == with_one
