"""Health probes, and the answers while the database is away."""

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from dti_tracker.shared import http
from dti_tracker.urls import urlpatterns as real_urlpatterns


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused")


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault of our own")


urlpatterns = [
    path("away/", away),
    path("api/v1/away/", away),
    path("broken/", broken),
    path("api/v1/broken/", broken),
    *real_urlpatterns,
]
handler500 = "dti_tracker.shared.http.server_error"


@pytest.fixture
def lost_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question to the database fails as it does while the server is away."""
    monkeypatch.setattr(connection, "cursor", Mock(side_effect=OperationalError("gone")))


def test_live_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/health/live").status_code == 200


@pytest.mark.django_db
def test_ready_when_database_migrations_and_broker_are_there(
    client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path)}
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok"},
    }


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", ""])
def test_a_broker_that_is_away_degrades_but_pages_are_served(
    client: Client, settings: Any, url: str
) -> None:
    settings.REDIS_URL = url
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": "/nowhere/queue"}
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["broker"] == "away"


def test_not_ready_while_the_database_is_away(client: Client, lost_database: None) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.json()["checks"]["database"] == "away"


@pytest.mark.django_db
def test_not_ready_before_the_last_migration(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [object()])
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "missing")


@override_settings(ROOT_URLCONF="tests.project.test_health")
def test_a_page_answers_503_and_when_to_come_back(client: Client) -> None:
    answer = client.get("/away/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1>" in answer.content.decode()


@override_settings(ROOT_URLCONF="tests.project.test_health")
def test_the_api_answers_503_with_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/away/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 503


@override_settings(ROOT_URLCONF="tests.project.test_health")
def test_a_database_lost_below_the_views_is_503_too(lost_database: None) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    assert client.get("/admin/").status_code == 503


@override_settings(ROOT_URLCONF="tests.project.test_health")
@pytest.mark.parametrize(
    ("address", "kind"),
    [("/broken/", "text/html; charset=utf-8"), ("/api/v1/broken/", "application/problem+json")],
)
def test_a_fault_of_our_own_is_a_500_that_tells_nothing(address: str, kind: str) -> None:
    answer = Client(raise_request_exception=False).get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, kind)
    assert "a fault of our own" not in answer.content.decode()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_the_middleware_answers_for_lost_connections_alone(
    error: type[Exception], rf: RequestFactory
) -> None:
    middleware = http.DatabaseAwayMiddleware(lambda request: HttpResponse())
    handle: Callable[..., HttpResponse | None] = middleware.process_exception
    lost = handle(rf.get("/"), error("gone"))
    assert lost is not None
    assert lost.status_code == 503
    assert handle(rf.get("/"), ValueError("ours")) is None
