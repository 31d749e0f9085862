"""Through whichever door a change comes: who, from where, what before and after, which request."""

import getpass
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery import shared_task
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.response import Response

from dti_tracker.celery import app
from organisations.api.authentication import BearerAuthentication
from organisations.middleware.trail import TrailMiddleware
from organisations.models import Organisation, TrailEntry
from organisations.trail import reading
from organisations.trail.channels import begin_job, end_job
from organisations.trail.reading import Sight
from programmes.models import ProgressUpdate, Task
from tests.builders import (
    LONG_AGO,
    make_member,
    make_organisation,
    make_task,
    make_token,
    make_update,
    make_user,
)
from tests.databases import database_url

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db


def last(**conditions) -> TrailEntry:
    return TrailEntry.objects.filter(**conditions).latest("pk")


def told(entry: TrailEntry) -> list[tuple[str, str, str]]:
    line = reading.lines([entry], Sight(shows_all=True))[0]
    return [(c.label, c.before, c.after) for c in line.changes]


def test_a_page(client):
    body = make_organisation("so-x")
    head = make_member(body, "head", "truong.so")
    update = make_update(make_task(lead=body), LONG_AGO, organisation=body, author=head, percent=10)

    def view(request):
        request.user = head
        ProgressUpdate.objects.filter(pk=update.pk).update(percent=35)
        return HttpResponse()

    request = RequestFactory().post("/updates/", REMOTE_ADDR="192.0.2.7")
    request.META["HTTP_X_REQUEST_ID"] = "a-request-of-ours"
    TrailMiddleware(view)(request)
    entry = last(model="programmes.progressupdate")
    assert (entry.channel, entry.user_id, entry.kind) == ("page", head.pk, "update")
    assert entry.circumstances["address"] == "192.0.2.7"
    assert entry.circumstances["request_id"] == "a-request-of-ours"
    assert (entry.circumstances["method"], entry.circumstances["url"]) == ("POST", "/updates/")
    assert [change[1:] for change in told(entry)] == [("10", "35")]


def test_a_page_whole_from_the_browser_to_the_trail(client):
    head = make_member(make_organisation("so-x"), "head", "truong.so")
    client.force_login(head)
    client.post(
        "/trail/export/", REMOTE_ADDR="192.0.2.8", headers={"X-Request-ID": "browser-request-1"}
    )
    client.force_login(make_user("quan.tri", is_administrator=True))
    client.post(
        "/trail/export/", REMOTE_ADDR="192.0.2.8", headers={"X-Request-ID": "browser-request-2"}
    )
    entry = last(model="organisations.securityevent")
    assert (entry.channel, entry.circumstances["address"]) == ("page", "192.0.2.8")
    assert entry.circumstances["request_id"] == "browser-request-2"


@api_view(["POST"])
@authentication_classes([BearerAuthentication])
@permission_classes([])
def rename_tasks(request):
    assert request.user.is_authenticated
    Task.objects.update(name="Tên mới")
    return Response({})


def test_the_api_with_the_name_of_its_token():
    body = make_organisation("so-x")
    task = make_task(lead=body)
    staff = make_member(body, "staff", "chuyen.vien")
    _token, secret = make_token(staff, name="Máy của tôi", scope="write")
    request = RequestFactory().post(
        "/api/v1/tasks/", headers={"Authorization": f"Bearer {secret}"}, REMOTE_ADDR="192.0.2.9"
    )
    assert TrailMiddleware(rename_tasks)(request).status_code == 200
    entry = last(model="programmes.task")
    assert (entry.channel, entry.user_id) == ("api", staff.pk)
    assert entry.circumstances["token"] == "Máy của tôi"
    assert [change[1:] for change in told(entry)] == [(task.name, "Tên mới")]


@shared_task(name="tests.rename_a_body")
def rename_a_body(pk: int) -> None:
    Organisation.objects.filter(pk=pk).update(short_name="Tên do việc nền đặt")


def test_a_job_of_the_queue():
    body = make_organisation()
    task = app.tasks["tests.rename_a_body"]
    begin_job(task_id="delivery-1", task=task)
    task(body.pk)
    end_job(task_id="delivery-1")
    entry = last(model="organisations.organisation")
    assert (entry.channel, entry.user_id) == ("job", None)
    assert entry.circumstances["job"] == "tests.rename_a_body"
    assert entry.circumstances["request_id"] == "delivery-1"


@pytest.mark.django_db(transaction=True)
def test_a_management_command_with_who_started_it():
    code = (
        "from organisations.models import *;"
        "Organisation.objects.create(code='lenh', name='Sở Lệnh', short_name='Lệnh', kind='department')"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    entry = last(model="organisations.organisation")
    assert entry.channel == "command"
    assert entry.circumstances["command"] == "shell"
    assert entry.circumstances["os_user"] == getpass.getuser()
    assert code not in json.dumps(entry.circumstances)
    assert reading.lines([entry], Sight())[0].who == f"{getpass.getuser()} tại máy chủ"


def test_raw_sql_outside_the_application():
    body = make_organisation(name="Sở Cũ")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL application_name = 'psql'")
        cursor.execute(
            "UPDATE organisations_organisation SET name = 'Sở Mới' WHERE id = %s", [body.pk]
        )
    entry = last(model="organisations.organisation")
    assert (entry.channel, entry.kind, entry.user_id) == ("sql", "update", None)
    assert (entry.db_role, entry.db_application) == (connection.settings_dict["USER"], "psql")
    assert entry.db_address or not connection.settings_dict["HOST"]
    assert [change[1:] for change in told(entry)] == [("Sở Cũ", "Sở Mới")]


def test_a_deletion_by_raw_sql_keeps_what_was_there():
    body = make_organisation(name="Sở Cũ")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM organisations_organisation WHERE id = %s", [body.pk])
    entry = last(model="organisations.organisation")
    assert (entry.kind, entry.subject) == ("delete", "Sở Cũ")
    assert ("Sở Cũ", "–") in [change[1:] for change in told(entry)]


def test_reading_tells_the_trail_nothing(client):
    with CaptureQueriesContext(connection) as found:
        client.get("/health/live")
    assert not [query for query in found if "pghistory" in query["sql"]]
