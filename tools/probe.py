"""Health checks of the containers, without curl.

python tools/probe.py /health/ready              0 when the web server in this container answers 200
python tools/probe.py --fresh FILE SECONDS       0 when FILE (or FILE.*) was written within SECONDS
"""

import http.client
import os
import sys
import time
from pathlib import Path

PORT_INSIDE = 8000
PATIENCE_S = 5


def answers(path: str) -> bool:
    """Whether the page answers 200 under the first of the allowed names."""
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", PORT_INSIDE, timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def is_fresh(file: Path, seconds: int) -> bool:
    """Whether a file of that name, with any ending, was written in the last seconds."""
    written = [path.stat().st_mtime for path in file.parent.glob(f"{file.name}*")]
    return bool(written) and time.time() - max(written) < seconds


def main(arguments: list[str]) -> int:
    """One probe; 1 when it fails."""
    if arguments[0] == "--fresh":
        return 0 if is_fresh(Path(arguments[1]), int(arguments[2])) else 1
    return 0 if answers(arguments[0]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
