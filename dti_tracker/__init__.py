"""The roof: settings, addresses and the job queue. Nothing below imports it."""

# Without this import `shared_task` would bind to no broker (the one exception to "imported by nobody").
from dti_tracker.celery import app as celery_app

__all__ = ["celery_app"]
