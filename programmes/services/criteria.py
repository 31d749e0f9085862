"""The conditions by which trials of a programme are evaluated; judged ones keep their words.

Whether one was judged is asked of whatever table refers to it: the evaluations lie a floor higher,
so that this floor knows them by the database's references alone.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pghistory.models
from django.db import transaction
from django.db.models import Case, Exists, Max, OuterRef, QuerySet, Value, When
from django.db.models.expressions import Combinable
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
def retire_criterion(*, criterion: Criterion, by: User, on: dt.date, ground: Ground) -> None:
    """Take a condition away by which nothing was judged; the history keeps it.

    Raises:
        NotAllowed: not of the coordinator.
        WrongState: an evaluation judged by it.
        DomainError: reason or document lack.
    """
    present = _locked(criterion, by=by, on=on)
    _require_unjudged(present)
    with because(ground):
        present.delete()


@transaction.atomic
def move_criterion(*, criterion: Criterion, by: User, on: dt.date, up: bool) -> None:
    """Exchange a condition with its neighbour; at the end of the list nothing happens.

    Raises:
        NotAllowed: not of the coordinator.
    """
    present = _locked(criterion, by=by, on=on)
    ordered = list(present.programme.criteria.order_by("order", "pk"))
    place = ordered.index(present)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(ordered):
        return
    ordered[place], ordered[other] = ordered[other], ordered[place]
    for order, row in enumerate(ordered, start=1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])


def with_judged(criteria: QuerySet[Criterion]) -> QuerySet[Criterion, Any]:
    """Criteria that know in `is_judged` whether anything refers to them."""
    judged: Combinable = Value(False)
    for name, rows in _references():
        judged = Case(
            When(Exists(rows.filter(**{name: OuterRef("pk")})), Value(True)), default=judged
        )
    return criteria.annotate(is_judged=judged).order_by("order", "pk")


def _references() -> list[tuple[str, QuerySet[Any]]]:
    """The tables that refer to criteria, with the field that does; histories do not count."""
    return [
        (relation.field.name, relation.related_model._base_manager.all())
        for relation in Criterion._meta.related_objects
        if isinstance(relation.related_model, type)
        and not issubclass(relation.related_model, pghistory.models.Event)
    ]


def _locked(criterion: Criterion, *, by: User, on: dt.date) -> Criterion:
    """The criterion as it is now; judging by it waits until this is done."""
    programme = locked_programme(criterion.programme)
    require_right("change_set_up", programme, by=by, on=on)
    found = Criterion.objects.select_for_update(of=("self",)).select_related("programme")
    return found.get(pk=criterion.pk)


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
    """`c1`, `c2`, …: nobody reads it; evaluations and the API tell criteria apart by it."""
    taken = set(programme.criteria.values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"c{n}") not in taken)
