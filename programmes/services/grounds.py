"""What every change of set-up has: a right, what was read, a reason and a document.

Nothing is overwritten silently. The history keeps the old and the new value with the reason and
the key of the document; who read an older state than the present one is told.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, Stale
from dti_tracker.shared.text import nfc
from organisations.models import Document, User
from organisations.rights import allowed, require
from organisations.selectors import Standing
from organisations.services.documents import NewDocument, recorded
from organisations.templatetags.ui import moment
from programmes.models import Programme, Task
from programmes.relations import programme_relations

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Ground:
    """Why something that exists is changed, and by which document."""

    reason: str
    document: Document | NewDocument | None


@contextmanager
def because(ground: Ground, *, needs_document: bool = True) -> Iterator[Document | None]:
    """Keep the ground with everything that is written inside.

    Yields:
        The document, recorded if it was not yet.

    Raises:
        DomainError: reason or document lack; `fields` says which.
    """
    gaps = {}
    if not ground.reason.strip():
        gaps["reason"] = _("Say why; the reason stays in the history.")
    if ground.document is None and needs_document:
        gaps["document"] = _("Choose the document on which this rests, or enter it.")
    if gaps:
        raise DomainError(" ".join(gaps.values()), fields=gaps)
    document = recorded(ground.document) if ground.document else None
    about = {"document": document.key} if document else {}
    with pghistory.context(reason=nfc(ground.reason.strip()), **about):
        yield document


@contextmanager
def by_document(document: Document | NewDocument | None) -> Iterator[Document | None]:
    """Keep the document by which something new begins; there may be none."""
    if document is None:
        yield None
        return
    known = recorded(document)
    with pghistory.context(document=known.key):
        yield known


def require_right(action: str, programme: Programme, *, by: User, on: dt.date) -> None:
    """Raises NotAllowed where the person's relations to the programme do not allow an action."""
    relations = programme_relations(programme, Standing.of(by, on=on))
    require(allowed(action, relations))


def locked_programme(programme: Programme) -> Programme:
    """The programme as it is now; whoever changes its set-up queues up behind this."""
    return Programme.objects.select_for_update().get(pk=programme.pk)


def locked_task(task: Task) -> Task:
    """The task as it is now; whoever writes on it queues up behind this."""
    found = Task.objects.select_for_update(of=("self",)).select_related("programme")
    return found.get(pk=task.pk)


def mark_of(*rows: models.Model) -> str:
    """A short mark of what rows say; it differs as soon as one value does."""
    values = [
        [str(getattr(row, field.attname)) for field in row._meta.concrete_fields] for row in rows
    ]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:20]


def require_seen(seen: str, *rows: models.Model) -> None:
    """Raises Stale where somebody changed the rows since they were read."""
    if seen == mark_of(*rows):
        return
    changed = [at for row in rows if (at := getattr(row, "updated_at", None))]
    when = moment(max(changed)) if changed else _("meanwhile")
    raise Stale(
        _(
            "Somebody else changed this (%(moment)s) while you were writing. Nothing was "
            "overwritten: compare with what is there now and save again."
        )
        % {"moment": when}
    )


def write(row: models.Model, values: Mapping[str, Any], *, fields: frozenset[str]) -> None:
    """Set some fields of a row and save it.

    Raises:
        TypeError: a field that may not be written here.
        DomainError: a value does not fit; `fields` says which.
    """
    unknown = set(values) - fields
    if unknown:
        raise TypeError(f"{row._meta.model_name}: {', '.join(sorted(unknown))} cannot be set here")
    for name, value in values.items():
        setattr(row, name, nfc(value.strip()) if isinstance(value, str) else value)
    try:
        row.full_clean()
    except ValidationError as error:
        found = {
            name: " ".join(texts) for name, texts in error.message_dict.items() if name != "__all__"
        }
        raise DomainError(" ".join(error.messages), fields=found) from error
    row.save()


def require_changed(row: models.Model, values: Mapping[str, Any]) -> None:
    """Raises DomainError where nothing would change: a reason without a change says nothing."""
    if all(getattr(row, name) == value for name, value in values.items()):
        raise DomainError(_("Nothing differs from what is recorded, so nothing was saved."))
