"""Having a file judged in a process of its own, and saying why where it is not taken."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from programmes.evidence.faults import Code, Fault
from programmes.evidence.kinds import ENDINGS, KINDS, TEXT, Kind
from programmes.evidence.names import cleaned, ending_of
from programmes.evidence.sentences import sentence, unknown_ending, wrong_ending

logger = logging.getLogger(__name__)

PROGRAM = [sys.executable, "-m", "programmes.evidence.child"]
PATIENCE_S = 15  # a machine under load; the child's own limit is its computing time


@dataclass(frozen=True)
class Inspected:
    """What a file is and how it will be called."""

    kind: Kind
    name: str


def inspected(file: BinaryIO, name: str) -> Inspected:
    """A file that may be kept, under a name that may be kept.

    Args:
        file: on disk, with a number the system knows.
        name: as it was sent.

    Raises:
        DomainError: it is not taken; `fields` blames `file`.
    """
    shown = name.strip() or "…"
    if ending_of(name) not in ENDINGS:
        raise _refused(unknown_ending(shown))
    try:
        kind = judged_apart(file)
    except Fault as fault:
        raise _refused(sentence(fault, shown)) from fault
    if ending_of(name) not in kind.endings:
        raise _refused(_not_text(shown) if kind == TEXT else wrong_ending(shown, kind))
    return Inspected(kind, cleaned(name, kind))


def judged_apart(file: BinaryIO) -> Kind:
    """The kind of a file, told by a process that may use 100 MB and two seconds.

    Raises:
        Fault: it is not taken, or the process came to no end.
        DomainError: the machine is too busy to judge now.
    """
    file.seek(0)
    try:
        done = subprocess.run(  # noqa: S603 - our own program, without arguments
            PROGRAM,
            stdin=file,
            capture_output=True,
            timeout=PATIENCE_S,
            cwd=settings.BASE_DIR,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(_("The server is busy. The file was not stored; try again.")) from error
    if done.returncode != 0:
        # Ended by its limits, or by an error of a library: what cannot be judged is not taken.
        logger.warning("judging evidence ended with %s: %s", done.returncode, done.stderr[-2000:])
        raise Fault(Code.TOO_MUCH)
    answer = json.loads(done.stdout)
    if "fault" in answer:
        raise Fault(Code(answer["fault"]), answer["where"])
    return KINDS[answer["kind"]]


def _not_text(name: str) -> str:
    return sentence(Fault(Code.BROKEN), name)


def _refused(words: str) -> DomainError:
    return DomainError(words, fields={"file": words})
