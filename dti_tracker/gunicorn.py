"""How gunicorn serves the pages (`--config python:dti_tracker.gunicorn`); the command line goes before it."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
graceful_timeout = 5
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
accesslog = None
