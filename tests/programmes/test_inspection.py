"""An inspector reads what a decision names, changes nothing, and each reading is written down."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from organisations.middleware.inspection import InspectionMiddleware
from organisations.models import SecurityEvent, User
from organisations.relations import general_relations
from organisations.rights import Relation
from organisations.selectors import Standing
from programmes.models import InspectionMandate, ProgressUpdate
from tests.builders import make_mandate, make_member, make_programme, make_task
from tests.programmes.cast import TODAY

TASK = "/tasks/GL-2023-09/"


@pytest.fixture
def client(cast) -> Client:
    client = Client()
    client.force_login(cast.inspector)
    return client


def inspected() -> list[str]:
    events = SecurityEvent.objects.filter(kind="inspected").order_by("pk")
    return list(events.values_list("target", flat=True))


def test_each_page_and_each_call_of_an_inspector_is_written_down(cast, client):
    paths = [TASK, "/tasks/?search=thong+tin", "/dashboard/", "/api/v1/tasks/GL-2023-09/"]

    for path in paths:
        assert client.get(path).status_code == 200

    assert inspected() == paths
    event = SecurityEvent.objects.filter(kind="inspected").first()
    assert event.user == cast.inspector
    assert event.detail == {"method": "GET", "status": 200}


def test_an_answer_that_nothing_has_changed_is_written_down_too(cast, client):
    address = "/api/v1/tasks/GL-2023-09/"
    tag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert inspected() == [address, address]


def test_what_an_inspector_was_refused_is_written_down(cast, client):
    other = make_task(make_programme("KHAC-2024"))

    assert client.get(f"/tasks/{other.code}/").status_code == 404
    assert inspected() == [f"/tasks/{other.code}/"]


def test_their_own_affairs_are_not_written_down(client):
    client.get(reverse("organisations:delegations"))
    client.get(reverse("reports:notices"))

    assert inspected() == []


@pytest.mark.parametrize("who", ["staff", "reviewer", "leader", "liaison_vnpt", "administrator"])
def test_nobody_elses_reading_is_written_down(cast, who):
    client = Client()
    client.force_login(getattr(cast, who))

    client.get(TASK)
    client.get("/api/v1/tasks/")

    assert inspected() == []


def test_what_cannot_be_written_down_is_not_shown(cast, client, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError("no log")

    monkeypatch.setattr("organisations.middleware.inspection.record", fail)

    with pytest.raises(RuntimeError):
        client.get(TASK)


def test_without_the_middleware_nothing_would_be_written_down(cast, client, settings):
    """The twin."""
    name = f"{InspectionMiddleware.__module__}.{InspectionMiddleware.__name__}"
    settings.MIDDLEWARE = [entry for entry in settings.MIDDLEWARE if entry != name]

    client.get(TASK)

    assert inspected() == []


def test_an_inspector_changes_nothing_and_is_offered_nothing(cast, client):
    update = cast.submitted()
    before = ProgressUpdate.objects.values().get()

    page = client.get(TASK).text
    writes = [
        client.post("/tasks/GL-2023-09/updates/new/", {"narrative": "x", "action": "save"}),
        client.post(reverse("programmes:update_accept", args=[update.uid])),
        client.post(reverse("programmes:update_return", args=[update.uid]), {"remarks": "x"}),
    ]

    assert [answer.status_code for answer in writes] == [403, 403, 403]
    assert ProgressUpdate.objects.values().get() == before
    assert reverse("programmes:update_accept", args=[update.uid]) not in page
    assert "/updates/new/" not in page


def test_every_page_says_by_which_decision_and_until_when_they_read(cast, client):
    page = client.get(TASK).text

    assert "với tư cách thanh tra" in page
    assert "31/12/2030" in page
    assert "được ghi lại" in page


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (
            {"number_code": "12/QĐ-TTT", "issued_on": dt.date(2026, 3, 1)},
            "theo Quyết định số 12/QĐ-TTT ngày 1/3/2026, đến hết ngày 31/12/2030",
        ),
        (
            {"number_code": "12/QĐ-TTT", "issued_on": None},
            "theo Quyết định số 12/QĐ-TTT, đến hết ngày 31/12/2030",
        ),
        (
            {"number_code": "", "issued_on": None, "subject": "Thanh tra chương trình"},
            "theo quyết định “Thanh tra chương trình”, đến hết ngày 31/12/2030",
        ),
    ],
)
def test_a_decision_is_cited_by_what_is_known_of_it(cast, client, decision, words):
    document = InspectionMandate.objects.get(inspector=cast.inspector).document
    precision = "day" if decision["issued_on"] else "unknown"
    for name, value in {**decision, "issued_on_precision": precision}.items():
        setattr(document, name, value)
    document.save()

    assert words in client.get(TASK).text


def test_an_inspector_without_a_decision_is_told_so(cast):
    client = Client()
    client.force_login(make_member(cast.ppc, "inspector"))

    assert "Hôm nay không có quyết định thanh tra" in client.get("/tasks/").text
    assert client.get(TASK).status_code == 404


@pytest.mark.parametrize("what", ["administrator", "liaison of an enterprise"])
def test_a_position_as_inspector_opens_nothing_to_who_must_see_less(cast, monkeypatch, what):
    """However the row came there. Twin: were they inspectors, progress would be open to them."""
    person = make_member(cast.ppc, "inspector")
    if what == "administrator":
        User.objects.filter(pk=person.pk).update(is_administrator=True)
    else:
        person.memberships.create(organisation=cast.viettel, position="staff", valid_from=TODAY)
    person.refresh_from_db()
    client = Client()
    client.force_login(person)
    standing = Standing.of(person, on=TODAY)

    assert Relation.INSPECTOR not in general_relations(standing)
    assert Relation.STRANGER not in general_relations(standing)
    assert "Hôm nay không có quyết định thanh tra" not in client.get("/tasks/").text
    monkeypatch.setattr(Standing, "is_inspector", True)
    assert Relation.INSPECTOR in general_relations(standing)


def test_the_decision_ends_with_its_last_day(cast, client):
    assert client.get(TASK).status_code == 200

    cast.inspector.mandates.update(valid_to=TODAY - dt.timedelta(days=1))

    assert client.get(TASK).status_code == 404
    assert client.get("/tasks/").context["total"] == 0


def test_others_read_nothing_of_inspections(cast):
    client = Client()
    client.force_login(cast.staff)

    assert "với tư cách thanh tra" not in client.get(TASK).text


def test_a_second_decision_stands_beside_the_first(cast, client):
    other = make_programme("KHAC-2024", name="Chương trình khác")
    make_mandate(cast.inspector, other, valid_to=dt.date(2027, 1, 31))

    page = client.get("/tasks/").text
    assert "31/12/2030" in page
    assert "31/01/2027" in page
