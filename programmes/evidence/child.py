"""The process in which a file is judged: `python -m programmes.evidence.child < file`.

It may use so much memory and time and no more, whatever the file makes the libraries do. It prints
one line of JSON: the kind, or why not.
"""

import contextlib
import json
import resource
import signal
import sys
from typing import BinaryIO

from programmes.evidence.faults import Code, Fault
from programmes.evidence.judging import judged

MAX_DATA = 72 * 1024 * 1024  # with the code beside it a process stays under 100 MB
MAX_CPU_S = 1.3


def main() -> None:
    limit()
    with open(0, "rb", closefd=False) as file:
        print(json.dumps(verdict(file)))  # noqa: T201 - this is the answer


def limit() -> None:
    """From here on: more memory fails, more computing ends the process."""
    with contextlib.suppress(ValueError, OSError):  # the system sets less already, or cannot
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_DATA, MAX_DATA))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, MAX_CPU_S)


def verdict(file: BinaryIO) -> dict[str, str]:
    """`{"kind": …}`, or `{"fault": …, "where": …}`."""
    try:
        return {"kind": judged(file).code}
    except Fault as fault:
        return {"fault": fault.code, "where": fault.where}
    except (MemoryError, RecursionError):
        return {"fault": Code.TOO_MUCH, "where": ""}


if __name__ == "__main__":
    sys.setrecursionlimit(500)
    main()
