"""What a person is to a sub-indicator on a day: owner, or what they are in general.

Duties are read from prefetched rows (`duties`), so that any number of them costs no further query.
"""

from indicators.models import SubIndicator
from organisations.choices import Position, Role
from organisations.models import Organisation
from organisations.relations import holders, with_general
from organisations.rights import Relation
from organisations.selectors import Standing

# Whose word stands for their body; a clerk files and forwards, and enters nothing.
ENTERING = frozenset({Position.STAFF, Position.HEAD, Position.DEPUTY})


def sub_indicator_relations(sub_indicator: SubIndicator, standing: Standing) -> frozenset[Relation]:
    """Every relation of the person to a sub-indicator on the day of the standing."""
    is_owner = any(_speaks_for(body, standing) for body in owners_of(sub_indicator, standing))
    return with_general({Relation.INDICATOR_OWNER} if is_owner else set(), standing)


def owners_of(sub_indicator: SubIndicator, standing: Standing) -> tuple[Organisation, ...]:
    """The bodies that report a sub-indicator's value on the day of the standing."""
    return holders(
        sub_indicator.duties.all(),
        Role.INDICATOR_OWNER,
        successions=standing.successions,
        on=standing.on,
    )


def _speaks_for(body: Organisation, standing: Standing) -> bool:
    return standing.position_in(body.pk) in ENTERING or body.pk in standing.delegated
