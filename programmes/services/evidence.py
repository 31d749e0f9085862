"""Evidence: files attached to reports and tasks, withdrawn at most, never erased.

The lead's come with its open report, which is begun where there is none; a body that takes part and
the coordinator may add theirs to the report they are writing, or to the task itself.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, NotAllowed, WrongState
from dti_tracker.shared.text import nfc
from organisations.choices import ENTERPRISE_KINDS, Role
from organisations.models import Organisation, User
from organisations.rights import Belonging, Decision, allowed, require
from organisations.selectors import Standing
from organisations.templatetags.ui import moment
from programmes.choices import UpdateKind, UpdateState
from programmes.evidence.inspecting import Inspected, inspected
from programmes.evidence.uploads import Source, Upload, received
from programmes.models import (
    Commitment,
    Evidence,
    EvidenceChunk,
    EvidenceContent,
    IndicatorLink,
    Milestone,
    ProgressUpdate,
    Task,
)
from programmes.models.evidence import EvidenceQuerySet
from programmes.relations import coordinator_of, lead_of, task_relations
from programmes.services.grounds import locked_task, write
from programmes.services.report_periods import open_update
from programmes.services.updates import carried_fields, joining, save_update_draft

MAX_FILES = 50  # of a report, or of a body on a task outside of reports; withdrawn ones count
WRITABLE = frozenset({"title", "dated_on"})


class Added(NamedTuple):
    """A new piece of evidence, and whether its upload began the report it came with."""

    evidence: Evidence
    began_report: bool


class Shows(NamedTuple):
    """What evidence is about, at most one of them; nothing: the report or the task as a whole."""

    milestone: Milestone | None = None
    link: IndicatorLink | None = None
    commitment: Commitment | None = None


def add_evidence(
    *,
    task: Task,
    organisation: Organisation,
    by: User,
    on: dt.date,
    file: Source,
    name: str,
    kind: UpdateKind | None = None,
    title: str = "",
    dated_on: dt.date | None = None,
    shows: Shows = Shows(),  # noqa: B008 - cannot be changed
) -> Added:
    """Keep a file as evidence of a body; it is judged before anything is locked or written.

    Args:
        organisation: whose evidence it is; the person sits in it.
        name: as it was sent; kept in a plain form.
        kind: the report it comes with; the lead's always comes with its own report, others' with
            none belongs to the task.
        title: what it is; by default the name without its ending.

    Raises:
        NotAllowed: the person does not add evidence for this body on this task.
        TooLarge: larger than EVIDENCE_MAX_MB.
        DomainError: the file is not taken, or is there already; `fields` says which field.
    """
    require(decision_to_add(task, organisation, Standing.of(by, on=on)))
    with received(file) as upload:
        found = inspected(upload.file, name)
        given = {"title": title.strip() or found.name.rpartition(".")[0], "dated_on": dated_on}
        return _added(task, organisation, by, on, kind, shows, upload, found, given)


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, by: User, on: dt.date, reason: str) -> Evidence:
    """Take evidence back: it stays listed with the reason, its file stays readable for who may.

    Raises:
        NotAllowed, WrongState: not the person's to withdraw, already withdrawn, or its report was
            sent meanwhile.
        DomainError: no reason was given.
    """
    locked_task(evidence.task)
    locked = Evidence.objects.select_related("task__programme", "organisation", "update").get(
        pk=evidence.pk
    )
    require(
        decision_to_withdraw(locked, Standing.of(by, on=on)),
        wrong_state=_("Its report was sent; the head of the body withdraws the file now."),
    )
    if locked.withdrawn_at is not None:
        raise WrongState(
            _("This file was withdrawn already (%(moment)s).")
            % {"moment": moment(locked.withdrawn_at)}
        )
    if not reason.strip():
        sentence = _("Say why the file is withdrawn; the reason stays beside it.")
        raise DomainError(sentence, fields={"reason": sentence})
    locked.withdrawn_by, locked.withdrawn_at = by, timezone.now()
    locked.withdrawn_reason = nfc(reason.strip())
    locked.save()
    return locked


def uploading_body(
    task: Task, standing: Standing, kind: UpdateKind | None = None
) -> Organisation | None:
    """For which body a person adds evidence to a task: of the lead, the coordinator and who takes
    part the first in which they may."""
    lead = lead_of(task, successions=standing.successions, on=standing.on)
    coordinator = coordinator_of(task.programme, successions=standing.successions, on=standing.on)
    candidates = {
        None: (lead, coordinator, *joining(task, standing)),
        UpdateKind.REPORT: (lead,),
        UpdateKind.ENTERED: (coordinator,),
        UpdateKind.CONTRIBUTION: joining(task, standing),
    }[kind]
    return next((b for b in candidates if b and decision_to_add(task, b, standing)), None)


def decision_to_add(task: Task, organisation: Organisation, standing: Standing) -> Decision:
    """Whether a person may add evidence of a body: by what they are to the task in that body."""
    position = standing.position_in(organisation.pk)
    there = replace(
        standing,
        positions={organisation.pk: position} if position else {},
        delegated=standing.delegated & {organisation.pk},
    )
    relations = task_relations(task, there)
    return allowed("upload_evidence", relations, UpdateState.DRAFT, belonging=Belonging.OWN)


def decision_to_withdraw(evidence: Evidence, standing: Standing) -> Decision:
    """Whether a person may withdraw evidence, as far as the table says; of a task with its duties."""
    report = evidence.update
    return allowed(
        "withdraw_evidence",
        task_relations(evidence.task, standing),
        report.state if report else UpdateState.DRAFT,
        belonging=_belonging(evidence, standing),
    )


def decision_to_read(evidence: Evidence, standing: Standing) -> Decision:
    """Whether a person may read evidence that is visible to them."""
    is_enterprises = evidence.organisation.kind in ENTERPRISE_KINDS
    return allowed(
        "view_partner_evidence" if is_enterprises else "view_lead_evidence",
        task_relations(evidence.task, standing),
        belonging=_belonging(evidence, standing),
    )


def stored_content(upload: Upload, media_type: str) -> EvidenceContent:
    """The row of these bytes, with its chunks; whoever comes second waits and finds the first's."""
    row = EvidenceContent(sha256=upload.sha256, size=upload.size, media_type=media_type)
    EvidenceContent.objects.bulk_create([row], ignore_conflicts=True)
    content = EvidenceContent.objects.get(sha256=upload.sha256)
    if not content.chunks.exists():
        for number, data in enumerate(upload.chunks()):
            EvidenceChunk.objects.create(content=content, number=number, data=data)
    return content


def stored_bytes(content: EvidenceContent) -> Iterator[bytes]:
    """The bytes of a content, a chunk at a time: what is served stays out of memory."""
    chunks = EvidenceChunk.objects.filter(content=content).order_by("number")
    number = 0
    while (data := chunks.filter(number=number).values_list("data", flat=True).first()) is not None:
        yield bytes(data)
        number += 1


def _belonging(evidence: Evidence, standing: Standing) -> Belonging | None:
    """Of the own body, or of one whose leadership the own body inherited."""
    bodies = standing.organisation_ids
    led = standing.successions.origins(bodies, Role.LEAD, on=standing.on)
    return Belonging.OWN if evidence.organisation_id in bodies | led else None


@transaction.atomic
def _added(
    task: Task,
    organisation: Organisation,
    by: User,
    on: dt.date,
    kind: UpdateKind | None,
    shows: Shows,
    upload: Upload,
    found: Inspected,
    given: dict[str, Any],
) -> Added:
    locked = locked_task(task)
    require(decision_to_add(locked, organisation, Standing.of(by, on=on)))
    _require_of_task(shows, locked, organisation)
    report, began = _report(locked, organisation, by, on, kind)
    there = Evidence.objects.filter(task=locked, update=report)
    if report is None:
        there = there.filter(organisation=organisation)
    _require_room(there)
    _require_new(there, upload.sha256, found.name)
    row = Evidence(
        task=locked,
        organisation=organisation,
        update=report,
        content=stored_content(upload, found.kind.media_type),
        file_name=found.name,
        uploaded_by=by,
        **shows._asdict(),
    )
    write(row, given, fields=WRITABLE)
    return Added(row, began)


def _report(
    task: Task, organisation: Organisation, by: User, on: dt.date, kind: UpdateKind | None
) -> tuple[ProgressUpdate | None, bool]:
    """The open report evidence comes with, and whether it had to be begun."""
    successions = Standing.of(by, on=on).successions
    lead = lead_of(task, successions=successions, on=on)
    if lead == organisation:
        kind = UpdateKind.REPORT
    if kind is None:
        return None, False
    body = organisation if kind == UpdateKind.CONTRIBUTION else lead
    if body is None or (kind == UpdateKind.REPORT and lead != organisation):
        raise NotAllowed(_("Only the lead attaches evidence to its report."))
    report = open_update(task, body, kind)
    if report is not None:
        _note_writer(report, by)
        return report, False
    begun = save_update_draft(
        task=task,
        organisation=body,
        by=by,
        on=on,
        fields=carried_fields(task, body, on=on, kind=kind),
        version=None,
        kind=kind,
        anew=True,
    )
    return begun, True


def _note_writer(report: ProgressUpdate, by: User) -> None:
    """Who attaches evidence had a hand in the report and does not review it; it keeps its version
    and its last writer, so that nobody's open form grows stale."""
    if by.pk not in report.author_ids:
        report.writers = [by.pk, *(report.writers or [report.author_id])]
        report.save(update_fields=["writers"])


def _require_of_task(shows: Shows, task: Task, organisation: Organisation) -> None:
    """What is shown belongs to the task; what another enterprise promised is nobody's to show."""
    commitment = shows.commitment
    fits = (
        (shows.milestone is None or shows.milestone.trial_period.task_id == task.pk)
        and (shows.link is None or shows.link.task_id == task.pk)
        and (commitment is None or commitment.trial_period.task_id == task.pk)
        and sum(thing is not None for thing in shows) <= 1
    )
    if commitment is not None and organisation.kind in ENTERPRISE_KINDS:
        fits = fits and commitment.organisation_id == organisation.pk
    if not fits:
        sentence = _("Choose one milestone, indicator or commitment of this task.")
        raise DomainError(sentence, fields={"shows": sentence})


def _require_room(there: EvidenceQuerySet) -> None:
    if there.count() >= MAX_FILES:
        sentence = _(
            "There are %(count)s files already, the most there can be. Put several pages into one "
            "PDF."
        ) % {"count": MAX_FILES}
        raise DomainError(sentence, fields={"file": sentence})


def _require_new(there: EvidenceQuerySet, sha256: str, name: str) -> None:
    """The same bytes once; what was withdrawn may come again."""
    same = there.standing().filter(content__sha256=sha256).select_related("uploaded_by").first()
    if same is None:
        return
    sentence = _(
        "“%(name)s” is here already: as “%(title)s”, uploaded by %(person)s (%(moment)s). It was "
        "not stored again."
    ) % {
        "name": name,
        "title": same.title,
        "person": same.uploaded_by,
        "moment": moment(same.created_at),
    }
    raise DomainError(sentence, fields={"file": sentence})
