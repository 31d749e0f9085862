"""The rights table and what it speaks of agree: transitions and the states that a cell names."""

import pytest

from organisations.rights import table
from reports.choices import TRANSITIONS, Verb


@pytest.mark.parametrize("verb", list(Verb))
def test_who_may_move_an_evaluation_may_so_in_exactly_the_states_it_moves_from(verb):
    granting = [cell for cell in table()[verb].values() if cell.grants]

    assert granting
    assert {cell.states for cell in granting} == {TRANSITIONS[verb].sources}
