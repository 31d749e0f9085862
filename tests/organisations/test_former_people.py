"""Who is moved away or disabled loses everything with the next request."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from organisations.models import Membership
from organisations.selectors import Standing
from tests.builders import make_organisation
from tests.programmes.cast import NOW, TODAY, make_cast

CALM = "Tài khoản của bạn hiện chưa có vị trí công tác"
TASKS, TASK = "/tasks/", "/tasks/GL-2023-09/"
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def cast(db):
    with time_machine.travel(NOW, tick=True):
        yield make_cast()


@pytest.fixture
def client(cast) -> Client:
    """The session of a specialist of the lead, with a task open."""
    client = Client()
    client.force_login(cast.staff)
    assert client.get(TASK).status_code == 200
    return client


def leave(cast, *, to=None):
    Membership.objects.filter(user=cast.staff).update(valid_to=YESTERDAY)
    if to is not None:
        Membership.objects.create(
            user=cast.staff, organisation=to, position="staff", valid_from=TODAY
        )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (TASKS, 403),
        ("/dashboard/", 403),
        (TASK, 404),
        ("/evaluations/", 404),
        ("/reports/", 404),
        ("/tasks/GL-2023-09/updates/new/", 404),
        ("/tasks/never-was/", 404),
    ],
)
def test_without_a_position_every_page_is_the_one_that_says_what_to_do(cast, client, path, status):
    leave(cast)

    answer = client.get(path)

    assert answer.status_code == status
    assert CALM in answer.text
    assert cast.task.name not in answer.text


def test_without_a_position_nothing_is_written(cast, client):
    draft = cast.save()
    leave(cast)

    answer = client.post("/tasks/GL-2023-09/updates/new/", {"narrative": "Muộn", "action": "save"})

    assert answer.status_code == 404
    draft.refresh_from_db()
    assert draft.narrative != "Muộn"


def test_without_a_position_the_api_lists_nothing_and_knows_no_task(cast, client):
    leave(cast)

    assert client.get("/api/v1/tasks/").json()["results"] == []
    refused = client.get("/api/v1/tasks/GL-2023-09/")
    assert refused.status_code == 404
    assert CALM not in refused.text


def test_the_own_account_and_what_one_was_told_stay_open(cast, client):
    leave(cast)

    assert client.get(reverse("organisations:delegations")).status_code == 200
    notices = client.get(reverse("reports:notices"))
    assert notices.status_code == 200
    assert f'href="{TASKS}"' not in notices.text


def test_who_moved_to_an_enterprise_sees_nothing_of_the_old_tasks(cast, client):
    leave(cast, to=make_organisation("fpt", kind="enterprise_unit"))

    assert client.get(TASK).status_code == 404
    assert client.get(TASKS).context["total"] == 0


def test_who_moved_to_another_department_reads_on_and_writes_no_more(cast, client):
    draft = cast.save()
    leave(cast, to=cast.skhcn)

    assert client.get(TASK).status_code == 200
    assert "Đã tập huấn" not in client.get(TASK).text
    assert client.get("/tasks/GL-2023-09/updates/new/").status_code == 403
    draft.refresh_from_db()
    assert draft.version == 1


def test_who_is_disabled_is_signed_out_with_the_next_request(cast, client):
    cast.staff.is_active = False
    cast.staff.save()

    assert client.get(TASK)["Location"].startswith("/login/")
    assert client.get("/api/v1/tasks/").status_code == 401


def test_a_colleague_in_office_is_refused_as_always(cast):
    client = Client()
    client.force_login(cast.colleague)

    assert CALM not in client.get("/tasks/never-was/").text


def test_a_standing_that_remembers_would_let_the_moved_in(cast, client, monkeypatch):
    """The twin: the same requests with the positions of before show the task again."""
    before = Standing.of(cast.staff, on=TODAY)
    leave(cast)
    monkeypatch.setattr(Standing, "of", classmethod(lambda cls, user, **of: before))

    assert client.get(TASK).status_code == 200
