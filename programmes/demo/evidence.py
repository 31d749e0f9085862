"""The demo's evidence: small files made from what the trials say, for some tasks of each kind."""

import csv
import io
import struct
import zlib
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from dti_tracker.shared.time import day_of
from organisations.choices import ENTERPRISE_KINDS, Certainty
from organisations.models import User
from organisations.templatetags.ui import day
from programmes.choices import MilestoneState, UpdateState
from programmes.demo.cast import Cast
from programmes.evidence.kinds import PNG, TEXT, Kind
from programmes.evidence.uploads import received
from programmes.models import Commitment, Evidence, EvidenceContent, Milestone, ProgressUpdate
from programmes.services.evidence import stored_content

TASKS_SHOWN = 6
BARS, BAR, GAP, HEIGHT = (38, 104, 74), 28, 12, 120  # colour and sizes in pixels


def load_evidence(cast: Cast) -> list[Evidence]:
    """Files for the first tasks: a list with the last report, a picture for a milestone, and what
    an enterprise handed over."""
    reports = ProgressUpdate.objects.filter(
        is_example=True, state__in=(UpdateState.ACCEPTED, UpdateState.SUBMITTED)
    )
    latest = reports.order_by("task_id", "-period_ends_on").distinct("task_id")
    found = list(latest.select_related("task", "organisation", "author")[:TASKS_SHOWN])
    made = [evidence for report in found for evidence in _of_report(report)]
    return made + [
        _of_promise(promise, cast)
        for promise in _promises([report.task_id for report in found])
        if promise.organisation.code in cast.specialists
    ]


def demo_evidence() -> list[QuerySet[Evidence] | QuerySet[EvidenceContent]]:
    """What a reset removes: files of the demo and of its people, and bytes that nothing else has."""
    people = User.objects.filter(is_demo=True)
    gone = Evidence.objects.filter(Q(is_example=True) | Q(uploaded_by__in=people))
    staying = Evidence.objects.exclude(pk__in=gone.values("pk")).values("content")
    bytes_alone = EvidenceContent.objects.filter(pk__in=gone.values("content"))
    return [gone, bytes_alone.exclude(pk__in=staying)]


def _promises(tasks: list[int]) -> Iterable[Commitment]:
    """The first of each enterprise in each of some tasks."""
    promises = Commitment.objects.filter(
        trial_period__task__in=tasks,
        certainty=Certainty.EXAMPLE,
        organisation__kind__in=ENTERPRISE_KINDS,
    ).select_related("trial_period__task", "organisation")
    first = promises.order_by(
        "trial_period__task_id", "organisation_id", "-trial_period_id", "number"
    )
    return first.distinct("trial_period__task_id", "organisation_id")


def _of_report(report: ProgressUpdate) -> Iterable[Evidence]:
    milestones = Milestone.objects.filter(trial_period__task=report.task).order_by(
        "-trial_period__number", "number"
    )
    rows = [[m.number, m.title, day(m.due_on), m.means_of_verification] for m in milestones]
    listed = _table(["Mốc", "Nội dung", "Thời hạn", "Tài liệu kiểm chứng"], rows)
    yield _kept(report, TEXT, listed, "Bảng theo dõi các mốc", "bang-theo-doi-moc.csv")
    reached = milestones.filter(state=MilestoneState.REACHED).first()
    if reached is not None:
        reports = ProgressUpdate.objects.filter(task=report.task).order_by("period_ends_on")
        values = [float(known) for r in reports if (known := r.percent) is not None]
        name = "bieu-do-tien-do.png"
        yield _kept(report, PNG, _chart(values[-8:]), "Biểu đồ tiến độ", name, milestone=reached)


def _of_promise(promise: Commitment, cast: Cast) -> Evidence:
    """What an enterprise brings itself, with the task."""
    content = _table(["Cam kết", "Đơn vị"], [[promise.content, promise.organisation.name]])
    evidence = Evidence(
        task=promise.trial_period.task,
        organisation=promise.organisation,
        commitment=promise,
        uploaded_by=cast.specialist(promise.organisation),
    )
    return _saved(evidence, TEXT, content, "Bảng kê thực hiện cam kết", "bang-ke-cam-ket.csv")


def _kept(
    report: ProgressUpdate,
    kind: Kind,
    content: bytes,
    title: str,
    name: str,
    milestone: Milestone | None = None,
) -> Evidence:
    evidence = Evidence(
        task=report.task,
        organisation=report.organisation,
        update=report,
        milestone=milestone,
        dated_on=min(report.period_ends_on, day_of(report.submitted_at or report.created_at)),
        uploaded_by=report.author,
    )
    return _saved(evidence, kind, content, title, name)


def _saved(evidence: Evidence, kind: Kind, content: bytes, title: str, name: str) -> Evidence:
    with received(io.BytesIO(content)) as upload:
        evidence.content = stored_content(upload, kind.media_type)
    evidence.title, evidence.file_name, evidence.is_example = title, name, True
    evidence.save()
    return evidence


def _table(head: list[str], rows: list[list[object]]) -> bytes:
    """A CSV that spreadsheet programs read as Vietnamese."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";", lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return made.getvalue().encode("utf-8-sig")


def _chart(values: list[float]) -> bytes:
    """A PNG of one bar for each value of 100."""
    width = GAP + len(values) * (BAR + GAP)
    rows = bytearray()
    for y in range(HEIGHT, 0, -1):
        rows += b"\0" + b"\xff\xff\xff" * GAP
        for value in values:
            ink = bytes(BARS) if value * HEIGHT / 100 >= y else b"\xf2\xf2\xf2"
            rows += ink * BAR + b"\xff\xff\xff" * GAP
    head = struct.pack(">2L5B", width, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))
        for name, data in parts
    )
