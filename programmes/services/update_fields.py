"""What may be written into an update, and how it is read: one rule for page, API and spreadsheet.

Nothing here reads or writes the database.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError
from dti_tracker.shared.text import nfc
from programmes.choices import Health, UpdateKind
from programmes.models import ProgressUpdate

WORDS = ("narrative", "difficulties", "proposals")
TEXTS = (*WORDS, "declared_health", "declared_reason")
DECLARABLE = frozenset({Health.GREEN.value, Health.AMBER.value, Health.RED.value})
OWN_FIELDS = frozenset({"percent", "is_unchanged", *TEXTS})
BROUGHT = frozenset({"milestones", "values"})
# A body that takes part tells in words; the figures are the lead's to report.
FIELDS = {
    UpdateKind.REPORT: OWN_FIELDS | BROUGHT,
    UpdateKind.ENTERED: OWN_FIELDS | BROUGHT,
    UpdateKind.CONTRIBUTION: frozenset(WORDS),
}


def require_known(kind: str, fields: Mapping[str, Any]) -> None:
    """Raises TypeError for a field that an update of a kind does not have."""
    unknown = set(fields) - FIELDS[UpdateKind(kind)]
    if unknown:
        raise TypeError(f"an update ({kind}) has no {', '.join(sorted(unknown))}")


def set_fields(update: ProgressUpdate, fields: Mapping[str, Any]) -> None:
    """Set what was given of the update's own fields.

    Raises:
        DomainError: a value does not fit; `fields` says which.
    """
    for name in TEXTS:
        if name in fields:
            setattr(update, name, nfc(str(fields[name] or "").strip()))
    if "percent" in fields:
        update.percent = percent_of(fields["percent"])
    if "is_unchanged" in fields:
        update.is_unchanged = bool(fields["is_unchanged"])
    if update.declared_health and update.declared_health not in DECLARABLE:
        raise DomainError(
            _("The declared colour is none of green, amber and red."),
            fields={"declared_health": _("Choose green, amber or red.")},
        )


def percent_of(given: object) -> Decimal | None:
    """A percentage of two decimals; None is not reported and stays so.

    Raises:
        DomainError: it is no number, or not between 0 and 100.
    """
    if given is None or given == "":
        return None
    sentence = _("The percentage lies between 0 and 100, with at most two decimals.")
    try:
        percent = Decimal(str(given))
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 <= percent <= 100 or percent != round(percent, 2):
        raise DomainError(sentence, fields={"percent": sentence})
    return percent


def carry_forward(update: ProgressUpdate, last: ProgressUpdate | None) -> None:
    """ "No change": what was reported last stands; what is written anew goes before it.

    Raises:
        DomainError: nothing was reported before, or the percentage differs from the last one.
    """
    if last is None:
        sentence = _("Nothing was reported before, so there is no “no change” yet: describe it.")
        raise DomainError(sentence, fields={"is_unchanged": sentence})
    if update.percent not in (None, last.percent):
        sentence = _("The percentage differs from the last one, though “no change” is ticked.")
        raise DomainError(sentence, fields={"percent": sentence})
    update.percent = last.percent
    update.is_example = last.is_example
    for name in TEXTS:
        setattr(update, name, getattr(update, name) or getattr(last, name))


def says_the_same(update: ProgressUpdate, fields: Mapping[str, Any]) -> bool:
    """Whether an update holds already what is given of its own fields."""
    given = ProgressUpdate(percent=update.percent, is_unchanged=update.is_unchanged)
    for name in TEXTS:
        setattr(given, name, getattr(update, name))
    try:
        set_fields(given, fields)
    except DomainError:
        return False
    return all(getattr(given, name) == getattr(update, name) for name in OWN_FIELDS)


def repeats_unchanged(sent: ProgressUpdate, fields: Mapping[str, Any]) -> bool:
    """Whether "no change" is said again by somebody who typed nothing beside it."""
    if not (sent.is_unchanged and fields.get("is_unchanged")):
        return False
    return not any(fields.get(name) for name in TEXTS)
