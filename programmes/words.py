"""Words for codes that know no language: paces and the reasons beside a figure."""

from django.utils.translation import gettext_lazy as _

from indicators.calculation import PaceClass, Reason

REASONS = {
    Reason.NO_BASELINE: _("no baseline is known"),
    Reason.NO_TARGET: _("no target is known"),
    Reason.NO_ACTUAL: _("nothing was measured yet"),
    Reason.TARGET_EQUALS_BASELINE: _("target and baseline are the same"),
    Reason.TARGET_AGAINST_DIRECTION: _("the target lies on the worse side of the baseline"),
    Reason.NO_DATES: _("dates are missing"),
    Reason.NO_TIME_ELAPSED: _("nothing was measured since the baseline"),
    Reason.NO_TIME_PLANNED: _("no time lies between baseline and target"),
    Reason.UNDER_TWELVE_MONTHS: _("only from 12 months of data on"),
    Reason.ZERO_BASELINE: _("undefined for a baseline of 0"),
    Reason.SIGN_CHANGE: _("undefined because the value changes its sign"),
    Reason.EQUAL_SHARE: _("assumed: an equal share of the main indicator's points"),
    Reason.ASSUMED_RATIO: _("assumed: ratio × points"),
}

PACE_LABELS = {
    PaceClass.ON_COURSE: _("on course for the target"),
    PaceClass.NEEDS_ACCELERATION: _("needs acceleration"),
    PaceClass.LIMITED: _("limited progress"),
    PaceClass.WORSENING: _("worsening"),
    PaceClass.ACHIEVED: _("target reached"),
    PaceClass.UNDEFINED: _("pace cannot be told"),
    PaceClass.NO_DATA: _("no data"),
}
