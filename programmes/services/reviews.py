"""What becomes of a progress update that was sent: the coordinator decides, the lead answers."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from dti_tracker.shared.text import nfc
from organisations.capacity import acting_for
from organisations.models import User
from organisations.rights import allowed
from organisations.selectors import Standing
from programmes.choices import OwnerAnswer, UpdateKind, UpdateState
from programmes.models import ProgressUpdate
from programmes.relations import coordinator_of, update_relations
from programmes.services.report_periods import SERIES
from programmes.services.reported import make_effective
from programmes.services.telling import tell_of_dispute, tell_of_return
from programmes.services.updates import locked_update, moved, require_act, require_version


@transaction.atomic
def accept_update(
    *, update: ProgressUpdate, by: User, on: dt.date, version: int | None = None
) -> ProgressUpdate:
    """Accept a submitted update; the one accepted before for the same period is superseded.

    Its milestones are reached and its values are measurements from now on.

    Raises:
        NotAllowed: the person is not of the coordinator, or had a hand in the text.
        WrongState, Stale: somebody else decided first.
    """
    locked = _reviewed(update, "accept_update", by=by, on=on, version=version)
    earlier = list(
        ProgressUpdate.objects.filter(
            task=locked.task,
            organisation=locked.organisation,
            kind__in=SERIES[UpdateKind(locked.kind)],
            period_ends_on=locked.period_ends_on,
            state=UpdateState.ACCEPTED,
        )
    )
    for replaced in earlier:
        replaced.state = UpdateState.SUPERSEDED
        replaced.save()
    accepted = moved(locked, "accept")
    make_effective(accepted, replaced=earlier, by=by, at=accepted.reviewed_at or timezone.now())
    return accepted


@transaction.atomic
def return_update(
    *, update: ProgressUpdate, by: User, on: dt.date, remarks: str, version: int | None = None
) -> ProgressUpdate:
    """Send a submitted update back to its authors with remarks; what they have begun since then
    corrects it.

    Raises:
        DomainError: no remarks were given.
        NotAllowed, WrongState, Stale: as for `accept_update`.
    """
    locked = _reviewed(update, "return_update", by=by, on=on, version=version)
    if not remarks.strip():
        sentence = _("Say in the remarks what the department is to correct; nothing was returned.")
        raise DomainError(sentence, fields={"remarks": sentence})
    locked.remarks = nfc(remarks.strip())
    returned = moved(locked, "return")
    tell_of_return(returned)
    return returned


@transaction.atomic
def answer_entry(
    *,
    update: ProgressUpdate,
    by: User,
    on: dt.date,
    answer: OwnerAnswer,
    note: str = "",
    version: int | None = None,
) -> ProgressUpdate:
    """The lead confirms or disputes what the coordinator entered for it; the last answer counts.

    A dispute stays beside the figures until the lead sends a report of its own.

    Raises:
        NotAllowed: the person is not of the lead, or typed the report.
        WrongState: it is no entered report, or it was returned or superseded meanwhile.
        DomainError: disputed without saying what.
    """
    locked = locked_update(update)
    standing = Standing.of(by, on=on)
    require_act("confirm_entry", update_relations(locked, standing), locked)
    require_version(locked, version)
    if locked.kind != UpdateKind.ENTERED:
        raise WrongState(_("This report was written by its own body; there is nothing to confirm."))
    if answer == OwnerAnswer.DISPUTED and not note.strip():
        sentence = _("Say what is wrong in it; nothing was recorded.")
        raise DomainError(sentence, fields={"note": sentence})
    locked.owner_answer, locked.owner_note = answer, nfc(note.strip())
    locked.answered_by, locked.answered_at = by, timezone.now()
    locked.save()
    if answer == OwnerAnswer.DISPUTED:
        coordinator = coordinator_of(locked.task.programme, successions=standing.successions, on=on)
        tell_of_dispute(locked, coordinator, on=on)
    return locked


def _reviewed(
    update: ProgressUpdate, action: str, *, by: User, on: dt.date, version: int | None
) -> ProgressUpdate:
    """The locked update, once it is sure that the person may decide on it now."""
    locked = locked_update(update)
    standing = Standing.of(by, on=on)
    require_act(action, update_relations(locked, standing), locked)
    require_version(locked, version)
    locked.reviewed_by, locked.reviewed_at = by, timezone.now()
    own = update_relations(locked, standing.as_themselves)
    coordinator = coordinator_of(
        locked.task.programme, successions=standing.successions, on=standing.on
    )
    is_own_right = bool(allowed(action, own, locked.state))
    acting = acting_for(coordinator, standing, is_own_right=is_own_right)
    locked.reviewed_as, locked.reviewed_for = acting.capacity, acting.on_behalf_of
    return locked
