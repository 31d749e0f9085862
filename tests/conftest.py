"""What holds for every test: no settings of the machine's owner, quick passwords, files by their own names."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings
from django.utils import translation

from dti_tracker.celery import app

pytest_plugins = ["tests.rights.summary"]


@pytest.fixture(scope="session", autouse=True)
def test_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files without `collectstatic`, and a password hash that does not take 100 ms."""
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with override_settings(
        STORAGES=storages,
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def broker_in_memory() -> None:
    """No message of a test reaches the queue of a running application."""
    app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.fixture(autouse=True)
def cache_of_its_own() -> Iterator[None]:
    """What an earlier test, or one in another process, counted in a shared cache counts for nobody."""
    default = settings.CACHES["default"] | {"KEY_PREFIX": uuid.uuid4().hex}
    with override_settings(CACHES={"default": default}):
        yield


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Each test begins in Vietnamese, whatever language the page before it was asked for in."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session", autouse=True)
def histories_may_be_emptied() -> Iterator[None]:
    """Histories refuse TRUNCATE; between two tests with real transactions that is lifted for it."""
    flush = DatabaseOperations.sql_flush
    lift = """DO $$ DECLARE t record; BEGIN
        FOR t IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'trail_whole' LOOP
            EXECUTE format('ALTER TABLE %%s %s TRIGGER trail_whole', t.name);
        END LOOP; END $$"""

    def sql_flush(self: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        return [lift % "DISABLE", *flush(self, *args, **options), lift % "ENABLE ALWAYS"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def seals_of_its_own(tmp_path: Path) -> Iterator[None]:
    """No test seals into the file of a running application."""
    with override_settings(TRAIL_SEALS=tmp_path / "trail-seals.log"):
        yield
