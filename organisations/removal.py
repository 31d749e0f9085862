"""Removing rows with everything that hangs on them; for demo data alone, real rows are kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pghistory.models
import pgtrigger
from django.db import models, transaction

Doomed = dict[type[models.Model], set[int]]


@transaction.atomic
def remove(roots: Iterable[models.QuerySet[Any]]) -> dict[str, int]:
    """Delete rows, and all rows that cannot be without them, through append-only tables too.

    A row that can be without them stays and forgets them. Histories of the rows stay. The database
    checks its foreign keys at the end of the transaction, so that the order does not matter.

    Returns:
        How many rows were deleted, by the label of their model.
    """
    doomed = _collected(roots)
    forgetting = [
        (referrer, field, ids)
        for model, ids in doomed.items()
        for referrer, field in _referrers(model)
        if field.null
    ]
    touched = {*doomed, *(referrer for referrer, _field, _ids in forgetting)}
    with pgtrigger.ignore(*_protections(touched)):
        for referrer, field, ids in forgetting:
            staying = referrer._base_manager.filter(**{f"{field.name}__in": ids})
            staying.exclude(pk__in=doomed.get(referrer, ())).update(**{field.name: None})
        for model, ids in doomed.items():
            rows = model._base_manager.filter(pk__in=ids)
            rows._raw_delete(rows.db)
    return {model._meta.label_lower: len(ids) for model, ids in doomed.items() if ids}


def _collected(roots: Iterable[models.QuerySet[Any]]) -> Doomed:
    doomed: Doomed = defaultdict(set)
    waiting = [(root.model, set(root.values_list("pk", flat=True))) for root in roots]
    while waiting:
        model, ids = waiting.pop()
        new = ids - doomed[model]
        doomed[model] |= new
        if not new:
            continue
        for referrer, field in _referrers(model):
            if not field.null:
                rows = referrer._base_manager.filter(**{f"{field.name}__in": new})
                waiting.append((referrer, set(rows.values_list("pk", flat=True))))
    return dict(doomed)


def _referrers(model: type[models.Model]) -> Iterator[tuple[type[models.Model], Any]]:
    """Every table with a foreign key to a model, except histories."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, (models.ManyToOneRel, models.OneToOneRel)):
            referrer = relation.related_model
            if isinstance(referrer, type) and _is_live(referrer):
                yield referrer, relation.field


def _is_live(model: type[models.Model]) -> bool:
    """Whether a model is a table of its own, and no history."""
    is_table = model._meta.managed and not model._meta.proxy
    return is_table and not issubclass(model, pghistory.models.Event)


def _protections(touched: Collection[type[models.Model]]) -> list[str]:
    """The triggers that keep rows of these tables from being changed or deleted."""
    registered: list[tuple[Any, Any]] = list(pgtrigger.registered())
    return [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in registered
        if model in touched and isinstance(trigger, pgtrigger.Protect)
    ]
