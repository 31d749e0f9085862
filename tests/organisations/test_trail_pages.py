"""The pages of the trail: who reads how much of it, in constant queries, and what may leave it."""
# ruff: noqa: S608 - names of our own tables

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dti_tracker.shared.spreadsheet import safe_text
from dti_tracker.shared.time import start_of
from organisations.forms.trail import LINES_OUT_OF_ORDER, TrailFilter
from organisations.models import Organisation, SecurityEvent, TrailEntry
from programmes.models import ProgressUpdate
from tests.builders import (
    make_commitment,
    make_inspector,
    make_member,
    make_organisation,
    make_programme,
    make_task,
    make_trial_period,
    make_update,
    make_user,
)
from tests.organisations.tampering import EVENTS, LEDGER, adopt, run, unprotected

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 3, 31)
SECRET = "Nội dung tiến độ mà quản trị không được đọc"


@pytest.fixture
def administrator(client):
    person = make_user("quan.tri", is_administrator=True)
    client.force_login(person)
    return person


def page(client, address: str = "/trail/", **asked) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content, "utf-8")


def test_nobody_else_reads_the_whole_trail(client):
    assert client.get("/trail/").status_code == 302
    for position in ("staff", "head", "clerk"):
        client.force_login(make_member(make_organisation(), position))
        assert client.get("/trail/").status_code == 403
        assert client.post("/trail/export/").status_code == 403


def test_set_up_is_told_from_before_to_after_in_words(client, administrator):
    body = make_organisation(name="Sở Cũ", kind="department")
    Organisation.objects.filter(pk=body.pk).update(name="Sở Mới", kind="committee")
    text = page(client, model="organisations.organisation", kind="update")
    assert "Sở Cũ" in text
    assert "Sở Mới" in text
    assert "department" not in text.replace("value=", "")
    assert "SQL trực tiếp" in text


def test_an_administrator_reads_that_a_report_changed_and_not_what_it_says(client, administrator):
    make_update(make_task(), DAY, narrative=SECRET)
    text = page(client, model="programmes.progressupdate")
    assert SECRET not in text
    assert str(ProgressUpdate._meta.get_field("narrative").verbose_name).capitalize() in text
    table = b"".join(client.post("/trail/export/").streaming_content).decode()
    assert SECRET not in table
    assert table.count("\r\n") > 5


def test_an_inspector_reads_the_programmes_of_the_decision_alone_and_their_contents(client):
    inspected, other = make_programme("P-THANH-TRA"), make_programme("P-KHAC")
    make_update(make_task(inspected, name="Nhiệm vụ được thanh tra"), DAY, narrative=SECRET)
    make_update(make_task(other, name="Nhiệm vụ ngoài phạm vi"), DAY, narrative="Chuyện khác")
    SecurityEvent.objects.create(kind="signed_in", login="ai.do")
    client.force_login(make_inspector(make_organisation(), inspected))
    text = page(client)
    assert "Nhiệm vụ được thanh tra" in text
    assert SECRET in text
    for hidden in ("Nhiệm vụ ngoài phạm vi", "Chuyện khác", "P-KHAC", "ai.do"):
        assert hidden not in text


def test_an_inspector_reads_no_draft_afterwards(client):
    task = make_task()
    update = make_update(task, DAY, state="draft", submitted_at=None, narrative="Bản nháp đầu")
    ProgressUpdate.objects.filter(pk=update.pk).update(
        state="submitted", submitted_at=timezone.now(), narrative="Bản đã gửi"
    )
    client.force_login(make_inspector(make_organisation(), task.programme))
    text = page(client)
    assert "Bản đã gửi" in text
    assert "Bản nháp đầu" not in text


@pytest.mark.parametrize("asked", [{}, {"words": "nhiem"}, {"day_from": "2026-01-01"}])
def test_ten_lines_cost_as_many_queries_as_one(client, administrator, asked):
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            page(client, **asked, model="programmes.task")
        return len(found)

    page(client)
    make_task()
    one = cost()
    for _number in range(9):
        make_task()
    assert cost() == one


def test_lists_go_on_by_key_and_back(client, administrator):
    for number in range(60):
        make_organisation(f"so-{number}")
    asked = {"model": "organisations.organisation"}
    first = client.get("/trail/", asked).context
    ids = [line.entry.pk for line in first["page"].lines]
    second = client.get("/trail/" + first["next"]).context
    rest = [line.entry.pk for line in second["page"].lines]
    assert (len(ids), len(rest)) == (50, 10)
    assert ids + rest == sorted(ids + rest, reverse=True)
    assert second["next"] == ""
    again = client.get("/trail/" + second["previous"]).context
    assert [line.entry.pk for line in again["page"].lines] == ids


def test_each_filter_narrows(client, administrator):
    body = make_organisation(name="Sở Nông nghiệp")
    Organisation.objects.filter(pk=body.pk).update(short_name="SNN")
    make_user("nguoi.khac", full_name="Trần Văn Khác")
    SecurityEvent.objects.create(kind="signed_in", login="quan.tri", user=administrator)

    def found(**asked) -> set[tuple[str, str]]:
        lines = client.get("/trail/", asked).context["page"].lines
        return {(line.entry.model, line.entry.kind) for line in lines}

    assert found(words="nong ngh") == {
        ("organisations.organisation", "insert"),
        ("organisations.organisation", "update"),
    }
    assert found(kind="update", model="organisations.organisation") == {
        ("organisations.organisation", "update")
    }
    assert found(model="organisations.securityevent", person="quan.tri") == {
        ("organisations.securityevent", "insert")
    }
    assert found(channel="job") == set()
    assert found(day_to="2020-01-01") == set()
    assert found(day_from="2020-01-01", object=body.pk, model="organisations.organisation")
    assert found(words="khong co chu nay") == set()
    assert found(words="a' | 'b:* & !(") == set()
    assert all(found(words=words) == set() for words in ("'", "''", "\\"))


@pytest.fixture
def lines_of_two_ages() -> dict[str, int]:
    """A line of a day in 2024 between lines from before the trail with numbers far from it."""
    far = 10 * LINES_OUT_OF_ORDER
    found = {}
    with unprotected(LEDGER):
        for name, number, day, channel in (
            ("taken in before", 1, "2023-03-15", "adopted"),
            ("written", far, "2024-03-15", "page"),
            ("taken in later", 2 * far, "2023-03-16", "adopted"),
        ):
            line = TrailEntry.objects.create(
                pk=number + 10**9,
                at=start_of(dt.date.fromisoformat(day)),
                source="x",
                event_id=number,
                model="organisations.organisation",
                kind="insert",
                channel=channel,
                shape_id=1,
                digest=b"",
                words="",
            )
            found[name] = line.pk
    return found


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"day_from": "2023-03-15"}, ["taken in before", "written", "taken in later"]),
        ({"day_from": "2023-03-16"}, ["written", "taken in later"]),
        ({"day_from": "2023-03-17"}, ["written"]),
        ({"day_to": "2023-03-15"}, ["taken in before"]),
        ({"day_to": "2023-03-16"}, ["taken in before", "taken in later"]),
        ({"day_to": "2024-03-15"}, ["taken in before", "written", "taken in later"]),
        ({"day_from": "2023-03-16", "day_to": "2024-03-15"}, ["written", "taken in later"]),
        ({"day_from": "2023-04-01", "day_to": "2023-04-30"}, []),
    ],
)
def test_days_find_what_was_taken_in_from_before_the_trail(lines_of_two_ages, asked, names):
    form = TrailFilter(asked)
    assert form.is_valid()
    found = form.narrowed(TrailEntry.objects.filter(source="x")).order_by("pk")
    assert [line.pk for line in found] == [lines_of_two_ages[name] for name in names]


def test_lines_of_an_old_day_are_bounded_by_their_numbers(lines_of_two_ages):
    """Or PostgreSQL walks from the newest number down through everything to reach them."""
    form = TrailFilter({"day_from": "2024-03-01", "day_to": "2024-03-31"})
    assert form.is_valid()
    asked = form.narrowed(TrailEntry.objects.all()).order_by("-pk")
    assert str(lines_of_two_ages["written"] + LINES_OUT_OF_ORDER) in asked.explain()


def test_words_find_what_was_taken_in_from_before_the_trail_with_or_without_marks():
    with unprotected(EVENTS, LEDGER):
        make_organisation("so-cu", name="Sở Nông nghiệp (Đak Pơ)")
        run(f"DELETE FROM {LEDGER}")
    adopt()
    for words in ("nong nghiep", "NÔNG NGHIỆP", "dak po", "Đak Pơ)", "no\u0302ng", "so nong ngh"):
        form = TrailFilter({"words": words})
        assert form.is_valid()
        assert form.narrowed(TrailEntry.objects.all()).exists(), words


def test_words_are_spelt_as_the_lines_are(client, administrator):
    """A number with a slash is two words in the line, and so in the search."""
    make_organisation("so-a", name="Văn bản 12/2026 (Café)")
    for words in ("12/2026", "cafe", "CAFÉ", "văn-bản", "(café)"):
        assert client.get("/trail/", {"words": words}).context["page"].lines, words


def test_a_person_is_found_without_marks_among_however_many(client, administrator):
    last = [make_user(full_name=f"Nguyễn Thị Ánh {number}") for number in range(55)][-1]
    SecurityEvent.objects.create(kind="signed_in", user=last)
    asked = {"model": "organisations.securityevent"}
    for person in ("anh nguyen", "NGUYỄN THỊ ÁNH", "Nguye\u0302\u0303n"):
        page = client.get("/trail/", asked | {"person": person}).context["page"]
        assert [line.who for line in page.lines] == [last.full_name], person


def test_the_filter_by_request_reads_its_index_and_not_every_line(client, administrator):
    form = TrailFilter({"request": "abc"})
    assert form.is_valid()
    asked = form.narrowed(TrailEntry.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "trail_by_request" in asked.order_by().explain()
    other = TrailEntry.objects.filter(circumstances__request_id="abc").order_by()
    assert "trail_by_request" not in other.explain()


def test_an_inspector_who_asks_for_one_model_reads_that_alone(client):
    task = make_task(name="Nhiệm vụ được thanh tra")
    client.force_login(make_inspector(make_organisation(), task.programme))
    assert "Nhiệm vụ được thanh tra" in page(client, model="programmes.task")
    for other in ("programmes.milestone", "organisations.user"):
        answer = client.get("/trail/", {"model": other})
        assert not answer.context["page"].lines


@pytest.mark.parametrize("asked", [{"day_from": "hôm qua"}, {"kind": "eaten"}, {"object": "x"}])
def test_a_wrong_filter_is_named_and_lists_nothing(client, administrator, asked):
    answer = client.get("/trail/", asked)
    assert answer.status_code == 400
    assert not answer.context["page"].lines


@pytest.mark.parametrize("asked", ["model=x", "kind=x", "day_from=hom-qua"])
def test_a_wrong_filter_of_the_export_is_named_as_on_the_page(client, administrator, asked):
    read, taken = client.get(f"/trail/?{asked}"), client.post(f"/trail/export/?{asked}")
    assert (read.status_code, taken.status_code) == (400, 400)
    [said] = [list(errors) for errors in read.context["form"].errors.values()]
    assert said[0] in taken.text.replace("&quot;", '"')
    assert taken.context["form"].errors == read.context["form"].errors
    assert 'action="/trail/"' in taken.text
    assert not SecurityEvent.objects.filter(kind="trail_exported").exists()


def test_the_export_is_recorded_before_it_leaves(client, administrator):
    make_organisation(name="=HYPERLINK(1)", code="cong-thuc")
    answer = client.post("/trail/export/?model=organisations.organisation")
    table = b"".join(answer.streaming_content).decode()
    assert ",'=HYPERLINK(1)," in table
    event = SecurityEvent.objects.get(kind="trail_exported")
    assert event.user == administrator
    assert event.detail == {"filters": {"model": "organisations.organisation"}}
    assert TrailEntry.objects.filter(
        model="organisations.securityevent", event_id=event.pk
    ).exists()
    assert client.get("/trail/export/").status_code == 405


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠A1", "﹦1"],
)
def test_no_cell_is_a_formula(text):
    assert safe_text(text).startswith("'")


def test_the_history_of_a_task_follows_who_sees_the_task(client):
    lead, vnpt, viettel, other = (
        make_organisation("so-chu-tri"),
        make_organisation("vnpt", kind="enterprise_unit"),
        make_organisation("viettel", kind="enterprise_unit"),
        make_organisation("fpt", kind="enterprise_unit"),
    )
    coordinator = make_organisation("dau-moi")
    task = make_task(
        make_programme(coordinator=coordinator), lead=lead, partners=(vnpt, viettel), name="Chung"
    )
    period = make_trial_period(task, dt.date(2023, 8, 1), dt.date(2026, 12, 31))
    make_commitment(period, vnpt, content="Lời hứa của VNPT")
    make_commitment(period, viettel, content="Lời hứa của Viettel")
    make_update(task, DAY, organisation=viettel, narrative="Viettel viết riêng")
    draft = make_update(
        task, dt.date(2024, 6, 30), state="draft", submitted_at=None, narrative="Nháp của sở"
    )
    address = f"/trail/task/{task.code}/"

    def read(body: Organisation, position: str = "staff") -> str | int:
        client.force_login(make_member(body, position))
        answer = client.get(address)
        return (
            str(answer.content, "utf-8") if answer.status_code == 200 else int(answer.status_code)
        )

    own = read(lead)
    assert "Nháp của sở" in own
    assert "Chung" in own
    seen_by_vnpt = read(vnpt)
    assert "Lời hứa của VNPT" in seen_by_vnpt
    for theirs in ("Lời hứa của Viettel", "Viettel viết riêng", "Nháp của sở"):
        assert theirs not in seen_by_vnpt
    assert "Viettel viết riêng" in read(viettel)
    ProgressUpdate.objects.filter(pk=draft.pk).update(
        state="submitted", submitted_at=timezone.now(), narrative="Đã gửi"
    )
    by_coordinator = read(coordinator)
    assert "Đã gửi" in by_coordinator
    assert "Nháp của sở" not in by_coordinator
    assert read(other) == 404
    assert read(make_organisation("la")) == 403
    client.force_login(make_user("quan.tri", is_administrator=True))
    assert client.get(address).status_code == 403


def test_people_and_bodies_are_read_by_administrators(client):
    body = make_organisation("so-y")
    person = make_member(body, "head", "nguoi.y")
    for address in ("/trail/organisation/so-y/", "/trail/person/nguoi.y/"):
        client.force_login(person)
        assert client.get(address).status_code in (403, 404)
        client.force_login(make_user(is_administrator=True))
        assert "nguoi.y" in page(client, address).lower()
    assert client.get("/trail/organisation/khong-co/").status_code == 404
    assert client.get("/trail/khong-co/khong-co/").status_code == 404


def test_a_row_that_is_gone_stays_in_the_history_of_what_it_hung_on(client):
    body = make_organisation("so-z")
    task = make_task(lead=body, cooperating=(make_organisation(name="Sở Phối hợp"),))
    task.duties.filter(role="cooperating").delete()
    client.force_login(make_member(body, "head"))
    text = page(client, f"/trail/task/{task.code}/")
    assert "Sở Phối hợp" in text
    assert "xoá" in text


def test_in_english_the_words_are_english(client, administrator):
    make_organisation(name="Sở A", name_en="Department A")
    client.cookies["django_language"] = "en"
    text = page(client, model="organisations.organisation")
    assert "Who changed what" in text
    assert "organisation" in text.lower()
