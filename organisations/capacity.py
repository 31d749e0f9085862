"""As what a person acts for a body: by their own position, or on behalf of a head."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from organisations.choices import Capacity
from organisations.models import Delegation, Organisation, User
from organisations.selectors import Standing


@dataclass(frozen=True)
class Acting:
    """What is recorded beside the person; nobody is named unless they lent their powers."""

    capacity: Capacity | Literal[""] = ""
    on_behalf_of: User | None = None


def acting_for(
    organisation: Organisation | None, standing: Standing, *, is_own_right: bool
) -> Acting:
    """As what somebody does what they may do for a body.

    Args:
        is_own_right: whether their own position allows it; what it allows is never done as a
            delegate, also in days of a delegation.

    Returns:
        No capacity where the person holds no position in the body.
    """
    position = standing.position_in(organisation.pk) if organisation else None
    if position is None:
        return Acting()
    lent = Delegation.objects.current(on=standing.on).filter(
        organisation=organisation, delegate=standing.user_id
    )
    if not is_own_right and (first := lent.order_by("valid_from", "pk").first()) is not None:
        return Acting(Capacity.DELEGATE, first.delegator)
    return Acting(Capacity(position))


def capacity_words(capacity: str, on_behalf_of: User | None) -> str:
    """How histories say it, with the abbreviations of Decree 30/2020/NĐ-CP; "" where not known."""
    if not capacity:
        return ""
    if on_behalf_of is not None:
        return _("on the authority (TUQ.) of %(head)s") % {"head": on_behalf_of}
    return str(Capacity(capacity).label)
