"""The calculation knows no tables, yet speaks their codes."""

from indicators import calculation as calc
from indicators.choices import Direction, ScoringRule, ValueKind


def test_directions_have_the_same_codes() -> None:
    assert set(Direction.values) == {str(direction) for direction in calc.Direction}


def test_stored_scoring_rules_have_the_same_codes_and_none_is_unknown() -> None:
    assert {*ScoringRule.values, ""} == {str(kind) for kind in calc.RuleKind}


def test_stored_kinds_of_values_have_the_same_codes_and_no_row_is_not_reported() -> None:
    assert {*ValueKind.values, "not_reported"} == {str(kind) for kind in calc.Kind}


def test_a_stored_direction_is_taken_as_it_is() -> None:
    assert calc.attainment(12, 4, 6, Direction.FALLING).direction is calc.Direction.FALLING
