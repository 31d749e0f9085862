"""Entry point: `python3 -m launcher run|test|check|bench [arguments]`.

This one file must compile on any Python 3, so that too old a Python meets a sentence and no traceback.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")


def newer_python():
    # type: () -> str
    """Path of a Python on this machine that is new enough, or nothing."""
    for name in NEWER:
        found = shutil.which(name)
        works = found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0
        if found and works:
            return found
    return ""


def main():
    # type: () -> int
    """Hand over to the launcher proper, on a Python that it can run on."""
    if sys.version_info >= OLDEST:
        from launcher.commands import main as run_command

        return run_command(sys.argv[1:])
    python = newer_python()
    if python:
        os.execv(python, [python, "-m", "launcher"] + sys.argv[1:])
    sys.stderr.write(
        "Python %d.%d is too old: install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=/path/to/python3.12\n"
        "Python %d.%d quá cũ: hãy cài Python 3.11, 3.12 hoặc 3.13.\n" % (sys.version_info[:2] * 2)
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
