"""Two who write the same at once: the database lets one through, the other is told in a sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from dti_tracker.shared.errors import DomainError


@contextmanager
def refusing(refusals: Mapping[str, DomainError]) -> Iterator[None]:
    """Write; where a constraint of this name stands against it, refuse as the check before would have.

    Args:
        refusals: by the name of the constraint. Any other stays an error of ours.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusals.get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal from error
