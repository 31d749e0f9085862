"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dti_tracker.settings")

application = get_wsgi_application()

from dti_tracker.checks import refuse_unsafe_start  # noqa: E402 - needs the apps

refuse_unsafe_start()
