"""What people do with a spreadsheet: send it, agree to what it would do, or discard it."""

import datetime as dt
import hashlib
import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from dti_tracker.shared.text import has_invisible, nfc
from organisations import jobs
from organisations.choices import JobKind, Role
from organisations.models import Organisation, User
from organisations.relations import holders, with_general
from organisations.rights import Decision, Relation, allowed, require
from organisations.selectors import Standing
from programmes.choices import SheetKind, SheetState, UpdateState
from programmes.models import Programme, Spreadsheet
from programmes.relations import LEAD_POSITIONS, programme_relations
from programmes.services.grounds import Ground, because
from programmes.spreadsheets.opening import MEGABYTE, require_kind

UNDECIDED = frozenset({SheetState.RECEIVED, SheetState.READ, SheetState.FAULTY})
LONGEST_NAME = 200


@transaction.atomic
def receive_progress(
    *,
    body: Organisation,
    period_ends_on: dt.date,
    content: bytes,
    name: str,
    by: User,
    on: dt.date,
) -> Spreadsheet:
    """Take a file of progress in and have it read; the same file again is read anew.

    Raises:
        NotAllowed: the person does not write reports of this body.
        DomainError: too large, or no spreadsheet.
    """
    require(may_report(body, Standing.of(by, on=on)))
    return _received(
        content,
        name,
        by=by,
        kind=SheetKind.PROGRESS,
        organisation=body,
        period_ends_on=period_ends_on,
    )


@transaction.atomic
def receive_trial_dates(
    *, programme: Programme, content: bytes, name: str, by: User, on: dt.date, ground: Ground
) -> Spreadsheet:
    """Take the annex of trial dates in and have it read; reason and document come with it.

    Raises:
        NotAllowed: the person does not coordinate the programme.
        DomainError: reason or document lack; too large, or no spreadsheet.
    """
    standing = Standing.of(by, on=on)
    require(may_write_dates(programme, standing))
    coordinators = holders(
        programme.duties.all(), Role.COORDINATOR, successions=standing.successions, on=on
    )
    if not coordinators:
        raise DomainError(_("Nobody coordinates this programme on this day."))
    with because(ground) as document:
        return _received(
            content,
            name,
            by=by,
            kind=SheetKind.TRIAL_DATES,
            organisation=coordinators[0],
            programme=programme,
            document=document,
            reason=nfc(ground.reason.strip()),
        )


@transaction.atomic
def confirm_spreadsheet(*, sheet: Spreadsheet, by: User, on: dt.date) -> Spreadsheet:
    """Agree to what a file would do; a job writes it. Twice is once.

    Raises:
        NotAllowed: the person may not write this.
        WrongState: it has errors, changes nothing, or was decided on.
    """
    locked = _locked(sheet)
    require_may_decide(locked, Standing.of(by, on=on))
    if locked.state == SheetState.CONFIRMED and locked.decided_by_id == by.pk:
        return locked
    if locked.state != SheetState.READ or not locked.changed:
        raise WrongState(_("This spreadsheet is not waiting for a decision any more."))
    locked.state = SheetState.CONFIRMED
    locked.decided_by, locked.decided_at = by, timezone.now()
    locked.save()
    jobs.enqueue(JobKind.SHEET_WRITE, locked.uid, by=by, wake=jobs.send, again=True)
    return locked


@transaction.atomic
def discard_spreadsheet(*, sheet: Spreadsheet, by: User, on: dt.date) -> Spreadsheet:
    """Put a file aside; nothing of it is written, the row stays.

    Raises:
        NotAllowed: the person may not write this.
        WrongState: it was decided on.
    """
    locked = _locked(sheet)
    require_may_decide(locked, Standing.of(by, on=on))
    if locked.state == SheetState.DISCARDED:
        return locked
    if locked.state not in UNDECIDED:
        raise WrongState(_("This spreadsheet is not waiting for a decision any more."))
    locked.state = SheetState.DISCARDED
    locked.decided_by, locked.decided_at = by, timezone.now()
    locked.save()
    return locked


def reports_for(standing: Standing) -> list[Organisation]:
    """The bodies for which the person writes reports of the lead that day, by name."""
    bodies = (standing.successions.organisations[key] for key in standing.positions)
    return sorted((b for b in bodies if may_report(b, standing)), key=lambda body: body.name)


def may_report(body: Organisation, standing: Standing) -> Decision:
    """By the rights table, as the lead of whatever the body leads; who sits in it alone."""
    position = standing.position_in(body.pk)
    found = {relation for place, relation in LEAD_POSITIONS.items() if place == position}
    if position is not None and body.pk in standing.delegated:
        found.add(Relation.LEAD_DELEGATE)
    return allowed("write_update", with_general(found, standing), UpdateState.DRAFT)


def may_write_dates(programme: Programme, standing: Standing) -> Decision:
    """Whether the person enters trial dates of a programme."""
    return allowed("change_set_up", programme_relations(programme, standing))


def may_decide(sheet: Spreadsheet, standing: Standing) -> Decision:
    """Whether the person may write, or put aside, what a file brings."""
    if sheet.programme is not None:
        return may_write_dates(sheet.programme, standing)
    return may_report(sheet.organisation, standing)


def require_may_decide(sheet: Spreadsheet, standing: Standing) -> None:
    """Raises NotAllowed where the person may not write what a file brings."""
    require(may_decide(sheet, standing))


def _received(content: bytes, name: str, *, by: User, **fields: object) -> Spreadsheet:
    """The row of a file with its job; while it is undecided, the same file is the same row."""
    limit = settings.SPREADSHEET_MAX_MB
    if len(content) > limit * MEGABYTE:
        sentence = _("The file is larger than %d MB. Split it into several.") % limit
        raise DomainError(sentence, fields={"file": sentence})
    require_kind(content, name)
    digest = hashlib.sha256(content).hexdigest()
    same = Spreadsheet.objects.select_for_update().filter(
        sha256=digest, uploaded_by=by, state__in=UNDECIDED, **fields
    )
    sheet = same.order_by("pk").first()
    if sheet is None:
        sheet = Spreadsheet.objects.create(
            file_name=_file_name(name),
            size=len(content),
            sha256=digest,
            content=content,
            uploaded_by=by,
            **fields,
        )
    else:
        sheet.state = SheetState.RECEIVED
        sheet.save()
    jobs.enqueue(JobKind.SHEET_READ, sheet.uid, by=by, wake=jobs.send, again=True)
    return sheet


def _file_name(name: str) -> str:
    """The name as it was sent, without folders and what nobody sees; its end is kept."""
    last = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(c for c in last if not has_invisible(c)).strip() or str(uuid.uuid4())
    return seen[-LONGEST_NAME:]


def _locked(sheet: Spreadsheet) -> Spreadsheet:
    found = Spreadsheet.objects.select_for_update(of=("self",))
    return found.select_related("organisation", "programme", "document").get(pk=sheet.pk)
