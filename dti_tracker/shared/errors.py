"""Refusals with a sentence fit for the user, raised by services and shown by page and API alike."""

from collections.abc import Mapping
from typing import ClassVar


class DomainError(Exception):
    """A rule of the domain refuses; nothing was changed.

    Args:
        message: one sentence in the user's language: what is wrong, where, what to do.
        fields: the same per field of the form, where a field is to blame.
    """

    status: ClassVar[int] = 422
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.fields = dict(fields or {})


class NotAllowed(DomainError):
    """The person sees the object but may not do this to it."""

    status = 403
    code = "not_allowed"


class WrongState(DomainError):
    """The action does not fit the state the object is in now."""

    status = 409
    code = "wrong_state"


class Stale(DomainError):
    """Somebody else saved first; the caller's text is kept and shown beside the new one."""

    status = 412
    code = "stale"


class TooLarge(DomainError):
    """More was sent than is taken; nothing of it was kept."""

    status = 413
    code = "too_large"
