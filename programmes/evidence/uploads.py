"""An upload on disk: counted and hashed while it is copied, never whole in memory."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import TooLarge

CHUNK = 1024 * 1024
MB = 1024 * 1024


class Source(Protocol):
    """What an upload is read from: an open file, or what Django hands over."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Upload:
    """A file that was received: `file` lies on disk and is gone when the block ends."""

    file: BinaryIO
    size: int
    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, in the pieces in which they are kept."""
        self.file.seek(0)
        while data := self.file.read(CHUNK):
            yield data


@contextmanager
def received(source: Source) -> Iterator[Upload]:
    """An upload as a file of its own, which the system can hand to another process.

    Raises:
        TooLarge: larger than EVIDENCE_MAX_MB.
    """
    size, digest = 0, hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        while data := source.read(CHUNK):
            size += len(data)
            if size > settings.EVIDENCE_MAX_MB * MB:
                raise too_large()
            digest.update(data)
            file.write(data)
        file.flush()
        yield Upload(file, size, digest.hexdigest())


def too_large() -> TooLarge:
    """The refusal, with the limit in it."""
    sentence = _(
        "The file is larger than %(limit)s. Scan it in a lower resolution, or split it; nothing was "
        "stored."
    ) % {"limit": filesizeformat(settings.EVIDENCE_MAX_MB * MB)}
    return TooLarge(sentence, fields={"file": sentence})
