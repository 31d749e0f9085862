"""304 without the work, and never a 304 for an answer that has changed."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
import time_machine
from django.db import connection, transaction

from dti_tracker.shared.api import conditional
from dti_tracker.shared.time import today
from organisations.models import Organisation
from programmes.models import Milestone, Task
from tests.builders import make_member, make_organisation, make_programme, make_update, make_user

STATUS = "/api/v1/programmes/GL-2023/status/"


def again(client, path, etag, **headers):
    return client.get(path, headers={"if-none-match": etag} | headers)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tasks/",
        "/api/v1/tasks/?health=green&page_size=1",
        "/api/v1/tasks/A-1/",
        "/api/v1/programmes/",
        "/api/v1/programmes/GL-2023/",
        STATUS,
        "/api/v1/evaluations/",
        "/api/v1/reports/",
        "/api/v1/schema/",
    ],
)
def test_what_has_not_changed_is_not_sent_again(province, staff, path):
    province.task(code="A-1")
    first = staff.get(path)

    second = again(staff, path, first.headers["ETag"])

    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert again(staff, path, f'"x", W/{first.headers["ETag"]}').status_code == 304


def test_a_304_costs_four_queries(province, staff, django_assert_num_queries):
    province.task()
    etag = staff.get(STATUS).headers["ETag"]

    # session, person, fingerprint, and whether they inspect: what an inspector reads is logged
    with django_assert_num_queries(4):
        assert again(staff, STATUS, etag).status_code == 304


def changes(province, task):
    """Everything that may change what the status says, one at a time."""
    yield lambda: make_update(task, today(), author=make_user(), percent=Decimal(70))
    yield lambda: Task.objects.filter(pk=task.pk).update(name="Tên mới")
    yield lambda: Milestone.objects.filter(trial_period__task=task).delete()
    yield lambda: Organisation.objects.filter(pk=province.lead.pk).update(short_name="Mới")
    yield lambda: province.task()
    yield lambda: make_programme("P-2")


def test_every_change_is_noticed_also_behind_the_models_back(province, staff):
    task = province.task()
    for change in changes(province, task):
        etag = staff.get(STATUS).headers["ETag"]
        change()
        assert again(staff, STATUS, etag).status_code == 200


def test_another_day_another_answer(province, staff):
    province.task()
    with time_machine.travel(dt.datetime(2026, 11, 20, 16, 55, tzinfo=dt.UTC), tick=False):
        staff.force_login(make_member(province.lead))
        etag = staff.get(STATUS).headers["ETag"]
        assert again(staff, STATUS, etag).status_code == 304
    with time_machine.travel(dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC), tick=False):
        assert again(staff, STATUS, etag).status_code == 200  # midnight has passed in Gia Lai


def test_a_tag_is_good_for_one_person_and_one_language(province, staff, sign_in):
    province.task()
    etag = staff.get(STATUS).headers["ETag"]

    assert again(staff, STATUS, etag, **{"accept-language": "vi"}).status_code == 200
    assert again(sign_in(province.person("vnpt")), STATUS, etag).status_code == 200
    assert again(staff, STATUS + "?as_of=2026-01-01", etag).status_code == 200


def test_a_person_who_lost_a_position_gets_no_304(province, sign_in):
    province.task()
    person = province.person("lead")
    client = sign_in(person)
    etag = client.get(STATUS).headers["ETag"]

    person.memberships.update(valid_to=today() - dt.timedelta(days=1))

    assert again(client, STATUS, etag).status_code == 404


def test_answers_are_private_and_asked_for_again(staff):
    headers = staff.get("/api/v1/tasks/").headers

    assert headers["Cache-Control"] == "private, no-cache"
    for name in ("Accept-Language", "Cookie", "Accept"):
        assert name in headers["Vary"]


@pytest.mark.django_db(transaction=True)
def test_a_slow_transaction_that_commits_late_is_noticed():
    """Its event has a lower number than one already seen; the highest number alone says nothing."""
    slow, quick = make_organisation("cham"), make_organisation("nhanh")
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            Organisation.objects.filter(pk=slow.pk).update(short_name="Chậm")
            has_written.set()
            may_commit.wait(10)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    has_written.wait(10)
    Organisation.objects.filter(pk=quick.pk).update(short_name="Nhanh")
    before = conditional.fingerprint([Organisation], [])
    may_commit.set()
    writer.join()

    assert conditional.fingerprint([Organisation], []) != before
