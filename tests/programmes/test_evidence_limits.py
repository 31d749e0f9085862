"""Judging the worst file up to the limit takes less than two seconds and 100 MB."""

import io
import os
import struct
import subprocess
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings

from programmes.evidence.inspecting import PROGRAM
from tests.programmes import evidence_files as files
from tests.programmes.evidence_files import HOSTILE, MB

pytestmark = pytest.mark.slow

LIMIT = 25 * MB
MAX_S, MAX_BYTES = 2.0, 100 * MB


def _bulk(content: bytes) -> bytes:
    return (content * (LIMIT // len(content) + 1))[:LIMIT]


def _objects(count: int) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        made = [document.make_indirect(pikepdf.Dictionary(A=n)) for n in range(count)]
        document.Root.Many = pikepdf.Array(made)

    return change


def _stream(content: bytes, **words: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.Thing = document.make_stream(content, **words)

    return change


def _swollen_xref() -> bytes:
    """An index of a PDF that unpacks to 300 MB."""
    packed = zlib.compress(b"\0" * (300 * MB), 9)
    head = f"<< /Type /XRef /W [1 4 2] /Size 99999999 /Root 1 0 R /Filter /FlateDecode /Length {len(packed)} >>"
    body = b"%PDF-1.7\n1 0 obj " + head.encode() + b" stream\n" + packed + b"\nendstream endobj\n"
    return body + b"startxref\n9\n%%EOF\n"


def _deep_pdf() -> bytes:
    return files.pdf().replace(b"/Type /Catalog", b"/A " + b"[" * 5 * MB + b" /Type /Catalog", 1)


def _xref_of_a_million() -> bytes:
    rows = b"0000000009 00000 n \n" * 1_200_000
    index = b"xref\n0 1200000\n" + rows + b"trailer << /Size 1200000 /Root 1 0 R >>\n"
    return b"%PDF-1.7\n" + index + b"startxref\n9\n%%EOF\n"


HEAVY: dict[str, Callable[[], bytes]] = {
    "text": lambda: _bulk("Sở Công Thương; 45,5%\n".encode()),
    "text of commands": lambda: _bulk(b"=a b|"),
    "text of signs": lambda: _bulk(b"<"),
    "text in UTF-16": lambda: b"\xff\xfe" + _bulk("Sở Công\n".encode("utf-16-le")),
    "noise": lambda: _bulk(bytes(range(9, 256))),
    "a container unpacked to the limit": lambda: files.office(
        more={
f"word/{n}.xml": _wordy(n) for n in range(24)
        }
    ),
    "a stored container": lambda: files.package(
        {
            "[Content_Types].xml": b"<Types/>",
            **{f"word/media/{n}.png": files.png() + b"\0" * (8 * MB) for n in range(3)},
        },
        stored=tuple(f"word/media/{n}.png" for n in range(3)),
    ),
    "a container of many parts": lambda: files.office(
        more={f"word/{n}.xml": b"<a/>" for n in range(2900)}
    ),
    "relations without end": lambda: files.office(
        more={f"word/_rels/{n}.xml.rels": b"<a>" + b"<b c='1'/>" * 99_000 + b"</a>" for n in range(90)}
    ),
    "a JPEG of segments": lambda: b"\xff\xd8" + _bulk(b"\xff\xe1\0\2"),
    "a JPEG of one scan": lambda: files.jpeg()[:-2] + _bulk(b"\xff\0") + b"\xff\xd9",
    "a PNG of chunks": lambda: files.png()[:33] + _bulk(files.chunk(b"tEXt", b"")),
    "a PNG of one text": lambda: files.png(more=files.chunk(b"tEXt", b"<" * (24 * MB))),
    "a PDF of many objects": lambda: files.pdf(_objects(29_000)),
    "a PDF of too many objects": lambda: files.pdf(_objects(250_000)),
    "a PDF of packed objects": lambda: files.pdf(
        _objects(29_000), object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "a PDF of one long list": lambda: files.pdf(
        lambda document: document.Root.__setitem__("/A", pikepdf.Array(range(2_000_000)))
    ),
    "a PDF of pictures": lambda: files.pdf(_stream(_bulk(b"\x12\x34\x56"), Subtype="/Image")),
    "a PDF whose index swells": _swollen_xref,
    "a PDF with a million places": _xref_of_a_million,
    "a PDF without an index": lambda: b"%PDF-1.7\n" + _bulk(b"1 0 obj <<>> endobj\n") + b"%%EOF\n",
    "a PDF that nests": _deep_pdf,
}  # fmt: skip


def _wordy(seed: int) -> bytes:
    """4 MB of XML that packs about ten to one."""
    made = io.BytesIO()
    for number in range(4 * MB // 40):
        made.write(
            b"<w:t n='%08d'>%s</w:t>"
            % (number * 7919 + seed, struct.pack("<L", number).hex().encode())
        )
    return made.getvalue()[: 4 * MB]


@pytest.mark.parametrize("what", [*HEAVY, *HOSTILE])
def test_judging_stays_within_two_seconds_and_100_mb(what, tmp_path):
    content = (HEAVY.get(what) or HOSTILE[what][1])()
    path = tmp_path / "upload"
    path.write_bytes(content)

    seconds, peak = measured(path)

    assert seconds < MAX_S
    assert peak < MAX_BYTES


def test_without_limits_a_file_takes_more(tmp_path):
    """Twin: it is the limits that hold, not the kindness of the files."""
    path = tmp_path / "upload"
    path.write_bytes(files.pdf(_objects(400_000)))
    unlimited = "from programmes.evidence import child; child.limit = lambda: None; child.main()"

    _seconds, peak = measured(path, [PROGRAM[0], "-c", unlimited])

    assert peak > MAX_BYTES


def measured(path: Path, program: list[str] = PROGRAM) -> tuple[float, int]:
    """How long a process computed over a file, and its greatest memory in bytes.

    Computing time, because the machine may be busy with other tests.
    """
    with path.open("rb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own program
            program, stdin=file, stdout=subprocess.PIPE, cwd=settings.BASE_DIR
        )
    peaks = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks))
    watcher.start()
    watcher.join()
    _pid, _status, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    process.communicate()
    return usage.ru_utime + usage.ru_stime, max(peaks)


def _watch(pid: int, peaks: list[int]) -> None:
    """Reads the process's own high-water mark until there is none any more."""
    status = Path(f"/proc/{pid}/status")
    while found := [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]:
        peaks.append(int(found[0].split()[1]) * 1024)
        time.sleep(0.002)
