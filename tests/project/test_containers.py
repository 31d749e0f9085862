"""The container files: every service checked, none as root, nothing that moves under our feet."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.probe import is_fresh

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_all_six_services_are_there() -> None:
    assert set(SERVICES) == {"database", "redis", "migrate", "web", "worker", "scheduler"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_a_service_is_checked_and_restarted(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_runs_as_root(name: str) -> None:
    assert str(SERVICES[name]["user"]).split(":")[0] not in {"", "0", "root"}


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_nothing_of_ours_starts_before_the_migrations_are_done(name: str) -> None:
    waits = SERVICES[name]["depends_on"]
    assert waits["migrate"]["condition"] == "service_completed_successfully"
    assert waits["database"]["condition"] == waits["redis"]["condition"] == "service_healthy"


def test_redis_keeps_its_queue_through_a_crash() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--appendfsync everysec" in command


def test_images_are_pinned() -> None:
    images = [s["image"] for s in SERVICES.values() if "build" not in s]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in images:
        assert re.search(r":\d", image), image
        assert "latest" not in image


def test_the_image_ends_as_a_plain_user_in_production_mode() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)", last_stage, re.MULTILINE) == ["10001:10001"]
    assert "MODE=production" in last_stage


def test_a_file_is_fresh_by_its_age_under_any_ending(tmp_path: Path) -> None:
    schedule = tmp_path / "beat-schedule"
    assert not is_fresh(schedule, 60)
    schedule.with_suffix(".db").touch()
    assert is_fresh(schedule, 60)
    assert not is_fresh(schedule, 0)
