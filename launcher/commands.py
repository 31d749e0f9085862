"""The launcher's commands, each refusing with a sentence instead of a traceback."""

import sys
from collections.abc import Callable

from launcher.check import check
from launcher.place import Place, this_place
from launcher.processes import Interrupted, Signals
from launcher.run import run
from launcher.test import bench, test
from launcher.words import Refusal, say

Command = Callable[[Place, Signals, list[str]], int]
COMMANDS: dict[str, tuple[str, Command]] = {
    "run": ("var", run),
    "test": ("var/test", test),
    "check": ("var", check),
    "bench": ("var/bench", bench),
}


def main(argv: list[str]) -> int:
    """Run one command; 0 when all went well, 130 after Ctrl-C before the start was complete."""
    name, *arguments = argv or [""]
    if name not in COMMANDS:
        say(f"Unknown command {name!r}; there are: {', '.join(COMMANDS)}.")
        return 2
    folder, command = COMMANDS[name]
    signals = Signals()
    try:
        return command(this_place(folder), signals, arguments)
    except Refusal as refusal:
        sys.stderr.write(f"\n{refusal}\n")
        return 1
    except Interrupted:
        say("Stopped. / Đã dừng.")
        return 130
