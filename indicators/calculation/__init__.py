"""The one place where official figures are calculated: Decimal, exact, without a database.

Page, API, PDF, DOCX and XLSX print what these functions say, through `rounded`. Results are frozen
objects; unknown is None with a reason code, never 0.
"""

from indicators.calculation.attainments import Attainment, Direction, attainment
from indicators.calculation.exact import percent, rounded
from indicators.calculation.explanation import Explanation, Formula, Reason
from indicators.calculation.measurements import Carried, Measurement, carry_forward
from indicators.calculation.paces import (
    Course,
    Pace,
    PaceClass,
    PaceRatio,
    Point,
    pace,
    pace_growth,
    pace_linear,
    reaches_target_on,
)
from indicators.calculation.periods import days_late, days_left, elapsed_share
from indicators.calculation.quantities import (
    NOT_APPLICABLE,
    NOT_REPORTED,
    Kind,
    Quantity,
    add_up,
    estimated,
    known,
    reported,
)
from indicators.calculation.ratios import Part, RolledUp, roll_up
from indicators.calculation.scoring import (
    RATIO_UNITS,
    UNKNOWN_RULE,
    Points,
    Rule,
    RuleKind,
    Step,
    points,
    points_gained,
)
from indicators.calculation.totals import Total, TotalFormula, total

__all__ = [
    "NOT_APPLICABLE",
    "NOT_REPORTED",
    "RATIO_UNITS",
    "UNKNOWN_RULE",
    "Attainment",
    "Carried",
    "Course",
    "Direction",
    "Explanation",
    "Formula",
    "Kind",
    "Measurement",
    "Pace",
    "PaceClass",
    "PaceRatio",
    "Part",
    "Point",
    "Points",
    "Quantity",
    "Reason",
    "RolledUp",
    "Rule",
    "RuleKind",
    "Step",
    "Total",
    "TotalFormula",
    "add_up",
    "attainment",
    "carry_forward",
    "days_late",
    "days_left",
    "elapsed_share",
    "estimated",
    "known",
    "pace",
    "pace_growth",
    "pace_linear",
    "percent",
    "points",
    "points_gained",
    "reaches_target_on",
    "reported",
    "roll_up",
    "rounded",
    "total",
]
