"""The Celery application: broker, schedule and limits come from the settings."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dti_tracker.settings")

app = Celery("dti_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def make_broker_folders(**_kwargs: Any) -> None:
    """Where messages lie without Redis; lost folders cost messages, and the sweeper sends new ones."""
    options = app.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**kwargs: Any) -> None:
    """End a worker or scheduler that production mode refuses."""
    from dti_tracker import checks  # the apps are ready only now

    try:
        checks.refuse_unsafe_start()
    except ImproperlyConfigured as refusal:
        # Celery logs exceptions of signal receivers and goes on; this one ends the process.
        raise SystemExit(f"dti_tracker: {refusal}") from refusal


@beat_init.connect
def make_up_for_downtime(**_kwargs: Any) -> None:
    """When the scheduler starts, ask at once for what fell due while it was off."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"])
