"""Every setting is documented, and unsafe ones are refused."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import make_user
from tests.databases import database_url

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "dti.example.gov.vn",
    "SITE_URL": "https://dti.example.gov.vn",
}
READ_BY_CODE = re.compile(r"""\benv(?:iron)?\.\w+\(\s*"([A-Z_]+)\"""")
READ_BY_COMPOSE = re.compile(r"\$\{([A-Z_]+)[:}]")


def run_python(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A process of its own with these settings and none of the machine's owner."""
    kept = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    return subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def settings_in_code() -> set[str]:
    sources = [ROOT / "dti_tracker" / name for name in ("settings.py", "gunicorn.py")]
    names = {n for source in sources for n in READ_BY_CODE.findall(source.read_text("utf-8"))}
    return names | set(READ_BY_COMPOSE.findall((ROOT / "docker-compose.yml").read_text("utf-8")))


def test_the_readme_lists_every_setting_and_no_other() -> None:
    table = (ROOT / "README.md").read_text("utf-8").split("## Settings")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == settings_in_code()


def test_the_example_file_lists_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE)) == settings_in_code()


@pytest.mark.parametrize(
    ("unsafe", "sentence"),
    [
        ({"SECRET_KEY": ""}, "needs a SECRET_KEY of its own"),
        ({"SECRET_KEY": "short"}, "needs a SECRET_KEY of its own"),
        ({"DEBUG": "true"}, "refuses DEBUG"),
        ({"MODE": "prod"}, "MODE must be 'demo' or 'production'"),
    ],
)
def test_production_refuses_unsafe_settings(unsafe: dict[str, str], sentence: str) -> None:
    refused = run_python("manage.py", "check", **PRODUCTION | unsafe)
    assert refused.returncode != 0
    assert sentence in refused.stderr


def test_production_accepts_safe_settings_without_a_warning() -> None:
    accepted = run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert accepted.returncode == 0, accepted.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "start",
    [
        ("manage.py", "check", "--database", "default"),
        ("-c", "import dti_tracker.wsgi"),
        ("-m", "celery", "-A", "dti_tracker", "worker", "--pool", "solo"),
        ("-m", "celery", "-A", "dti_tracker", "beat", "--pidfile=", "--schedule={beat}"),
    ],
    ids=["check", "web", "worker", "scheduler"],
)
def test_production_refuses_a_database_with_demo_accounts(
    start: tuple[str, ...], tmp_path: Path
) -> None:
    make_user("staff.demo", is_demo=True)
    arguments = [argument.format(beat=tmp_path / "beat") for argument in start]
    own = {"DATABASE_URL": database_url(), "VAR_DIR": str(tmp_path)}
    (tmp_path / "queue").mkdir()
    refused = run_python(*arguments, **PRODUCTION | own)
    assert refused.returncode != 0
    assert "demo accounts" in refused.stderr


@pytest.mark.django_db(transaction=True)
def test_production_starts_on_a_database_without_demo_accounts() -> None:
    make_user("staff.sct")
    own = {"DATABASE_URL": database_url()}
    assert run_python("-c", "import dti_tracker.wsgi", **PRODUCTION | own).returncode == 0
    checked = run_python("manage.py", "check", "--database", "default", **PRODUCTION | own)
    assert checked.returncode == 0, checked.stderr


def test_production_starts_while_the_database_is_away() -> None:
    started = run_python("-c", "import dti_tracker.wsgi", **PRODUCTION)
    assert started.returncode == 0, started.stderr
