"""Codes and labels of indicators: directions, scoring rules, kinds of values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    RISING = "rising", _("higher is better")
    FALLING = "falling", _("lower is better")


class ScoringRule(models.TextChoices):
    """How a value becomes points; empty where the official table is not known."""

    RATIO = "ratio", _("ratio × points")
    YES_PART_NO = "yes_part_no", _("yes, in part, no")
    STEPS = "steps", _("steps by count")
    MANUAL = "manual", _("by hand")


class ValueKind(models.TextChoices):
    """Not reported, not applicable, zero and estimated are four things; not reported is no row."""

    MEASURED = "measured", _("measured")
    ESTIMATED = "estimated", _("estimated")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class Accumulation(models.TextChoices):
    """Whether the last accepted value stands until the next one."""

    CUMULATIVE = "cumulative", _("cumulative")
    PERIODIC = "periodic", _("per period")


class ResultMeasure(models.TextChoices):
    TOTAL = "total", _("total")
    PILLAR = "pillar", _("pillar")
    MAIN = "main", _("main indicator")
    NATIONAL = "national", _("national index")


class FigureRole(models.TextChoices):
    TARGET = "target", _("target")
    ACTUAL = "actual", _("actual")


class Comparator(models.TextChoices):
    EQUAL = "eq", "="
    AT_LEAST = "ge", "≥"
    MORE_THAN = "gt", ">"
    BETWEEN = "between", "–"
    UNIVERSAL = "universal", _("universal coverage")
