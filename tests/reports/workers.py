"""Real Celery workers for fault tests: processes of their own on the test's database."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from celery import Celery
from django.conf import settings

from tests.databases import database_url

LEASE_S = 2


class Workers:
    """One worker process group at a time, killed and started as the test likes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - moments of kills, nothing secret
        self.kills = 0
        self.broker = broker(folder)
        (folder / "queue").mkdir(exist_ok=True)
        (folder / "control").mkdir(exist_ok=True)
        self.env = os.environ | {
            "DATABASE_URL": database_url(),
            "VAR_DIR": str(folder),
            "REDIS_URL": settings.REDIS_URL and f"{settings.REDIS_URL.rsplit('/', 1)[0]}/11",
            "JOB_LEASE_SECONDS": str(LEASE_S),
        }
        self.log = (folder / "worker.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "dti_tracker", "worker"]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--loglevel", "warning", "--without-gossip", "--without-mingle"],
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def children(self) -> list[psutil.Process]:
        if self.process is None or self.process.poll() is not None:
            return []
        try:
            return list(psutil.Process(self.process.pid).children())
        except psutil.NoSuchProcess:
            return []

    def kill_somebody(self) -> None:
        """SIGKILL for one pool child or, now and then, for the whole worker, which is restarted."""
        children = self.children()
        if children and self.random.random() < 0.6:
            self.random.choice(children).kill()
        else:
            self.kill()
            self.start()
        self.kills += 1

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        self.kill()
        self.log.close()

    def wake(self, job_uid: str) -> None:
        """What the application does after a commit: a message, nothing more."""
        self.broker.send_task("reports.tasks.run_job", args=[job_uid])


def broker(folder: Path) -> Celery:
    """The worker's broker as the application reaches it."""
    if settings.REDIS_URL:
        return Celery(broker=f"{settings.REDIS_URL.rsplit('/', 1)[0]}/11", set_as_current=False)
    app = Celery(broker="filesystem://localhost//", set_as_current=False)
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
    }
    return app
