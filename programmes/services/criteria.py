"""The conditions by which trials of a programme are evaluated; judged ones keep their words.

Whether one was judged is asked of whatever table refers to it: the evaluations lie a floor higher,
so that this floor knows them by the database's references alone.
"""

import datetime as dt
import re
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import pghistory.models
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from dti_tracker.shared.errors import DomainError, WrongState
from organisations.models import User
from programmes.models import Criterion, Programme
from programmes.services.grounds import (
    Ground,
    because,
    locked_programme,
    require_changed,
    require_right,
    require_seen,
    write,
)

CRITERION_FIELDS = frozenset({"name", "name_en"})
CODE = re.compile(r"c(\d+)")


@transaction.atomic
def add_criterion(
    *, programme: Programme, by: User, on: dt.date, values: Mapping[str, Any]
) -> Criterion:
    """Add a condition after the others.

    Raises:
        NotAllowed: neither administrator nor of the coordinator.
        DomainError: the same words are there already, or a value does not fit.
    """
    locked = locked_programme(programme)
    require_right("create_set_up", locked, by=by, on=on)
    _require_new_words(locked.criteria.all(), values)
    last = locked.criteria.aggregate(last=Max("order"))["last"] or 0
    criterion = Criterion(programme=locked, code=_free_code(locked), order=last + 1)
    write(criterion, values, fields=CRITERION_FIELDS)
    return criterion


@transaction.atomic
def reword_criterion(
    *,
    criterion: Criterion,
    by: User,
    on: dt.date,
    values: Mapping[str, Any],
    ground: Ground,
    seen: str,
) -> Criterion:
    """Change the words of a condition by which nothing was judged yet.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: an evaluation judged by it.
        Stale: somebody else changed it first.
        DomainError: reason or document lack, or the same words are there already.
    """
    present = _locked(criterion, by=by, on=on)
    require_seen(seen, present)
    _require_unjudged(present)
    require_changed(present, values)
    _require_new_words(present.programme.criteria.exclude(pk=present.pk), values)
    with because(ground):
        write(present, values, fields=CRITERION_FIELDS)
    return present


@transaction.atomic
def retire_criterion(
    *, criterion: Criterion, by: User, on: dt.date, ground: Ground, seen: str
) -> None:
    """Take a condition away by which nothing was judged; the history keeps it.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: an evaluation judged by it, or it was retired already.
        Stale: somebody else changed it first.
        DomainError: reason or document lack.
    """
    present = _locked(criterion, by=by, on=on)
    require_seen(seen, present)
    _require_unjudged(present)
    with because(ground):
        present.delete()


@transaction.atomic
def move_criterion(*, criterion: Criterion, by: User, on: dt.date, up: bool, seen: str) -> None:
    """Exchange a condition with its neighbour; at the end of the list nothing happens.

    Args:
        seen: the mark of all the programme's conditions in their order, as they were read: a
            repeated request would otherwise move the condition once more.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: it was retired.
        Stale: the list was changed since it was read.
    """
    present = _locked(criterion, by=by, on=on)
    ordered = list(in_order(present.programme.criteria.all()))
    require_seen(seen, *ordered)
    place = ordered.index(present)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(ordered):
        return
    ordered[place], ordered[other] = ordered[other], ordered[place]
    for order, row in enumerate(ordered, start=1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])


def in_order(criteria: QuerySet[Criterion]) -> QuerySet[Criterion]:
    """Criteria as their programme lists them."""
    return criteria.order_by("order", "pk")


def with_judged(criteria: QuerySet[Criterion]) -> QuerySet[Criterion, Any]:
    """Criteria in their order that know in `is_judged` whether anything refers to them."""
    referring = (Exists(rows.filter(**{name: OuterRef("pk")})) for name, rows in _references())
    return in_order(criteria).annotate(is_judged=reduce(or_, referring, Q(Value(False))))


def _references() -> list[tuple[str, QuerySet[Any]]]:
    """The tables that refer to criteria, with the field that does; histories do not count."""
    return [
        (relation.field.name, relation.related_model._base_manager.all())
        for relation in Criterion._meta.related_objects
        if isinstance(relation.related_model, type)
        and not issubclass(relation.related_model, pghistory.models.Event)
    ]


def _locked(criterion: Criterion, *, by: User, on: dt.date) -> Criterion:
    """The criterion as it is now; judging by it waits until this is done.

    Raises:
        WrongState: it was retired meanwhile.
    """
    programme = locked_programme(criterion.programme)
    require_right("change_set_up", programme, by=by, on=on)
    found = Criterion.objects.select_for_update(of=("self",)).select_related("programme")
    present = found.filter(pk=criterion.pk).first()
    if present is None:
        raise WrongState(_("This criterion was retired meanwhile."))
    return present


def _require_unjudged(criterion: Criterion) -> None:
    (found,) = with_judged(Criterion.objects.filter(pk=criterion.pk))
    if found.is_judged:
        raise WrongState(
            _(
                "An evaluation judged by this criterion, so its words stay. Add another "
                "criterion instead."
            )
        )


def _require_new_words(others: QuerySet[Criterion], values: Mapping[str, Any]) -> None:
    if others.filter(name__iexact=str(values["name"]).strip()).exists():
        sentence = _("The programme has a criterion with these words already.")
        raise DomainError(sentence, fields={"name": sentence})


def _free_code(programme: Programme) -> str:
    """`c1`, `c2`, …: evaluations and the API tell criteria apart by it.

    The history counts as well, so that the code of a retired criterion never names another one.
    """
    history = Criterion.pgh_event_model.objects.filter(programme_id=programme.pk)  # type: ignore[attr-defined]
    given = {
        *history.values_list("code", flat=True),
        *programme.criteria.values_list("code", flat=True),
    }
    numbers = (int(found[1]) for code in given if (found := CODE.fullmatch(code)))
    return f"c{max(numbers, default=0) + 1}"
