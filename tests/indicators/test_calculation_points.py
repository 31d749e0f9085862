"""Points of a sub-indicator, and the total of an edition by the edition's own formula."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculation import (
    Formula,
    Reason,
    Rule,
    RuleKind,
    Step,
    TotalFormula,
    points,
    points_gained,
    rounded,
    total,
)

D = Decimal
RATIO = Rule(RuleKind.RATIO)
ANSWER = Rule(RuleKind.YES_PART_NO)
MANUAL = Rule(RuleKind.MANUAL)
STEPS = Rule(
    RuleKind.STEPS,
    (Step(D(10), D(1)), Step(D(1), D("0.25")), Step(D(5), D("0.5"))),
)


def test_a_ratio_earns_its_part_of_the_maximum() -> None:
    # 62.5 % of 8 points = 5.
    result = points(D("62.5"), "%", 8, 100, 10, RATIO)
    assert result.value == D(5)
    assert (result.assumptions, result.reasons) == ((), ())
    assert result.formula is Formula.POINTS_RATIO
    assert points(D("0.625"), "ratio", 8, None, None, RATIO).value == D(5)


def test_a_ratio_over_one_hundred_percent_is_capped() -> None:
    result = points(120, "%", 8, 100, 10, RATIO)
    assert (result.value, result.reasons) == (D(8), (Reason.CAPPED,))
    result = points(-5, "%", 8, 100, 10, RATIO)
    assert (result.value, result.reasons) == (D(0), (Reason.CAPPED,))


def test_an_unknown_maximum_is_an_equal_share_and_says_so() -> None:
    # Digital awareness of 922: 100 points, 10 sub-indicators, 10 each; 50 % of 10 = 5.
    result = points(50, "%", None, 100, 10, RATIO)
    assert result.value == D(5)
    assert result.assumptions == (Reason.EQUAL_SHARE,)
    # The government indicator: 200 points, 22 sub-indicators; all of one = 200 / 22.
    assert rounded(points(100, "%", None, 200, 22, RATIO).value) == D("9.0909")


def test_an_unknown_rule_with_percent_counts_as_ratio_and_says_so() -> None:
    result = points(50, "%", None, 100, 10)
    assert result.value == D(5)
    assert result.assumptions == (Reason.EQUAL_SHARE, Reason.ASSUMED_RATIO)
    assert result.explain().reasons == (Reason.EQUAL_SHARE, Reason.ASSUMED_RATIO)
    assert points(150, "%", 10, None, None).value == D(10)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((None, "%", 10, 100, 10, RATIO), Reason.NO_DATA),
        ((50, "%", None, None, 10, RATIO), Reason.UNKNOWN_POINTS),  # 405: nothing is known
        ((50, "%", None, 100, None, RATIO), Reason.UNKNOWN_POINTS),
        ((50, "%", None, 100, 0, RATIO), Reason.UNKNOWN_POINTS),
        ((50, "enterprises", 10, 100, 10), Reason.UNKNOWN_RULE),
        ((50, "enterprises", 10, 100, 10, Rule(RuleKind.STEPS)), Reason.UNKNOWN_RULE),
        ((50, "enterprises", 10, 100, 10, RATIO), Reason.UNIT_NOT_A_RATIO),
        ((50, "%", 10, 100, 10, MANUAL), Reason.MANUAL_SCORING),
        ((D("0.3"), "", 10, 100, 10, ANSWER), Reason.VALUE_NOT_AN_ANSWER),
    ],
)
def test_what_cannot_be_calculated_is_none_with_its_reason(
    arguments: tuple[Decimal | int | None, str, int | None, int | None, int | None],
    reason: Reason,
) -> None:
    result = points(*arguments)
    assert result.value is None
    assert (result.assumptions, result.reasons) == ((), (reason,))
    assert result.explain().result is None


def test_yes_partly_and_no_earn_all_the_rules_share_and_nothing() -> None:
    answers = [points(value, "", 8, None, None, ANSWER).value for value in (1, D("0.5"), 0)]
    assert answers == [D(8), D(4), D(0)]
    third = Rule(RuleKind.YES_PART_NO, part_share=D("0.25"))
    assert points(D("0.25"), "", 8, None, None, third).value == D(2)


@pytest.mark.parametrize(
    ("count", "earned"),
    [(0, "0"), (1, "2"), (4, "2"), (5, "4"), (9, "4"), (10, "8"), (99, "8")],
)
def test_counts_earn_the_highest_step_reached(count: int, earned: str) -> None:
    result = points(count, "enterprises", 8, None, None, STEPS)
    assert result.value == D(earned)
    assert result.formula is Formula.POINTS_STEPS


def test_entered_points_are_capped_at_an_official_maximum_alone() -> None:
    assert points(7, "points", 8, None, None, MANUAL).value == D(7)
    assert points(9, "points", 8, None, None, MANUAL).reasons == (Reason.CAPPED,)
    # 12 would pass the equal share of 10, but an assumed maximum corrects no assessor.
    assumed = points(12, "points", None, 100, 10, MANUAL)
    assert (assumed.value, assumed.assumptions) == (D(12), ())
    assert points(-1, "points", None, None, None, MANUAL).value == D(0)


def test_an_unscored_indicator_earns_nothing_whatever_its_rule() -> None:
    smart_city = points(5, "enterprises", None, 0, 3)
    assert (smart_city.value, smart_city.reasons) == (D(0), (Reason.UNSCORED,))
    assert points(50, "%", 0, 100, 10).reasons == (Reason.UNSCORED,)


def test_gained_points_are_the_difference_times_the_share_claimed() -> None:
    # 40 % → 65 % of 8 points = 2; half of it claimed for the task = 1.
    before, after = points(40, "%", 8, None, None), points(65, "%", 8, None, None)
    assert points_gained(before, after) == D(2)
    assert points_gained(before, after, 50) == D(1)
    assert points_gained(after, before) == D(-2)


def test_gained_points_are_unknown_when_either_side_is() -> None:
    some, none = points(40, "%", 8, None, None), points(None, "%", 8, None, None)
    assert points_gained(some, none) is None
    assert points_gained(none, some) is None


def test_the_explanation_of_points_holds_what_went_in() -> None:
    assert points(50, "%", None, 100, 10).explain().named_inputs == {
        "value": 50,
        "unit": "%",
        "max_points": None,
        "main_max_points": 100,
        "main_sub_count": 10,
        "rule": None,
    }


@given(
    st.decimals(-50, 200, places=2),
    st.decimals(-50, 200, places=2),
    st.decimals("0.5", 50, places=1),
)
def test_a_better_value_never_earns_less_and_never_more_than_the_maximum(
    one: Decimal, other: Decimal, maximum: Decimal
) -> None:
    low, high = sorted((one, other))
    least = points(low, "%", maximum, None, None, RATIO).value
    most = points(high, "%", maximum, None, None, RATIO).value
    assert least is not None
    assert most is not None
    assert 0 <= least <= most <= maximum


# Decision 922: points of the main indicators 1-5 and 7-9; 6 (smart city) carries none.
FORMULA_922 = TotalFormula(
    {
        "1": D(100),
        "2": D(100),
        "3": D(100),
        "4": D(100),
        "5": D(100),
        "6": D(0),
        "7": D(200),
        "8": D(150),
        "9": D(150),
    },
    D(1000),
)
# Decision 1726: 400, 300 and 300 points of the three pillars.
FORMULA_1726 = TotalFormula({"CQS": D("0.4"), "KTS": D("0.3"), "XHS": D("0.3")}, D(1))

PUBLISHED_2022 = [
    (
        "Đà Nẵng",
        "0.8002",
        "1.0000 0.9000 0.8253 0.8487 0.7578 0.8575 0.7836 0.5197",
    ),
    (
        "TP. Hồ Chí Minh",
        "0.7163",
        "0.8917 0.9000 0.8258 0.6267 0.5580 0.8406 0.7611 0.3590",
    ),
    (
        "Quảng Ninh",
        "0.7024",
        "0.9581 0.9000 0.7648 0.6250 0.5382 0.8385 0.5904 0.4505",
    ),
    (
        "Thừa Thiên Huế",
        "0.6975",
        "0.9500 0.9000 0.6823 0.6794 0.6423 0.8262 0.6787 0.3001",
    ),
    (
        "Cần Thơ",
        "0.6924",
        "0.9000 0.8000 0.7233 0.7376 0.7226 0.7325 0.7556 0.2947",
    ),
]
PUBLISHED_2020 = [
    ("Đà Nẵng", "0.4874", "0.5346 0.4155 0.4964"),
    ("Thừa Thiên Huế", "0.4097", "0.5220 0.3040 0.3655"),
    ("Bắc Ninh", "0.4096", "0.4449 0.3668 0.4052"),
    ("Quảng Ninh", "0.3897", "0.4513 0.3019 0.3955"),
    ("TP. Hồ Chí Minh", "0.3848", "0.4446 0.3136 0.3764"),
    ("Tiền Giang", "0.3761", "0.4168 0.3065 0.3915"),
    ("Cần Thơ", "0.3696", "0.4544 0.3087 0.3174"),
    ("Ninh Bình", "0.3645", "0.3915 0.3161 0.3770"),
    ("Kiên Giang", "0.3631", "0.4030 0.3051 0.3678"),
]
TOLERANCE = D("0.0001")  # components are published with four places


@pytest.mark.parametrize(("province", "published", "components"), PUBLISHED_2022)
def test_the_formula_of_922_reproduces_the_published_totals_of_2022(
    province: str, published: str, components: str
) -> None:
    values = dict(zip("12345789", map(D, components.split()), strict=True))
    calculated = total(values, FORMULA_922).value
    assert calculated is not None, province
    assert abs(calculated - D(published)) <= TOLERANCE, province


@pytest.mark.parametrize(("province", "published", "components"), PUBLISHED_2020)
def test_the_formula_of_1726_reproduces_the_published_totals_of_2020(
    province: str, published: str, components: str
) -> None:
    values = dict(zip(("CQS", "KTS", "XHS"), map(D, components.split()), strict=True))
    calculated = total(values, FORMULA_1726).value
    assert calculated is not None, province
    assert abs(calculated - D(published)) <= TOLERANCE, province


def test_an_unknown_formula_gives_no_total() -> None:
    # Decision 405: no weight was read, and those of 922 are not borrowed.
    result = total({"1": D("0.5")}, None)
    assert (result.value, result.reasons) == (None, (Reason.UNKNOWN_FORMULA,))
    assert result.explain().named_inputs == {"1": D("0.5")}
    assert total({"1": D(1)}, TotalFormula({}, D(1))).reasons == (Reason.UNKNOWN_FORMULA,)


def test_a_total_without_a_weighted_component_is_unknown_and_names_it() -> None:
    result = total({"CQS": D("0.5"), "KTS": None}, FORMULA_1726)
    assert result.value is None
    assert result.missing == ("KTS", "XHS")
    assert result.reasons == (Reason.MISSING_COMPONENT,)


def test_a_component_without_weight_changes_no_total() -> None:
    pillars = {"CQS": D("0.5"), "KTS": D(0), "XHS": D("0.5")}
    assert total({**pillars, "other": D(9)}, FORMULA_1726).value == D("0.35")


def test_a_total_shows_components_weights_and_scale() -> None:
    result = total({"a": D("0.5")}, TotalFormula({"a": D(3)}, D(10)))
    assert result.explain().named_inputs == {"a.value": D("0.5"), "a.weight": D(3), "scale": D(10)}


def test_a_formula_may_come_from_stored_data_in_whole_numbers_and_text() -> None:
    assert TotalFormula.of({"CQS": "0.4", "KTS": "0.3", "XHS": "0.3"}, 1) == FORMULA_1726
    assert TotalFormula.of({"a": 400}, "1000") == TotalFormula({"a": D(400)}, D(1000))


@pytest.mark.parametrize("weight", [0.4, True, None])
def test_a_stored_weight_that_is_not_exact_is_refused(weight: Any) -> None:
    with pytest.raises(TypeError, match="not"):
        TotalFormula.of({"CQS": weight}, 1)


def test_a_scale_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        TotalFormula({"a": D(1)}, D(0))
