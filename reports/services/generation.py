"""From data to documents: freeze, queue, render, store. Exactly once, whatever crashes.

The snapshot is taken in the transaction that asks for the report; the job row is unique for it.
Rendering is a pure function of the snapshot; its bytes are committed together with the mark
"done", and only by the attempt that still holds the claim.
"""

import datetime as dt
import hashlib
import uuid

from django.db import transaction
from django.db.models import Max

from organisations import jobs
from organisations.choices import JobKind
from organisations.models import Job, Organisation, User
from organisations.rights import require
from organisations.selectors import Standing, Successions
from reports.choices import FileKind
from reports.documents.docx import render_docx
from reports.documents.evaluation import compose
from reports.documents.layout import Document
from reports.documents.pdf import font_hashes, render_pdf, renderer_version
from reports.facts import canonical, gather_facts, read_facts
from reports.may import GENERATE, may
from reports.models import Evaluation, Report, ReportFile, Snapshot


def freeze(
    evaluation: Evaluation, *, on: dt.date, successions: Successions | None = None
) -> Snapshot:
    """The data of the report as of a day, as canonical JSON; equal data give the same snapshot.

    Raises:
        DomainError: the task's lead has no holder that day, so nobody could sign the report.
    """
    text = canonical(gather_facts(evaluation, on=on, successions=successions))
    snapshot, _made = Snapshot.objects.get_or_create(
        evaluation=evaluation,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        defaults={"canonical_json": text, "data_as_of": on},
    )
    return snapshot


@transaction.atomic
def request_report(*, evaluation: Evaluation, by: User | None, on: dt.date) -> Job:
    """Freeze the data and queue the report; unchanged data answer the existing job again.

    Args:
        by: the person who asks; None where the application asks by itself.

    Raises:
        NotAllowed, WrongState: the person may not ask for it, or not now.
        DomainError: the task's lead has no holder that day.
    """
    locked = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("trial_period__task__programme")
        .get(pk=evaluation.pk)
    )
    successions = None
    if by is not None:
        standing = Standing.of(by, on=on)
        require(may(GENERATE, locked, standing))
        successions = standing.successions
    return request_report_of(freeze(locked, on=on, successions=successions), by=by)


def request_report_of(snapshot: Snapshot, *, by: User | None) -> Job:
    """Queue the report of a snapshot; the broker is woken after the transaction's commit."""
    return jobs.enqueue(JobKind.EVALUATION_REPORT, snapshot.uid, by=by, wake=jobs.send)


def generate(job_uid: uuid.UUID) -> Report | None:
    """Work on one report job, if it is still to be done; None when another attempt does it."""
    return jobs.attempt(job_uid, _render_and_store)


def _render_and_store(claim: jobs.Claim) -> Report:
    snapshot = Snapshot.objects.select_related("evaluation").get(uid=claim.subject)
    facts = read_facts(snapshot.canonical_json)
    document = compose(facts, data_as_of=snapshot.data_as_of)
    claim.report_progress(20)
    pdf = render_pdf(document)
    claim.report_progress(60)
    docx = render_docx(document)
    claim.report_progress(90)
    with claim.finishing() as job:
        report = _next_version(snapshot, document, issuer=facts["lead"]["code"])
        report.save()
        ReportFile.objects.bulk_create(
            [_file(report, FileKind.PDF, pdf), _file(report, FileKind.DOCX, docx)]
        )
        job.result = {"report": str(report.uid)}
    return report


def _next_version(snapshot: Snapshot, document: Document, *, issuer: str) -> Report:
    """The next version; its evaluation is locked, so that two snapshots do not take one number."""
    evaluation = Evaluation.objects.select_for_update(of=("self",)).get(pk=snapshot.evaluation_id)
    last = evaluation.reports.aggregate(last=Max("version"))["last"] or 0
    return Report(
        evaluation=evaluation,
        snapshot=snapshot,
        organisation=Organisation.objects.get(code=issuer),
        version=last + 1,
        subject=document.subject,
        code=document.code,
        renderer={"version": renderer_version(), "fonts": font_hashes()},
    )


def _file(report: Report, kind: FileKind, content: bytes) -> ReportFile:
    return ReportFile(
        report=report,
        kind=kind,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
