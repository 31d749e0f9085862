"""Reports as they stood at the end of a day in the past: decisions made later are not there yet."""

import datetime as dt
from collections.abc import Sequence

from programmes.choices import UpdateState
from programmes.models import ProgressUpdate


def as_they_stood(updates: Sequence[ProgressUpdate], end: dt.datetime) -> list[ProgressUpdate]:
    """Reports handed in before a moment, without what was said of them from then on.

    Changes the rows in memory alone; whoever calls has read them for one page.
    """
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
