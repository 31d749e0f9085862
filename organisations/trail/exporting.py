"""The trail as a table for a spreadsheet, a batch of lines at a time."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dti_tracker.shared.spreadsheet import safe_text
from dti_tracker.shared.time import VIETNAM
from organisations.models import TrailEntry
from organisations.trail.reading import Line, Sight, lines

BATCH = 500


def rows(found: QuerySet[TrailEntry], sight: Sight) -> Iterator[list[str]]:
    """The heading, then a row for each line, newest first; memory stays flat."""
    yield [
        _("No."),
        _("Time"),
        pgettext("trail", "Person"),
        pgettext("trail", "What was done"),
        pgettext("trail", "Kind"),
        pgettext("trail", "Name"),
        _("Number of the object"),
        pgettext("trail", "Fields"),
        _("Channel"),
        _("Path"),
        _("Request"),
        _("Address"),
        _("Reason"),
        _("Role in the database"),
        _("Program"),
    ]
    below: int | None = None
    while True:
        batch = list(
            (found if below is None else found.filter(pk__lt=below)).order_by("-pk")[:BATCH]
        )
        for line in lines(batch, sight):
            yield [safe_text(cell) for cell in _cells(line)]
        if len(batch) < BATCH:
            return
        below = batch[-1].pk


def _cells(line: Line) -> list[object]:
    entry, told = line.entry, line.entry.circumstances
    return [
        entry.pk,
        f"{entry.at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}",
        line.who,
        entry.get_kind_display(),
        line.what,
        line.about,
        entry.object_id or "",
        "; ".join([f"{c.label}: {c.before} → {c.after}" for c in line.changes] or line.fields),
        entry.get_channel_display(),
        told.get("url") or told.get("command") or told.get("job") or "",
        told.get("request_id") or "",
        told.get("address") or entry.db_address or "",
        told.get("reason") or "",
        entry.db_role,
        entry.db_application,
    ]
