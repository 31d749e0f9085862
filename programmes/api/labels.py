"""Words for codes of the arithmetic, which itself knows no language."""

from django.utils.translation import gettext_lazy as _

from indicators.calculation import PaceClass

PACE_LABELS = {
    PaceClass.ON_COURSE: _("on course for the target"),
    PaceClass.NEEDS_ACCELERATION: _("needs acceleration"),
    PaceClass.LIMITED: _("limited progress"),
    PaceClass.WORSENING: _("worsening"),
    PaceClass.ACHIEVED: _("target reached"),
    PaceClass.UNDEFINED: _("pace cannot be told"),
    PaceClass.NO_DATA: _("no data"),
}
