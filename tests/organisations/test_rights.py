"""What the rights table refuses becomes an error with its sentence."""

import pytest

from dti_tracker.shared.errors import NotAllowed, WrongState
from organisations.rights import Relation, allowed, require


def test_what_is_allowed_goes_on():
    require(allowed("submit", {Relation.LEAD_HEAD}, "in_review"))


@pytest.mark.parametrize(
    ("relations", "state", "error"),
    [
        ({Relation.LEAD_STAFF}, "in_review", NotAllowed),
        ({Relation.LEAD_HEAD}, "open", WrongState),
        ({Relation.STRANGER}, "open", NotAllowed),
    ],
)
def test_a_refusal_is_of_the_person_or_of_the_state(relations, state, error):
    decision = allowed("submit", relations, state)

    with pytest.raises(error) as refusal:
        require(decision)

    assert refusal.type is error
    assert refusal.value.message == decision.reason


def test_nobody_decides_on_their_own_work():
    with pytest.raises(NotAllowed):
        require(allowed("accept", {Relation.COORDINATOR, Relation.AUTHOR}, "submitted"))


def test_a_caller_may_say_more_of_the_state():
    with pytest.raises(WrongState, match=r"^Sent yesterday\.$"):
        require(allowed("submit", {Relation.LEAD_HEAD}, "open"), wrong_state="Sent yesterday.")
