"""What stood at the end of a day in the past: decisions made later are not there yet.

Rows are changed in memory alone; whoever calls has read them for one page.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from programmes.choices import ExtensionState, UpdateState
from programmes.models import ExtensionRequest, ProgressUpdate


def as_they_stood(updates: Sequence[ProgressUpdate], end: dt.datetime) -> list[ProgressUpdate]:
    """Reports handed in before a moment, without what was said of them from then on."""
    overtaken = {
        update.corrects_id
        for update in updates
        if update.corrects_id and update.reviewed_at and update.reviewed_at < end
        if update.state in (UpdateState.ACCEPTED, UpdateState.SUPERSEDED)
    }
    for update in updates:
        if update.reviewed_at is not None and update.reviewed_at >= end:
            update.state, update.remarks = UpdateState.SUBMITTED, ""
            update.reviewed_at = update.reviewed_by = update.reviewed_for = None
            update.reviewed_as = ""
        elif update.state == UpdateState.SUPERSEDED and update.pk not in overtaken:
            update.state = UpdateState.ACCEPTED
        if update.answered_at is not None and update.answered_at >= end:
            update.owner_answer, update.owner_note, update.answered_at = "", "", None
    return list(updates)


def requests_as_they_stood(
    requests: Iterable[ExtensionRequest], end: dt.datetime
) -> list[ExtensionRequest]:
    """Requests made before a moment; what was decided or withdrawn from then on was open."""
    found = list(requests)
    for request in found:
        settled = request.decided_at or request.updated_at  # a withdrawn one is never touched again
        if request.state != ExtensionState.OPEN and settled >= end:
            request.state = ExtensionState.OPEN
    return found
